/** Whether the list of runs at the side is open, kept per browser. */
import { signal } from '@preact/signals';

const KEY = 'batcoder.rail';

function stored(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'closed';
  } catch {
    return true; // site data blocked: it is just not remembered
  }
}

export const railOpen = signal(stored());

export function rememberRail(open: boolean): void {
  railOpen.value = open;
  try { localStorage.setItem(KEY, open ? 'open' : 'closed'); } catch { /* see stored() */ }
}
