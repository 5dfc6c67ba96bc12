/** A thousand steps of a small model hold at the end what they held after the first hundred, by purpose and to the byte; closed, no buffer of the device is alive, counted from outside the ledger too. */
import { expect, test } from 'vitest';
import { supervised } from '../fixtures/engine/read';
import { oddConfig, openEngine, promptsOf, sampling, variedBatch } from './engine_fixture';

test('bytes by purpose at steps 100 and 1,000, and none after close', async () => {
  const { engine, gpu } = await openEngine(), live = new Set<GPUBuffer>();
  const create = gpu.device.createBuffer.bind(gpu.device);
  gpu.device.createBuffer = descriptor => {
    const buffer = create(descriptor), destroy = buffer.destroy.bind(buffer);
    live.add(buffer);
    buffer.destroy = () => { live.delete(buffer); destroy(); };
    return buffer;
  };
  await engine.load(oddConfig({ num_hidden_layers: 1, max_position_embeddings: 64 }), null, 0);
  await engine.freeze();
  const held: Record<number, unknown> = {}, settings = { ...supervised, learningRate: 1e-3, maxGradNorm: 1 };
  for (let step = 1; step <= 1000; step++) {
    // A run's turn: mostly updates here, because they are quick; the rest every tenth step, with a save.
    await engine.step(variedBatch([3 + step % 5, 6], 67, step), settings);
    if (step % 10 === 0) {
      await engine.generate({ ...sampling, prompts: promptsOf(2 + step % 3, 67), maxNewTokens: 4, step });
      await engine.score({ sequences: promptsOf(3, 67), temperature: 1, model: step % 20 ? 'frozen' : 'policy' });
      await engine.snapshot();
    }
    if (step === 100 || step === 1000) held[step] = { use: engine.memory(), buffers: live.size, counted: gpu.memory.count };
  }
  expect(held[1000]).toEqual(held[100]);
  expect(live.size).toBe(gpu.memory.count);
  expect(live.size).toBeGreaterThan(20);
  const { firstStepBytes, buffers } = await engine.profile();
  expect(buffers).toBe(live.size);
  // Decoding and scoring came after the first step.
  expect(firstStepBytes).toBeLessThan(gpu.memory.bytes);
  expect(gpu.failure).toBeNull();
  await engine.close();
  expect([live.size, gpu.memory.count, gpu.memory.bytes]).toEqual([0, 0, 0]);
});
