/** Launches product_f16.wgsl, the way that is faster here; knows no model. */
import { check, readBuffer, type Gpu } from '../../src/gpu/device';
import code from './product_f16.wgsl?raw';
import { fasterOf, type MatmulShape, type Product } from './task';

/** The device must have shader-f16. Rows and columns are multiples of 128, the inner edge of 16. */
export async function halfProduct(gpu: Gpu, { rows, cols, inner }: MatmulShape, left: Float32Array<ArrayBuffer>, right: Float32Array<ArrayBuffer>): Promise<Product & { way: string }> {
  const { device } = gpu;
  const module = device.createShaderModule({ label: 'product_f16', code });
  const pipeline = (entryPoint: string): Promise<GPUComputePipeline> => device.createComputePipelineAsync({ label: `product_f16.${entryPoint}`, layout: 'auto', compute: { module, entryPoint } });
  const bound = (of: GPUComputePipeline, buffers: Record<number, GPUBuffer>): GPUBindGroup =>
    device.createBindGroup({ layout: of.getBindGroupLayout(0), entries: Object.entries(buffers).map(([binding, buffer]) => ({ binding: Number(binding), resource: { buffer } })) });
  const buffer = (size: number, usage: number): GPUBuffer => device.createBuffer({ size, usage: usage | GPUBufferUsage.COPY_DST });
  const submitted = async (of: GPUComputePipeline, group: GPUBindGroup, groups: [number, number], repeats: number): Promise<void> => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(of);
    pass.setBindGroup(0, group);
    for (let i = 0; i < repeats; i++) pass.dispatchWorkgroups(...groups);
    pass.end();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    check(gpu);
  };

  const [narrow, tiled, direct] = await Promise.all([pipeline('narrow'), pipeline('tiled'), pipeline('direct')]);
  const halved = async (data: Float32Array<ArrayBuffer>): Promise<GPUBuffer> => {
    const wide = buffer(data.byteLength, GPUBufferUsage.STORAGE), half = buffer(data.byteLength / 2, GPUBufferUsage.STORAGE);
    device.queue.writeBuffer(wide, 0, data);
    const groups = Math.ceil(data.length / 4 / 256), across = Math.min(groups, 65535);
    await submitted(narrow, bound(narrow, { 4: wide, 5: half }), [across, Math.ceil(groups / across)], 1);
    wide.destroy();
    return half;
  };
  const shape = buffer(16, GPUBufferUsage.UNIFORM), out = buffer(rows * cols * 4, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
  device.queue.writeBuffer(shape, 0, Uint32Array.of(rows, cols, inner, 0));
  const buffers = { 0: shape, 1: await halved(left), 2: await halved(right), 3: out };
  const ways = [
    { way: 'tiled', of: tiled, groups: [cols / 128, rows / 128] as [number, number] },
    { way: 'direct', of: direct, groups: [cols / 32, rows / 32] as [number, number] },
  ].map(({ way, of, groups }) => {
    const group = bound(of, buffers);
    return { way, run: (repeats: number) => submitted(of, group, groups, repeats) };
  });
  const best = ways[await fasterOf(ways.map(({ run }) => run))]!;
  return {
    ...best,
    result: async () => {
      await best.run(1);
      return new Float32Array(await readBuffer(gpu, out));
    },
    close: () => {
      for (const used of Object.values(buffers)) used.destroy();
      return Promise.resolve();
    },
  };
}
