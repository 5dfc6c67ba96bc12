/** The panel of an error: what happened, what became of the run, what to do. */
import type { JSX } from 'preact';
import { failure } from './state';

export function FailurePanel(): JSX.Element | null {
  const f = failure.value;
  if (!f) return null;
  return (
    <section class="panel bad" role="alert" id="failure" data-error={f.name}>
      <div class="panel-head">
        <h2>{f.title}</h2>
        <button type="button" class="quiet" onClick={() => { failure.value = null; }}>Dismiss</button>
      </div>
      <dl class="facts">
        <dt>What happened</dt><dd>{f.message}</dd>
        <dt>What became of the run</dt><dd>{f.fate}</dd>
        <dt>What to do</dt><dd>{f.action}</dd>
      </dl>
    </section>
  );
}
