/** Trying a model out: an input that is already filled in, how it is drawn, one model or two, and what they write. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { LANGUAGE_NAMES } from '../../corpus/languages';
import type { Language } from '../../types';
import { useActions } from '../actions';
import { bytes, signed, value } from '../format';
import { busy, capability, corpus } from '../state';
import { choicesOf, modelEntries } from './model_state';
import type { ModelChoice } from './model_state';
import { BOXES, boxed, meanScore, STATE_WORDS, TASKS, textOf } from './trial';
import type { Task, Trial } from './trial';
import { against, chosenItem, chosenModel, code, documentation, fillExample, language, models, ownSampling, pickable, sampling, sideBySide, stopWriting, take, task, trials, trying, two, write } from './try_state';
import type { Side } from './tryout';
import { SampleView } from './writing_view';

export function TryView(): JSX.Element {
  const actions = useActions();
  const items = corpus.value?.items;
  useEffect(fillExample, [items]);
  // Memory and workers go back when the tab is left; what was written stays.
  useEffect(() => () => { void actions.tryout().then(tryout => { tryout.close(); }, () => undefined); }, []);
  const ready = capability.value.kind === 'ready' && modelEntries.value !== null && (task.value === 'rebuild' || code.value.trim() !== '');
  const [left, right] = [trials.left.value, trials.right.value];
  return (
    <section class="card try" aria-label="Try a model" id="try">
      <h2>Try a model</h2>
      <fieldset class="filters">
        <legend class="unseen">What it is asked</legend>
        {(Object.keys(TASKS) as Task[]).map(one => <label key={one} class="check"><input type="radio" name="task" checked={task.value === one} onChange={() => { task.value = one; }} />{TASKS[one]}</label>)}
      </fieldset>
      <div class="try-input">
        <Input />
        <div class="try-how">
          <ModelPicks />
          <SamplingBoxes />
        </div>
      </div>
      <div class="row">
        <button type="button" class="primary" id="write" disabled={!ready || trying.value} onClick={() => void write(actions)}>Write</button>
        <button type="button" id="stop-writing" disabled={!trying.value} onClick={() => void stopWriting(actions)}>Stop</button>
        {busy.value && <span class="muted">A run is under way. Trying has an engine of its own: the run slows down meanwhile, its numbers stay the same.</span>}
        {capability.value.kind !== 'ready' && <span class="muted">Writing needs WebGPU: see the note above.</span>}
      </div>
      {two.value && left.state !== 'idle' && right.state !== 'idle' && (
        <div class="row">
          <Verdict left={left} right={right} />
          <label class="inline">Mark what differs from <select value={against.value} onChange={event => { against.value = event.currentTarget.value as 'original' | 'other'; }}><option value="other">the other model</option><option value="original">the original code</option></select></label>
        </div>
      )}
      {left.state !== 'idle' && (
        <div class={two.value && right.state !== 'idle' ? 'try-out two' : 'try-out'}>
          <Pane side="left" other={two.value ? right : null} />
          {two.value && right.state !== 'idle' && <Pane side="right" other={left} />}
        </div>
      )}
    </section>
  );
}

function Input(): JSX.Element {
  const search = useSignal('');
  const items = corpus.value?.items ?? [];
  const { heldOut, training } = pickable(items, search.value);
  const choose = (id: string): void => { const item = items.find(one => one.id === id); if (item) take(item); };
  const rebuild = task.value === 'rebuild';
  const options = (list: typeof items): JSX.Element[] => list.map(item => <option key={item.id} value={item.id}>{item.name} ({item.path})</option>);
  return (
    <div class="try-text">
      <div class="row">
        <label class="inline grow">Function <select value={chosenItem.value?.code === code.value ? chosenItem.value.id : ''} onChange={event => choose(event.currentTarget.value)}>
          <option value="">own text</option>
          {heldOut.length > 0 && <optgroup label="Held out: never trained on">{options(heldOut)}</optgroup>}
          {training.length > 0 && <optgroup label="Trained on">{options(training)}</optgroup>}
        </select></label>
        <input type="search" class="small" placeholder="Find a function" aria-label="Find a function" value={search.value} onInput={event => { search.value = event.currentTarget.value; }} />
      </div>
      {rebuild && <label class="labelled">Documentation<textarea class="code" rows={5} spellcheck={false} value={documentation.value} onInput={event => { documentation.value = event.currentTarget.value; }} /></label>}
      <label class="labelled">{rebuild ? 'The code it is about, to compare with; empty = no comparison' : 'Code'}<textarea class="code" rows={Math.min(16, Math.max(4, code.value.split('\n').length + 1))} spellcheck={false} value={code.value} onInput={event => { code.value = event.currentTarget.value; }} /></label>
      <label class="inline">Language <select value={language.value} onChange={event => { language.value = event.currentTarget.value as Language; chosenItem.value = null; }}>
        {LANGUAGE_NAMES.map(name => <option key={name} value={name}>{name}</option>)}
      </select></label>
    </div>
  );
}

function ModelPicks(): JSX.Element {
  const choices = choicesOf(modelEntries.value ?? []);
  return (
    <div class="try-models">
      <label class="labelled">{two.value ? 'Left model' : 'Model'}<Picker side="left" choices={choices} /></label>
      <label class="check"><input type="checkbox" checked={two.value} onChange={event => { sideBySide.value = event.currentTarget.checked; }} />beside a second model</label>
      {two.value && <label class="labelled">Right model<Picker side="right" choices={choices} /></label>}
    </div>
  );
}

function Picker({ side, choices }: { side: Side; choices: ModelChoice[] }): JSX.Element {
  const groups = [...new Set(choices.map(({ group }) => group))];
  return (
    <select id={`model-${side}`} value={models.value[side]} onChange={event => { chosenModel[side].value = event.currentTarget.value; }}>
      {groups.map(group => <optgroup key={group} label={group}>{choices.filter(choice => choice.group === group).map(({ ref, label }) => <option key={ref} value={ref}>{label}</option>)}</optgroup>)}
    </select>
  );
}

function SamplingBoxes(): JSX.Element {
  const now = sampling.value;
  return (
    <details class="try-sampling" open>
      <summary>How it is drawn{ownSampling.value ? ', changed' : ': as in training'}</summary>
      <div class="boxes">
        {BOXES.map(box => (
          <label key={box.key} class="labelled" title={box.meaning}>{box.label}
            <input type="number" min={box.min} max={box.max} step={box.step} value={now[box.key]} onChange={event => {
              const typed = boxed(box, event.currentTarget.value);
              if (typed === undefined) event.currentTarget.value = String(now[box.key]);
              else { ownSampling.value = { ...now, [box.key]: typed }; event.currentTarget.value = String(typed); }
            }} />
          </label>
        ))}
      </div>
      {/* Always there: one that appeared as a box is left would move what is being clicked. */}
      <button type="button" class="small" disabled={!ownSampling.value} onClick={() => { ownSampling.value = null; }}>As in training</button>
    </details>
  );
}

