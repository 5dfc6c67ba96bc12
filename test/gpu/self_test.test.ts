/** The start-up test of the kernels: right on this adapter, in a second and with pipelines that the engine takes over; one wrong constant in any group of kernels is found and named. */
import { expect, test } from 'vitest';
import { openGpu, type Gpu } from '../../src/gpu/device';
import * as shaders from '../../src/gpu/ops/shaders';
import { Engine } from '../../src/model/engine';
import { kernelsHash, selfTest } from '../../src/model/self_test';
import { oddConfig, promptsOf, sampling, variedBatch } from './engine_fixture';
import { supervised } from '../fixtures/engine/read';

async function withGpu<T>(work: (gpu: Gpu) => Promise<T>): Promise<T> {
  const gpu = await openGpu(navigator.gpu);
  try {
    return await work(gpu);
  } finally {
    gpu.device.destroy();
  }
}

test('right on this adapter, nothing is left of it but pipelines', () => withGpu(async gpu => {
  const began = performance.now();
  expect(await selfTest(gpu)).toBeNull();
  const first = performance.now() - began, again = performance.now();
  expect(await selfTest(gpu)).toBeNull();
  const second = performance.now() - again;
  console.info(`self-test: ${first.toFixed(0)} ms with compiling, ${second.toFixed(0)} ms without`);
  expect([gpu.memory.count, gpu.failure]).toEqual([0, null]);
  // Without compiling, which a run does anyway, it takes a fraction of a second even in software.
  expect(second).toBeLessThan(1000);
  // What an engine of the same family needs is compiled by now, but for kernels made for its head size.
  const compiled = gpu.pipelines.size, engine = new Engine(gpu);
  await engine.load(oddConfig({ vocab_size: 72, hidden_size: 32, intermediate_size: 44, head_dim: 8, num_key_value_heads: 4 }), null, 0);
  await engine.step(variedBatch([9, 5], 72, 0), supervised);
  await engine.generate({ ...sampling, prompts: promptsOf(3, 72), temperature: 0, maxNewTokens: 4 });
  expect(gpu.pipelines.size - compiled).toBeLessThanOrEqual(2);
}));

const broken: [what: string, kernel: { code: string }, from: string, to: string, part: RegExp][] = [
  ['RMSNorm', shaders.rmsnorm, 'sum / f32(params.cols)', 'sum / f32(params.cols + 1u)', /^the forward pass/],
  ['attention', shaders.attention(8), 'inverseSqrt(f32(HEAD_DIM))', 'inverseSqrt(f32(HEAD_DIM) + 0.1)', /^the forward pass/],
  ['attention over kept keys', shaders.attentionSlots(8), 'inverseSqrt(f32(HEAD_DIM))', 'inverseSqrt(f32(HEAD_DIM) + 0.1)', /^decoding/],
  ['RMSNorm, backward', shaders.rmsnorm, 'scale * scale / f32(params.cols)', 'scale * scale / f32(params.cols + 1u)', /^the backward pass \(gradient of model/],
  ['AdamW', shaders.adamw, '(1.0 - beta2) * g * g', '(1.0 - beta1) * g * g', /^the AdamW update/],
];

test.each(broken)('one wrong constant in %s is found and named', async (_, kernel, from, to, part) => {
  const { code } = kernel, hash = kernelsHash();
  expect(code).toContain(from);
  kernel.code = code.replace(from, to);
  try {
    const fault = await withGpu(selfTest);
    expect(fault?.part).toMatch(part);
    expect(fault!.off).toBeGreaterThan(1e-4);
    // A verdict on other kernels does not count for these.
    if (Object.values(shaders).includes(kernel as never)) expect(kernelsHash()).not.toBe(hash);
  } finally {
    kernel.code = code;
  }
});
