/** Turns an error into the panel a person reads: what happened, what became of the run, what to do. Knows no DOM. */
import type { ErrorName } from '../types';

export interface Failure { name: string; title: string; message: string; fate: string; action: string }

type Words = Omit<Failure, 'name' | 'message'>;

const WORDS: Record<ErrorName, Words> = {
  WebGPUUnavailable: { title: 'WebGPU is not available', fate: 'Nothing was started and nothing was lost.', action: 'See the note at the top of the Train tab for this browser.' },
  DeviceLost: { title: 'The graphics device was lost', fate: 'The run stopped at its last saved step; what came after it is gone.', action: 'Press Resume in Runs. If that fails, restart the browser first.' },
  OutOfMemory: { title: 'The graphics memory is full', fate: 'The step was not applied; the last checkpoint is kept.', action: 'Choose a smaller model or fewer sequences a step, then resume.' },
  BadCheckpoint: { title: 'A checkpoint does not verify', fate: 'It was not loaded. Older checkpoints and exports are untouched.', action: 'Start again from the starter model, or load an exported model folder.' },
  BadModel: { title: 'This model cannot be used', fate: 'It was not loaded; the model in use is unchanged.', action: 'Choose a folder with config.json, tokenizer.json and model.safetensors of a Llama, Qwen2 or Qwen3 model.' },
  BadInput: { title: 'The input was not understood', fate: 'Nothing was started and nothing was changed.', action: 'Correct what the message names and try again.' },
  QuotaExceeded: { title: 'The browser\'s storage is full', fate: 'The new data was not saved; everything saved before is intact.', action: 'Export the run, then delete runs or corpora you no longer need.' },
  StorageUnavailable: { title: 'The browser gives this page no storage', fate: 'The run goes on, but will not survive closing the tab.', action: 'Export before closing. A private window or blocked site data is the usual cause.' },
  StorageEvicted: { title: 'The browser removed saved data', fate: 'What it removed is gone from this browser; exported files are untouched.', action: 'Import the run from a file if you have one. To keep the next one, allow permanent storage on the Data tab and export now and then.' },
  Stopped: { title: 'The run was stopped', fate: 'It was saved at its last step.', action: 'Press Resume in Runs to go on.' },
};

/** Names of errors that stop nothing when they come from a person's own request. */
export function isStop(error: unknown): boolean {
  return error instanceof Error && error.name === 'Stopped';
}

/** Words for any thrown value; unknown errors keep their own message and say so. */
export function describeFailure(error: unknown): Failure {
  const name = error instanceof Error ? error.name : 'Error';
  const message = error instanceof Error ? error.message : String(error);
  const words = Object.hasOwn(WORDS, name) ? WORDS[name as ErrorName] : undefined;
  return words
    ? { name, message, ...words }
    : { name, message, title: 'Something failed that should not', fate: 'The last checkpoint is kept; what came after it may be gone.', action: 'Reload the page and resume from Runs. The details below help whoever looks into it.' };
}
