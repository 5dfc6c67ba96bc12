/** What each exhibit showed when it was run by `npm run record -- --exhibits`; the file is written by that command alone. */
import measured from './exhibits_measured.json';
import type { Readings } from './readings';

export interface Measured { seed: number; updates: number; adapter: string; before: Readings; after: Readings }

export const MEASURED = measured as Readonly<Record<string, Measured>>;
