/** Says whether this browser has WebGPU at all, so that a machine without it fails here by name and not in every kernel test. */
import { expect, test } from 'vitest';

test('the browser gives a WebGPU adapter and runs a kernel', async () => {
  const adapter = await navigator.gpu.requestAdapter();
  expect(adapter, 'requestAdapter() gave null: start the browser with --enable-unsafe-webgpu').not.toBeNull();
  const device = await adapter!.requestDevice();
  const module = device.createShaderModule({
    code: '@group(0) @binding(0) var<storage, read_write> out: array<u32>; @compute @workgroup_size(7) fn main(@builtin(global_invocation_id) id: vec3u) { out[id.x] = id.x * id.x + 1u; }',
  });
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
  const out = device.createBuffer({ size: 28, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
  const staging = device.createBuffer({ size: 28, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [{ binding: 0, resource: { buffer: out } }] }));
  pass.dispatchWorkgroups(1);
  pass.end();
  encoder.copyBufferToBuffer(out, 0, staging, 0, 28);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  expect([...new Uint32Array(staging.getMappedRange())]).toEqual([1, 2, 5, 10, 17, 26, 37]);
  device.destroy();
});

test('grammars and shaders reach a browser test the way they reach the page', async () => {
  const reply = await fetch('/grammars/tree-sitter-python.wasm');
  expect(reply.headers.get('content-type')).toBe('application/wasm');
  const head = new Uint8Array(await reply.arrayBuffer()).subarray(0, 4);
  expect([...head]).toEqual([0, 0x61, 0x73, 0x6d]);
});
