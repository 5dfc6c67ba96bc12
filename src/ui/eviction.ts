/** Notices that a browser has cleared the page's storage: a small mark outside of it says that there were runs. Knows no view. */
import { effect } from '@preact/signals';
import { labError } from '../types';
import { ago, count, plural } from './format';
import { remember } from './remembered';
import { runs } from './state';

const KEY = 'batcoder.saved';

export interface Mark { runs: number; name: string; step: number; at: number }

/** What a mark means beside what storage holds now; null: all is well. */
export function evictedBetween(mark: Mark | null, runsNow: number, now: number): Error | null {
  if (!mark || mark.runs <= 0 || runsNow > 0) return null;
  return labError('StorageEvicted', `${mark.runs === 1 ? 'There was a run here' : `There were ${plural(mark.runs, 'run')} here`}, the newest ${mark.name} at step ${count(mark.step)}, last seen ${ago(mark.at, now)}. The browser's storage for this page is empty now.`);
}

/** Reads the mark of the last visit; anything not understood is no mark. */
export function readMark(text: string | null): Mark | null {
  try {
    const { runs: n, name, step, at } = JSON.parse(text ?? 'null') as Record<string, unknown>;
    return typeof n === 'number' && typeof name === 'string' && typeof step === 'number' && typeof at === 'number' ? { runs: n, name: name.slice(0, 80), step, at } : null;
  } catch {
    return null;
  }
}

/**
 * Call once, when the runs of this browser have been read: says whether the last visit's are gone, and from then on keeps the mark in step,
 * so that runs a person deletes are not missed. Where local storage is blocked nothing is known and nothing is said.
 */
export function watchEviction(): Error | null {
  let found: Error | null = null;
  try { found = evictedBetween(readMark(localStorage.getItem(KEY)), runs.peek().length, Date.now()); } catch { return null; }
  effect(() => {
    const newest = runs.value.find(r => r.step > 0);
    const mark: Mark = { runs: runs.value.filter(r => r.step > 0).length, name: newest?.name ?? '', step: newest?.step ?? 0, at: Date.now() };
    remember(KEY, JSON.stringify(mark));
  });
  return found;
}
