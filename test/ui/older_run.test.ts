/** A run in the form in which commit 754c465 stored it is shown, exported, branched and gone on with to the bit. */
import { expect, it } from 'vitest';
import { sha256 } from '../../src/store/chunks';
import { parseExact, stringifyExact } from '../../src/store/exact_json';
import type { KeyValue } from '../../src/store/key_value';
import { createLabStore } from '../../src/store/lab_store';
import { createMemoryKeyValue } from '../../src/store/memory';
import { readRunFile, writeRunFile } from '../../src/store/run_file';
import { RunShelf } from '../../src/ui/run_shelf';
import { episodeSteps, marks, metricTable, run, settings, stories } from '../../src/ui/state';
import { wholeRun } from '../store/run_states';
import { driverOf, own, untouched } from './driven';

type Fields = Record<string, unknown>;
const only = (from: Fields, ...keys: string[]): Fields => Object.fromEntries(keys.filter(key => key in from).map(key => [key, from[key]]));
const without = (from: Fields, ...keys: string[]): Fields => Object.fromEntries(Object.entries(from).filter(([key]) => !keys.includes(key)));

/** Leaves of everything the fields that there were then; of the checkpoints the oldest `kept`. */
async function aged(store: KeyValue, id: string, steps: number): Promise<void> {
  const record = await store.get('runs', id) as Fields;
  const longer = { ...without(record['settings'] as Fields, 'traceGroups'), steps };
  await store.commit([{ store: 'runs', key: id, value: { ...only(record, 'id', 'name', 'preset', 'corpusId', 'modelId', 'createdAt', 'updatedAt', 'step'), settings: longer, state: 'stopped', summary: {} } }], 'strict');
  for (const key of await store.keys('checkpoints', `${id}/`)) {
    const { text } = await store.get('checkpoints', key) as { text: string }, manifest = parseExact(text) as Fields;
    const old = {
      ...only(manifest, 'schema', 'id', 'order', 'score', 'runId', 'stage', 'step', 'seed'), settings: without(manifest['settings'] as Fields, 'traceGroups'), ...only(manifest, 'corpusHash', 'tokenizerHash'),
      loop: only(manifest['loop'] as Fields, 'meter', 'before', 'after', 'history', 'rewards', 'said'), ...only(manifest, 'savedAt', 'config', 'optimizerStep', 'lossScale', 'lossScaleSteps', 'kernels', 'arrays'),
    };
    const aged = stringifyExact(old);
    await store.commit([{ store: 'checkpoints', key, value: { text: aged, sha256: await sha256(new TextEncoder().encode(aged)) } }], 'strict');
  }
  for (const key of await store.keys('episodes', `${id}/`)) {
    const episodes = await store.get('episodes', key) as Fields[];
    const old = episodes.map(episode => ({ ...without(episode, 'documentationTrace', 'lift', 'discarded'), reconstructions: (episode['reconstructions'] as Fields[]).map(one => without(one, 'trace', 'discarded')) }));
    await store.commit([{ store: 'episodes', key, value: old }], 'strict');
  }
  for (const key of await store.keys('episodes', `story/${id}/`)) await store.commit([{ store: 'episodes', key, remove: true }], 'strict');
}

it('is shown, branched and gone on with', async () => {
  untouched();
  const below = createMemoryKeyValue(), store = createLabStore(below), driver = driverOf(store);
  settings.value = { ...own, steps: 4 };
  await driver.begin();
  await driver.ended();
  const whole = (await store.checkpoints.load(run.value.id))!.checkpoint, rows = await store.runs.metrics(run.value.id);
  settings.value = { ...own, steps: 2 };
  await driver.begin();
  await driver.ended();
  const { id } = run.value;
  await aged(below, id, 4);

  const shelf = new RunShelf(store, undefined as never, () => []);
  await shelf.open(id);
  expect([run.value.state, run.value.step, metricTable().length, episodeSteps(), marks.value, stories.value]).toEqual(['stopped', 2, 3, [1, 2], [], []]);
  expect((await shelf.episodes(id, 2)).every(({ documentationTrace, code }) => documentationTrace === undefined && code !== '')).toBe(true);
  await shelf.offer();
  const branch = await store.branch(id, 1);
  expect(branch).toMatchObject({ step: 2, state: 'stopped' });

  for (const each of [id, branch.id]) {
    await driver.begin(each);
    await driver.ended();
    const { checkpoint } = (await store.checkpoints.load(each))!;
    expect([checkpoint.step, checkpoint.trainer.weights]).toEqual([4, whole.trainer.weights]);
    expect((await store.runs.metrics(each)).map(row => [row['step'], row['reward/mean'], row['heldout/similarity']])).toEqual(rows.map(row => [row['step'], row['reward/mean'], row['heldout/similarity']]));
  }
});

it('leaves as a file and comes in elsewhere as it was', async () => {
  const below = createMemoryKeyValue(), store = createLabStore(below), elsewhere = createLabStore(createMemoryKeyValue());
  const { id } = await wholeRun(store);
  await aged(below, id, 12);
  const { id: there } = await readRunFile(elsewhere, await writeRunFile(store, id, { corpus: true }));
  expect((await elsewhere.checkpoints.load(there))!.checkpoint).toEqual({ ...(await store.checkpoints.load(id))!.checkpoint, runId: there });
  expect([await elsewhere.runs.metrics(there), await elsewhere.runs.episodes(there, 3)]).toEqual([await store.runs.metrics(id), await store.runs.episodes(id, 3)]);
  expect((await elsewhere.runs.get(there)).marks).toBeUndefined();
});
