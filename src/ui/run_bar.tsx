/** The bar that stays in sight: state, progress, time left, speed, and the buttons that steer a run. */
import type { JSX } from 'preact';
import { useActions } from './actions';
import { ago, count, durationRange, value } from './format';
import { busy, capability, corpus, ingest, model, modelProblem, preset, resumable, run, settings, startable } from './state';
import type { RunState } from './state';

const STATES: Record<RunState, string> = {
  idle: 'Ready', starting: 'Starting', running: 'Running', pausing: 'Pausing after this step', paused: 'Paused',
  stopping: 'Stopping after this step', finished: 'Finished', stopped: 'Stopped and saved', failed: 'Failed',
};
const PHASES: Record<string, string> = {
  load: 'Loading the model', compile: 'Compiling kernels', warmstart: 'Warm start', document: 'Writing documentation', reconstruct: 'Rebuilding code',
  reward: 'Scoring', update: 'Learning', evaluate: 'Measuring held-out functions', checkpoint: 'Saving',
};

export function RunBar(): JSX.Element {
  const actions = useActions();
  const r = run.value;
  const running = busy.value;
  const paused = r.state === 'paused';
  const offered = resumable.value;
  return (
    <section class="runbar" aria-label="Run">
      <div class="runbar-buttons">
        <button type="button" id="start" class="primary" disabled={!startable.value} onClick={() => void actions.start()}>Start</button>
        <button type="button" id="pause" disabled={r.state !== 'running' && !paused} onClick={() => (paused ? actions.proceed() : actions.pause())}>{paused ? 'Continue' : 'Pause'}</button>
        <button type="button" id="step" disabled={!paused} title="One update, then paused again" onClick={() => actions.step()}>Step</button>
        <button type="button" id="stop" disabled={!running || r.state === 'stopping'} onClick={() => actions.stop()}>Stop</button>
      </div>
      <div class="runbar-state">
        <p class="runbar-line">
          <strong id="run-state" data-state={r.state}>{STATES[r.state]}</strong>
          {r.name && <span>{r.name}</span>}
          {r.steps > 0 && <span id="run-step">{r.stage === 'warmstart' ? 'warm-start step' : 'step'} {count(r.step)} / {count(r.steps)}</span>}
          {running && r.left && <span>{durationRange(r.left)} left</span>}
          {Number.isFinite(r.tokensPerSecond) && <span>{count(r.tokensPerSecond, true)} tokens/s</span>}
          {Number.isFinite(r.secondsPerStep) && <span>{value(r.secondsPerStep)} s/step</span>}
          {r.savedAt > 0 && <span>saved {new Date(r.savedAt).toLocaleTimeString()}</span>}
        </p>
        {!running && <p class="runbar-next">{nextLine()}</p>}
        {running && <Progress />}
      </div>
      {!running && offered && (
        <button type="button" id="resume" onClick={() => void actions.resumeRun(offered.id)}>
          Resume {offered.name} at step {count(offered.step)} <span class="muted">({ago(offered.createdAt, Date.now())})</span>
        </button>
      )}
    </section>
  );
}

function Progress(): JSX.Element {
  const r = run.value;
  const name = r.doing || (r.phase ? PHASES[r.phase] ?? r.phase : 'Starting');
  return (
    <div class="bars">
      <label class="bar"><span>Run</span><progress value={r.step} max={Math.max(1, r.steps)}>{r.step} of {r.steps}</progress></label>
      <label class="bar">
        <span>{name}{r.total > 1 ? ` ${count(Math.min(r.done, r.total))}/${count(r.total)}` : '…'}</span>
        {r.total > 0 ? <progress id="phase" value={Math.min(r.done, r.total)} max={r.total} /> : <progress id="phase" />}
      </label>
    </div>
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
  const from = s.model === 'new' ? `a new ${s.modelSize} model` : model.value?.source === 'folder' ? `the loaded model ${model.value.name}` : `the ${model.value?.name === 'starter-small' ? 'small ' : ''}starter model`;
  const warm = s.warmstartSteps > 0 ? `warms ${from} up for ${count(s.warmstartSteps)} steps, then ` : `takes ${from} and `;
  return `Start (${preset.value}) ${warm}lets it document and rebuild ${count(data.report?.functions ?? data.items.length)} functions of ${data.name}, ${count(s.steps)} updates; watch the reward and the held-out line rise together.`;
}
