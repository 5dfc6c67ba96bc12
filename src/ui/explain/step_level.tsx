/** Level 2: one step opened, stage by stage, for one function and one of its samples. */
import type { JSX } from 'preact';
import type { Episode } from '../../types';
import { count, value } from '../format';
import { item, openStep, sample, stage } from './chosen';
import { FormulaLevel } from './formula_view';
import type { Opened } from './opened';
import type { Shown } from './sources';
import { STAGES, StageView } from './stages';

/** The opened step with its formula below; what is missing is said. */
export function StepLevel({ shown, opened: { step: at, episodes, items, group, episode } }: { shown: Shown; opened: Opened }): JSX.Element {
  return (
    <>
      <section class="card explain-level" aria-labelledby="explain-step">
        <h2 id="explain-step"><span class="level">2</span> One step, opened</h2>
        <p class="plain">In each step the model tries several descriptions of the same function, tests every one by rebuilding the code from it, and shifts itself a little towards those that worked better than the rest.</p>
        {at === undefined ? <p class="note">No step of this run has samples yet. They appear with its first step.</p> : (
          <>
            <div class="toolbar">
              <Steps steps={shown.steps} at={at} />
              {items.length > 0 && (
                <label class="inline">Function <select id="explain-item" value={episode?.itemId} onChange={event => { item.value = event.currentTarget.value; sample.value = null; }}>
                  {items.map((e, i) => <option key={e.itemId} value={e.itemId}>{e.name}{i === 0 ? ' (tokens followed)' : ''}</option>)}
                </select></label>
              )}
            </div>
            {!episodes && <p class="empty">Reading the samples of this step…</p>}
            {episodes && !episode && <p class="note">No samples are kept of step {count(at)}. Choose another step.</p>}
            {episode && episodes && <Stages shown={shown} episodes={episodes} group={group} episode={episode} />}
          </>
        )}
      </section>
      {episode && episodes && <FormulaLevel shown={shown} episodes={episodes} episode={episode} />}
    </>
  );
}

function Steps({ steps, at }: { steps: readonly number[]; at: number }): JSX.Element {
  const before = steps.findLast(one => one < at), after = steps.find(one => one > at);
  return (
    <div class="stepper" role="group" aria-label="Step">
      <button type="button" class="small" disabled={before === undefined} onClick={() => openStep(before!)}>‹ Earlier step</button>
      <span id="opened-step">step <b>{count(at)}</b></span>
      <button type="button" class="small" disabled={after === undefined} onClick={() => openStep(after!)}>Later step ›</button>
      <button type="button" class="small" disabled={after === undefined} onClick={() => openStep(steps.at(-1)!)}>Newest step</button>
    </div>
  );
}

function Stages({ shown, episodes, group, episode }: { shown: Shown; episodes: readonly Episode[]; group: readonly Episode[]; episode: Episode }): JSX.Element {
  const at = Math.min(stage.value, STAGES.length - 1), { name, plain } = STAGES[at]!;
  return (
    <>
      <ol class="stages" aria-label="Stages of a step">
        {STAGES.map((one, i) => <li key={one.name}><button type="button" class="small" aria-current={i === at ? 'step' : undefined} onClick={() => { stage.value = i; }}>{i + 1} {one.name}</button></li>)}
      </ol>
      <div class="stage" role="group" aria-labelledby="stage-name">
        <div class="panel-head">
          <h3 id="stage-name">{at + 1} of {STAGES.length}: {name}</h3>
          <div class="row">
            <button type="button" class="small" disabled={at === 0} onClick={() => { stage.value = at - 1; }}>‹ Previous stage</button>
            <button type="button" class="small" disabled={at === STAGES.length - 1} onClick={() => { stage.value = at + 1; }}>Next stage ›</button>
          </div>
        </div>
        <p class="plain">{plain}</p>
        <StageView stage={at} shown={shown} episodes={episodes} group={group} episode={episode} />
      </div>
      <div class="row" role="group" aria-label="Sample">
        <span class="muted">Sample</span>
        {group.map(e => <button key={e.group} type="button" class="small" aria-pressed={e === episode} onClick={() => { sample.value = e.group; }}>{e.group + 1}<span class="muted"> {value(e.reward)}</span></button>)}
      </div>
    </>
  );
}
