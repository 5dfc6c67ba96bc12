/** The page's queue of ablations: what a person typed, what is there already, the order of runs, stopping and going on. */
import { beforeEach, describe, expect, it } from 'vitest';
import { presetSettings } from '../../src/config';
import type { Settings } from '../../src/config';
import { createLabStore } from '../../src/store/lab_store';
import { createMemoryKeyValue } from '../../src/store/memory';
import { finishedRun, planProblems, readPlan, readSeeds, resultsOf, runsOf, secondsOfRun } from '../../src/ui/runs/ablation_plan';
import type { AblationPlan } from '../../src/ui/runs/ablation_plan';
import { AblationQueue, lastPlan, queue } from '../../src/ui/runs/ablation_queue';
import type { RunListing } from '../../src/ui/state';

const base: Settings = { ...presetSettings('demo'), steps: 10 };
const plan: AblationPlan = { preset: 'demo', base, arms: ['chrf', 'blend'], seeds: [0, 1], corpusId: '', corpusHash: 'h' };
const evaluation = (similarity: number): Record<string, number> => ({ 'heldout/similarity': similarity, 'heldout/edit': similarity, 'heldout/f1': similarity, 'heldout/chrf': similarity, 'heldout/structure': similarity });
const summary = { steps: 10, stopped: false, before: evaluation(0.5), after: evaluation(0.7), corpus: { hash: 'h' }, adapter: { vendor: 'v', architecture: 'a' }, seconds: { document: 3, update: 7, evaluate: 4, checkpoint: 100 } };
const listing = (own: Settings, more: Partial<RunListing> = {}): RunListing => ({ id: 'x', name: 'x', preset: 'demo', state: 'finished', step: own.steps, steps: own.steps, createdAt: 0, corpusId: '', settings: own, summary, ...more });

