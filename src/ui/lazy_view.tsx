/** Draws a view whose code is loaded when it is first looked at; knows no view by name. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useSpoken } from './speech';

export type View = () => JSX.Element | null;
export type LoadView = () => Promise<View>;

const loaded = new Map<LoadView, View>();

/** Fetches a view's code ahead of need; a failure is left to whoever opens it. */
export function preloadView(load: LoadView): void {
  load().then(view => loaded.set(load, view), () => undefined);
}

/** Give it a `key` of the view, so that another view begins anew. A chunk that does not load is said, with a way to try again. */
export function LazyView({ load, waiting = 'Loading…' }: { load: LoadView; waiting?: string }): JSX.Element | null {
  const view = useSignal<{ draw: View } | null>(loaded.has(load) ? { draw: loaded.get(load)! } : null);
  const problem = useSignal('');
  const fetchIt = (): void => {
    problem.value = '';
    load().then(draw => { loaded.set(load, draw); view.value = { draw }; }, (error: unknown) => { problem.value = error instanceof Error ? error.message : String(error); });
  };
  useEffect(() => { if (!view.peek()) fetchIt(); }, []);
  useSpoken(problem.value && 'This tab could not be loaded.', true);
  if (problem.value) {
    return (
      <section class="panel bad">
        <h2>This tab could not be loaded</h2>
        <p>{problem.value}. A run under way goes on. The page may have been updated or the connection lost: try again, and when the run has ended reload the page.</p>
        <div class="row"><button type="button" onClick={fetchIt}>Try again</button></div>
      </section>
    );
  }
  if (!view.value) return waiting ? <p class="empty">{waiting}</p> : null;
  const Draw = view.value.draw;
  return <Draw />;
}
