/** The bar that stays in sight: state, progress, time left, speed, and the buttons that steer a run. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useActions } from './actions';
import { partOf } from './eta';
import type { Part } from './eta';
import { ago, count, durationRange, plural, savedAgo, value } from './format';
import { busy, capability, corpus, heldElsewhere, ingest, model, modelProblem, preset, resumable, run, settings, startable } from './state';
import type { RunState, RunView } from './state';

const STATES: Record<RunState, string> = {
  idle: 'Ready', starting: 'Starting', running: 'Running', pausing: 'Pausing after this step', paused: 'Paused',
  stopping: 'Stopping after this step', finished: 'Finished', stopped: 'Stopped and saved', failed: 'Failed',
};
const PHASES: Record<string, string> = {
  load: 'Loading the model', compile: 'Compiling kernels', warmstart: 'Warm start', document: 'Writing documentation', reconstruct: 'Rebuilding code',
  reward: 'Scoring', update: 'Learning', evaluate: 'Measuring held-out functions', checkpoint: 'Saving',
};
/** The parts that have a bar of their own, in the order of a step. */
const BARS: { part: Part; label: string }[] = [{ part: 'rollout', label: 'Sampling' }, { part: 'reward', label: 'Scoring' }, { part: 'update', label: 'Learning' }, { part: 'evaluate', label: 'Measuring' }];
/** Steps shorter than this (s) would make their bars flicker: those show shares of a step's time instead. */
const FAST = 1;

/** The time, once a second: what has to age reads it. */
const seconds = signal(Date.now());

export function RunBar(): JSX.Element {
  const actions = useActions();
  const r = run.value;
  const running = busy.value;
  const paused = r.state === 'paused';
  const offered = resumable.value;
  const ages = running || r.savedAt > 0;
  const elsewhere = !running && heldElsewhere.value.has(r.id), taken = offered !== null && heldElsewhere.value.has(offered.id);
  useEffect(() => {
    if (!ages) return;
    const timer = setInterval(() => { if (document.visibilityState === 'visible') seconds.value = Date.now(); }, 1000);
    return () => clearInterval(timer);
  }, [ages]);
  return (
    <section class={`runbar${running ? ' busy' : ''}`} aria-label="Run">
      <div class="runbar-buttons">
        <button type="button" id="start" class="primary" disabled={!startable.value} onClick={() => void actions.start()}>Start</button>
        <button type="button" id="pause" disabled={r.state !== 'running' && !paused} onClick={() => (paused ? actions.proceed() : actions.pause())}>{paused ? 'Continue' : 'Pause'}</button>
        <button type="button" id="step" disabled={!paused} title="One update, then paused again" onClick={() => actions.step()}>Step</button>
        <button type="button" id="stop" disabled={!running || r.state === 'stopping'} onClick={() => actions.stop()}>Stop</button>
      </div>
      <div class="runbar-state">
        <p class="runbar-line">
          <strong id="run-state" data-state={r.state}>{elsewhere ? 'In another tab, to be looked at here' : STATES[r.state]}</strong>
          {r.name && <span class="spare">{r.name}</span>}
          {r.steps > 0 && <span id="run-step">{r.stage === 'warmstart' ? 'warm-start step' : 'step'} {count(r.step)} / {count(r.steps)}</span>}
          {running && r.left && <span>{durationRange(r.left)} left{r.stage === 'warmstart' ? ' of the warm start' : ''}</span>}
          {Number.isFinite(r.tokensPerSecond) && <span>{count(r.tokensPerSecond, true)} tokens/s</span>}
          {Number.isFinite(r.secondsPerStep) && <span class="spare">{value(r.secondsPerStep)} s/step</span>}
          {(running || r.savedAt > 0) && <GpuName />}
          <SavedAt />
        </p>
        {!running && <p class="runbar-next">{nextLine()}</p>}
        {running && <Progress />}
      </div>
      {!running && taken && <p class="runbar-next" id="taken">{offered.name} is being trained in another tab. It can be opened in Runs, and resumed when it has ended there.</p>}
      {!running && offered && !taken && (
        <button type="button" id="resume" onClick={() => void actions.resumeRun(offered.id)}>
          Resume {offered.name} at step {count(offered.step)} <span class="muted">(begun {ago(offered.createdAt, Date.now())})</span>
        </button>
      )}
    </section>
  );
}

function GpuName(): JSX.Element | null {
  const c = capability.value;
  if (c.kind !== 'ready') return null;
  return <span class={`chip spare${c.software ? ' warn' : ''}`} title="What the numbers were measured on">{c.name}{c.software ? ', processor' : ''}</span>;
}