describe('a plan', () => {
  it('reads seeds as people write them, and nothing else', () => {
    expect([readSeeds('0, 1 2;3'), readSeeds(' 7 '), readSeeds('1,1')]).toEqual([[0, 1, 2, 3], [7], [1]]);
    expect(['', ' , ', '1.5', '-1', 'a', Array.from({ length: 21 }, (_, i) => i).join()].map(readSeeds)).toEqual([null, null, null, null, null, null]);
  });

  it('takes arms in the table\'s order, all with a seed before the next seed', () => {
    expect(runsOf(plan).map(planned => [planned.arm.name, planned.seed])).toEqual([['blend', 0], ['chrf', 0], ['blend', 1], ['chrf', 1]]);
  });

  it('says why it cannot run', () => {
    expect([planProblems(plan), planProblems({ ...plan, arms: [] })]).toEqual([[], ['Choose at least one arm.']]);
    expect(planProblems({ ...plan, arms: ['stage1'], base: { ...base, writerWeight: 0 } })).toEqual(['Stage 1 only: Writer and reader weight are both 0: nothing would be trained.']);
  });

  it('comes back from storage only when it still makes sense', () => {
    expect(readPlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    for (const broken of [null, 3, {}, { ...plan, arms: ['gone'] }, { ...plan, arms: [] }, { ...plan, seeds: ['0'] }, { ...plan, preset: 'gone' }, { ...plan, base: { steps: 3 } }, { ...plan, corpusHash: 1 }]) expect(readPlan(broken)).toBeNull();
  });

  it('counts a run as there only when it finished with the same settings on the same functions', () => {
    const [planned] = runsOf(plan);
    const same = planned!.settings;
    expect(finishedRun(planned!, plan, [listing(same)])).toBeDefined();
    expect(finishedRun(planned!, plan, [listing(same, { state: 'stopped' }), listing({ ...same, learningRate: 1e-3 }), listing(same, { summary: null }), listing(same, { summary: { ...summary, corpus: { hash: 'other' } } })])).toBeUndefined();
    expect(resultsOf(plan, [listing(same)]).map(result => [result.arm, result.seed, result.after.similarity])).toEqual([['blend', 0, expect.closeTo(0.7, 12)]]);
    expect(resultsOf(plan, [listing(same, { summary: { ...summary, after: {} } })])).toEqual([]);
  });

  it('estimates from a finished run of the same sizes: updates and evaluations apart, saving left out', () => {
    // 10 updates took 10 s and 2 evaluations 4 s; 40 updates have 1 + 2 evaluations.
    expect(secondsOfRun({ ...base, steps: 40 }, [listing(base)])).toBeCloseTo(40 + 6, 12);
    expect(secondsOfRun({ ...base, steps: 40, weightChrf: 1 }, [listing(base)])).toBeCloseTo(46, 12);
    expect([secondsOfRun({ ...base, documentations: 4 }, [listing(base)]), secondsOfRun(base, []), secondsOfRun(base, [listing(base, { state: 'stopped' })])]).toEqual([NaN, NaN, NaN]);
  });
});

describe('the queue', () => {
  let store: ReturnType<typeof createLabStore>;
  let begun: string[];
  beforeEach(() => { store = createLabStore(createMemoryKeyValue()); begun = []; lastPlan.value = null; });
  const names = async (): Promise<string[]> => (await store.runs.list()).map(record => `${record.name}: ${record.state}`).sort();

  /** A driver whose runs end as told: it writes the records that the real one writes. */
  function driver(end: (name: string, stops: number) => 'finished' | 'stopped' | 'failed' = (_, asked) => (asked > 0 ? 'stopped' : 'finished'), during: (name: string) => void = () => undefined): { made: AblationQueue; stopped: () => number } {
    let last = '', stops = 0, failing: Error | null = null;
    const runner = {
      begin: async (id: string) => {
        const { name } = await store.runs.get(id);
        last = id;
        begun.push(name);
        during(name);
        const state = end(name, stops);
        failing = state === 'failed' ? new Error('out of memory') : null;
        await store.runs.update(id, { state, step: 10, summary });
      },
      ended: () => (failing ? Promise.reject(failing) : Promise.resolve(last)),
      stop: () => { stops++; },
    };
    return { made: new AblationQueue(store, runner, () => Promise.resolve()), stopped: () => stops };
  }

  it('makes a named run of each arm and seed with its settings, in order, and ends idle', async () => {
    await driver().made.start(plan);
    expect(begun).toEqual(['Default blend, seed 0', 'chrF, seed 0', 'Default blend, seed 1', 'chrF, seed 1']);
    const records = await store.runs.list();
    expect(records.find(record => record.name === 'chrF, seed 1')!.settings).toMatchObject({ weightChrf: 1, weightEdit: 0, seed: 1, steps: 10 });
    expect(queue.value).toMatchObject({ state: 'idle', done: 4, total: 4, current: '', problem: '' });
    expect(queue.value.took).toHaveLength(4);
  });

  it('runs nothing twice: neither what it finished, nor what a person finished with the same settings', async () => {
    const own = await store.runs.create({ preset: 'demo', settings: { ...base }, name: 'my demo' });
    await store.runs.update(own.id, { state: 'finished', summary });
    await driver().made.start(plan);
    expect(begun).toEqual(['chrF, seed 0', 'Default blend, seed 1', 'chrF, seed 1']);
    await driver().made.start(plan);
    expect([begun.length, queue.value.done]).toEqual([3, 4]);
  });

  it('ends at a run that fails, says which and why, and goes on with that very run', async () => {
    await driver(name => (name === 'chrF, seed 0' ? 'failed' : 'finished')).made.start(plan);
    expect(queue.value).toMatchObject({ state: 'idle', done: 1, problem: 'chrF, seed 0 failed: out of memory' });
    begun = [];
    await driver().made.start(plan);
    expect(begun).toEqual(['chrF, seed 0', 'Default blend, seed 1', 'chrF, seed 1']);
    expect(await names()).toEqual(['Default blend, seed 0: finished', 'Default blend, seed 1: finished', 'chrF, seed 0: finished', 'chrF, seed 1: finished']);
  });

  it('stops the run under way and begins no other', async () => {
    const { made, stopped } = driver(undefined, name => { if (name === 'chrF, seed 0') made.stop(); });
    await made.start(plan);
    expect([begun, stopped()]).toEqual([['Default blend, seed 0', 'chrF, seed 0'], 1]);
    expect(queue.value).toMatchObject({ state: 'idle', done: 1, problem: '' });
    made.stop();
    expect(stopped()).toBe(1);
  });

  it('ends after a run that was in its last step when the stop came: it counts', async () => {
    const { made } = driver(() => 'finished', name => { if (name === 'chrF, seed 0') made.stop(); });
    await made.start(plan);
    expect([begun.length, queue.value.done, queue.value.problem]).toEqual([2, 2, '']);
  });

  it('a run stopped from the run bar ends the queue with a word', async () => {
    await driver(name => (name === 'chrF, seed 0' ? 'stopped' : 'finished')).made.start(plan);
    expect(queue.value.problem).toBe('chrF, seed 0 was stopped.');
  });

  it('remembers its plan for the next visit, and starts nothing that cannot run', async () => {
    await driver().made.start(plan);
    lastPlan.value = null;
    await driver().made.restore();
    expect(lastPlan.value).toEqual(plan);
    await expect(driver().made.start({ ...plan, arms: [] })).rejects.toThrow(/Choose at least one arm.*Nothing was started/);
    expect(queue.value.state).toBe('idle');
  });
});
