/** The driver of a run in Node: a real store and loop, the tabular model for an engine, and as much of a page as it asks for. */
import { vi } from 'vitest';
import { modelConfig } from '../../src/config';
import { PairScorer } from '../../src/reward/scorer';
import type { LabStore } from '../../src/store/lab_store';
import { RunDriver } from '../../src/ui/run_driver';
import { RunShelf } from '../../src/ui/run_shelf';
import { capability, clearRunData, corpus, EMPTY_RUN, run, settings } from '../../src/ui/state';
import type { CorpusView } from '../../src/ui/state';
import { SPECIAL_COUNT } from '../loop/small_corpus';
import { SMALL } from '../loop/small_run';
import { TabularTrainer } from '../loop/tabular_trainer';
import { QUICK, few, tokenizer } from '../loop/tiny_run';

// Workers are threads of a browser; what runs in them runs here.
vi.mock('../../src/ui/worker_ports', () => ({
  openTrainer: () => Promise.resolve({ api: new TabularTrainer(SPECIAL_COUNT), close: () => undefined }),
  openReward: () => Promise.resolve({ api: new PairScorer(), close: () => undefined }),
  openExecutor: () => null,
  openBehaviour: () => ({ plan: () => Promise.resolve([]), introduced: () => Promise.resolve([]), close: () => undefined }),
}));

export const own = { ...SMALL, ...QUICK, steps: 4, evaluateEvery: 2, model: 'starter' as const };
const view: CorpusView = { id: 'code', name: 'code', hash: 'corpus', source: 'folder', items: few.map(({ inputs: _inputs, ...item }) => item), report: null };

export function driverOf(store: LabStore): RunDriver {
  const library = { open: () => Promise.resolve(view) };
  const models = { beginning: () => Promise.resolve({ config: modelConfig(own, tokenizer.vocabSize), tensors: null, tokenizer, modelId: '' }), tokenizer: () => Promise.resolve(tokenizer) };
  return new RunDriver(store, library as never, models as never, undefined as never, new RunShelf(store, models as never, () => []));
}

/** A page on which nothing was done yet. */
export function untouched(): void {
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  vi.stubGlobal('document', page);
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  capability.value = { kind: 'ready' } as never;
  corpus.value = view;
  settings.value = own;
  run.value = EMPTY_RUN;
  clearRunData();
}
