/** The Data tab: bring files in, see what was used and what was left out and why, look through the functions. */
import './data.css';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { useActions } from '../actions';
import { ask, dragging } from '../file_ways';
import { bytes, count, duration, plural } from '../format';
import { SAMPLE_NAME, SECOND_NAME } from '../sample_names';
import { busy, corpora, corpus, fruitless, ingest, storage } from '../state';
import type { CorpusView, Ingest } from '../state';
import { ChooseView } from './choose_view';
import { FunctionList } from './function_list';
import { FruitlessReport, Numbers } from './report';
import { section, SECTIONS } from './section';
import type { Section } from './section';
import { TokenizerView } from './tokenizer_view';
import { recordsOf } from './tree';
import { FileTree } from './tree_view';
import { useLengths, useVocabulary } from './vocabulary';

export function DataView(): JSX.Element {
  return (
    <div class="data-view">
      <div class="data-side">
        <DropZone />
        <Corpora />
        <Storage />
      </div>
      <Main />
    </div>
  );
}

function DropZone(): JSX.Element {
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
      {reading && <Reading reading={reading} />}
    </section>
  );
}

/** A person is asked whether to go on after this long; the reading does not wait for the answer. */
const ASK_MS = 2_000;

function Reading({ reading }: { reading: Ingest }): JSX.Element {
  const actions = useActions();
  const late = useSignal(false);
  const { label, done, total, unit, startedAt } = reading;
  useEffect(() => {
    const timer = setTimeout(() => { late.value = true; }, Math.max(0, ASK_MS - (performance.now() - (startedAt ?? performance.now()))));
    return () => clearTimeout(timer);
  }, [startedAt]);
  const since = useMemo(() => ({ at: performance.now(), done }), [label]);
  const spent = (performance.now() - since.at) / 1000, share = total > 0 && done > since.done ? (done - since.done) / (total - since.done) : 0;
  const left = spent > 1 && share > 0.02 ? spent / share - spent : NaN;
  return (
    <div class="ingest" id="ingest">
      <label class="bar wrap"><span>{label}{total > 0 ? ` ${count(done)}/${count(total)}` : unit ? `: ${count(done)} ${unit}` : ''}{Number.isFinite(left) ? `, about ${duration(left)} left` : ''}</span>
        {total > 0 ? <progress value={done} max={total} /> : <progress />}</label>
      <div class="row">
        {late.value && <><span class="muted">It goes on until you say otherwise.</span><button type="button" class="small" id="enough" onClick={() => actions.enoughIngest()}>Use what was read so far</button></>}
        <button type="button" class="small" onClick={() => actions.cancelIngest()}>Cancel</button>
      </div>
    </div>
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
        <li class={current?.id === '' ? 'chosen' : ''}>
          <span class="list-name">{SAMPLE_NAME}<span class="muted"> generated here, with tests that run</span></span>
          <span class="row">{current?.id === '' ? <span class="badge good">in use</span> : <button type="button" class="small" disabled={busy.value} onClick={() => void actions.useSample()}>Use</button>}</span>
        </li>
        {!corpora.value.some(c => c.name === SECOND_NAME) && (
          <li>
            <span class="list-name">{SECOND_NAME}<span class="muted"> generated here: a language that its starter read and hardly ever saw documented</span></span>
            <span class="row"><button type="button" class="small" disabled={busy.value} onClick={() => void actions.useSecond()}>Use it with its starter</button></span>
          </li>
        )}
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
        ? <label class="bar wrap"><span>{bytes(s.usage)} used, the browser allows about {bytes(s.quota)}</span><progress value={s.usage} max={s.quota} /></label>
        : <p class="muted">The browser does not say how much is used.</p>}
      {s.persisted === true && <p class="muted">Kept until you delete it.</p>}
      {s.persisted === false && <p class="muted">The browser may clear it when the disk is short. <button type="button" class="link" onClick={() => void actions.askPersistence()}>Ask to keep it</button></p>}
    </section>
  );
}

const NAMES: Record<Section, string> = { functions: 'Functions', files: 'Files', choose: 'Choose', tokenizer: 'Tokenizer' };

function Main(): JSX.Element {
  const current = corpus.value;
  const found = fruitless.value;
  return (
    <div class="data-main">
      {found && <FruitlessReport found={found} onDismiss={() => { fruitless.value = null; }} />}
      {current ? <Corpus current={current} /> : <p class="empty">{isSecureContext ? 'Loading the sample corpus…' : 'Nothing can be read at an address that is not secure.'}</p>}
    </div>
  );
}

function Corpus({ current }: { current: CorpusView }): JSX.Element {
  const vocabulary = useVocabulary(current.items);
  const lengths = useLengths(current.items, vocabulary);
  const records = useMemo(() => current.account?.files ?? recordsOf(current.items), [current.account, current.items]);
  return (
    <>
      <section aria-label="Report" id="report">
        <div class="panel-head"><h2>{current.name}</h2><a href="#train">Train on it</a></div>
        {current.part && <p class="muted">A part of {current.part.name}; see Choose.</p>}
        {current.report && <Numbers report={current.report} source={current.source} lengths={lengths} account={current.account} />}
      </section>
      <div class="sections row" role="group" aria-label="Look at">
        {SECTIONS.map(name => <button key={name} type="button" id={`section-${name}`} aria-pressed={section.value === name} onClick={() => { section.value = name; }}>{NAMES[name]}</button>)}
      </div>
      {section.value === 'functions' && <FunctionList key={current.id} items={current.items} lengths={lengths} vocabulary={vocabulary} />}
      {section.value === 'files' && <FileTree key={current.id} records={records} unlisted={current.account?.unlistedFiles ?? 0} items={current.items} />}
      {section.value === 'choose' && <ChooseView current={current} vocabulary={vocabulary} />}
      {section.value === 'tokenizer' && <TokenizerView key={current.id} items={current.items} />}
    </>
  );
}
