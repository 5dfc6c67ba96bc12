/** What stands beside the choice of embeddings by a model: the button for its folder, its progress, its name, what is wrong with it. */
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { useActions } from './actions';
import { ENCODER_FILES } from './embedding_folder';
import { dragging } from './file_ways';
import { bytes, count } from './format';
import { useSpoken } from './speech';
import { busy, encoder, encoderLoading, encoderProblem, settings } from './state';

/** Nothing unless a model is to embed. */
export function EncoderPanel(): JSX.Element | null {
  const actions = useActions();
  const input = useRef<HTMLInputElement>(null);
  useSpoken(settings.value.embedding === 'model' ? encoderProblem.value || (encoder.value ? `${encoder.value.name} is chosen.` : '') : '', true);
  if (settings.value.embedding !== 'model') return null;
  const loading = encoderLoading.value;
  const still = busy.value || loading !== null;
  return (
    <div class="encoder" id="encoder" onDragOver={event => event.preventDefault()} onDrop={event => {
      // Dropped here it is a model; anywhere else on the page it would be code to learn from.
      event.preventDefault();
      event.stopPropagation();
      dragging.value = false;
      if (event.dataTransfer && !still) void actions.dropEncoder(event.dataTransfer);
    }}>
      <button type="button" id="choose-encoder" disabled={still} onClick={() => input.current?.click()}>Choose a model folder</button>
      <input type="file" id="encoder-input" class="unseen" multiple tabIndex={-1} aria-hidden="true"
        ref={element => { input.current = element; if (element) element.webkitdirectory = true; }}
        onChange={event => {
          const files = [...(event.currentTarget.files ?? [])];
          if (files.length > 0) void actions.chooseEncoder(files);
          // The same folder may be chosen twice: without this the second choice is no change.
          event.currentTarget.value = '';
        }} />
      <div id="encoder-state">
        {loading ? <Loading {...loading} />
          : encoder.value ? <p><b>{encoder.value.name}</b>, {count(encoder.value.dimensions)} numbers a text, on {encoder.value.device}.</p>
          : <p>No model is chosen yet.</p>}
      </div>
      {encoderProblem.value !== '' && <p class="note bad" id="encoder-problem">{encoderProblem.value}</p>}
      <p class="help">The folder of a text encoder exported to ONNX: {ENCODER_FILES}. The page downloads no model and sends nothing: get these files yourself once, for instance
        those of Xenova/all-MiniLM-L6-v2 on huggingface.co, and choose their folder or drop it here.</p>
    </div>
  );
}

function Loading({ name, done, total }: { name: string; done: number; total: number }): JSX.Element {
  if (total === 0) return <p>Reading the folder …</p>;
  if (done >= total) return <><p>Opening {name} …</p><progress aria-label="Opening the model" /></>;
  return <><p>Loading the runtime: {bytes(done)}</p><progress aria-label="Loading the runtime" value={done} max={total} /></>;
}
