/** Keeps an eye on which runs other tabs train, while someone looks at the list. Knows locks, no view. */
import { useEffect } from 'preact/hooks';
import { writtenRuns } from '../../store/browser_storage';
import { busy, heldElsewhere, run } from '../state';

/** Locks tell nobody of themselves, so they are asked. */
const EVERY_MS = 2_000;

async function look(): Promise<void> {
  const ids = (await writtenRuns()).filter(id => !(busy.peek() && run.peek().id === id)), known = heldElsewhere.peek();
  if (ids.length !== known.size || ids.some(id => !known.has(id))) heldElsewhere.value = new Set(ids);
}

/** For a view that shows runs. */
export function useHeld(): void {
  useEffect(() => {
    const again = (): void => { if (!document.hidden) void look().catch(() => undefined); };
    again();
    const timer = setInterval(again, EVERY_MS);
    return () => { clearInterval(timer); };
  }, []);
}
