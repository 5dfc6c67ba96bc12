/** The Profile tab: the button that has a step timed, what each kernel took, the memory, and the two files. */
import './profile.css';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { EngineProfile, WorkProfile } from '../../types';
import { useActions } from '../actions';
import { fileName } from '../files';
import { count, value } from '../format';
import { busy, run } from '../state';
import { AdapterFacts, adapterName, MemoryCard, TunerCard } from './engine_facts';
import { clockGridMs, kernelKeys, kernelRows, workTotals } from './kernel_rows';
import { KernelTable, percent, ShareBar } from './kernel_table';
import { useSpoken } from '../speech';
import { profile } from './profiling';
import type { ProfileView as View, Taken } from './profiling';
import { Roofline } from './roofline_view';
import { Timeline } from './timeline_view';
import { kernelsCsv, traceOf, WORK_NAMES } from './trace';

/** How often the memory is read anew while a run is under way and the tab is in sight. */
const READ_MS = 3_000;

const SENTENCES: Record<WorkProfile['work'], string> = { train: 'the next training step', decode: 'the next block of decoding' };

export function ProfileView(): JSX.Element {
  const actions = useActions(), view = profile.value, { engine } = view, { state } = run.value;
  useSpoken(view.problem, true);
  useSpoken(view.waiting.length > 0 ? stateText(view) : '', true);
  // What the memory holds changes as a run makes what it needs.
  useEffect(() => {
    void actions.readProfile();
    if (!busy.peek()) return;
    const timer = setInterval(() => void actions.readProfile(), READ_MS);
    return () => clearInterval(timer);
  }, [state]);
  const taken = [view.taken.train, view.taken.decode].filter(one => one !== undefined), works = taken.map(one => one.profile);
  return (
    <div class="profile">
      <section class="card profile-head" aria-labelledby="profile-title">
        <h2 id="profile-title">Where the time goes</h2>
        <div class="row">
          <button type="button" id="profile-next" disabled={!ready() || view.waiting.length > 0} aria-describedby="profile-state" onClick={() => void actions.profileNext()}>Profile the next step</button>
          {engine && works.length > 0 && <Files works={works} engine={engine} />}
        </div>
        <p id="profile-state">{stateText(view)}</p>
        {view.problem !== '' && <p class="note warn">{view.problem}</p>}
        <p class="muted">A profiled step is slower than the others: every dispatch is timed by the GPU's own clock in a pass of its own. Wall clock, processor time and tokens per second are therefore those of the last one before it, where there was one. The run learns the same.</p>
      </section>
      {taken.length === 0 && <p class="empty">No step was profiled yet. Start a run, then press “Profile the next step”: the next training step and the next block of decoding are shown here, kernel by kernel.</p>}
      {engine && !engine.timestamps && <p class="note warn" id="no-timestamps">This adapter or browser gives the page no timestamp queries, so no kernel can be timed alone. The wall clock, the processor's time and the memory are measured all the same.</p>}
      <ClockNote works={works} />
      {engine && taken.map(one => <Work key={one.profile.work} taken={one} ceilings={engine.ceilings} />)}
      {engine && works.some(work => work.spans.length > 0) && <Reading ceilings={engine.ceilings !== null} />}
      {engine && <div class="columns"><MemoryCard engine={engine} /><AdapterFacts engine={engine} /></div>}
      {engine && <TunerCard tuned={engine.tuned} />}
    </div>
  );
}

/** A step can be timed once the run has an engine, and until it ends. */
function ready(): boolean { return busy.value && run.value.state !== 'starting' && run.value.state !== 'stopping'; }

function stateText({ waiting, taken }: View): string {
  const { state, name } = run.value;
  if (waiting.length > 0) {
    const what = waiting.map(work => SENTENCES[work]).join(' and ');
    return state === 'paused' ? `The run is paused. ${what[0]!.toUpperCase()}${what.slice(1)} will be timed when it goes on.` : `Waiting for ${what} of ${name}…`;
  }
  if (state === 'starting') return 'The run is being prepared. Its steps can be profiled once it has begun.';
  if (!busy.value) return 'No run is under way, and only the steps of a run can be profiled: press Start above, or resume a run.';
  if (state === 'stopping') return 'The run is stopping: there is no next step to profile.';
  return taken.train || taken.decode ? `${name} is under way: press the button for a newer profile.` : `${name} is under way: press the button.`;
}

/** Said in the trace, where the two tracks could be taken for one measurement. */
const CLOCKS = 'Kernels are of the profiled work; wall clock and CPU time are of the last one before it that was not slowed by timing, where there was one. The tracks share no clock: both begin at 0.';

function Files({ works, engine }: { works: WorkProfile[]; engine: EngineProfile }): JSX.Element {
  const actions = useActions(), named = profile.value.taken.train?.run || profile.value.taken.decode?.run || 'run';
  const save = (ending: string, text: string): void => { actions.saveFile({ name: fileName(`${named}-profile`, ending), bytes: new TextEncoder().encode(text) }); };
  return (
    <>
      <button type="button" class="small" id="save-trace" title="Opens in chrome://tracing and ui.perfetto.dev" onClick={() => save('.trace.json', JSON.stringify(traceOf(works, { adapter: adapterName(), run: named, clocks: CLOCKS })))}>Trace (JSON)</button>
      <button type="button" class="small" id="save-kernels" onClick={() => save('.csv', kernelsCsv({ works, ceilings: engine.ceilings }))}>Table (CSV)</button>
    </>
  );
}

/** A clock that was rounded makes short kernels read as nothing: said before anyone believes it. */
function ClockNote({ works }: { works: WorkProfile[] }): JSX.Element | null {
  const grid = clockGridMs(works);
  return grid > 0 ? <p class="note" id="rounded-clock">This browser rounds the GPU's clock to {value(grid)} ms, so a shorter dispatch reads as 0 or as {value(grid)}. Sums over many dispatches are right on average. Chrome gives exact times with the flag chrome://flags/#enable-webgpu-developer-features.</p> : null;
}

function Work({ taken, ceilings }: { taken: Taken; ceilings: EngineProfile['ceilings'] }): JSX.Element {
  const { profile: work, run: of, at } = taken, rows = kernelRows(work.spans, ceilings), keys = kernelKeys(rows), totals = workTotals(work, ceilings), name = WORK_NAMES[work.work];
  const tiles: [string, string][] = [
    [`${value(work.wallMs)} ms`, 'wall clock'], ...(rows.length > 0 ? [[percent(totals.busyShare), 'kernels, of the wall clock'] as [string, string]] : []), [`${value(work.cpuMs)} ms`, 'CPU to record and submit'],
    [count(totals.tokensPerSecond, true), 'tokens/s'], [count(work.tokens), 'tokens'], ...(rows.length > 0 ? [[count(totals.calls), 'dispatches'] as [string, string]] : []),
  ];
  return (
    <section class="card work" aria-labelledby={`profile-${work.work}`} data-work={work.work}>
      <h3 id={`profile-${work.work}`}>{name} <span class="muted">{of && `${of}, `}{new Date(at).toLocaleTimeString()}</span></h3>
      <ul class="tiles">{tiles.map(([figure, what]) => <li key={what}><b>{figure}</b>{what}</li>)}</ul>
      {rows.length > 0 && (
        <>
          <ShareBar rows={rows} keys={keys} label={`Time of the ${name.toLowerCase()} by kernel`} />
          <Timeline work={work} keys={keys} name={name.toLowerCase()} />
          <KernelTable caption={`${name}, by kernel`} rows={rows} totals={totals} keys={keys} ceilings={ceilings !== null} />
          {ceilings && <Roofline rows={rows} keys={keys} ceilings={ceilings} name={name.toLowerCase()} />}
        </>
      )}
    </section>
  );
}

/** How the tables are to be read. */
function Reading({ ceilings }: { ceilings: boolean }): JSX.Element {
  return (
    <p class="muted">Rates count what the shapes ask for at least. {ceilings
      ? 'A kernel that reaches a quarter of a ceiling is bound by it, by arithmetic or by memory; one that reaches a quarter of neither by overhead: its start, its barriers, and threads that have nothing to do. More than 100 % can be: caches give bytes too, and a ceiling is what the engine reached in a short measurement beside the run.'
      : 'The ceilings of this adapter were not measured, so nothing is said of what bounds a kernel.'}</p>
  );
}
