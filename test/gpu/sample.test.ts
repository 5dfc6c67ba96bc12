/** The sampling kernel against the reference sampler, id for id on the same Philox draws; log-probabilities to 1e-5. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packDraw, sampleChoose } from '../../src/gpu/ops/sample';
import { philox4x32 } from '../../src/rng';
import type { GenerateRequest } from '../../src/types';
import { normals } from '../reference/finite_difference';
import { sampleForward } from '../reference/sample';
import { Bench, singles } from './bench';

let bench: Bench;
beforeAll(async () => { bench = await Bench.open(); });
afterAll(() => bench.close());

const plain: GenerateRequest = {
  prompts: [], samplesPerPrompt: 1, maxNewTokens: 8, temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, endId: 0, seed: 7, step: 3, stream: 2,
};

/** The uniform of a row's n-th new token: 24 bits of the first word, as the head of the shader says. */
function uniformOf(request: GenerateRequest, row: number, generated: number): number {
  return (philox4x32([((row << 16) | generated) >>> 0, request.stream, 0, 0], [request.seed, request.step])[0] >>> 8) / 2 ** 24;
}

interface Drawn { ids: Uint32Array; logps: Float32Array; slots: Uint32Array; rows: Uint32Array; active: Uint32Array; live: Uint32Array; seen: Uint32Array }

/** One launch over every slot; `generated` is how many tokens each already has. */
async function draw(logits: Float64Array, V: number, request: GenerateRequest, generated: number[], seenIds: number[][], firstRow = 0, limit = 8): Promise<Drawn> {
  const S = generated.length, words = Math.ceil(V / 32), seen = new Uint32Array(S * words);
  seenIds.forEach((ids, s) => ids.forEach((id) => { seen[s * words + (id >> 5)] |= 1 << (id & 31); }));
  const at = {
    live: bench.live(S), draw: bench.uniform(packDraw(request, limit)), logits: bench.f32(logits), seen: bench.u32(seen),
    state: bench.u32([...generated.flatMap((n, s) => [0, 5 + n, n, (firstRow + s) * 2]), ...Array.from({ length: Math.ceil(S / 4) * 4 }, (_, s) => s)]),
    ids: bench.u32(new Uint32Array((firstRow + S) * limit).fill(99999)), logps: bench.out((firstRow + S) * limit),
  };
  await bench.run((plan) => sampleChoose(plan, at, V, limit, S));
  const state = await bench.readU32(at.state);
  return {
    ids: (await bench.readU32(at.ids)).subarray(firstRow * limit), logps: (await bench.read(at.logps)).subarray(firstRow * limit),
    slots: state.slice(0, S * 4).map((x, i) => (i % 4 === 3 ? x & 1 : x)), rows: state.slice(0, S * 4).filter((_, i) => i % 4 === 3).map((x) => x >> 1), active: state.slice(S * 4, S * 5), live: await bench.readU32(at.live), seen: await bench.readU32(at.seen),
  };
}

const settings: [string, Partial<GenerateRequest>][] = [
  ['plain', {}], ['hot', { temperature: 1.7 }], ['cold', { temperature: 0.3 }], ['greedy', { temperature: 0 }], ['top-k', { topK: 5 }], ['top-k 1', { topK: 1 }], ['top-k past V', { topK: 5000 }],
  ['top-p', { topP: 0.7 }], ['top-p tiny', { topP: 1e-6 }], ['min-p', { minP: 0.2 }], ['penalty', { repetitionPenalty: 1.8 }], ['greedy with penalty', { temperature: 0, repetitionPenalty: 3 }],
  ['all', { temperature: 0.8, topK: 20, topP: 0.9, minP: 0.05, repetitionPenalty: 1.3 }],
];

