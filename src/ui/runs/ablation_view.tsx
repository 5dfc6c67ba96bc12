/** The Ablations panel: which arms, seeds and updates, what they will take, the queue, its table and its figure. */
import { useSignal } from '@preact/signals';
import { h } from 'preact';
import type { JSX } from 'preact';
import { ARMS, MEASURES, MEASURE_NAMES, ablationMarkdown, changeText, summarise } from '../../loop/ablation';
import type { Arm, ArmSummary } from '../../loop/ablation';
import { ablationFigure, figureSvg } from '../../loop/ablation_figure';
import type { Shape } from '../../loop/ablation_figure';
import { PRESETS, presetSettings, SETTINGS } from '../../config';
import type { Settings } from '../../config';
import { isMetric } from '../../reward/table';
import { useActions } from '../actions';
import { duration, plural, value } from '../format';
import { busy, corpus, ingest, capability, preset, run, runs, settings } from '../state';
import { finishedRun, planProblems, readSeeds, resultsOf, runsOf, secondsOfRun } from './ablation_plan';
import type { AblationPlan } from './ablation_plan';
import { lastPlan, queue } from './ablation_queue';

const GROUPS: { title: string; arms: readonly Arm[] }[] = [
  { title: 'What is rewarded', arms: ARMS.filter(arm => arm.name === 'blend' || isMetric(arm.name)) },
  { title: 'How it learns', arms: ARMS.filter(arm => arm.name !== 'blend' && !isMetric(arm.name)) },
];

export function AblationPanel(): JSX.Element {
  const last = lastPlan.value;
  return (
    <section class="card ablations" aria-label="Ablations" id="ablations">
      <h2>Ablations</h2>
      <p class="muted">The same run with one thing changed, each with several seeds. Every run of the queue is an ordinary run of the list above, named by its arm and seed.</p>
      {/* Filled anew once the plan of an earlier visit is there. */}
      <PlanForm key={last ? 'again' : 'first'} last={last} />
      <QueueProgress />
      {last && <Outcome plan={last} />}
    </section>
  );
}

function PlanForm({ last }: { last: AblationPlan | null }): JSX.Element {
  const actions = useActions();
  const chosen = useSignal<readonly string[]>(last?.arms ?? ['blend', 'structure', 'chrf']);
  const seedText = useSignal((last?.seeds ?? [0, 1]).join(', '));
  const updates = useSignal(last?.base.steps ?? settings.peek().steps);
  const data = corpus.value, seeds = readSeeds(seedText.value);
  const plan: AblationPlan | null = data && seeds && { preset: preset.value, base: { ...settings.value, steps: updates.value }, arms: [...chosen.value], seeds, corpusId: data.id, corpusHash: data.hash };
  const problems = plan ? planProblems(plan) : [];
  const running = queue.value.state !== 'idle';
  const missing = plan ? runsOf(plan).filter(planned => !finishedRun(planned, plan, runs.value)).length : 0;
  const ready = plan !== null && problems.length === 0 && missing > 0 && !running && !busy.value && ingest.value === null && capability.value.kind === 'ready';
  return (
    <form class="ablation-form" onSubmit={event => { event.preventDefault(); if (plan && ready) void actions.startAblation(plan); }}>
      {GROUPS.map(group => (
        <fieldset key={group.title} disabled={running}>
          <legend>{group.title}</legend>
          <div class="arms">{group.arms.map(arm => (
            <label key={arm.name} class="check" title={arm.meaning}>
              <input type="checkbox" name="arm" value={arm.name} checked={chosen.value.includes(arm.name)} onChange={event => {
                chosen.value = event.currentTarget.checked ? [...chosen.value, arm.name] : chosen.value.filter(name => name !== arm.name);
              }} />{arm.label}
            </label>
          ))}</div>
        </fieldset>
      ))}
      <details>
        <summary>What each arm changes</summary>
        <dl class="facts">{ARMS.flatMap(arm => [<dt key={`${arm.name}-t`}>{arm.label}</dt>, <dd key={`${arm.name}-d`}>{arm.meaning}</dd>])}</dl>
      </details>
      <div class="row">
        <label class="inline">Seeds <input class="seeds" name="seeds" value={seedText.value} disabled={running} aria-invalid={seeds === null} onInput={event => { seedText.value = event.currentTarget.value; }} /></label>
        <label class="inline">Updates <input class="updates" name="updates" type="number" min={1} max={100000} step={1} value={updates.value} disabled={running} onChange={event => {
          const wanted = Math.round(Number(event.currentTarget.value));
          if (wanted >= 1 && wanted <= 100_000) updates.value = wanted;
          event.currentTarget.value = String(updates.value);
        }} /></label>
      </div>
      {seeds === null && <p class="note warn">Seeds are up to 20 whole numbers with commas between them.</p>}
      {problems.map(problem => <p class="note warn" key={problem}>{problem}</p>)}
      {plan && problems.length === 0 && <Estimate plan={plan} />}
      <div class="row">
        <button type="submit" id="start-ablation" class="primary" disabled={!ready}>{plan && missing > 0 && missing < runsOf(plan).length ? 'Continue queue' : 'Start queue'}</button>
        <button type="button" id="stop-ablation" disabled={queue.value.state !== 'running'} onClick={() => actions.stopAblation()}>Stop queue</button>
      </div>
    </form>
  );
}

