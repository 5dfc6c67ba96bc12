/** Holds the kept evaluations of a run to: they come back, stay few, go with their run, and travel with its file and its branches. */
import { expect, it } from 'vitest';
import { createCheckpoints } from '../../src/store/checkpoints';
import { createLabStore } from '../../src/store/lab_store';
import { createMemoryKeyValue } from '../../src/store/memory';
import { readRunFile, writeRunFile } from '../../src/store/run_file';
import { createRuns } from '../../src/store/runs';
import type { StoryPage } from '../../src/types';
import { wholeRun } from './run_states';

const page = (step: number): StoryPage => ({ step, entries: [{
  itemId: 'id0', language: 'ruby', name: 'f', params: ['a'], code: 'def f(a); end', documentation: `At ${step}. "\u2028`, rDoc: 0.5, rDocReason: 'too long', reconstruction: 'x', similarity: NaN, exact: false, shuffled: 0.25,
}] });

it('come back in order, are thinned with the first and the newest kept, are trimmed with the samples and purged with the run', async () => {
  const store = createMemoryKeyValue(), runs = createRuns(store, createCheckpoints(store), { now: () => 1 });
  const { id } = await runs.create({ preset: 'demo', settings: {} }), other = await runs.create({ preset: 'demo', settings: {} });
  for (let step = 0; step <= 300; step++) await runs.saveStory(id, page(step));
  await runs.saveStory(other.id, page(5));
  const steps = (await runs.stories(id)).map((one) => one.step);
  expect(steps.length).toBeLessThanOrEqual(60);
  expect(steps.length).toBeGreaterThan(25);
  expect([steps[0], steps.at(-1)]).toEqual([0, 300]);
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  expect((await runs.stories(id))[0]).toEqual(page(0));
  // Samples do not see them.
  expect(await runs.episodeSteps(id)).toEqual([]);
  await runs.trimEpisodes(id, 250);
  expect((await runs.stories(id)).at(-1)!.step).toBeLessThanOrEqual(250);
  await runs.remove(id);
  await runs.purge(0);
  expect(await runs.stories(id)).toEqual([]);
  expect(await store.keys('episodes', '')).toHaveLength(1);
  expect((await runs.stories(other.id)).map((one) => one.step)).toEqual([5]);
});

it('travel with the file of a run and with a branch up to its checkpoint; a damaged one is refused', async () => {
  const store = createLabStore(createMemoryKeyValue()), elsewhere = createLabStore(createMemoryKeyValue());
  const { id } = await wholeRun(store);
  for (const step of [0, 3, 6]) await store.runs.saveStory(id, page(step));
  const bytes = await writeRunFile(store, id, { corpus: false });
  const { id: there } = await readRunFile(elsewhere, bytes);
  expect(await elsewhere.runs.stories(there)).toEqual([page(0), page(3), page(6)]);
  const branch = await store.branch(id, 1);
  expect((await store.runs.stories(branch.id)).map((one) => one.step)).toEqual([0, 3]);
  await store.runs.saveStory(id, { step: 7, entries: [{ ...page(7).entries[0]!, language: 'klingon' as 'ruby' }] });
  await expect(readRunFile(elsewhere, await writeRunFile(store, id, { corpus: false }))).rejects.toThrow(/story\.jsonl/);
});
