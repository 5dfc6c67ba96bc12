/** The benchmark's command: what it reads, in which order it works, how it survives a peer, and what its numbers mean, by hand. */
import { expect, test } from 'vitest';
import { Culprit, jobsOf, readArguments, settle } from '../../scripts/bench';
import { roofline } from '../bench/contest';
import { largestDifference, perToken } from '../bench/models';
import { benchJson, benchTable, oursFailed, size, time, type Header } from '../bench/report';
import { empty, USUAL, type Ceilings, type Job, type Row } from '../bench/rows';
import { decodeWork, matmulWeights, SIZES, trainFlops } from '../bench/sizes';
import { median, ratio, repeatsFor, spread, takeTurns } from '../bench/statistics';
import { batchOf, targetsOf } from '../bench/task';
import { openVariant } from '../bench/tricks';
import { lasting, phaseStretches, PHASES } from '../bench/update';
import { VARIANTS } from '../bench/variants';
import type { Gpu } from '../../src/gpu/device';
import { layoutOf } from '../../src/model/params';
import type { Phase } from '../../src/types';

test('median, spread and ratio by hand', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
  expect(spread([2, 4, 3, 3])).toBeCloseTo(2 / 3, 12);
  expect(ratio(30, 20)).toBe(1.5);
  expect(repeatsFor(10, 95, 64)).toBe(10);
  expect(repeatsFor(10, 0, 64)).toBe(1);
  expect(repeatsFor(0, 200, 64)).toBe(64);
});

test('turns alternate, a repetition\'s time is the round\'s over its repeats, and whoever throws is out', async () => {
  let clock = 0;
  const order: string[] = [];
  const one = (peer: string, cost: number, failsAt = Infinity) => ({
    peer, run: (repeats: number): Promise<void> => {
      order.push(peer);
      clock += cost * repeats;
      return order.filter((name) => name === peer).length === failsAt ? Promise.reject(new Error('lost')) : Promise.resolve();
    },
  });
  const { times, errors } = await takeTurns([one('a', 2), one('b', 5), one('c', 1, 2)], { rounds: 3, repeats: 4, now: () => clock });
  expect(order).toEqual(['a', 'b', 'c', 'c', 'b', 'a', 'a', 'b']);
  expect(Object.fromEntries(times)).toEqual({ a: [2, 2, 2], b: [5, 5, 5] });
  expect([...errors.keys()]).toEqual(['c']);
});

test('the command line: lists, what is left out, and every problem at once', () => {
  const all = readArguments([], '/here');
  expect(all).toEqual({ json: null, sections: [...USUAL], sizes: SIZES.map(({ name }) => name), peers: ['jax-js', 'tfjs', 'onnxruntime-web', 'transformers.js'], node: false, minutes: 10 });
  expect(readArguments(['--json', 'a/b.json', '--only', 'decode,train', '--sizes', '3M,0.3M', '--peers', 'none', '--node', '--minutes', '2'], '/here'))
    .toEqual({ json: '/here/a/b.json', sections: ['train', 'decode'], sizes: ['0.3M', '3M'], peers: [], node: true, minutes: 2 });
  expect(() => readArguments(['--only', 'speed', '--sizes', '1T', '--minutes', '0'], '/')).toThrow(/no section called "speed"[\s\S]*no size called "1T"[\s\S]*--minutes wants[\s\S]*Usage/);
  expect(() => readArguments(['--fast'], '/')).toThrow(/--fast/);
});

test('ceilings come first, losses before any training step, and on a small size', () => {
  const jobs = (args: string[]): string[] => jobsOf(readArguments(args, '/')).map(({ section, check, size: of }) => [section, check, of].filter(Boolean).join(' '));
  expect(jobs(['--only', 'train,decode', '--sizes', '0.3M,3M'])).toEqual(['ceilings', 'train losses 0.3M', 'train 0.3M', 'train 3M', 'decode 0.3M', 'decode 3M']);
  expect(jobs(['--only', 'train', '--sizes', '3M'])).toEqual(['ceilings', 'train losses 0.1M', 'train 3M']);
  expect(jobs(['--only', 'ceilings'])).toEqual(['ceilings']);
  expect(jobs([]).some(name => name.startsWith('tricks'))).toBe(false);
  expect(jobs(['--only', 'tricks', '--sizes', '0.3M,3M'])).toEqual(['ceilings', 'tricks 0.3M', 'tricks 3M']);
  expect(jobsOf(readArguments(['--only', 'update,matmul', '--peers', 'tfjs,transformers.js'], '/')).map(({ peers }) => peers)).toEqual([['tfjs'], ['tfjs'], []]);
  // Beside ours stand our own variants, whichever peers were asked for.
  expect(jobsOf(readArguments(['--only', 'tricks', '--sizes', '3M', '--peers', 'tfjs'], '/')).at(-1)!.peers).toEqual(VARIANTS.map(({ name }) => name));
});