/** How the base differs from its preset, so that nobody compares what they did not mean to. */
function baseText(plan: AblationPlan): string {
  const own = presetSettings(plan.preset);
  const changed = SETTINGS.filter(({ key }) => key !== 'steps' && key !== 'seed' && plan.base[key] !== own[key]).map(({ key }) => `${key} ${String(plan.base[key as keyof Settings])}`);
  return `${PRESETS[plan.preset].label}${changed.length > 0 ? ` with ${changed.join(', ')}` : ''}`;
}

function Estimate({ plan }: { plan: AblationPlan }): JSX.Element {
  const all = runsOf(plan), missing = all.filter(planned => !finishedRun(planned, plan, runs.value));
  const seconds = missing.reduce((sum, planned) => sum + secondsOfRun(planned.settings, runs.value), 0);
  return (
    <p class="muted" id="ablation-cost">
      <b>{plural(all.length, 'run')}</b> of {plural(plan.base.steps, 'update')}, on the settings of the Train tab: {baseText(plan)}.
      {missing.length < all.length && ` Finished already: ${all.length - missing.length}.`}
      {missing.length > 0 && (Number.isFinite(seconds) ? <> About <b>{duration(seconds)}</b> in all, judged by a finished run of this browser with the same sizes.</>
        : ' How long that takes is not known before a run of these sizes has finished in this browser; the first run of the queue will tell.')}
    </p>
  );
}

function QueueProgress(): JSX.Element | null {
  const q = queue.value;
  if (q.state === 'idle') return q.problem ? <p class="note warn" id="ablation-problem">{q.problem} Start the queue again and it goes on there.</p> : null;
  const mean = q.took.reduce((sum, seconds) => sum + seconds, 0) / q.took.length, after = Math.max(0, q.total - q.done - 1);
  // The run under way says itself how long it has; the ones after it take as long as those before.
  const now = run.value.left?.[1] ?? NaN, left = after === 0 ? now : (Number.isFinite(now) ? now : mean) + after * mean;
  return (
    <div id="ablation-progress" aria-live="off">
      <label class="bar"><span>{q.state === 'stopping' ? 'Stopping after this step' : q.current || 'Preparing'}: {q.done} of {plural(q.total, 'run')} done{Number.isFinite(left) && `, about ${duration(left)} left`}</span>
        <progress value={q.done + (run.value.steps > 0 && q.current !== '' ? Math.min(1, run.value.step / run.value.steps) : 0)} max={Math.max(1, q.total)} /></label>
    </div>
  );
}

