/** What the page shows of saved runs while other things happen: the last that was asked for, and never over a run that has begun. */
import { expect, it } from 'vitest';
import { createLabStore } from '../../src/store/lab_store';
import { createMemoryKeyValue } from '../../src/store/memory';
import { RunShelf } from '../../src/ui/run_shelf';
import { EMPTY_RUN, metricTable, run } from '../../src/ui/state';

async function twoRuns() {
  const below = createMemoryKeyValue();
  let slow = '', letGo = (): void => undefined;
  const store = createLabStore({ ...below, keys: async (name, prefix) => {
    if (name === 'metrics' && slow !== '' && prefix.startsWith(slow)) await new Promise<void>(resolve => { letGo = resolve; });
    return below.keys(name, prefix);
  } });
  const [a, b] = [await store.runs.create({ preset: 'demo', settings: {}, name: 'a' }), await store.runs.create({ preset: 'demo', settings: {}, name: 'b' })];
  await store.runs.appendMetrics(a.id, [{ step: 1 }, { step: 2 }]);
  await store.runs.appendMetrics(b.id, [{ step: 1 }]);
  return { a, b, shelf: new RunShelf(store, undefined as never, () => []), slowed: (id: string) => { slow = id; }, letGo: async () => { await new Promise(resolve => { setTimeout(resolve, 5); }); letGo(); } };
}

it('a run that was begun while another was being opened is not overwritten', async () => {
  const { a, shelf, slowed, letGo } = await twoRuns();
  slowed(a.id);
  const opening = shelf.open(a.id);
  run.value = { ...EMPTY_RUN, id: 'under-way', state: 'running' };
  await letGo();
  await opening;
  expect([run.value.id, run.value.state, metricTable().length]).toEqual(['under-way', 'running', 0]);
  run.value = EMPTY_RUN;
  slowed('');
  await shelf.open(a.id);
  expect([run.value.id, metricTable().length]).toEqual([a.id, 2]);
});

it('of two runs the one that was asked for last is shown, with its own curves', async () => {
  const { a, b, shelf, slowed, letGo } = await twoRuns();
  slowed(a.id);
  const first = shelf.open(a.id);
  await shelf.open(b.id);
  await letGo();
  await first;
  expect([run.value.id, run.value.name, metricTable().length]).toEqual([b.id, 'b', 1]);
});