/** When the run was saved last, and how much would be lost now. */
function SavedAt(): JSX.Element | null {
  const { savedAt, savedStep, step, stage, state } = run.value;
  if (savedAt === 0) return null;
  const unsaved = savedStep < 0 || state === 'finished' ? 0 : Math.max(0, step - savedStep);
  return (
    <span class="saved" title={new Date(savedAt).toLocaleString()}>saved {savedAgo(savedAt, seconds.value)}
      {unsaved > 0 && busy.value && <span class="muted">, {plural(unsaved, stage === 'warmstart' ? 'warm-start step' : 'step')} since</span>}</span>
  );
}

function Progress(): JSX.Element {
  const r = run.value;
  return (
    <div class="bars">
      <label class="bar"><span>Run</span><progress value={r.step} max={Math.max(1, r.steps)}>{r.step} of {r.steps}</progress></label>
      <PhaseBars />
    </div>
  );
}

function PhaseBars(): JSX.Element {
  const r = run.value, part = partOf(r.phase);
  if (r.compiling) return <Bar label={`Compiling kernels ${count(r.compiling.done)} of ${count(r.compiling.total)}`} value={r.compiling.done / r.compiling.total} active />;
  const own = part !== undefined && r.phase !== 'warmstart' && !(r.stage === 'warmstart' && r.step < r.steps) && part !== 'save' && !r.doing;
  if (!own) return <Bar label={`${r.doing || (r.phase ? PHASES[r.phase] ?? r.phase : 'Starting')}${!r.doing && r.phase !== 'warmstart' && r.total > 1 ? ` ${count(Math.min(r.done, r.total))}/${count(r.total)}` : ''}`} value={r.total > 1 ? r.done / r.total : undefined} active />;
  const at = BARS.findIndex(bar => bar.part === part), step = (r.typical.rollout ?? 0) + (r.typical.reward ?? 0) + (r.typical.update ?? 0);
  const fast = Number.isFinite(r.secondsPerStep) && r.secondsPerStep < FAST && part !== 'evaluate';
  return (
    <div class={`phases${fast ? ' fast' : ''}`}>
      {BARS.map(({ part: own, label }, i) => {
        const typical = r.typical[own], active = i === at && !fast;
        const full = own === 'evaluate' ? (active ? r.done / Math.max(1, r.total) : 0) : fast ? (typical ?? 0) / step : i > at || part === 'evaluate' ? Number(part === 'evaluate' && at > i) : i < at ? 1 : within(r);
        return <Bar key={own} label={active && own === 'rollout' ? (r.phase === 'document' ? 'Writing' : 'Rebuilding') : label} note={typical === undefined ? '' : `${value(typical)} s`} value={full} active={active} />;
      })}
    </div>
  );
}

/** How far the phase under way is, of what can be counted. */
function within({ phase, rows: { done, total } }: RunView): number | undefined {
  const share = total > 0 ? done / total : 0;
  return phase === 'document' ? share / 2 : phase === 'reconstruct' ? 0.5 + share / 2 : undefined;
}

function Bar({ label, note = '', value: full, active }: { label: string; note?: string; value: number | undefined; active: boolean }): JSX.Element {
  return (
    <label class={`bar${active ? ' active' : ''}`}>
      <span><span class="bar-label">{label}</span>{note && <span class="bar-note"> {note}</span>}</span>
      <progress {...(active ? { id: 'phase' } : {})} {...(full === undefined ? {} : { value: Math.min(1, full), max: 1 })} />
    </label>
  );
}

/** One line that says what Start will do, or what is still missing. */
function nextLine(): string {
  const c = capability.value;
  if (c.kind === 'checking') return 'Checking the graphics adapter…';
  if (c.kind !== 'ready') return 'Training needs WebGPU: see the note below.';
  if (ingest.value) return 'Reading the files…';
  const data = corpus.value;
  if (!data) return 'Loading the sample corpus…';
  const s = settings.value;
  if (s.model !== 'new' && !model.value) return modelProblem.value || 'Loading the starter model…';
  const from = s.model === 'new' ? `a new ${s.modelSize} model` : model.value?.source === 'folder' ? `the loaded model ${model.value.name}` : `the ${model.value?.name === 'starter-small' ? 'small ' : ''}starter model${model.value?.name === 'starter-python' ? ' that read Python' : ''}`;
  const warm = s.warmstartSteps > 0 ? `warms ${from} up for ${count(s.warmstartSteps)} steps, then ` : `takes ${from} and `;
  return `Start (${preset.value}) ${warm}lets it document and rebuild functions of ${data.name}, ${plural(s.steps, 'update')}, from ${count(data.report?.train ?? data.items.filter(item => item.split === 'train').length)} set aside for training; watch the reward and the held-out line rise together.`;
}