function Outcome({ plan }: { plan: AblationPlan }): JSX.Element | null {
  const results = resultsOf(plan, runs.value);
  if (results.length === 0) return null;
  const summaries = summarise(results);
  return (
    <div class="ablation-outcome">
      <h3>{results.length} of {plural(runsOf(plan).length, 'run')}, {plural(plan.base.steps, 'update')} each</h3>
      <FigureView summaries={summaries} />
      <ResultTable summaries={summaries} />
      <ul class="fact-list">{MEASURE_NAMES.map(measure => <li key={measure}><b>{MEASURES[measure].label}</b>: {MEASURES[measure].meaning}</li>)}</ul>
      <MetricsTable summaries={summaries} />
      <Downloads summaries={summaries} />
    </div>
  );
}

function ResultTable({ summaries }: { summaries: readonly ArmSummary[] }): JSX.Element {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Results of the ablations">
      <table class="data" id="ablation-table">
        <caption>Held-out functions before → after: mean over seeds ± standard deviation (least..most)</caption>
        <thead><tr><th scope="col">arm</th><th scope="col">seeds</th>{MEASURE_NAMES.map(measure => <th scope="col" key={measure}>{MEASURES[measure].label}</th>)}<th scope="col">time a run</th></tr></thead>
        <tbody>{summaries.map(summary => (
          <tr key={summary.arm}>
            <th scope="row">{summary.label}</th><td>{summary.results.map(result => result.seed).join(', ')}</td>
            {MEASURE_NAMES.map(measure => <td key={measure}>{changeText(summary.before[measure], summary.after[measure])}</td>)}
            <td>{duration(summary.seconds.mean)}</td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

/** Where each arm left every metric: what a metric gains that was not rewarded is the question of an ablation. */
function MetricsTable({ summaries }: { summaries: readonly ArmSummary[] }): JSX.Element | null {
  const names = [...new Set(summaries.flatMap(summary => Object.keys(summary.metrics)))];
  if (names.length === 0) return null;
  return (
    <details>
      <summary>Every metric after the run</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label="Every metric after the run">
        <table class="data">
          <thead><tr><th scope="col">arm</th>{names.map(name => <th scope="col" key={name}>{ARMS.find(arm => arm.name === name)?.label ?? name}</th>)}</tr></thead>
          <tbody>{summaries.map(summary => <tr key={summary.arm}><th scope="row">{summary.label}</th>{names.map(name => <td key={name}>{value(summary.metrics[name]?.mean)}</td>)}</tr>)}</tbody>
        </table>
      </div>
    </details>
  );
}

function FigureView({ summaries }: { summaries: readonly ArmSummary[] }): JSX.Element {
  const figure = ablationFigure(summaries);
  const draw = ({ tag, attributes, text, children }: Shape, key: number): JSX.Element => h(tag, { ...attributes, key }, children?.map(draw), text) as JSX.Element;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Figure of the ablations">
      <svg class="ablation-figure" id="ablation-figure" viewBox={`0 0 ${figure.width} ${figure.height}`} role="img" aria-label={figure.title}>{figure.shapes.map(draw)}</svg>
    </div>
  );
}

function Downloads({ summaries }: { summaries: readonly ArmSummary[] }): JSX.Element {
  const actions = useActions();
  const save = (name: string, text: string): void => actions.saveFile({ name, bytes: new TextEncoder().encode(text) });
  return (
    <div class="row">
      <button type="button" class="small" onClick={() => save('ablation.md', ablationMarkdown(summaries, duration))}>ablation.md</button>
      <button type="button" class="small" onClick={() => save('ablation.json', `${JSON.stringify({ results: summaries.flatMap(summary => summary.results) }, null, 2)}\n`)}>ablation.json</button>
      <button type="button" class="small" onClick={() => save('ablation.svg', figureSvg(ablationFigure(summaries)))}>ablation.svg</button>
    </div>
  );
}