const job: Job = { section: 'train', size: '3M', peers: ['tfjs', 'jax-js'], ceilings: null, budget: 1 };
const roofs: Ceilings = { flops: 2e9, bytes: 3e9, halfFlops: null, rates: { ours: 2e9 } };
const measured = (peer: string): Row => ({ ...empty('train', peer, '3M'), median_ms: 1 });

test('a peer that crashes the page becomes a row, and the others are measured without it', async () => {
  const asked: string[][] = [];
  const { rows } = await settle({
    run: ({ peers }) => {
      asked.push(peers);
      return peers.includes('tfjs') ? Promise.reject(new Culprit('tfjs', 'the page crashed')) : Promise.resolve({ rows: ['ours', ...peers].map(measured) });
    },
  }, job, new Map());
  expect(asked).toEqual([['tfjs', 'jax-js'], ['jax-js']]);
  expect(rows.map(({ peer, error }) => [peer, error])).toEqual([['ours', undefined], ['jax-js', undefined], ['tfjs', 'the page crashed']]);
  expect(rows.at(-1)!.model).toBe('3M');
  expect(oursFailed(rows)).toEqual([]);
});

test('ours crashing is a failure and no second try; a refused peer is not asked', async () => {
  let tries = 0;
  const { rows } = await settle({ run: () => { tries++; return Promise.reject(new Culprit('ours', 'no end')); } }, job, new Map([['jax-js', 'it does not train the same']]));
  expect(tries).toBe(1);
  expect(oursFailed(rows).map(({ error }) => error)).toEqual(['no end']);
  const asked: string[] = [];
  await settle({ run: ({ peers }) => { asked.push(...peers); return Promise.resolve({ rows: [] }); } }, job, new Map([['jax-js', 'no']]));
  expect(asked).toEqual(['tfjs']);
});

test('the table says whose numbers these are, and calls a software adapter one', () => {
  const header: Header = { adapter: 'software adapter (SwiftShader): google swiftshader', software: true, host: 'chromium 156', commit: 'abc', date: '2026-11-21', peers: { tfjs: '4.22.0' }, ceilings: roofs };
  const table = benchTable(header, [
    { ...measured('ours'), median_ms: 12.345, spread: 0.25, ratio: 1, roofline: 0.5, dispatches: 98, submits: 1, bytes: 2048, buffers: 0, rounds: 5 },
    { ...empty('train', 'tfjs', '3M'), error: 'no a|b' }, { ...empty('train', 'jax-js', '125M'), skipped: 'too long' }, { ...empty('train', 'ours', '125M'), skipped: 'waits for a GPU: too long' },
  ]);
  expect(table.split('\n')[0]).toBe('software adapter (SwiftShader): google swiftshader');
  expect(table).toContain('No speed of a software adapter predicts a GPU');
  expect(table).toContain('| train | 3M | ours | 12.3 ms | 25 % | 1.00x | 50 % | 98 | 1 | 0 | 2.00 KiB |  |');
  expect(table).toContain('| train | 3M | tfjs | - |  |  |  |  |  |  |  | failed: no a/b |');
  expect(table).toContain('| skipped: too long |');
  expect(table).toContain('| waits for a GPU: too long |');
  expect(table).toContain('F = 2.0 GFLOP/s');
  expect(benchTable({ ...header, software: false }, [])).not.toContain('predicts');
  expect([time(0.5), time(999), time(1500), size(100), size(3 * 2 ** 20)]).toEqual(['500 us', '999 ms', '1.50 s', '100 B', '3.00 MiB']);
});

test('shares of the roofline and a token\'s part of a generation', () => {
  const ceilings = { ...roofs, flops: 1e9, bytes: 1e8 };
  expect(roofline({ flops: 1e6 }, 2, ceilings)).toBeCloseTo(0.5, 12);
  // 1e6 bytes take 10 ms: more than the 1 ms of the products.
  expect(roofline({ flops: 1e6, bytes: 1e6 }, 20, ceilings)).toBeCloseTo(0.5, 12);
  expect(perToken({ ...measured('ours'), median_ms: 64, roofline: 0.01, dispatches: 128, bytes: 32 }, 64)).toMatchObject({ median_ms: 1, roofline: 0.64, dispatches: 2, bytes: 0.5, submits: null });
});

test('sizes are what they are called, and their work by hand', () => {
  for (const { name, config } of SIZES) expect(Math.abs(layoutOf(config).parameters / (Number(name.slice(0, -1)) * 1e6) - 1), name).toBeLessThan(0.18);
  const config = { ...SIZES[0]!.config, hidden_size: 2, intermediate_size: 3, num_attention_heads: 1, num_key_value_heads: 1, head_dim: 2, num_hidden_layers: 1, vocab_size: 5 };
  // q, k, v, o: 4 x 4; gate, up, down: 3 x 6; head 10.
  expect(matmulWeights(config)).toBe(44);
  expect(trainFlops(config, [3, 4])).toBe(12 * (6 * 44 + 12 * 1 * 2 * 4 / 2));
  expect(decodeWork(config, 3, 7)).toEqual({ flops: 3 * (88 + 4 * 2 * 7), bytes: 4 * (44 + 3 * 2 * 2 * 7) });
});

