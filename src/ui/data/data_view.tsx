/** The Data tab: bring files in, see what was used and what was left out and why, look through the functions. */
import './data.css';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useActions } from '../actions';
import { ask, dragging } from '../file_ways';
import { bytes, count, plural } from '../format';
import { busy, corpora, corpus, ingest, storage } from '../state';
import type { CorpusReport } from '../state';
import { FunctionList } from './function_list';

export function DataView(): JSX.Element {
  return (
    <div class="data-view">
      <div class="data-side">
        <DropZone />
        <Corpora />
        <Storage />
      </div>
      <div class="data-main"><Report /><FunctionList /></div>
    </div>
  );
}

function DropZone(): JSX.Element {
  const actions = useActions();
  const reading = ingest.value;
  const locked = busy.value || reading !== null;
  return (
    <section class="card" aria-label="Add code">
      <div id="drop-zone" class={dragging.value && !locked ? 'over' : ''}>
        <p><b>Drop a folder or a zip here</b></p>
        <p class="muted">It is read in this tab and stays in this browser.</p>
        <div class="row">
          <button type="button" disabled={locked} onClick={() => ask('folder')}>Choose folder</button>
          <button type="button" disabled={locked} onClick={() => ask('zip')}>Choose zip</button>
        </div>
        {busy.value && <p class="muted">A run is under way: stop it to change the data.</p>}
      </div>
      {reading && (
        <div class="ingest" id="ingest">
          <label class="bar"><span>{reading.label}{reading.total > 0 ? ` ${count(reading.done)}/${count(reading.total)}` : ''}</span>
            {reading.total > 0 ? <progress value={reading.done} max={reading.total} /> : <progress />}</label>
          <button type="button" class="small" onClick={() => actions.cancelIngest()}>Cancel</button>
        </div>
      )}
    </section>
  );
}

function Corpora(): JSX.Element {
  const actions = useActions();
  const renaming = useSignal<string | null>(null);
  const current = corpus.value;
  return (
    <section class="card" aria-label="Corpora">
      <h2>Corpora</h2>
      <ul class="list">
        <li class={current?.source === 'sample' ? 'chosen' : ''}>
          <span class="list-name">Sample corpus<span class="muted"> generated here, with tests that run</span></span>
          <span class="row">{current?.source === 'sample' ? <span class="badge good">in use</span> : <button type="button" class="small" disabled={busy.value} onClick={() => void actions.useSample()}>Use</button>}</span>
        </li>
        {corpora.value.map(c => (
          <li key={c.id} class={current?.id === c.id ? 'chosen' : ''}>
            {renaming.value === c.id
              ? <form class="row" onSubmit={event => {
                  event.preventDefault();
                  const name = new FormData(event.currentTarget).get('name');
                  if (typeof name === 'string' && name.trim() !== '') void actions.renameCorpus(c.id, name.trim());
                  renaming.value = null;
                }}><input name="name" value={c.name} aria-label="New name" maxLength={80} /><button class="small">Save</button></form>
              : <span class="list-name">{c.name}<span class="muted"> {plural(c.functions, 'function')}{c.bytes > 0 ? `, ${bytes(c.bytes)}` : ''}</span></span>}
            <span class="row">
              {current?.id === c.id ? <span class="badge good">in use</span> : <button type="button" class="small" disabled={busy.value} onClick={() => void actions.useCorpus(c.id)}>Use</button>}
              <button type="button" class="small" onClick={() => { renaming.value = renaming.value === c.id ? null : c.id; }}>Rename</button>
              <button type="button" class="small" onClick={() => void actions.exportCorpus(c.id)}>Export</button>
              <button type="button" class="small danger" disabled={busy.value && current?.id === c.id} onClick={() => void actions.deleteCorpus(c.id)}>Delete</button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Storage(): JSX.Element {
  const actions = useActions();
  const s = storage.value;
  if (!s.available) return <section class="card"><h2>Storage</h2><p class="note warn">This browser gives the page no storage: nothing survives closing the tab. Export before you close it.</p></section>;
  const known = Number.isFinite(s.usage) && Number.isFinite(s.quota) && s.quota > 0;
  return (
    <section class="card" aria-label="Storage">
      <h2>Storage</h2>
      {known
        ? <label class="bar"><span>{bytes(s.usage)} used, the browser allows about {bytes(s.quota)}</span><progress value={s.usage} max={s.quota} /></label>
        : <p class="muted">The browser does not say how much is used.</p>}
      {s.persisted === true && <p class="muted">Kept until you delete it.</p>}
      {s.persisted === false && <p class="muted">The browser may clear it when the disk is short. <button type="button" class="link" onClick={() => void actions.askPersistence()}>Ask to keep it</button></p>}
    </section>
  );
}

function Report(): JSX.Element | null {
  const current = corpus.value;
  if (!current) return <p class="empty">{isSecureContext ? 'Loading the sample corpus…' : 'Nothing can be read at an address that is not secure.'}</p>;
  const { report } = current;
  return (
    <section aria-label="Report" id="report">
      <div class="panel-head"><h2>{current.name}</h2><a href="#train">Train on it</a></div>
      {report && <Numbers report={report} source={current.source} />}
    </section>
  );
}

function Numbers({ report, source }: { report: CorpusReport; source: 'sample' | 'folder' }): JSX.Element {
  const left = report.leftOut.reduce((n, entry) => n + entry.count, 0);
  const tiles: [string, number][] = [
    ...(source === 'folder' ? [['files read', report.filesUsed], ['left out', left]] as [string, number][] : []),
    ['functions', report.functions], ['for training', report.train], ['held out', report.heldout],
    ['with documentation', report.withDocumentation], ['duplicates dropped', report.duplicates],
  ];
  return (
    <>
      <ul class="tiles">{tiles.map(([name, n]) => <li key={name}><b>{count(n)}</b> {name}</li>)}</ul>
      {report.notices.map(notice => <p key={notice} class="note warn">{notice}</p>)}
      {report.functions === 0 && <p class="note warn">No function was found in these files. The list below says what was left out and why.</p>}
      <div class="columns">
        {report.languages.length > 0 && (
          <table class="data">
            <caption>Languages</caption>
            <thead><tr><th scope="col">language</th>{source === 'folder' && <th scope="col">files</th>}<th scope="col">functions</th></tr></thead>
            <tbody>{report.languages.map(l => <tr key={l.language}><th scope="row">{l.language}</th>{source === 'folder' && <td>{count(l.files)}</td>}<td>{count(l.functions)}</td></tr>)}</tbody>
          </table>
        )}
        {report.leftOut.length > 0 && (
          <table class="data wide-first">
            <caption>Left out, of {plural(report.filesSeen, 'file')}</caption>
            <thead><tr><th scope="col">reason</th><th scope="col">files</th></tr></thead>
            <tbody>{report.leftOut.map(entry => (
              <tr key={entry.reason}>
                <th scope="row">{entry.examples.length > 0 ? <details><summary>{entry.reason}</summary><ul class="paths">{entry.examples.map(path => <li key={path}>{path}</li>)}</ul></details> : entry.reason}</th>
                <td>{count(entry.count)}</td>
              </tr>
            ))}</tbody>
          </table>
        )}
      </div>
    </>
  );
}
