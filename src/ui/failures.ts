/** Turns an error into the panel a person reads: what happened, what became of the run, what to do. Knows no DOM. */
import type { ErrorName } from '../types';
import { ago, count } from './format';
import type { RunListing } from './state';

export interface Failure { name: string; title: string; message: string; fate: string; action: string }

type Words = Omit<Failure, 'name' | 'message'>;

const WORDS: Record<ErrorName, Words> = {
  WebGPUUnavailable: { title: 'WebGPU is not available', fate: 'Nothing was started and nothing was lost.', action: 'The note about WebGPU on the Train tab says what to do in this browser.' },
  DeviceLost: { title: 'The graphics device was lost', fate: 'The run stopped at its last saved step; what came after it is gone.', action: 'Resume the run. If that fails, restart the browser first.' },
  DeviceGone: { title: 'The graphics device was lost twice', fate: 'The run stopped at its last saved step; what came after it is gone.', action: 'Wait two minutes or restart the browser, then resume the run. If it is lost again, choose a smaller model or fewer sequences a step, and close other pages that use the graphics card.' },
  OutOfMemory: { title: 'The graphics memory is full', fate: 'The step was not applied; the last checkpoint is kept.', action: 'Choose a smaller model or fewer sequences a step on the Train tab and start anew, or close other pages that use the graphics card and resume.' },
  BadCheckpoint: { title: 'A checkpoint does not verify', fate: 'It was not loaded, so no damaged number reached the model. Other runs and what you exported are untouched.', action: 'Start again with the same settings (Duplicate), or load a model folder that you exported.' },
  BadModel: { title: 'This model cannot be used', fate: 'It was not loaded; the model in use is unchanged.', action: 'Choose a folder with config.json, tokenizer.json and model.safetensors of a Llama, Qwen2 or Qwen3 model.' },
  BadInput: { title: 'The input was not understood', fate: 'Nothing was started and nothing was changed.', action: 'Correct what the message names and try again.' },
  QuotaExceeded: { title: 'The browser\'s storage is full', fate: 'The newest data was not saved; everything saved before is intact.', action: 'Export the run as a file, then delete runs or corpora you no longer need in Runs and Data, and resume. Free room on the disk counts too: browsers give pages a share of it.' },
  StorageUnavailable: { title: 'The browser gives this page no storage', fate: 'What is on the page stays until the tab is closed, and no longer.', action: 'Export before closing. A private window or blocked site data is the usual cause.' },
  StorageEvicted: { title: 'The browser has removed what was saved here', fate: 'What it removed is gone from this browser; files that you exported are untouched.', action: 'Import the run from a file if you have one, or start anew. Ask the browser to keep the data, and export what matters: browsers clear pages\' storage when the disk is short or a page was not visited for long.' },
  RunHeld: { title: 'Another tab is training this run', fate: 'The run goes on there. Nothing was started here and nothing was changed.', action: 'Go on in the other tab, or stop the run there and try again here. Its curves and samples can be looked at here all the same: Runs, Open.' },
  NotFinite: { title: 'The numbers of this run stopped being finite', fate: 'The run ended. Its last good checkpoint is kept, and nothing that is not a number was saved.', action: 'Duplicate its settings, lower the learning rate and start anew, or branch from an earlier checkpoint in Runs.' },
  WrongResults: { title: 'This graphics adapter computes wrong numbers', fate: 'No run was started: what it learned would have been worth nothing. What was saved before is untouched.', action: 'Update the graphics driver or the browser, or use another browser: its kernels reach the card another way. If it stays, the details below help whoever looks into it.' },
  WorkerFailed: { title: 'A part of the page did not load', fate: 'What was saved is untouched.', action: 'Reload the page. If it stays, check the connection, and whether an extension blocks scripts of this page.' },
  Stopped: { title: 'The run was stopped', fate: 'It was saved at its last step.', action: 'Press Resume in Runs to go on.' },
};

/** Errors that ended a run or kept a saved one from going on: its name and its last save belong on the panel. */
const OF_A_RUN: ReadonlySet<string> = new Set<ErrorName | 'Error'>(['DeviceLost', 'DeviceGone', 'OutOfMemory', 'BadCheckpoint', 'QuotaExceeded', 'WorkerFailed', 'WebGPUUnavailable', 'NotFinite', 'Error']);

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
    : { name, message, title: 'Something failed that should not', fate: 'The last checkpoint is kept; what came after it may be gone.', action: 'Reload the page and resume the run. The details below help whoever looks into it.' };
}

export function concernsRun(failure: Failure): boolean {
  return OF_A_RUN.has(failure.name) || !Object.hasOwn(WORDS, failure.name);
}

type Saved = Pick<RunListing, 'name' | 'step' | 'steps' | 'createdAt'>;

/** One sentence on the newest saved run. `saved` null: there is none. */
export function savedLine(saved: Saved | null): string {
  if (!saved) return 'No run was saved in this browser yet.';
  if (saved.step <= 0) return `${saved.name} had no finished step yet: it begins at its beginning.`;
  return `${saved.name} is saved at step ${count(saved.step)} of ${count(saved.steps)}.`;
}

/** The same with its age, for a screen that meets a person at the start of a visit. */
export function savedBefore(saved: Saved | null, now: number): string {
  return saved && saved.step > 0 ? `${savedLine(saved)} It was begun ${ago(saved.createdAt, now)}, waits there, and was not touched.` : saved ? savedLine(saved) : `${savedLine(null)} Nothing is lost.`;
}