// What a GPU takes, a workgroup a row, and what a software adapter takes, a thread a row.
describe.each([...[2, 17, 63, 64, 65, 131, 1031].map((V) => ['workgroup', V] as const), ...[2, 65, 131].map((V) => ['thread', V] as const)])('a %s a row, vocabulary %i', (who, V) => {
  let fallback: boolean;
  beforeAll(() => { ({ fallback } = bench.gpu.info); bench.gpu.info.fallback = who === 'thread'; });
  afterAll(() => { bench.gpu.info.fallback = fallback; });

  test.each(settings)('%s', async (_, change) => {
    // 67 slots: many draws at once, each with its own logits, history and number of tokens.
    const S = 67, request = { ...plain, ...change }, normal = normals(V), logits = singles(S * V, normal, 2);
    const generated = Array.from({ length: S }, (_, s) => s % 5), seen = generated.map((_, s) => [s % V, (s * 7) % V]);
    const got = await draw(logits, V, request, generated, seen, 3);
    let near = 0;
    for (let s = 0; s < S; s++) {
      const u = uniformOf(request, 3 + s, generated[s]), row = logits.slice(s * V, (s + 1) * V), want = sampleForward(row, seen[s], u, request), at = s * 8 + generated[s];
      if (got.ids[at] !== want.id) {
        // f32 sums may fall on the other side of a boundary that u hits to within their rounding; nothing else may differ.
        const sides = [-3e-6, 3e-6].map((d) => sampleForward(row, seen[s], Math.min(1 - 1e-9, Math.max(0, u + d)), request).id);
        expect(sides, `slot ${s}: ${got.ids[at]} for ${want.id}`).toContain(got.ids[at]);
        near++;
        continue;
      }
      expect(Math.abs(got.logps[at] - want.logp)).toBeLessThan(1e-5 * Math.max(1, Math.abs(want.logp)));
      expect(Array.from(got.slots.subarray(s * 4, s * 4 + 3))).toEqual([want.id, 5 + generated[s] + 1, generated[s] + 1]);
    }
    expect(near).toBeLessThanOrEqual(1);
  });
});

test('the end token and the limit finish a slot; the rest close ranks in order', async () => {
  const V = 4, logits = singles(5 * V, () => 0), set = (s: number, id: number): void => { logits[s * V + id] = 9; };
  // Slots 1 (end token) and 3 (its eighth token) finish.
  [2, 0, 1, 3, 2].forEach((id, s) => set(s, id));
  const got = await draw(logits, V, { ...plain, temperature: 0 }, [1, 1, 0, 7, 2], [[], [], [], [], []]);
  expect(got.live[0]).toBe(3);
  expect(Array.from(got.active.subarray(0, 3))).toEqual([0, 2, 4]);
  expect([0, 1, 2, 3, 4].map((s) => got.slots[s * 4 + 3])).toEqual([0, 1, 0, 1, 0]);
  expect([got.ids[1], got.ids[8 + 1], got.ids[16], got.ids[24 + 7], got.ids[32 + 2]]).toEqual([2, 0, 1, 3, 2]);
  // Nothing else was written.
  expect(got.ids.filter((id) => id === 99999).length).toBe(5 * 8 - 5);
});

test.each([1, 63, 64, 65, 128, 131])('ranks close alike by one thread and by a workgroup: %i slots of which some end', async (S) => {
  const V = 3, logits = new Float64Array(S * V).map((_, i) => (i % V === (Math.floor(i / V) % 7 < 3 ? 0 : 1 + Math.floor(i / V) % 2) ? 5 : 0)), { info } = bench.gpu, { fallback } = info;
  const want = Array.from({ length: S }, (_, s) => s).filter((s) => s % 7 >= 3);
  for (const alone of [true, false]) {
    info.fallback = alone;
    const got = await draw(logits, V, { ...plain, temperature: 0 }, new Array<number>(S).fill(0), Array.from({ length: S }, () => []));
    expect([got.live[0], Array.from(got.active.subarray(0, want.length))]).toEqual([want.length, want]);
  }
  info.fallback = fallback;
});

test('the penalty remembers what was drawn', async () => {
  const got = await draw(Float64Array.from({ length: 70 }, (_, v) => (v === 66 ? 5 : 0)), 70, { ...plain, temperature: 0, repetitionPenalty: 2 }, [0], [[1]]);
  expect(Array.from(got.seen)).toEqual([2, 0, 4]);
});

test('4,000 draws of one distribution follow it', async () => {
  const V = 5, S = 1000, p = [0.05, 0.4, 0.1, 0.3, 0.15], counts = new Float64Array(V);
  const logits = new Float64Array(S * V).map((_, i) => Math.log(p[i % V]));
  for (const step of [1, 2, 3, 4]) {
    const got = await draw(logits, V, { ...plain, step }, new Array<number>(S).fill(0), Array.from({ length: S }, () => []));
    for (let s = 0; s < S; s++) counts[got.ids[s * 8]]++;
  }
  p.forEach((q, v) => expect(Math.abs(counts[v] / 4000 - q)).toBeLessThan(4 * Math.sqrt(q * (1 - q) / 4000)));
});
