/** The driver of a run over a real store and loop: what is kept when, and what is said of it. */
import { beforeEach, expect, it, vi } from 'vitest';
import { knownTo } from '../../src/store/branch';
import { createLabStore } from '../../src/store/lab_store';
import type { LabStore } from '../../src/store/lab_store';
import type { KeyValue } from '../../src/store/key_value';
import { createMemoryKeyValue } from '../../src/store/memory';
import { notices, run, settings } from '../../src/ui/state';
import { driverOf, own, untouched } from './driven';

beforeEach(untouched);

/** Storage that is slow with all but checkpoints, and tells of each checkpoint before it is there. */
function slowStore(heard: (store: LabStore, runId: string) => Promise<void>): LabStore {
  const below = createMemoryKeyValue();
  const slow: KeyValue = { ...below, commit: async (changes, durability) => {
    const saved = changes.find(change => change.store === 'checkpoints' && 'value' in change && change.key.includes('/'));
    if (saved) await heard(createLabStore(below), saved.key.split('/')[0]!);
    else if (changes.some(({ store }) => store === 'metrics' || store === 'episodes')) await new Promise(resolve => { setTimeout(resolve, 20); });
    await below.commit(changes, durability);
  } };
  return createLabStore(slow);
}

it('what a checkpoint knows of was written before it: a tab that is killed then loses no row and no sample', async () => {
  const seen: { rows: number[]; samples: number[] }[] = [];
  const store = slowStore(async (kept, id) => {
    seen.push({ rows: (await kept.runs.metrics(id)).map(row => row['step']!), samples: await kept.runs.episodeSteps(id) });
    driver.save();
  });
  const driver = driverOf(store);
  await driver.begin();
  await driver.ended();
  // The start twice, after each update, and the end.
  expect(seen.map(({ rows }) => rows)).toEqual([[], [], [0, 1], [0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 3, 4]]);
  expect(seen.map(({ samples }) => samples)).toEqual([[], [], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4]]);
  const { id } = run.value, { checkpoint } = (await store.checkpoints.load(id))!;
  expect((await store.runs.metrics(id)).every(row => knownTo(checkpoint, row))).toBe(true);
});

it('a run that another tab is training is left as it is', async () => {
  const store = createLabStore(createMemoryKeyValue());
  const { id } = await store.runs.create({ preset: 'demo', settings: own, corpusId: 'code' });
  await store.runs.update(id, { state: 'running', step: 2 });
  vi.stubGlobal('navigator', { locks: { request: (_name: string, _options: unknown, got: (lock: null) => unknown) => Promise.resolve(got(null)) } });
  await expect(driverOf(store).begin(id)).rejects.toMatchObject({ name: 'RunHeld' });
  vi.unstubAllGlobals();
  expect(await store.runs.get(id)).toMatchObject({ state: 'running', step: 2 });
});

it('a run that goes on from an older checkpoint says so, and goes on saying so', async () => {
  const below = createMemoryKeyValue(), store = createLabStore(below), driver = driverOf(store);
  settings.value = { ...own, steps: 2 };
  await driver.begin();
  await driver.ended();
  const { id } = run.value, newest = (await below.keys('checkpoints', `${id}/`)).at(-1)!;
  await below.commit([{ store: 'checkpoints', key: newest, value: 'damaged' }], 'strict');
  await driver.begin(id);
  await driver.ended();
  expect(notices.value.map(({ code }) => code)).toContain('older-checkpoint');
});
