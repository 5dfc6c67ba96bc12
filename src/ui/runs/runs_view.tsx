/** The Runs tab: what was trained here, going on with it, taking it away. */
import './runs.css';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { ExportFile } from '../actions';
import { useActions } from '../actions';
import { ago, bytes, count, value } from '../format';
import { busy, run, runs } from '../state';
import type { RunListing } from '../state';
import { AblationPanel } from './ablation_view';

export function RunsView(): JSX.Element {
  return (
    <div class="runs">
      <section aria-label="Saved runs" class="runs-list">
        <h2>Runs</h2>
        {runs.value.length === 0 && <p class="empty">No runs yet. Every run is saved here from its first checkpoint on.</p>}
        <ul class="list">{runs.value.map(r => <RunRow key={r.id} row={r} />)}</ul>
      </section>
      <AblationPanel />
    </div>
  );
}

function RunRow({ row }: { row: RunListing }): JSX.Element {
  const actions = useActions();
  const renaming = useSignal(false);
  const files = useSignal<ExportFile[] | null>(null);
  const working = useSignal(false);
  const current = run.value.id === row.id;
  const live = current && busy.value;
  const done = row.steps > 0 && row.step >= row.steps;
  const change = outcome(row.summary);

  async function exported(): Promise<void> {
    working.value = true;
    try { files.value = await actions.runFiles(row.id); } finally { working.value = false; }
  }
  return (
    <li class={current ? 'chosen' : ''} data-run={row.id}>
      <div class="run-row">
        {renaming.value
          ? <form class="row" onSubmit={event => {
              event.preventDefault();
              const name = new FormData(event.currentTarget).get('name');
              if (typeof name === 'string' && name.trim() !== '') void actions.renameRun(row.id, name.trim());
              renaming.value = false;
            }}><input name="name" value={row.name} aria-label="New name" maxLength={80} /><button class="small">Save</button></form>
          : <span class="list-name"><b>{row.name}</b> <span class="muted">{row.preset}, {ago(row.createdAt, Date.now())}</span></span>}
        <span class="run-facts">
          <span class="badge">{live ? run.value.state : row.state}</span> step {count(live ? run.value.step : row.step)} / {count(row.steps)}
          {change && <span> · {change}</span>}
        </span>
        <span class="row">
          <button type="button" class="small" disabled={busy.value} onClick={() => void actions.openRun(row.id)}>Open</button>
          <button type="button" class="small" disabled={busy.value || done} onClick={() => void actions.resumeRun(row.id)}>Resume</button>
          <button type="button" class="small" onClick={() => { renaming.value = !renaming.value; }}>Rename</button>
          <button type="button" class="small" onClick={() => void actions.duplicateRun(row.id)} title="A new configuration with these settings">Duplicate</button>
          <button type="button" class="small" disabled={live} onClick={() => void actions.saveRunZip(row.id)}>Export zip</button>
          <button type="button" class="small" disabled={live || working.value} aria-expanded={files.value !== null} onClick={() => { if (files.value) files.value = null; else void exported(); }}>{working.value ? 'Preparing…' : 'Files'}</button>
          <button type="button" class="small danger" disabled={live} onClick={() => void actions.deleteRun(row.id)}>Delete</button>
        </span>
      </div>
      {files.value && (
        <ul class="files">{files.value.map(file => (
          <li key={file.name}><button type="button" class="link" onClick={() => actions.saveFile(file)}>{file.name}</button> <span class="muted">{bytes(file.bytes.length)}</span></li>
        ))}</ul>
      )}
    </li>
  );
}

/** Held-out similarity before and after, when the summary has both. */
function outcome(summary: Record<string, unknown> | null): string {
  const at = (which: string): number => {
    const row = summary?.[which];
    const found = typeof row === 'object' && row !== null ? (row as Record<string, unknown>)['heldout/similarity'] : undefined;
    return typeof found === 'number' ? found : NaN;
  };
  const before = at('before');
  const after = at('after');
  return Number.isFinite(before) && Number.isFinite(after) ? `held-out similarity ${value(before)} → ${value(after)}` : '';
}
