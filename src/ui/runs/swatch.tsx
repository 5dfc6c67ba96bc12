/** A run's look as a short line, wherever its name stands. */
import type { JSX } from 'preact';
import { LineSwatch } from '../line_swatch';
import { looks } from './runs_state';

export function Swatch({ id }: { id: string }): JSX.Element {
  const look = looks.value.get(id);
  return <LineSwatch color={look?.color ?? ''} dash={look?.dash} />;
}
