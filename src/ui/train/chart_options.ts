/** What all charts share: the smoothing weight and the linked cursor. */
import { signal } from '@preact/signals';

/** Weight of the moving average, 0 to 0.99. */
export const smoothing = signal(0.8);
/** Charts of this key move their cursors together. */
export const sharedCursor = 'batcoder';
