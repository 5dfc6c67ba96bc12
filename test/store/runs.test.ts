/** Holds runs to: records, metrics and episodes come back, deletes can be undone, exports hold what the run made. */
import { describe, expect, it } from 'vitest';
import { createCheckpoints } from '../../src/store/checkpoints';
import { STORES, type KeyValue } from '../../src/store/key_value';
import { createMemoryKeyValue } from '../../src/store/memory';
import { createMetricLog } from '../../src/store/metric_log';
import { copyName, freshName } from '../../src/store/run_names';
import { createRuns } from '../../src/store/runs';
import type { Episode, MetricRow } from '../../src/types';
import { draws } from '../formats/draws';
import { withFaults } from './faults';

function setUp(episodeSteps?: number) {
  const store = createMemoryKeyValue();
  let time = 1_700_000_000_000;
  const runs = createRuns(store, createCheckpoints(store), { now: () => time++, random: draws(5), ...(episodeSteps ? { episodeSteps } : {}) });
  return { store, runs, pass: (ms: number) => { time += ms; } };
}

const episode = (step: number): Episode => ({
  step, group: 0, itemId: 'i', language: 'ruby', name: 'f', path: 'f.rb', code: 'def f; end', documentation: `At ${step}.`, rDoc: 1, rDocReason: '', leak: 0,
  reconstructions: [], logLikelihood: -1, reward: 0, advantage: 0, documentationTokens: 3,
});

describe('runs', () => {
  it('are made, listed, changed, renamed and duplicated', async () => {
    const { runs } = setUp();
    const first = await runs.create({ preset: 'demo', settings: { seed: 1 }, corpusId: 'c' });
    const second = await runs.create({ preset: 'folder', settings: {}, name: 'mine' });
    expect(first.name).toMatch(/^[a-z]+-[a-z]+$/);
    expect(first).toMatchObject({ preset: 'demo', settings: { seed: 1 }, corpusId: 'c', modelId: '', state: 'new', step: 0 });
    expect(await runs.list()).toEqual([second, first]);
    const changed = await runs.update(first.id, { state: 'running', step: 12, summary: { best: 0.5 } });
    expect(await runs.get(first.id)).toEqual(changed);
    expect(changed).toMatchObject({ name: first.name, state: 'running', step: 12 });
    expect(changed.updatedAt).toBeGreaterThan(first.updatedAt);
    const copy = await runs.duplicate(first.id);
    const copy2 = await runs.duplicate(copy.id);
    expect([copy, copy2].map(run => [run.name, run.settings, run.corpusId, run.state, run.step, run.summary])).toEqual([
      [`${first.name} copy`, { seed: 1 }, 'c', 'new', 0, {}], [`${first.name} copy 2`, { seed: 1 }, 'c', 'new', 0, {}],
    ]);
    await runs.rename(first.id, 'best one');
    expect((await runs.get(first.id)).name).toBe('best one');
    await expect(runs.get('nope')).rejects.toMatchObject({ name: 'BadInput' });
  });

  it('lose no change when several are made at once', async () => {
    const { runs } = setUp();
    const { id } = await runs.create({ preset: 'demo', settings: {} });
    await Promise.all([runs.update(id, { step: 3 }), runs.rename(id, 'x'), runs.update(id, { state: 'paused' }), runs.appendMetrics(id, [{ step: 1 }]), runs.appendMetrics(id, [{ step: 2 }])]);
    expect(await runs.get(id)).toMatchObject({ step: 3, name: 'x', state: 'paused' });
    expect(await runs.metrics(id)).toEqual([{ step: 1 }, { step: 2 }]);
  });

  it('append metrics in order past ten batches, and drop those after a checkpoint', async () => {
    const { runs } = setUp();
    const { id } = await runs.create({ preset: 'demo', settings: {} });
    for (let step = 0; step < 24; step += 2) await runs.appendMetrics(id, [{ step, loss: NaN }, { step: step + 1, loss: step }]);
    expect((await runs.metrics(id)).map(row => row['step'])).toEqual(Array.from({ length: 24 }, (_, i) => i));
    await runs.trimMetrics(id, row => row['step']! <= 20);
    await runs.appendMetrics(id, [{ step: 21 }]);
    expect((await runs.metrics(id)).map(row => row['step'])).toEqual(Array.from({ length: 22 }, (_, i) => i));
    expect((await runs.metrics(id))[0]!['loss']).toBeNaN();
    await runs.trimMetrics(id, () => false);
    expect(await runs.metrics(id)).toEqual([]);
  });

  it('thin the older episodes beyond the cap and keep the first and the newest', async () => {
    const { runs } = setUp(8);
    const { id } = await runs.create({ preset: 'demo', settings: {} });
    for (let step = 1; step <= 40; step++) {
      await runs.saveEpisodes(id, step, [episode(step)]);
      const steps = await runs.episodeSteps(id);
      expect(steps.length).toBeLessThanOrEqual(8);
      expect([steps[0], steps.at(-1)]).toEqual([1, step]);
    }
    expect(await runs.episodes(id, 40)).toEqual([episode(40)]);
    expect(await runs.episodes(id, 99)).toEqual([]);
    await runs.saveEpisodes(id, 40, []);
    expect(await runs.episodes(id, 40)).toEqual([]);
  });

  it('store the log-probabilities of an episode without the readback they are a view of', async () => {
    const { runs, store } = setUp();
    const { id } = await runs.create({ preset: 'demo', settings: {} });
    const readback = Float32Array.from({ length: 1000 }, (_, i) => -i);
    await runs.saveEpisodes(id, 1, [{ ...episode(1), documentationLogps: readback.subarray(5, 8) }]);
    const [stored] = await store.get('episodes', (await store.keys('episodes', ''))[0]!) as Episode[];
    expect([stored!.documentationLogps!.buffer.byteLength, ...stored!.documentationLogps!]).toEqual([12, -5, -6, -7]);
  });

  it('come back whole after an undo, and are gone with all they had after a purge', async () => {
    const { runs, store, pass } = setUp();
    const { id } = await runs.create({ preset: 'demo', settings: {} });
    const other = await runs.create({ preset: 'demo', settings: {} });
    for (const run of [id, other.id]) {
      await runs.appendMetrics(run, [{ step: 1 }]);
      await runs.saveEpisodes(run, 1, [episode(1)]);
      await store.commit([{ store: 'chunks', key: `checkpoint/${run}/x/weights-0`, value: new Uint8Array(4) }], 'strict');
    }
    const restore = await runs.remove(id);
    expect((await runs.list()).map(run => run.id)).toEqual([other.id]);
    await restore();
    expect(await runs.metrics(id)).toEqual([{ step: 1 }]);
    expect(await runs.list()).toHaveLength(2);

    const again = await runs.remove(id);
    await runs.purge(60_000);
    expect(await store.keys('metrics', `${id}/`)).toHaveLength(1);
    pass(60_000);
    await runs.purge(60_000);
    for (const name of ['metrics', 'episodes', 'chunks', 'runs'] as const) expect(await store.keys(name, '')).toHaveLength(1);
    await expect(again()).rejects.toMatchObject({ name: 'BadInput' });
  });

  it('are purged wholly in the end, at whichever call a purge broke off', async () => {
    for (let n = 1; ; n++) {
      const memory = createMemoryKeyValue();
      const faults = withFaults(memory);
      const make = (store: KeyValue) => createRuns(store, createCheckpoints(store));
      const { id } = await make(memory).create({ preset: 'demo', settings: {} });
      await make(memory).appendMetrics(id, [{ step: 1 }]);
      await make(memory).saveEpisodes(id, 1, [episode(1)]);
      await memory.commit([{ store: 'chunks', key: `checkpoint/${id}/x/weights-0`, value: new Uint8Array(4) }], 'strict');
      await make(memory).remove(id);
      Object.assign(faults, { failAt: n, calls: 0 });
      const broke = await make(faults.store).purge(0).then(() => false, () => true);
      expect(broke).toBe(faults.calls >= n);
      if (broke) expect(await make(memory).list()).toEqual([]);
      await make(memory).purge(0);
      for (const name of STORES) expect(await memory.keys(name, '')).toEqual([]);
      if (!broke) {
        expect(n).toBeGreaterThan(6);
        break;
      }
    }
  });

  it('export what they made', async () => {
    const { runs } = setUp();
    const { id, name } = await runs.create({ preset: 'demo', settings: { seed: 9 } });
    await runs.appendMetrics(id, [{ step: 1, 'reward/mean': 0.25 }, { step: 2, 'reward/mean': 0.5 }]);
    for (const step of [1, 2]) await runs.saveEpisodes(id, step, [episode(step), episode(step)]);
    await runs.update(id, { summary: { adapter: 'x' }, step: 2 });
    const files = await runs.export(id, [{ name: 'config.json', bytes: Uint8Array.of(123, 125) }]);
    expect(files.map(file => file.name)).toEqual(['metrics.csv', 'metrics.jsonl', 'samples.jsonl', 'summary.json', 'model/config.json']);
    const text = files.map(file => new TextDecoder().decode(file.bytes));
    expect(text[0]).toBe('step,reward/mean\r\n1,0.25\r\n2,0.5\r\n');
    expect(text[1]).toBe('{"step":1,"reward/mean":0.25}\n{"step":2,"reward/mean":0.5}\n');
    expect(text[2]!.split('\n').map(line => (line ? (JSON.parse(line) as { documentation: string }).documentation : ''))).toEqual(['At 1.', 'At 1.', 'At 2.', 'At 2.', '']);
    expect(JSON.parse(text[3]!)).toMatchObject({ adapter: 'x', run: { id, name, step: 2, settings: { seed: 9 } } });
  });
});

