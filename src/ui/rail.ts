/** Whether the list of runs at the side is open, kept per browser. */
import { signal } from '@preact/signals';
import { recall, remember } from './remembered';

const KEY = 'batcoder.rail';

export const railOpen = signal(recall(KEY) !== 'closed');

export function rememberRail(open: boolean): void {
  railOpen.value = open;
  remember(KEY, open ? 'open' : 'closed');
}
