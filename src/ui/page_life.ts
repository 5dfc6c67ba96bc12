/** How a page's being hidden, frozen, closed or dimmed meets a run that is under way. Knows the browser's events and one switch, no run. */
import { signal } from '@preact/signals';
import { recall, remember } from './remembered';

/** Calls back each time the page is hidden or about to be frozen, until the returned function is called. */
export function whenHidden(hidden: () => void): () => void {
  const heard = (): void => { if (document.visibilityState === 'hidden') hidden(); };
  document.addEventListener('visibilitychange', heard);
  document.addEventListener('freeze', hidden);
  return () => {
    document.removeEventListener('visibilitychange', heard);
    document.removeEventListener('freeze', hidden);
  };
}

/** Has the browser ask before it closes the page, as long as there is something to lose at that moment; until the returned function is called. */
export function askBeforeClosing(unsaved: () => boolean): () => void {
  const heard = (event: BeforeUnloadEvent): void => { if (unsaved()) event.preventDefault(); };
  addEventListener('beforeunload', heard);
  return () => { removeEventListener('beforeunload', heard); };
}

const KEY = 'batcoder.awake';

/** Whether the screen is kept on while a run is in sight: off unless a person asked for it, kept per browser. */
export const awake = signal(false);

export function applyAwake(to?: boolean): void {
  if (to !== undefined) remember(KEY, to ? 'on' : 'off');
  awake.value = to ?? recall(KEY) === 'on';
}

interface Lock { release(): Promise<void>; addEventListener(type: 'release', listener: () => void): void }
type Ask = () => Promise<Lock>;
const fromBrowser: Ask = () => navigator.wakeLock.request('screen');

/**
 * Keeps the screen on while the page is visible and the switch is on, until the returned function is called. The browser takes the lock
 * away when the page is hidden; it is asked for again when the page is back. Browsers without it just dim.
 */
export function keepAwake(ask: Ask = fromBrowser): () => void {
  let lock: Lock | null = null, asking = false, over = false;
  const settle = async (): Promise<void> => {
    const wanted = !over && awake.value && document.visibilityState === 'visible';
    if (!wanted) {
      const held = lock;
      lock = null;
      await held?.release().catch(() => undefined);
    } else if (!lock && !asking) {
      asking = true;
      try {
        const made = await ask();
        lock = made;
        made.addEventListener('release', () => { if (lock === made) lock = null; });
      } catch { /* refused, or unknown here */ }
      asking = false;
      // What was wanted may have changed meanwhile.
      if (over || !awake.value) await settle();
    }
  };
  const heard = (): void => { void settle(); };
  const unheard = awake.subscribe(heard);
  document.addEventListener('visibilitychange', heard);
  return () => {
    over = true;
    unheard();
    document.removeEventListener('visibilitychange', heard);
    heard();
  };
}
