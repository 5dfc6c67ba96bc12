/** Questions about one run: which checkpoint to branch from, and what goes into its file. Knows no storage. */
import { signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useActions } from '../actions';
import { Dialog } from '../dialog';
import type { CheckpointInfo } from '../../store/checkpoints';
import { ago, bytes, value } from '../format';
import { stepWords } from '../models/model_state';
import type { RunListing } from '../state';
import { heldOutAt, newestOfStep } from './run_list';
import { corpusName } from './runs_state';

export const asking = signal<{ what: 'branch' | 'export'; runs: readonly RunListing[] } | null>(null);

export function RunDialogs(): JSX.Element | null {
  const asked = asking.value;
  if (!asked) return null;
  return asked.what === 'branch' ? <BranchDialog run={asked.runs[0]!} /> : <ExportDialog runs={asked.runs} />;
}

const close = (): void => { asking.value = null; };

function BranchDialog({ run }: { run: RunListing }): JSX.Element {
  const actions = useActions();
  const found = useSignal<(CheckpointInfo & { heldOut: number })[] | null>(null);
  useEffect(() => {
    void Promise.all([actions.checkpointsOf(run.id), actions.runMetrics(run.id)]).then(([list, rows]) => {
      found.value = newestOfStep(list.toReversed()).map(one => ({ ...one, heldOut: one.stage === 'loop' ? heldOutAt(rows, one.step) : NaN }));
    });
  }, []);
  const best = Math.max(...(found.value ?? []).map(({ heldOut }) => (Number.isNaN(heldOut) ? -Infinity : heldOut)));
  return (
    <Dialog title={`Branch from ${run.name}`} id="branch-dialog" onClose={close}>
      <p>A new run begins with the model, the optimizer and the curves of the checkpoint that you choose; {run.name} stays as it is. The new one has the same settings and goes on when you resume it.</p>
      {found.value === null && <p class="muted">Reading the checkpoints…</p>}
      {found.value?.length === 0 && <p>This run has no checkpoint: there is nothing to branch from.</p>}
      {found.value && found.value.length > 0 && (
        <ul class="list">{found.value.map(({ order, stage, step, savedAt, bytes: size, heldOut }, i) => (
          <li key={order}><span class="run-row">
            <span><b>{stepWords({ stage, step })}</b> {i === 0 && <span class="badge">newest</span>} {found.value!.length > 1 && heldOut === best && <span class="badge good">best</span>} <span class="muted">{ago(savedAt, Date.now())}{Number.isNaN(heldOut) ? '' : `, held-out similarity ${value(heldOut)}`}, {bytes(size)}</span></span>
            <button type="button" class="small" autofocus={i === 0} onClick={() => { close(); void actions.branchRun(run.id, order); }}>Branch from here</button>
          </span></li>
        ))}</ul>
      )}
    </Dialog>
  );
}

function ExportDialog({ runs }: { runs: readonly RunListing[] }): JSX.Element {
  const actions = useActions();
  const withCode = useSignal(false);
  const name = runs.length === 1 ? runs[0]!.name : `${runs.length} runs`;
  const corpora = [...new Set(runs.map(({ corpusId }) => corpusName(corpusId)))].join(', ');
  async function save(): Promise<void> {
    close();
    for (const { id } of runs) await actions.exportRun(id, withCode.value);
  }
  return (
    <Dialog title={`Export ${name}`} id="export-dialog" onClose={close} foot={<><button type="button" onClick={close}>Cancel</button><button type="button" class="primary" autofocus onClick={() => void save()}>Export</button></>}>
      <p>{runs.length === 1 ? 'One file holds the whole run' : 'A file each holds a whole run'}: settings, curves, samples, checkpoints with model and optimizer, and the tokenizer. Another browser can import it and go on where it stopped.</p>
      <p class="note warn">Samples show functions of the corpus, what the model wrote about them and what it rebuilt: they are always in it.</p>
      <label class="check"><input type="checkbox" checked={withCode.value} onChange={event => { withCode.value = event.currentTarget.checked; }} />with all functions of {corpora}</label>
      <p class="muted">{withCode.value ? 'The file holds your code: give it only to whom you would give the code.' : 'Without them the run can be looked at everywhere, and resumed where the same corpus is (the sample corpus is everywhere).'}</p>
    </Dialog>
  );
}
