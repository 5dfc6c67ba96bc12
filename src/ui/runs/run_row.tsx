/** One run of the list: what it is, what it came to, and everything that can be done with it. Knows no storage. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { version } from '../../../package.json';
import { isPreset, toQuery } from '../../config';
import type { ExportFile } from '../actions';
import { useActions } from '../actions';
import { ago, bytes, count, value } from '../format';
import { busy, corpus, run, toast } from '../state';
import type { RunListing } from '../state';
import { reproduceLine } from './config_diff';
import { asking } from './run_dialogs';
import { outcomeOf } from './run_list';
import type { Row } from './run_list';
import { overlaid, selected, toggle } from './runs_state';
import { stepWords } from '../models/model_state';
import { Swatch } from './swatch';

export function RunRow({ row: { run: row, corpus: from, bytes: size }, held }: { row: Row; held: boolean }): JSX.Element {
  const actions = useActions();
  const renaming = useSignal(false), renamer = useRef<HTMLButtonElement>(null);
  const files = useSignal<ExportFile[] | null>(null);
  const working = useSignal(false);
  const current = run.value.id === row.id;
  const live = current && busy.value;
  const fixed = live || held;
  const done = row.steps > 0 && row.step >= row.steps;
  const shown = overlaid.value.includes(row.id);
  const { before, after } = outcomeOf(row.summary);

  /** The field is gone then: the focus goes back to what opened it. */
  function named(): void {
    renaming.value = false;
    renamer.current?.focus();
  }

  async function listFiles(): Promise<void> {
    working.value = true;
    try { files.value = await actions.runFiles(row.id); } finally { working.value = false; }
  }
  return (
    <li class={current ? 'chosen' : ''} data-run={row.id} data-state={row.state}>
      <div class="run-row">
        <span class="run-head">
          <input type="checkbox" aria-label={`Select ${row.name}`} checked={selected.value.includes(row.id)} onChange={() => { toggle(selected, row.id); }} />
          <button type="button" class="eye small" aria-pressed={shown} title="Draw its curves over those of other runs" onClick={() => { toggle(overlaid, row.id); }}><Swatch id={row.id} /> {shown ? 'Compared' : 'Compare'}<span class="unseen"> {row.name}</span></button>
          {renaming.value
            ? <form class="row" onSubmit={event => {
                event.preventDefault();
                const name = new FormData(event.currentTarget).get('name');
                if (typeof name === 'string' && name.trim() !== '') void actions.renameRun(row.id, name.trim());
                named();
              }} onKeyDown={event => { if (event.key === 'Escape') named(); }}><input name="name" ref={selectAtOnce} value={row.name} aria-label="New name" maxLength={80} /><button class="small">Save</button><button type="button" class="small" onClick={named}>Cancel</button></form>
            : <span class="list-name"><b>{row.name}</b> <span class="muted">{row.preset}, {from}, {ago(row.createdAt, Date.now())}{row.branchOf && `, branched from ${row.branchOf.name} ${row.branchOf.step === 0 ? '' : 'at '}${stepWords(row.branchOf)}`}</span></span>}
        </span>
        <span class="run-facts">
          <span class="badge">{held ? 'in another tab' : live ? run.value.state : row.state}</span> step {count(live ? run.value.step : row.step)} / {count(row.steps)}
          {Number.isFinite(before) && Number.isFinite(after) && <span> · held-out similarity {value(before)} → {value(after)}</span>}
          {Number.isFinite(size) && <span class="muted"> · {size > 0 ? bytes(size) : 'no checkpoint'}</span>}
        </span>
        <span class="row">
          <button type="button" class="small" disabled={busy.value} onClick={() => void actions.openRun(row.id)}>Open</button>
          <button type="button" class="small" disabled={busy.value || held || done} title={held ? 'Another tab trains it: it can only be looked at here' : done ? 'All its updates are done; branch it to go on with other lengths' : ''} onClick={() => void actions.resumeRun(row.id)}>{row.state === 'new' ? 'Start' : 'Resume'}<span class="unseen"> {row.name}</span></button>
          <button type="button" class="small" disabled={live} onClick={() => { asking.value = { what: 'branch', runs: [row] }; }}>Branch</button>
          <button type="button" class="small" disabled={live} onClick={() => void actions.saveRunZip(row.id)} title="Metrics, samples and the model, for other programs">Export zip</button>
          <details class="run-more">
            <summary>More<span class="unseen"> for {row.name}</span></summary>
            <span class="row">
              <button type="button" class="small" disabled={live} onClick={() => { asking.value = { what: 'export', runs: [row] }; }}>Export whole run</button>
              <button type="button" class="small" ref={renamer} onClick={() => { renaming.value = !renaming.value; }} disabled={held}>Rename</button>
              <button type="button" class="small" onClick={() => void actions.duplicateRun(row.id)} title="A new run with these settings, at its beginning">Duplicate</button>
              <button type="button" class="small" onClick={() => copyReproduce(row, from)} title="Configuration, seed, version and corpus, as one line">Copy "Reproduce"</button>
              <button type="button" class="small" disabled={live || working.value} aria-expanded={files.value !== null} onClick={() => { if (files.value) files.value = null; else void listFiles(); }}>{working.value ? 'Preparing…' : 'Files'}</button>
              <button type="button" class="small danger" disabled={fixed} onClick={() => void actions.deleteRun(row.id)}>Delete</button>
            </span>
          </details>
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

/** Called as the field comes: what was asked for is to type in it. */
function selectAtOnce(field: HTMLInputElement | null): void {
  if (field && document.activeElement !== field) { field.focus(); field.select(); }
}

function copyReproduce(row: RunListing, from: string): void {
  const told = row.summary?.['corpus'] as { hash?: unknown } | undefined, open = corpus.peek();
  const corpusHash = typeof told?.hash === 'string' ? told.hash : open?.id === row.corpusId ? open.hash : '';
  const line = reproduceLine(row, { version, corpus: from, corpusHash, query: isPreset(row.preset) ? toQuery(row.settings, row.preset) : '' });
  void navigator.clipboard.writeText(line).then(() => { toast.value = { text: `Copied: ${line}` }; }, () => { toast.value = { text: `The browser refused the clipboard. The line is: ${line}` }; });
}