function Verdict({ left, right }: { left: Trial; right: Trial }): JSX.Element | null {
  const [a, b] = [meanScore(left), meanScore(right)];
  const same = left.samples.length > 0 && left.samples.every((sample, i) => textOf(sample) === textOf(right.samples[i]));
  if (left.state !== 'done' || right.state !== 'done') return null;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return <p><b>{same ? 'Both wrote the same.' : 'They wrote different texts.'}</b></p>;
  return <p><b>Similarity {value(a)} left, {value(b)} right: {signed(b - a)}.</b>{same ? ' Both wrote the same.' : ''}</p>;
}

function Pane({ side, other }: { side: Side; other: Trial | null }): JSX.Element {
  const trial = trials[side].value;
  const ended = !['loading', 'writing'].includes(trial.state);
  const original = trial.input && trial.input.task !== 'document' && trial.input.compare && (other === null || against.value === 'original') ? trial.input.item.code : null;
  return (
    <section class="try-pane" data-side={side} data-state={trial.state} aria-label={trial.name || 'Model'}>
      <h3>{trial.name || 'Loading'}</h3>
      <p class="muted">{STATE_WORDS[trial.state]}{trial.tokens > 0 && `, ${trial.tokens} tokens`}{ended && trial.seconds > 0 && ` in ${value(trial.seconds)} s`}{trial.memory > 0 && `; its engine holds ${bytes(trial.memory)} on the GPU`}</p>
      {trial.problem && <p class="note bad">{trial.problem}</p>}
      {trial.samples.map((sample, i) => {
        const beside = against.value === 'other' ? other?.samples[i] : undefined;
        return <SampleView key={i} number={i + 1} sample={sample} drafts={trial.samples.length > 1} original={original} other={beside ? { sample: beside, side } : null} />;
      })}
    </section>
  );
}
