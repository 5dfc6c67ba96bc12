/** Pass rates: what is measured, whom and how; how far it is; what was measured before; and what came out. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { useActions } from '../actions';
import { ago, duration, plural } from '../format';
import { modelEntries } from '../models/model_state';
import { busy, capability } from '../state';
import { engineOf } from '../../sandbox/languages';
import { EngineFetch } from './engine_fetch';
import { HowBoxes } from './how_view';
import { ProblemList } from './problem_list';
import { SubjectPicks } from './subject_picks';
import { SourcePicks } from './source_picks';
import { Summary } from './summary_view';
import { chosenFiles, chosenModels, chosenProblems, ending, entries, problem, progress, readSuite, refresh, remove, rename, show, shown, start, stop } from './tests_state';
import type { Progress } from './measuring';

export function MeasureView(): JSX.Element {
  const actions = useActions();
  useEffect(() => {
    void readSuite();
    if (modelEntries.peek() === null) void actions.listModels();
    void refresh(actions).then(() => {
      const newest = entries.peek()?.[0];
      if (newest && !shown.peek() && !progress.peek()) void show(actions, newest.id);
    });
  }, []);
  const now = shown.value;
  return (
    <div class="tests-section">
      <section class="card tests-ask" aria-label="What is measured">
        <h2>Does it really write working code?</h2>
        <p class="muted">A model is asked to solve problems, its programs are run against each problem's tests, and pass@k says how likely it is that at least one of k answers is right.</p>
        <div class="tests-columns">
          <SourcePicks />
          <SubjectPicks />
          <HowBoxes />
        </div>
        <StartRow />
      </section>
      {progress.value && <Going now={progress.value} />}
      {problem.value && <p class="note bad" role="alert">{problem.value}</p>}
      {ending.value && <p class="note">{ending.value}</p>}
      <Kept />
      {now && now.measurement.problems.length > 0 && <>
        <Summary id={now.id} name={entries.value?.find(({ id }) => id === now.id)?.name ?? 'Under way'} measurement={now.measurement} />
        <ProblemList key={now.id} measurement={now.measurement} />
      </>}
    </div>
  );
}

/** The first thing that keeps it from starting; '' when nothing does. */
function hindrance(): string {
  if (chosenProblems.value.length === 0) return 'Choose problems first, or load a benchmark file.';
  if (chosenModels.value.length + chosenFiles.value.length === 0) return 'Choose a model, or load a file with answers.';
  return chosenModels.value.length > 0 && capability.value.kind !== 'ready' ? 'Measuring a model needs WebGPU: see the note above. Files with answers are scored without it; put the models off.' : '';
}

function StartRow(): JSX.Element {
  const actions = useActions(), going = progress.value !== null, why = hindrance();
  const problems = chosenProblems.value, engines = [...new Set(problems.flatMap(({ language }) => engineOf(language) ?? []))];
  return (
    <>
      <p class="note">Programs that a model or a file wrote will be run here, in a sandbox: a worker in a frame without network, storage or the page's origin, ended by a clock.{engines.length > 0 && ` What runs them is fetched at the first use: ${engines.map(({ label, languages, megabytes }) => `${languages.length > 1 ? `${label} for ${languages.filter(one => problems.some(({ language }) => language === one)).join(' and ')}` : label} (${megabytes} MB)`).join(', ')}.`}</p>
      <div class="row">
        <button type="button" class="primary" id="measure" disabled={going || why !== ''} onClick={() => void start(actions)}>Measure</button>
        <button type="button" id="stop-measuring" disabled={!going} onClick={() => void stop(actions)}>Stop</button>
        <span class="muted">{why !== '' ? why : `${plural(problems.length, 'problem')}, ${plural(chosenModels.value.length, 'model')}${chosenFiles.value.length > 0 ? `, ${plural(chosenFiles.value.length, 'file')} of answers` : ''}.`}{busy.value && ' A run is under way: it slows down meanwhile, its numbers stay the same.'}</span>
      </div>
    </>
  );
}

const WORDS: Record<Progress['state'], string> = { preparing: 'Preparing the problems', loading: 'Loading the model', writing: 'Writing and running', running: 'Running the answers' };

function Going({ now }: { now: Progress }): JSX.Element {
  const share = now.total > 0 ? now.done / now.total : 0, spent = (performance.now() - now.startedAt) / 1000;
  const left = share > 0.02 && share < 1 && spent > 1 ? spent / share - spent : NaN;
  return (
    <section class="card" aria-label="Progress" id="measuring" data-state={now.state}>
      <label class="bar wrap active"><span>{WORDS[now.state]}{now.subject !== '' && `: ${now.subject}`}{now.subjects > 1 && now.number > 0 && ` (${now.number} of ${now.subjects})`}{now.total > 0 && `, ${now.done} of ${now.total} samples`}{Number.isFinite(left) && `, about ${duration(left)} left`}</span>
        {now.total > 0 ? <progress value={now.done} max={now.total} /> : <progress />}</label>
      {now.total > 0 && <label class="bar wrap"><span>{now.judged} of {plural(now.problems, 'problem')} judged</span><progress value={now.judged} max={now.problems} /></label>}
      <EngineFetch />
    </section>
  );
}

function Kept(): JSX.Element {
  const actions = useActions(), renaming = useSignal<string | null>(null), list = entries.value;
  return (
    <section class="card" aria-label="Measured before">
      <h2>Measured before</h2>
      {list === null && <p class="empty">Reading what is kept…</p>}
      {list?.length === 0 && <p class="empty">Nothing was measured yet. Press Measure above: the rates and every answer are kept here, and can be exported.</p>}
      {list && list.length > 0 && <ul class="list kept">{list.map(({ id, name, createdAt, info }) => (
        <li key={id} class={shown.value?.id === id ? 'chosen' : ''} data-measurement={id}>
          <div class="kept-row">
            {renaming.value === id
              ? <form class="row" onSubmit={event => {
                  event.preventDefault();
                  const typed = new FormData(event.currentTarget).get('name');
                  if (typeof typed === 'string' && typed.trim() !== '') void rename(actions, id, typed.trim());
                  renaming.value = null;
                }}><input name="name" value={name} aria-label="New name" maxLength={80} /><button class="small">Save</button></form>
              : <span class="list-name"><b>{name}</b> {info.partial && <span class="badge warn">stopped early</span>} <span class="muted">{info.subjects.map((subject, s) => `${subject}: ${info.pass[s] === null || info.pass[s] === undefined ? 'no pass@1' : `pass@1 ${info.pass[s].toFixed(3)}`}`).join('; ')}. {plural(info.problems, 'problem')}, {ago(createdAt, Date.now())}.</span></span>}
            <span class="row">
              <button type="button" class="small" aria-pressed={shown.value?.id === id} disabled={progress.value !== null} onClick={() => void show(actions, id)}>Show<span class="unseen"> {name}</span></button>
              <button type="button" class="small" onClick={() => { renaming.value = renaming.value === id ? null : id; }}>Rename<span class="unseen"> {name}</span></button>
              <button type="button" class="small danger" onClick={() => void remove(actions, id)}>Delete<span class="unseen"> {name}</span></button>
            </span>
          </div>
        </li>
      ))}</ul>}
    </section>
  );
}
