/** A short piece of a chart's line, for wherever its name stands: colour and dash, so that neither is needed alone. */
import type { JSX } from 'preact';

/** @param color names a class that sets the colour */
export function LineSwatch({ color, dash }: { color: string; dash?: readonly number[] | undefined }): JSX.Element {
  return <svg class={`swatch ${color}`} viewBox="0 0 22 6" aria-hidden="true"><line x1="0" y1="3" x2="22" y2="3" stroke="currentColor" stroke-width="3" stroke-dasharray={dash?.join(' ')} /></svg>;
}
