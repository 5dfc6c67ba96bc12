/** The pool over real threads with the real scorer in them: order, places, and what becomes of pairs whose worker hangs or dies. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rewardThreads } from '../../scripts/reward-threads';
import type { RewardThreads } from '../../scripts/reward-threads';
import { defaults } from '../../src/config';
import { scoreOptions } from '../../src/reward/blend';
import { PairScorer } from '../../src/reward/scorer';
import { ALONE, RewardPool } from '../../src/reward/pool';
import type { RewardPoolOptions } from '../../src/reward/pool';
import { shareOut } from '../../src/reward/shares';
import type { ScoredPair, SimilarityScore } from '../../src/types';
import { realParser } from './grammars';

const options = scoreOptions(defaults());
const counts = new Int32Array(new SharedArrayBuffer(12));
let threads: RewardThreads, here: PairScorer;
const pools: RewardPool[] = [];

beforeAll(async () => {
  threads = await rewardThreads(['javascript'], 'test/reward/node_worker.ts', { counts });
  here = new PairScorer(await realParser(['javascript']));
}, 60_000);
afterEach(() => {
  for (const pool of pools.splice(0)) pool.close();
  counts.fill(0);
});
afterAll(() => { threads.remove(); });

function makePool(more: Partial<RewardPoolOptions> = {}): RewardPool {
  const pool = new RewardPool({ spawn: threads.spawn, workers: 2, pairMs: 3000, ...more });
  pools.push(pool);
  return pool;
}
const pair = (n: number, reconstruction = `function f(a) { return a * ${n % 3}; }`): ScoredPair => ({ original: `function f(a) { return a + ${n}; }`, reconstruction, language: 'javascript' });
/** `count` pairs, five for each original, interleaved. */
const pairs = (count: number): ScoredPair[] => Array.from({ length: count }, (_, i) => pair(i % Math.ceil(count / 5), `function f(a) { return a${" - b".repeat(i % 7)} - ${i}; }`));
/** Scores without the mark that the test's thread adds. */
const bare = (scores: readonly SimilarityScore[]): SimilarityScore[] => scores.map(({ parts: { thread: _, ...parts }, ...score }) => ({ ...score, parts }));
const threadsOf = (scores: readonly SimilarityScore[]): Set<number> => new Set(scores.map((score) => score.parts['thread']!));

describe('shareOut', () => {
  it('gives every place once, keeps an original together, and balances', () => {
    const list = pairs(200), messages = shareOut(list, 3);
    expect(messages.flat(2).sort((a, b) => a - b)).toEqual(list.map((_, i) => i));
    const homes = new Map<string, Set<number>>();
    messages.forEach((own, worker) => own.flat().forEach((place) => homes.set(list[place]!.original, (homes.get(list[place]!.original) ?? new Set()).add(worker))));
    expect([...homes.values()].every((workers) => workers.size === 1)).toBe(true);
    for (const own of messages) expect(own.flat().length / 200).toBeCloseTo(1 / 3, 1);
    for (const own of messages) for (const message of own) expect(message.length).toBeLessThanOrEqual(16);
  });
  it('splits an original that has more than a worker\'s share, and takes none and one', () => {
    const list = Array.from({ length: 100 }, () => pair(1));
    expect(shareOut(list, 2).map((own) => own.flat().length).every((count) => count >= 36)).toBe(true);
    expect(shareOut([], 2)).toEqual([[], []]);
    expect(shareOut([pair(1)], 4).flat(2)).toEqual([0]);
  });
  it('sends an original to the same worker in the next call, whatever else is scored', () => {
    const workerOf = (list: readonly ScoredPair[], original: string): number => shareOut(list, 2).findIndex((own) => own.flat().some((place) => list[place]!.original === original));
    const first = pairs(200), second = [...pairs(100), ...Array.from({ length: 100 }, (_, i) => pair(300 + (i % 20)))];
    const shared = [...new Set(first.map((one) => one.original))].filter((original) => second.some((one) => one.original === original));
    expect(shared.length).toBeGreaterThan(15);
    expect(shared.filter((original) => workerOf(first, original) === workerOf(second, original)).length / shared.length).toBeGreaterThan(0.75);
  });
});

