/** The project's own engine, through the doors that its trainer worker uses. */
import { check, readBuffer, type Gpu } from '../../../src/gpu/device';
import { matmulForward } from '../../../src/gpu/ops/matmul';
import { Plan, view } from '../../../src/gpu/plan';
import type { Wish } from '../../../src/model/budget';
import { Engine } from '../../../src/model/engine';
import type { Batch } from '../../../src/types';
import { SUPERVISED, targetsOf, type Peer, type Tokens, type TrainTask } from '../task';

/** @param open makes a device for each thing that is measured, so that one cannot hold memory from another; `wish`: how models are laid on it */
export function openOurs(open: () => Promise<Gpu>, wish: Wish = {}): Peer {
  return {
    name: 'ours',
    product: async ({ rows, cols, inner }, left, right) => {
      const gpu = await open();
      const { device } = gpu;
      const buffer = (bytes: number): GPUBuffer => device.createBuffer({ size: bytes, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST });
      const live = buffer(16), inp = buffer(left.byteLength), weight = buffer(right.byteLength), out = buffer(rows * cols * 4);
      device.queue.writeBuffer(live, 0, Uint32Array.of(rows, 0, 0, 0));
      device.queue.writeBuffer(inp, 0, left);
      device.queue.writeBuffer(weight, 0, right);
      const plan = new Plan(gpu, 'bench');
      matmulForward(plan, { live: view(live), inp: view(inp), weight: view(weight), out: view(out) }, { inner, cols, capacity: rows });
      await plan.build();
      return {
        run: async repeats => {
          const encoder = device.createCommandEncoder();
          const pass = encoder.beginComputePass();
          for (let i = 0; i < repeats; i++) plan.encode(pass);
          pass.end();
          device.queue.submit([encoder.finish()]);
          await device.queue.onSubmittedWorkDone();
          check(gpu);
        },
        result: async () => new Float32Array(await readBuffer(gpu, out)),
        close: () => { device.destroy(); return Promise.resolve(); },
      };
    },
    trainee: async task => {
      const engine = new Engine(await open(), wish);
      await engine.load(task.config, task.tensors, 0);
      let last: Promise<unknown> = Promise.resolve();
      return {
        step: tokens => {
          const loss = engine.step(packed(task, tokens), SUPERVISED).then(metrics => metrics.loss);
          last = loss.catch(() => undefined);
          return loss;
        },
        settle: async () => { await last; },
        close: () => engine.close(),
      };
    },
    speaker: async ({ config, tensors, prompts, newTokens }) => {
      const engine = new Engine(await open(), wish);
      await engine.load(config, tensors, 0);
      return {
        generate: async () => {
          const { tokens } = await engine.generate({
            // No id ends a row: everyone decodes the same number of tokens.
            prompts, samplesPerPrompt: 1, maxNewTokens: newTokens, temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, endId: config.vocab_size, seed: 0, step: 0, stream: 0,
          });
          return tokens.map(row => Array.from(row));
        },
        close: () => engine.close(),
      };
    },
  };
}

/** The batch as the engine takes it: a token's weight stands at the token, not at the position that predicts it. */
function packed(task: TrainTask, tokens: Tokens): Batch {
  const { weights } = targetsOf(task, tokens);
  const weight = new Float32Array(tokens.length);
  weight.set(weights.subarray(0, -1), 1);
  return { tokens, offsets: Int32Array.from({ length: task.rows + 1 }, (_, r) => r * task.length), weight, advantage: new Float32Array(tokens.length).fill(1) };
}