describe('names', () => {
  it('are 2,500 different pairs, then numbered', () => {
    const taken = new Set<string>();
    const random = draws(2);
    for (let i = 0; i < 2500; i++) taken.add(freshName(taken, random));
    expect(taken.size).toBe(2500);
    expect([...taken].every(name => /^[a-z]+-[a-z]+$/.test(name))).toBe(true);
    expect(freshName(taken, random)).toMatch(/^[a-z]+-[a-z]+-2$/);
    expect(copyName('a copy 7', new Set(['a', 'a copy', 'a copy 2']))).toBe('a copy 3');
  });
});

describe('metric log', () => {
  it('writes in batches, in order, and keeps rows whose write failed', async () => {
    const batches: number[][] = [];
    const errors: string[] = [];
    let failing = true;
    const append = (rows: readonly MetricRow[]) => {
      if (failing) return Promise.reject(new Error('full'));
      batches.push(rows.map(row => row['step']!));
      return Promise.resolve();
    };
    const log = createMetricLog(append, error => errors.push(error.message), 3, 20);
    for (let step = 0; step < 3; step++) log.add({ step });
    await expect(log.flush()).rejects.toThrow('full');
    expect(errors).toEqual(['full']);
    failing = false;
    log.add({ step: 3 });
    await new Promise(resolve => { setTimeout(resolve, 60); });
    expect(batches).toEqual([[0, 1, 2, 3]]);
    for (let step = 4; step < 9; step++) log.add({ step });
    await log.flush();
    expect(batches.flat()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    await log.flush();
    expect(batches.every(batch => batch.length > 0)).toBe(true);
  });
});