describe('RewardPool', { timeout: 60_000 }, () => {
  it('scores as one scorer would, in order, on both threads', async () => {
    const pool = makePool(), list = pairs(100), scores = await pool.score(list, options);
    expect(bare(scores)).toEqual(await here.score(list, options));
    expect(new Set(scores.map((score) => score.value)).size).toBeGreaterThan(5);
    expect(threadsOf(scores).size).toBe(2);
    expect(await pool.score([], options)).toEqual([]);
    expect(pool.lost).toBe(0);
  });
  it('starts one thread for a small request, and keeps it', async () => {
    const pool = makePool(), list = pairs(ALONE - 1);
    const threadsUsed = new Set([...threadsOf(await pool.score(list, options)), ...threadsOf(await pool.score(list, options))]);
    expect(threadsUsed.size).toBe(1);
    expect(counts[1]).toBe(1);
  });
  it('answers calls that overlap', async () => {
    const pool = makePool(), lists = [60, 5, 40].map(pairs);
    const all = await Promise.all(lists.map((list) => pool.score(list, options)));
    for (const [i, list] of lists.entries()) expect(bare(all[i]!)).toEqual(await here.score(list, options));
  });
  it('replaces a thread that hangs or dies, gives 0 with the reason to the pair that does it again, and the others their scores', async () => {
    const pool = makePool({ pairMs: 700 }), list = pairs(60), good = await here.score(list, options);
    for (const [bad, reason] of [['HANG', /too slow: no score within 0.7 s/], ['DIE', /the scoring worker ended/], ['THROW', /scoring failed: asked to throw/], ['SPENT', /scoring failed: no trees any more/]] as const) {
      const lost = pool.lost, scores = await pool.score(list.map((one, i) => (i === 17 ? { ...one, reconstruction: bad } : one)), options);
      expect(scores[17], bad).toMatchObject({ value: 0, parts: {}, parses: false, exact: false });
      expect(scores[17]!.reason).toMatch(reason);
      expect(bare(scores.filter((_, i) => i !== 17)), bad).toEqual(good.filter((_, i) => i !== 17));
      expect(pool.lost - lost, bad).toBe(bad === 'THROW' ? 0 : 2);
    }
    expect(bare(await pool.score(list, options))).toEqual(good);
  });
  it('scores a pair again whose thread went wrong once', async () => {
    const pool = makePool({ pairMs: 1000 });
    for (const bad of ['HANG ONCE', 'DIE ONCE', 'THROW ONCE']) {
      counts[0] = 1;
      const list = [...pairs(3), pair(1, bad)];
      expect(bare(await pool.score(list, options)), bad).toEqual(await here.score(list, options));
    }
  });
  it('goes on with the threads that start, and rejects when none does', async () => {
    counts[2] = 1;
    const list = pairs(80);
    expect(bare(await makePool().score(list, options))).toEqual(await here.score(list, options));
    counts[2] = 99;
    await expect(makePool().score(list, options)).rejects.toThrow('refused to start');
    await expect(makePool().open()).rejects.toThrow('refused to start');
    counts[2] = 0;
    await expect(makePool({ startMs: 1 }).open()).rejects.toMatchObject({ name: 'BadInput' });
  });
  it('rejects waiting calls when it is closed, and later ones', async () => {
    const pool = makePool({ pairMs: 20_000 });
    await pool.open();
    const waiting = pool.score([pair(1, 'HANG')], options);
    setTimeout(() => { pool.close(); }, 100);
    await expect(waiting).rejects.toMatchObject({ name: 'Stopped' });
    await expect(pool.score(pairs(40), options)).rejects.toMatchObject({ name: 'Stopped' });
  });
});
