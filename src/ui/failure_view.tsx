/** The panel of an error: what happened, what became of the run, what to do, and the buttons that do it. */
import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Actions } from './actions';
import { useActions } from './actions';
import { adviceStorage, detect } from './browser_support';
import { CopyButton } from './clipboard';
import { concernsRun, savedLine } from './failures';
import type { Failure } from './failures';
import { bytes, count } from './format';
import { formatPlace } from './place';
import { adapter, busy, capability, corpus, failure, resumable, run, runs, storage } from './state';
import type { RunListing } from './state';
import { useSpoken } from './speech';

/** The saved run a person would go on with: the one on the page, else the one that is offered, else the newest with a step. */
export const lastSaved = computed<RunListing | null>(() => runs.value.find(r => r.id === run.value.id) ?? resumable.value ?? runs.value.find(r => r.step > 0) ?? null);

export function FailurePanel(): JSX.Element | null {
  const actions = useActions();
  const panel = useRef<HTMLElement>(null);
  const f = failure.value;
  // Where there is no adapter, the screen that says why says this too.
  const shown = f !== null && (f.name !== 'WebGPUUnavailable' || capability.value.kind === 'ready') ? f : null;
  useSpoken(shown ? `${shown.title}. ${shown.message}` : '', true);
  // What was pressed may be far down the page.
  useEffect(() => { if (shown) panel.current?.scrollIntoView({ block: 'nearest' }); }, [shown]);
  if (!shown) return null;
  const saved = concernsRun(shown) ? lastSaved.value : null;
  return (
    <section class="panel bad" id="failure" data-error={shown.name} aria-labelledby="failure-title" ref={panel}>
      <div class="panel-head">
        <h2 id="failure-title">{shown.title}</h2>
        <button type="button" class="quiet" onClick={() => { failure.value = null; }}>Dismiss</button>
      </div>
      <dl class="facts">
        <dt>What happened</dt><dd>{shown.message}</dd>
        <dt>What became of the run</dt><dd>{shown.fate}{saved && shown.name !== 'BadCheckpoint' ? ` ${savedLine(saved)}` : ''}{shown.name === 'QuotaExceeded' ? roomLine() : ''}</dd>
        <dt>What to do</dt><dd>{shown.action}</dd>
      </dl>
      <div class="row">
        <Ways failure={shown} saved={saved} actions={actions} />
        <CopyButton label="Copy details" text={report(shown)} />
      </div>
    </section>
  );
}

/** The buttons that do what the panel says. */
function Ways({ failure: f, saved, actions }: { failure: Failure; saved: RunListing | null; actions: Actions }): JSX.Element {
  const idle = !busy.value;
  const resume = saved && idle && capability.value.kind === 'ready' && saved.step < saved.steps && ['DeviceLost', 'DeviceGone', 'OutOfMemory', 'QuotaExceeded', 'Error'].includes(f.name);
  return (
    <>
      {resume && <button type="button" onClick={() => void actions.resumeRun(saved.id)}>{saved.step > 0 ? `Resume ${saved.name} at step ${count(saved.step)}` : `Begin ${saved.name} again`}</button>}
      {saved && idle && f.name === 'QuotaExceeded' && <button type="button" onClick={() => void actions.saveRunZip(saved.id)}>Export {saved.name}</button>}
      {saved && idle && f.name === 'BadCheckpoint' && <button type="button" onClick={() => { void actions.duplicateRun(saved.id); location.hash = formatPlace({ tab: 'runs' }); }}>Duplicate its settings</button>}
      {f.name === 'StorageEvicted' && <button type="button" onClick={() => void actions.askPersistence()}>Ask to keep the data</button>}
      {f.name === 'WorkerFailed' && idle && <button type="button" onClick={() => { location.reload(); }}>Reload the page</button>}
      {(concernsRun(f) || f.name === 'RunHeld') && <a href={formatPlace({ tab: 'runs' })}>Runs</a>}
      {f.name === 'QuotaExceeded' && <a href={formatPlace({ tab: 'data' })}>Data</a>}
    </>
  );
}

function roomLine(): string {
  const { usage, quota } = storage.value;
  return Number.isFinite(usage) && Number.isFinite(quota) ? ` ${bytes(usage)} are in use here; the browser speaks of ${bytes(quota)}, which is no promise.` : '';
}

/** For whoever looks into it: no code, no names of files. */
function report(f: Failure): string {
  const r = run.peek(), a = adapter.peek();
  return [
    `${f.name}: ${f.message}`,
    `run: ${r.state}, ${r.stage} step ${r.step} of ${r.steps}, preset ${r.preset || 'none'}, corpus ${corpus.peek()?.source ?? 'none'}`,
    `adapter: ${a ? [a.vendor, a.architecture, a.device, a.description].filter(Boolean).join(' ') : capability.peek().kind}`,
    `storage: ${storage.peek().available ? `${bytes(storage.peek().usage)} of ${bytes(storage.peek().quota)}` : 'none'}`,
    navigator.userAgent,
  ].join('\n');
}

/** Said on every tab as long as it is so: what is on the page ends with it. */
export function StorageNote(): JSX.Element | null {
  const { available, reason } = storage.value;
  const text = available ? '' : 'This browser gives the page no storage. Runs work, but nothing survives closing the tab.';
  useSpoken(text);
  if (available) return null;
  return (
    <details class="note warn" id="no-storage">
      <summary><b>Nothing here survives closing the tab:</b> this browser gives the page no storage. Runs work; export before you close it.</summary>
      {reason && <p>{reason}</p>}
      <ul>{adviceStorage(detect(navigator.userAgent).browser).map(step => <li key={step}>{step}</li>)}</ul>
    </details>
  );
}
