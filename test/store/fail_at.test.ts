/** Holds every operation on storage to failAt(n): at whichever call it fails, it happened wholly or not at all, says so by name, and all that was there still loads. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { STORES, type KeyValue } from '../../src/store/key_value';
import { createLabStore, type LabStore } from '../../src/store/lab_store';
import { createMemoryKeyValue } from '../../src/store/memory';
import { createOverlay } from '../../src/store/overlay';
import { readRunFile, writeRunFile } from '../../src/store/run_file';
import type { ErrorName } from '../../src/types';
import { withFaults, type Faults } from './faults';
import { episodeOf, items, rowOf, stateOf, wholeRun } from './run_states';

afterEach(() => { vi.restoreAllMocks(); });

/** Everything that a page can show, read as a page would: what is listed must load whole. */
async function picture(kv: KeyValue): Promise<Record<string, unknown>> {
  const store = createLabStore(kv);
  const runs: unknown[] = [];
  for (const { id, name, state, step } of (await store.runs.list()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    // Where all checkpoints were removed the page says so.
    const found = await store.checkpoints.load(id).catch((error: Error) => (error.name === 'StorageEvicted' ? null : Promise.reject(error)));
    expect(found?.notice ?? '').toBe('');
    const episodes: number[] = [];
    for (const at of await store.runs.episodeSteps(id)) episodes.push(at * 100 + (await store.runs.episodes(id, at)).length);
    runs.push({ name, state, step, newest: found?.checkpoint.step, rows: (await store.runs.metrics(id)).map(row => row['step']), episodes });
  }
  const shelves: Record<string, unknown> = {};
  for (const shelf of ['models', 'tokenizers'] as const) {
    shelves[shelf] = [];
    for (const { id, name } of await store[shelf].list()) (shelves[shelf] as unknown[]).push([name, (await store[shelf].load(id)).files.length]);
  }
  const corpora: unknown[] = [];
  for (const { id, name } of await store.corpora.list()) corpora.push([name, (await store.corpora.load(id)).items.length]);
  return { runs, ...shelves, corpora: corpora.sort(), theme: await store.settings.get('theme') };
}

const keysOf = async (kv: KeyValue) => (await Promise.all(STORES.map(async store => (await kv.keys(store, '')).map(key => `${store} ${key}`)))).flat();

interface Base { kv: KeyValue; id: string; corpusId: string; modelId: string; file: Uint8Array }

async function makeBase(): Promise<Base> {
  const kv = createMemoryKeyValue(), store = createLabStore(kv);
  const { id } = await wholeRun(store, 4);
  const { corpusId, modelId } = await store.runs.get(id);
  await store.settings.set('theme', 'dark');
  // Something deleted, so that a purge has work.
  const gone = await store.runs.create({ preset: 'demo', settings: {}, name: 'gone' });
  await store.checkpoints.save(await stateOf(gone.id, 1));
  await store.runs.appendMetrics(gone.id, [rowOf(1)]);
  await store.runs.remove(gone.id);
  return { kv, id, corpusId, modelId, file: await writeRunFile(store, id, { corpus: true }) };
}

type Operation = (store: LabStore, base: Base) => Promise<unknown>;
const writes: Record<string, Operation> = {
  'save a checkpoint': async (store, { id }) => store.checkpoints.save(await stateOf(id, 6)),
  'remove checkpoints': (store, { id }) => store.checkpoints.remove(id),
  'create a run': store => store.runs.create({ preset: 'demo', settings: {}, name: 'fresh' }),
  'update a run': (store, { id }) => store.runs.update(id, { step: 5 }),
  'rename a run': (store, { id }) => store.runs.rename(id, 'other'),
  'duplicate a run': (store, { id }) => store.runs.duplicate(id),
  'remove a run': (store, { id }) => store.runs.remove(id),
  'append metrics': (store, { id }) => store.runs.appendMetrics(id, [rowOf(9)]),
  'trim metrics': (store, { id }) => store.runs.trimMetrics(id, row => row['step']! <= 2),
  'save episodes': (store, { id }) => store.runs.saveEpisodes(id, 9, [episodeOf(9)]),
  'trim episodes': (store, { id }) => store.runs.trimEpisodes(id, 2),
  'save a corpus': store => store.corpora.save('second', items, 'h'),
  'rename a corpus': (store, { corpusId }) => store.corpora.rename(corpusId, 'other'),
  'remove a corpus': (store, { corpusId }) => store.corpora.remove(corpusId),
  'add a model': store => store.models.add('second', [{ name: 'a', bytes: new Uint8Array(5) }], { parameters: 1, modelType: 'llama', source: 'run', runId: '' }),
  'add a tokenizer': store => store.tokenizers.add('second', [{ name: 'a', bytes: new Uint8Array(5) }], { vocabSize: 1, hash: 'h', corpusId: '' }),
  'set a setting': store => store.settings.set('theme', 'light'),
  'branch a run': (store, { id }) => store.branch(id, 0),
  'import a run': (store, { file }) => readRunFile(store, file),
  purge: store => store.purge(0),
};
const reads: Record<string, Operation> = {
  'load a checkpoint': (store, { id }) => store.checkpoints.load(id),
  'load one checkpoint': (store, { id }) => store.checkpoints.load(id, 0),
  'list checkpoints': (store, { id }) => store.checkpoints.list(id),
  'list runs': store => store.runs.list(),
  'read metrics': (store, { id }) => store.runs.metrics(id),
  'read episodes': (store, { id }) => store.runs.episodes(id, 1),
  'load a corpus': (store, { corpusId }) => store.corpora.load(corpusId),
  'load a model': (store, { modelId }) => store.models.load(modelId),
  'export the files of a run': (store, { id }) => store.runs.export(id),
  'export a run': (store, { id }) => writeRunFile(store, id, { corpus: true }),
};

/** Runs `operation` with a fault at every n until it ends without reaching it. */
async function everywhere(base: Base, operation: Operation, mode: Faults['mode'], error: ErrorName, each: (kv: KeyValue, outcome: { value: unknown } | { error: Error }) => Promise<void>): Promise<number> {
  for (let n = 1; ; n++) {
    const kv = createOverlay(base.kv), faults = withFaults(kv);
    Object.assign(faults, { failAt: n, mode, error });
    const outcome = await operation(createLabStore(faults.store), base).then(value => ({ value }), (cause: unknown) => ({ error: cause as Error }));
    await each(kv, outcome);
    if (faults.calls < n) return n - 1;
  }
}

const base = await makeBase();
const HOUR = 3_600_000;

describe.each(Object.entries(writes))('%s', (name, operation) => {
  it('happens wholly or not at all, at whichever call it fails', async () => {
    const before = await picture(base.kv), keysBefore = await keysOf(base.kv);
    const done = createOverlay(base.kv);
    await operation(createLabStore(done), base);
    const after = await picture(done);
    let calls = 0, failures = 0;
    for (const mode of ['before', 'after', 'forever'] as const) {
      for (const error of ['StorageUnavailable', 'QuotaExceeded'] as const) {
        calls = await everywhere(base, operation, mode, error, async (kv, outcome) => {
          const seen = await picture(kv);
          if ('value' in outcome) expect(seen).toEqual(after);
          else {
            failures++;
            expect(outcome.error).toMatchObject({ name: error, message: expect.stringMatching(/^fault/) as unknown });
            expect([before, after]).toContainEqual(seen);
            // A whole run that could not come in leaves nothing at all; what even could not be taken away is cleared when it is old.
            if (name === 'import a run' || name === 'branch a run') {
              expect(seen).toEqual(before);
              if (mode === 'forever') {
                const now = Date.now();
                vi.spyOn(Date, 'now').mockReturnValue(now + 2 * HOUR);
                await createLabStore(kv).purge(3 * HOUR);
                vi.restoreAllMocks();
              }
              expect(await keysOf(kv)).toEqual(keysBefore);
            }
          }
        });
      }
    }
    expect(calls).toBeGreaterThan(0);
    expect(failures).toBeGreaterThan(calls);
  });
});

describe.each(Object.entries(reads))('%s', (_name, operation) => {
  it('answers rightly or fails by name, at whichever call it fails', async () => {
    const right = await operation(createLabStore(createOverlay(base.kv)), base);
    for (const mode of ['before', 'forever'] as const) {
      let failures = 0;
      const calls = await everywhere(base, operation, mode, 'StorageUnavailable', async (_kv, outcome) => {
        if ('value' in outcome) expect(outcome.value).toEqual(right);
        else {
          failures++;
          expect(outcome.error.name).toBe('StorageUnavailable');
        }
      });
      expect(calls).toBeGreaterThan(0);
      if (mode === 'forever') expect(failures).toBe(calls);
    }
  });
});
