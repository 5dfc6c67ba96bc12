/** The benchmark's watch over a device: what it sees of submits and passes, with a clock that is set by hand. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGpu, type Gpu } from '../../src/gpu/device';
import { watchBusy } from '../bench/busy';

let gpu: Gpu, other: Gpu, pipeline: GPUComputePipeline;
beforeAll(async () => {
  gpu = await openGpu(navigator.gpu);
  other = await openGpu(navigator.gpu);
  const module = gpu.device.createShaderModule({
    code: `@group(0) @binding(0) var<storage, read_write> out: array<f32>;
      @compute @workgroup_size(64) fn spin(@builtin(global_invocation_id) id: vec3u) {
        var x = f32(id.x);
        for (var i = 0u; i < 20000u; i++) { x = fract(x * 1.37 + 0.11); }
        out[id.x] = x;
      }`,
  });
  pipeline = await gpu.device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'spin' } });
});
afterAll(() => {
  gpu.device.destroy();
  other.device.destroy();
});

/** One command buffer with as many passes, each of which takes a while. */
function work(passes: number): GPUCommandBuffer {
  const buffer = gpu.device.createBuffer({ size: 64 * 64 * 4, usage: GPUBufferUsage.STORAGE });
  const group = gpu.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [{ binding: 0, resource: { buffer } }] });
  const encoder = gpu.device.createCommandEncoder();
  for (let i = 0; i < passes; i++) {
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(64);
    pass.end();
  }
  return encoder.finish();
}

test('a submit lasts from its call until its end is heard, a pass as long as the device says, and the watch comes off again', async () => {
  const own = (): unknown[] => [GPUQueue.prototype, GPUDevice.prototype, GPUCommandEncoder.prototype].map((prototype, i) => Object.getOwnPropertyDescriptor(prototype, ['submit', 'createCommandEncoder', 'beginComputePass'][i]!)!.value as unknown);
  const before = own();
  let clock = 0;
  const watch = watchBusy(gpu.device, () => clock);
  clock = 10;
  gpu.device.queue.submit([work(2)]);
  clock = 15;
  await gpu.device.queue.onSubmittedWorkDone();
  clock = 20;
  const second = work(1);
  // Another device's work is not this one's.
  const elsewhere = other.device.createCommandEncoder();
  elsewhere.beginComputePass().end();
  other.device.queue.submit([elsewhere.finish()]);
  clock = 21;
  gpu.device.queue.submit([second]);
  clock = 29;
  const { submits, passes } = await watch.stop();
  expect(submits).toEqual([{ from: 10, to: 15 }, { from: 21, to: 29 }]);
  expect(own()).toEqual(before);
  await other.device.queue.onSubmittedWorkDone();
  // A query set of this device would be an error on the other.
  expect([gpu.failure, other.failure]).toEqual([null, null]);
  if (!gpu.device.features.has('timestamp-query')) {
    expect(passes).toBeNull();
    return;
  }
  expect(passes!.map(({ recorded }) => recorded)).toEqual([10, 10, 20]);
  for (const { gpu: { from, to } } of passes!) {
    expect(to - from).toBeGreaterThan(0.1);
    expect(to - from).toBeLessThan(10_000);
  }
  // One queue, one after the other.
  expect(passes![1]!.gpu.from).toBeGreaterThanOrEqual(passes![0]!.gpu.to - 0.2);
});

test('more passes than one query set holds are all seen', async () => {
  if (!gpu.device.features.has('timestamp-query')) return;
  const watch = watchBusy(gpu.device);
  const encoder = gpu.device.createCommandEncoder();
  for (let i = 0; i < 2050; i++) encoder.beginComputePass().end();
  gpu.device.queue.submit([encoder.finish(), work(1)]);
  const { passes } = await watch.stop();
  expect(gpu.failure).toBeNull();
  // Empty ones may take no time; the last one, of the second set, does.
  expect(passes!.at(-1)!.gpu.to - passes!.at(-1)!.gpu.from).toBeGreaterThan(0.1);
});
