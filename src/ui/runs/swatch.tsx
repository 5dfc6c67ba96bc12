/** A run's look as a short line, wherever its name stands. */
import type { JSX } from 'preact';
import { looks } from './runs_state';

export function Swatch({ id }: { id: string }): JSX.Element {
  const look = looks.value.get(id);
  return <svg class={`swatch ${look?.color ?? ''}`} viewBox="0 0 22 6" aria-hidden="true"><line x1="0" y1="3" x2="22" y2="3" stroke="currentColor" stroke-width="3" stroke-dasharray={look?.dash.join(' ')} /></svg>;
}
