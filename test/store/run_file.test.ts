/** Holds the file of a run to: everything comes back exactly under a new id, and a branch stands where it was cut. */
import { describe, expect, it, vi } from 'vitest';
import { createLabStore } from '../../src/store/lab_store';
import { createMemoryKeyValue } from '../../src/store/memory';
import { readRunFile, writeRunFile } from '../../src/store/run_file';
import { episodeOf, items, rowOf, stateOf, wholeRun } from './run_states';

const fresh = () => createLabStore(createMemoryKeyValue());

describe('the file of a run', () => {
  it('brings everything back exactly in another browser, under a new id', async () => {
    const store = fresh(), other = fresh();
    const { id, states } = await wholeRun(store);
    const bytes = await writeRunFile(store, id, { corpus: true });
    const imported = await readRunFile(other, bytes);
    expect(imported).toMatchObject({ name: 'amber-fox', notices: [] });
    expect(imported.id).not.toBe(id);
    const record = await other.runs.get(imported.id), old = await store.runs.get(id);
    expect(record).toEqual({ ...old, id: imported.id, state: 'stopped', createdAt: record.createdAt, updatedAt: record.createdAt, importedAt: record.importedAt, corpusId: record.corpusId, modelId: record.modelId });
    expect((await other.checkpoints.list(imported.id)).map(({ step, score }) => [step, score])).toEqual([[2, 1], [4, 9], [6, 1]]);
    for (const [order, state] of states.entries()) expect((await other.checkpoints.load(imported.id, order))!.checkpoint).toEqual({ ...state, runId: imported.id });
    const back = (await other.checkpoints.load(imported.id))!.checkpoint;
    expect(new Uint32Array(back.trainer.weights.buffer)).toEqual(new Uint32Array(states[2]!.trainer.weights.buffer));
    expect(Object.is((back.loop['history'] as { zero: number }[])[0]!.zero, -0)).toBe(true);
    expect(await other.runs.metrics(imported.id)).toEqual(Array.from({ length: 8 }, (_, step) => rowOf(step)));
    expect(await other.runs.episodeSteps(imported.id)).toEqual([1, 3, 5, 7]);
    expect(await other.runs.episodes(imported.id, 5)).toEqual([episodeOf(5), episodeOf(5, 1)]);
    expect((await other.corpora.load(record.corpusId)).items).toEqual(items);
    const kept = ['config.json', 'tokenizer.json', 'model.safetensors'], original = (await store.models.load(old.modelId)).files;
    expect((await other.models.load(record.modelId)).files).toEqual(kept.map(name => original.find(file => file.name === name)));
    expect((await other.tokenizers.list()).map(entry => entry.info.hash)).toEqual([states[0]!.tokenizerHash]);
    // Written again it says the same.
    const again = fresh();
    const second = await readRunFile(again, await writeRunFile(other, imported.id, { corpus: true }));
    expect((await again.checkpoints.load(second.id))!.checkpoint).toEqual({ ...states[2]!, runId: second.id });
  });

  it('is written without one text of all samples: those of a long run are longer than a text may be', async () => {
    const store = fresh(), { id } = await wholeRun(store, 200), encode = vi.spyOn(TextEncoder.prototype, 'encode');
    await writeRunFile(store, id, { corpus: false });
    await store.runs.export(id);
    const longest = Math.max(...encode.mock.calls.flatMap(([text]) => (text?.includes('Adds at') ? [text.length] : [])));
    encode.mockRestore();
    const step = JSON.stringify(await store.runs.episodes(id, 3)).length;
    expect(longest).toBeGreaterThan(step / 4);
    expect(longest).toBeLessThan(step * 4);
  });

  it('is refused when what a resumed run counts on from makes no sense', async () => {
    const other = fresh(), { loop } = await stateOf('run', 8), { meter } = loop as { meter: object };
    const fileWith = async (change: Record<string, unknown>) => {
      const store = fresh(), { id } = await wholeRun(store);
      await store.checkpoints.save({ ...await stateOf(id, 8), loop: { ...loop, ...change } });
      return writeRunFile(store, id, { corpus: false });
    };
    // Forty rollbacks backwards would train at a rate of 2^40 times its setting.
    for (const [change, field] of [[{ rollbacks: -40 }, 'rollbacks'], [{ rollbacks: 0.5 }, 'rollbacks'], [{ rollbacks: '1' }, 'rollbacks'], [{ meter: { ...meter, sampled: 'many' } }, 'sampled'], [{ meter: {} }, 'prefilled'],
      [{ meter: { ...meter, seconds: { update: null } } }, 'update'], [{ before: { 'heldout/similarity': [] } }, 'before'], [{ after: undefined }, 'after'], [{ history: [{ step: 'x' }] }, 'history']] as const) {
      await expect(readRunFile(other, await fileWith(change)), JSON.stringify(change)).rejects.toMatchObject({ name: 'BadInput', message: expect.stringContaining(field) as string });
    }
    expect(await other.runs.list()).toEqual([]);
    await expect(readRunFile(other, await fileWith({ rollbacks: 2 }))).resolves.toMatchObject({ name: 'amber-fox' });
  });

  it('holds no code of the corpus unless asked, finds the corpus that is there, and says so when it is not', async () => {
    const store = fresh(), other = fresh();
    const { id } = await wholeRun(store);
    const bytes = await writeRunFile(store, id, { corpus: false });
    expect(new TextDecoder().decode(bytes)).not.toContain('function f3(a)');
    const here = await readRunFile(store, bytes);
    expect([here.name, here.notices, (await store.runs.get(here.id)).corpusId]).toEqual(['amber-fox imported', [], (await store.runs.get(id)).corpusId]);
    expect(await store.corpora.list()).toHaveLength(1);
    const there = await readRunFile(other, bytes);
    expect(there.notices).toEqual([expect.stringMatching(/does not hold the code.*"my code"/) as unknown]);
    expect((await other.runs.get(there.id)).corpusId).toMatch(/^not-here-/);
  });
});

describe('a branch', () => {
  it('stands at its checkpoint with what was known there, and leaves the other run alone', async () => {
    const store = fresh();
    const { id, states } = await wholeRun(store);
    const before = await store.runs.get(id);
    const branch = await store.branch(id, 1);
    expect(branch).toMatchObject({ name: 'amber-fox branch', state: 'stopped', step: 4, summary: {}, corpusId: before.corpusId, modelId: before.modelId, branchOf: { runId: id, name: 'amber-fox', stage: 'loop', step: 4 } });
    expect((await store.checkpoints.load(branch.id))!.checkpoint).toEqual({ ...states[1]!, runId: branch.id });
    expect(branch.marks).toEqual(before.marks!.slice(0, 2));
    expect((await store.runs.metrics(branch.id)).map(row => row['step'])).toEqual([0, 1, 2, 3, 4]);
    expect(await store.runs.episodeSteps(branch.id)).toEqual([1, 3]);
    expect((await store.branch(id, 1)).name).toBe('amber-fox branch 2');
    await store.checkpoints.save({ ...await stateOf(branch.id, 5) });
    expect((await store.checkpoints.list(branch.id)).map(info => [info.order, info.step, info.score])).toEqual([[0, 4, 9], [1, 5, 1]]);
    expect([await store.runs.get(id), (await store.checkpoints.load(id))!.checkpoint]).toEqual([before, states[2]]);
    await expect(store.branch(id, 77)).rejects.toMatchObject({ name: 'BadCheckpoint' });
    expect(await store.runs.list()).toHaveLength(3);
  });
});
