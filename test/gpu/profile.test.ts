/** A profile of the engine: every dispatch once, with the work that the model's formulas ask for; nothing of it in steps that were not asked for. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import type { Engine } from '../../src/model/engine';
import type { KernelSpan } from '../../src/types';
import { counting } from '../bench/count';
import { decodeWork, matmulWeights } from '../bench/sizes';
import { supervised } from '../fixtures/engine/read';
import { oddConfig, openEngine, sampling, variedBatch } from './engine_fixture';

let engine: Engine, gpu: Gpu;
beforeAll(async () => { ({ engine, gpu } = await openEngine()); });
afterAll(async () => { expect(gpu.failure).toBeNull(); await engine.close(); });

const config = oddConfig({ vocab_size: 72, hidden_size: 32, intermediate_size: 44, head_dim: 8 });
const lengths = [40, 3, 17], tokens = 60, batch = variedBatch(lengths, 72, 1);
const sum = (spans: readonly KernelSpan[], kernel: RegExp): number => spans.filter((span) => kernel.test(span.kernel)).reduce((total, { flops }) => total + flops, 0);

test('a training step: as many spans as dispatches, FLOPs as the formulas say, the clock of a step that was not timed', async () => {
  await engine.load(config, null, 1);
  expect((await engine.profile()).works).toEqual([]);
  await engine.step(batch, supervised);
  const { counts } = await counting(() => engine.step(batch, supervised));
  await engine.profileNext();
  await engine.step(batch, supervised);
  await engine.step(batch, supervised);
  const { works: [train, ...more], timestamps, ceilings } = await engine.profile();
  expect([train!.work, train!.tokens, more.length]).toEqual(['train', tokens, 0]);
  expect(ceilings!.flops).toBeGreaterThan(1e7);
  expect(timestamps).toBe(true);
  expect(train!.spans.length).toBe(counts.dispatches);
  expect(sum(train!.spans, /^matmul/)).toBe(6 * matmulWeights(config) * tokens);
  // Two products forward, three and four backward, where the scores are made again.
  const pairs = lengths.reduce((total, n) => total + n * (n + 1) / 2, 0);
  expect(sum(train!.spans, /^attention/)).toBe(2 * (2 + 3 + 4) * pairs * config.num_attention_heads * config.head_dim * config.num_hidden_layers);
  train!.spans.slice(1).forEach(({ startMs, ms }, i) => {
    expect(ms).toBeGreaterThanOrEqual(0);
    expect(startMs).toBeGreaterThanOrEqual(train!.spans[i]!.startMs);
  });
  expect(train!.wallMs).toBeGreaterThan(0);
  expect(train!.cpuMs).toBeLessThan(train!.wallMs);
});

test('a block of decoding: rows times tokens, and the products of that many', async () => {
  await engine.profileNext();
  await engine.generate({ ...sampling, prompts: [Int32Array.of(1, 2, 3), Int32Array.of(4, 5)], samplesPerPrompt: 2, maxNewTokens: 20, endId: 1000 });
  const decode = (await engine.profile()).works.find(({ work }) => work === 'decode')!;
  expect(decode.tokens).toBe(4 * 16);
  expect(sum(decode.spans, /^(slots|matmul)/)).toBe(16 * decodeWork(config, 4, 0).flops);
});
