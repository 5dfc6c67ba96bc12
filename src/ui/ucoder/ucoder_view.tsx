/** The UCoder tab: the six stages with their templates and numbers, the problems of a round, and the theorem. */
import './ucoder.css';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Settings } from '../../config';
import type { Episode, MetricRow } from '../../types';
import { useActions } from '../actions';
import { count, plural } from '../format';
import { busy, episodesOf, episodesVersion, episodeSteps, metricsVersion, metricTable, run, settings } from '../state';
import { Badge, ClusterBar, ProblemDetail } from './problem_view';
import { percent, stagesOf } from './stages';
import { TheoremView } from './theorem_view';

/** Steps that were rounds of UCoder, and their numbers. */
function rounds(): { step: number; row: MetricRow }[] {
  void metricsVersion.value;
  const table = metricTable();
  const problems = table.column('ucoder/problems');
  return table.steps().flatMap((step, i) => (Number.isFinite(problems[i]) ? [{ step, row: table.rows(i, i + 1)[0]! }] : []));
}

export function UcoderView(): JSX.Element {
  const shown = run.value.settings ?? settings.value;
  const all = rounds(), chosen = useSignal<number | null>(null);
  const current = all.find(({ step }) => step === chosen.value) ?? all.at(-1);
  return (
    <div class="ucoder">
      <Intro found={all.length > 0} />
      {current && <Rounds all={all} current={current} choose={step => { chosen.value = step; }} />}
      {current && <Problems key={`${run.value.id} ${current.step}`} step={current.step} />}
      <Stages settings={shown} row={current?.row ?? {}} />
      <TheoremView candidates={shown.candidates} tests={Math.round(current?.row['ucoder/tests'] ?? shown.tests)} measured={current?.row['ucoder/agreement'] ?? NaN} />
    </div>
  );
}

function Intro({ found }: { found: boolean }): JSX.Element {
  const objective = settings.value.objective, on = objective === 'ucoder' || objective === 'in-turn';
  const set = (change: Partial<Settings>): void => { settings.value = { ...settings.peek(), ...change }; };
  return (
    <section class="panel">
      <h2>UCoder: learn what most answers agree on</h2>
      <p>The model answers the same problem many times. The answers are run, those that behave alike are counted together, and the largest group is taken for right and learned. Nobody tells it what is right. The programs run in the sandbox, where they can reach nothing.</p>
      <div class="row" role="group" aria-label="What the next run learns by">
        {([['policy', 'BatCoder'], ['ucoder', 'UCoder'], ['in-turn', 'Both in turn']] as const).map(([value, name]) => (
          <button key={value} type="button" aria-pressed={objective === value} disabled={busy.value} onClick={() => set({ objective: value })}>{name}</button>
        ))}
        {on && <label class="inline">Problems from <select value={settings.value.problems} disabled={busy.value} onChange={event => set({ problems: event.currentTarget.value as Settings['problems'] })}>
          <option value="corpus">what the model writes of your functions</option><option value="described">their true documentation</option><option value="model">the model itself</option>
        </select></label>}
      </div>
      <p class="muted">{busy.value ? 'A run is under way; what is chosen here would hold for the next.' : on ? 'Press Start: the next run takes rounds of UCoder. Its other settings stand on the Train tab, under UCoder.' : 'The next run takes BatCoder alone: no rounds of UCoder.'}{!found && (run.value.id === '' ? ' No run is open yet: problems and answers of its rounds will appear here.' : ' The open run has no rounds: where there are some, their problems and answers appear here.')}</p>
    </section>
  );
}

