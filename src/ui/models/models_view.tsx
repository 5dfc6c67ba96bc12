/** The Models tab: what models there are and which one the next run starts from; below it the place to try them. */
import './models.css';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useActions } from '../actions';
import { ask } from '../file_ways';
import { ago, bytes, count } from '../format';
import { busy, modelProblem, runs, settings } from '../state';
import { modelEntries, sizeWords, startRef, stepWords } from './model_state';
import type { ModelEntry } from './model_state';
import { parseRef } from './refs';
import { TryView } from './try_view';
import { chosenModel, sideBySide } from './try_state';

export function ModelsView(): JSX.Element {
  const actions = useActions();
  const listed = runs.value;
  useEffect(() => { void actions.listModels(); }, [listed]);
  const entries = modelEntries.value;
  return (
    <div class="models">
      <TryView />
      <section class="card" aria-label="Models">
        <div class="panel-head">
          <h2>Models</h2>
          <button type="button" disabled={busy.value} onClick={() => ask('model')}>Load a model folder</button>
        </div>
        <p class="muted">{startingWords(entries ?? [])} A folder has config.json, tokenizer.json and model.safetensors: one exported here, or another small Llama, Qwen2 or Qwen3 model with the lab's special tokens.</p>
        {modelProblem.value && <p class="note bad">{modelProblem.value}</p>}
        {entries === null ? <p class="empty">Reading which models there are…</p> : <ul class="list">{entries.map(entry => <ModelRow key={entry.kind === 'run' ? entry.runId : entry.ref} entry={entry} />)}</ul>}
        {entries !== null && !entries.some(({ kind }) => kind === 'run') && <p class="empty">A run leaves its model here with its first checkpoint: press Start, then compare it with what it began from.</p>}
      </section>
    </div>
  );
}

function startingWords(entries: readonly ModelEntry[]): string {
  if (settings.value.model === 'new') return 'The next run starts from new random weights, as the setting "Start from" says.';
  const entry = entries.find(({ ref }) => ref === startRef.value);
  return entry ? `The next run starts from ${entry.name}.` : '';
}

function ModelRow({ entry }: { entry: ModelEntry }): JSX.Element {
  const actions = useActions();
  const renaming = useSignal(false);
  const which = useSignal('');
  const chosen = entry.checkpoints.find(({ ref }) => ref === which.value) ?? entry.checkpoints[0];
  const ref = chosen?.ref ?? entry.ref;
  const parsed = parseRef(entry.ref);
  const id = parsed?.kind === 'stored' ? parsed.id : null;
  const starts = startRef.value === ref;
  return (
    <li class={starts ? 'chosen' : ''} data-model={entry.ref}>
      <div class="model-row">
        {renaming.value && id !== null
          ? <form class="row" onSubmit={event => {
              event.preventDefault();
              const name = new FormData(event.currentTarget).get('name');
              if (typeof name === 'string' && name.trim() !== '') void actions.renameModel(id, name.trim());
              renaming.value = false;
            }}><input name="name" value={entry.name} aria-label="New name" maxLength={80} /><button class="small">Save</button></form>
          : <span class="list-name"><b>{entry.name}</b> {starts && <span class="badge good">next run starts here</span>} <span class="muted">{entry.from}{entry.createdAt > 0 && ` ${ago(entry.createdAt, Date.now())}.`}</span></span>}
        <span class="muted">{count(entry.parameters, true)} parameters{entry.config && `, ${sizeWords(chosen?.config ?? entry.config)}`}, {bytes(chosen?.bytes ?? entry.bytes)}</span>
        <span class="row">
          {entry.checkpoints.length > 1 && (
            <label class="inline">Checkpoint <select class="small" value={ref} onChange={event => { which.value = event.currentTarget.value; }}>
              {entry.checkpoints.map(one => <option key={one.ref} value={one.ref}>{stepWords(one)}{one.score === null ? '' : `, score ${one.score.toFixed(2)}`}</option>)}
            </select></label>
          )}
          <button type="button" class="small" disabled={busy.value || starts} onClick={() => void actions.startFrom(ref)}>Start from this</button>
          <button type="button" class="small" onClick={() => tryIt(ref)}>Try</button>
          <button type="button" class="small" onClick={() => void actions.exportModel(ref)}>Export</button>
          {id !== null && <button type="button" class="small" onClick={() => { renaming.value = !renaming.value; }}>Rename</button>}
          {id !== null && <button type="button" class="small danger" disabled={busy.value && starts} onClick={() => void actions.deleteModel(id)}>Delete</button>}
        </span>
      </div>
    </li>
  );
}

/** One model alone, in sight. */
export function tryIt(ref: string): void {
  sideBySide.value = false;
  chosenModel.left.value = ref;
  document.getElementById('write')?.focus();
}
