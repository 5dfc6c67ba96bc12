/** Mean states of sequences against the f64 reference, over families, odd lengths and several micro-batches; relative tolerance 2e-5. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import type { Engine } from '../../src/model/engine';
import { pack, supervised } from '../fixtures/engine/read';
import { relativeError } from '../reference/finite_difference';
import { transformerForward } from '../reference/transformer';
import { FAMILIES, oddConfig, openEngine, promptsOf, variedBatch, weightsOf } from './engine_fixture';

let engine: Engine, gpu: Gpu;
beforeAll(async () => { ({ engine, gpu } = await openEngine()); });
afterAll(async () => { expect(gpu.failure).toBeNull(); await engine.close(); });

/** Mean over the tokens of the reference's states after the last norm. */
function meanStates(config: Parameters<typeof transformerForward>[0], weights: Parameters<typeof transformerForward>[1], sequence: Int32Array): number[] {
  const { tokens, offsets } = pack([Array.from(sequence)]), { norm } = transformerForward(config, weights, tokens, offsets), C = config.hidden_size;
  return Array.from({ length: C }, (_, c) => Array.from(sequence, (__, t) => norm[t * C + c]!).reduce((sum, x) => sum + x, 0) / sequence.length);
}

test.each(FAMILIES)('%s', async (_, config) => {
  const { parameters, tensors } = weightsOf(config, 5);
  await engine.load(config, tensors, 0);
  const sequences = [Int32Array.of(3), ...promptsOf(7, config.vocab_size), Int32Array.from({ length: 61 }, (__, t) => (t * 7) % config.vocab_size)];
  const { vectors } = await engine.embed({ sequences, model: 'policy' });
  sequences.forEach((sequence, i) => expect(relativeError(vectors[i]!, meanStates(config, parameters, sequence))).toBeLessThan(2e-5));
});

test('the same vector alone, in company and across micro-batches; zeros for nothing; the frozen copy stays', async () => {
  const config = oddConfig(), { tensors } = weightsOf(config, 6);
  await engine.load(config, tensors, 0);
  await expect(engine.embed({ sequences: [Int32Array.of(1)], model: 'frozen' })).rejects.toThrow(/no frozen copy/);
  await engine.freeze();
  // 250 sequences of 31 tokens: more than one micro-batch of the software adapter's 2,048.
  const sequences = Array.from({ length: 250 }, (_, s) => Int32Array.from({ length: 31 }, (__, t) => (s * 5 + t * 3) % config.vocab_size));
  const { vectors } = await engine.embed({ sequences, model: 'policy' });
  for (const s of [0, 66, 67, 249]) expect((await engine.embed({ sequences: [sequences[s]!], model: 'policy' })).vectors[0]).toEqual(vectors[s]);
  expect((await engine.embed({ sequences: [new Int32Array(0)], model: 'policy' })).vectors[0]).toEqual(new Float32Array(config.hidden_size));
  expect((await engine.embed({ sequences: [], model: 'policy' })).vectors).toEqual([]);
  await engine.step(variedBatch([30, 30], config.vocab_size, 1), { ...supervised, learningRate: 0.05, maxGradNorm: 1 });
  expect((await engine.embed({ sequences: [sequences[0]!], model: 'frozen' })).vectors[0]).toEqual(vectors[0]);
  expect((await engine.embed({ sequences: [sequences[0]!], model: 'policy' })).vectors[0]).not.toEqual(vectors[0]);
});