function Rounds({ all, current, choose }: { all: { step: number; row: MetricRow }[]; current: { step: number; row: MetricRow }; choose: (step: number) => void }): JSX.Element {
  const at = all.indexOf(current), { row } = current;
  const go = (to: number): void => { const next = all[to]; if (next) choose(next.step); };
  return (
    <section class="panel">
      <div class="panel-head"><h2>Round of update {count(current.step)}</h2>
        <div class="stepper"><button type="button" disabled={at <= 0} onClick={() => go(at - 1)} aria-label="Earlier round">←</button><span class="muted">{at + 1} of {plural(all.length, 'round')}</span><button type="button" disabled={at >= all.length - 1} onClick={() => go(at + 1)} aria-label="Later round">→</button><button type="button" disabled={at >= all.length - 1} onClick={() => go(all.length - 1)}>Newest</button></div>
      </div>
      <ul class="tiles">
        <li><b>{count(row['ucoder/problems'] ?? NaN)}</b>problems</li>
        <li><b>{count(row['ucoder/programs'] ?? NaN)}</b>programs run</li>
        <li><b>{percent(row['ucoder/confidence'] ?? NaN)}</b>in the largest cluster</li>
        <li><b>{percent(row['ucoder/abstained'] ?? NaN)}</b>abstained</li>
        <li><b>{count(row['ucoder/learned'] ?? NaN)}</b>answers learned</li>
        {Number.isFinite(row['ucoder/right']) && <>
          <li><b>{percent(row['ucoder/right']!)}</b>of all answers right</li>
          <li><b>{percent(row['ucoder/right_when_confident'] ?? NaN)}</b>right where half agree</li>
          <li><b>{percent(row['ucoder/right_when_not'] ?? NaN)}</b>right where fewer do</li>
        </>}
      </ul>
      {Number.isFinite(row['ucoder/right']) && <p class="muted">Right means: behaves as the original on every test. The originals are run to watch and choose nothing.</p>}
    </section>
  );
}

function Problems({ step }: { step: number }): JSX.Element | null {
  const actions = useActions();
  const read = useSignal<Episode[] | null>(null), opened = useSignal(0);
  void episodesVersion.value;
  const live = episodesOf(step), episodes = live ?? read.value;
  useEffect(() => {
    if (live || !episodeSteps().includes(step)) return;
    void actions.episodes(run.peek().id, step).then(found => { read.value = found ?? []; });
  }, [step, live === undefined]);
  const problems = (episodes ?? []).flatMap(episode => (episode.consensus ? [{ episode, consensus: episode.consensus }] : []));
  const chosen = problems[Math.min(opened.value, problems.length - 1)];
  if (!episodes) return <p class="empty">The samples of this round are not kept, or still being read.</p>;
  if (!chosen) return <p class="empty">No problem of this round had answers that were run.</p>;
  return (
    <section class="panel">
      <h2>Its problems</h2>
      <div class="ucoder-body">
        <ul class="list" aria-label="Problems of the round">{problems.map(({ episode, consensus }, i) => (
          <li key={i} class={i === opened.value ? 'chosen' : ''}>
            <button type="button" class="ucoder-problem" aria-current={i === opened.value ? 'true' : undefined} onClick={() => { opened.value = i; }}>
              <span class="list-name">{episode.name}</span><Badge consensus={consensus} />
            </button>
            <ClusterBar consensus={consensus} answers={episode.reconstructions.length} />
          </li>
        ))}</ul>
        <ProblemDetail key={opened.value} {...chosen} />
      </div>
    </section>
  );
}

function Stages({ settings: shown, row }: { settings: Settings; row: MetricRow }): JSX.Element {
  const made = shown.problems === 'model';
  return (
    <section class="panel">
      <h2>The six stages</h2>
      <ol class="ucoder-stages">{stagesOf(shown).map(stage => (
        <li key={stage.number}>
          <h3>{stage.number}. {stage.name}</h3>
          <p>{made && stage.model ? stage.model : stage.corpus}</p>
          <dl class="ucoder-numbers">{stage.numbers(row).map(([name, text]) => <div key={name}><dt>{name}</dt><dd>{text}</dd></div>)}</dl>
          {stage.template && <details><summary>{made ? 'What the model is asked' : 'What a model would be asked that makes up its own problems'}</summary><pre tabIndex={0} role="group" aria-label={`Template of stage ${stage.number}`}>{stage.template}</pre></details>}
          <p class="muted"><code>{stage.source}</code></p>
        </li>
      ))}</ol>
    </section>
  );
}