test('a batch: targets are the next tokens, the last of a row predicts nothing, weights sum to 1', () => {
  const task = { config: SIZES[0]!.config, tensors: [], rows: 2, length: 3 };
  const tokens = batchOf(task, 1), { targets, weights } = targetsOf(task, tokens);
  expect([...targets]).toEqual([tokens[1], tokens[2], 0, tokens[4], tokens[5], 0]);
  expect([...weights]).toEqual([0.25, 0.25, 0, 0.25, 0.25, 0]);
  expect([...batchOf(task, 1)]).toEqual([...tokens]);
  expect([...batchOf(task, 2)]).not.toEqual([...tokens]);
});

test('losses are compared step by step, and one that is no number differs', () => {
  expect(largestDifference([1, 2.5, 3], [1, 2, 3.25])).toEqual({ difference: 0.5, step: 1 });
  expect(largestDifference([1, NaN], [1, 2])).toEqual({ difference: NaN, step: 1 });
  expect(largestDifference([1, 2], [1])).toEqual({ difference: NaN, step: 1 });
});

test('variants have names of their own, and each changes one thing of a device, or of what the engine makes of it', () => {
  expect(new Set(VARIANTS.map(({ name }) => name)).size).toBe(VARIANTS.length);
  const changed = (name: string) => {
    const gpu = { pacer: { limit: 200 }, tuner: { force: null } };
    VARIANTS.find(variant => variant.name === name)!.apply?.(gpu as unknown as Gpu);
    return gpu;
  };
  expect(changed('submits never cut')).toEqual({ pacer: { limit: Infinity }, tuner: { force: null } });
  expect(changed('product kernel tiled')).toEqual({ pacer: { limit: 200 }, tuner: { force: 'tiled' } });
  expect(VARIANTS.filter(({ apply, wish }) => !apply === !wish)).toEqual([]);
  expect(VARIANTS.find(({ name }) => name === 'training reads halves')!.wish).toEqual({ precision: 'f16' });
  expect(() => openVariant('faster', () => Promise.reject(new Error('not asked for')))).toThrow(/no variant faster; there are submits never cut/);
});

test('phases last from their event to the next, and an evaluation is no part of an update', () => {
  const at = (phase: Phase, done: number, time_: number) => ({ event: { type: 'phase' as const, phase, done, total: 2 }, at: time_ });
  const updates = phaseStretches([
    at('evaluate', 0, 0), at('document', 0, 10), at('reconstruct', 0, 15), at('reward', 0, 35), at('update', 0, 36), at('update', 1, 40),
    at('document', 1, 100), at('reconstruct', 1, 101), at('reward', 1, 103), at('update', 1, 107), at('evaluate', 0, 115), at('update', 2, 400),
  ]);
  expect(updates.map(stretches => PHASES.map(phase => lasting(stretches, phase)))).toEqual([[5, 20, 1, 4], [1, 2, 4, 8]]);
  expect(updates.map(stretches => lasting(stretches))).toEqual([30, 15]);
  expect(updates[1]![3]).toEqual({ phase: 'update', from: 107, to: 115 });
});

test('aims stand under the table and in the file, by the same rows', () => {
  const header: Header = { adapter: 'GPU: some', software: false, host: 'chromium 156', commit: 'abc', date: '2026-11-21', peers: {}, ceilings: roofs };
  const row = (peer: string, median_ms: number): Row => ({ ...empty('train', peer, '3M, 8 x 256'), model: '3M', median_ms, spread: 0, ratio: median_ms / 10, roofline: 0.5 });
  const busy: Row = { ...empty('update, whole', 'ours', 'starter'), median_ms: 5, busy: { least: 0.7, most: 0.9 } };
  const rows = [row('ours', 10), row('tfjs', 45), row('jax-js', 18), busy];
  const table = benchTable(header, rows);
  expect(table).toContain('| training: ours over tfjs, 3M | 3.00x | 4.50x | yes | 10.0 ms against 45.0 ms |');
  expect(table).toContain('| training: ours over jax-js, 3M | 2.00x | 1.80x | no | 10.0 ms against 18.0 ms |');
  expect(table).toContain('| update: share of the time in which the GPU works | 80 % | 70 % | - | at least 70 %, at most 90 % |');
  expect(table).toContain('GPU busy: at least');
  expect(benchTable(header, rows.slice(0, 3))).not.toContain('GPU busy: at least');
  const file = JSON.parse(benchJson(header, rows)) as { aims: { name: string; met: boolean | null }[]; rows: Row[]; commit: string; adapter: string; host: string };
  expect(file.aims.filter(({ name }) => name.startsWith('training')).map(({ met }) => met)).toEqual([true, false]);
  expect([file.adapter, file.host, file.commit]).toEqual(['GPU: some', 'chromium 156', 'abc']);
  for (const key of ['name', 'peer', 'size', 'median_ms', 'spread', 'ratio', 'roofline']) expect(file.rows[0]).toHaveProperty(key);
  expect(file.rows[3]!.busy).toEqual({ least: 0.7, most: 0.9 });
});
