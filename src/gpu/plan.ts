/** A recorded list of dispatches: pipelines, bind groups and sizes are made once, then replayed. Knows no op by name. */
import { labError } from '../types';
import type { Gpu } from './device';
import type { Shader } from './shader';
import type { Timer } from './timer';

/** A range of a buffer, in bytes; the offset is a multiple of 256. */
export interface View { buffer: GPUBuffer; offset: number; size: number }

export interface Dispatch {
  shader: Shader;
  entry: string;
  params?: Record<string, number>;
  /** Buffers by their WGSL names; exactly those that the entry point uses. `params` is bound by the plan. */
  buffers: Record<string, View>;
  /** Workgroups along x, y, z: fixed, or by how many rows the batch fills, so that a partly filled one launches no more than it needs. */
  groups: Groups | ((rows: number) => Groups);
  /** Other kernels for the same buffers and Params: which one runs is `choose(rows)`, 0 for the one above, i for others[i - 1]. */
  others?: Launch[];
  choose?: (rows: number) => number;
  /** What the launch asks for when the batch fills `rows` rows with `pairs` of them that see each other, for the profile; nothing worth counting when absent. */
  work?: (rows: number, pairs: number) => Work;
}

export type Launch = Pick<Dispatch, 'shader' | 'entry' | 'groups'>;

/** Floating-point operations, and the bytes that have to be read and written at least. */
export interface Work { flops: number; bytes: number }

export type Groups = [x: number, y: number, z: number];

interface Ready { label: string; pipeline: GPUComputePipeline | null; groups: Dispatch['groups'] }
interface Command { kernels: Ready[]; choose: (rows: number) => number; group: GPUBindGroup; work: Dispatch['work'] }

const UNIFORM_STRIDE = 256;
const MAX_GROUPS = 65535;

/** Workgroups of 64 threads for `threads` threads, folded into two dimensions past the limit of one. */
export function threadGroups(threads: number): Groups {
  const groups = Math.max(1, Math.ceil(threads / 64));
  if (groups <= MAX_GROUPS) return [groups, 1, 1];
  const x = Math.ceil(Math.sqrt(groups));
  return [x, Math.ceil(groups / x), 1];
}

/** Rows of a batch that fall into [row0, row0 + capacity). */
export function rowsWithin(rows: number, capacity: number, row0 = 0): number {
  return Math.max(0, Math.min(rows - row0, capacity));
}

/** Workgroups of 64 threads for `perRow` threads on each row that the batch fills; none for a slice of rows that it does not reach. */
export function rowGroups(capacity: number, perRow = 1, row0 = 0): (rows: number) => Groups {
  return rows => {
    const live = rowsWithin(rows, capacity, row0);
    return live === 0 ? [0, 1, 1] : threadGroups(live * perRow);
  };
}

/** Work that is moving floats: so many read and written for each filled row. */
export function moves(floats: number, capacity: number, row0 = 0): NonNullable<Dispatch['work']> {
  return rows => ({ flops: 0, bytes: 4 * floats * rowsWithin(rows, capacity, row0) });
}

export function view(buffer: GPUBuffer, offset = 0, size = buffer.size - offset): View {
  return { buffer, offset, size };
}

export class Plan {
  readonly label: string;
  readonly commands: Command[] = [];
  readonly gpu: Gpu;
  #pending: Promise<void>[] = [];
  #blocks: { shader: Shader; params: Record<string, number> }[] = [];
  #drafts: { dispatch: Dispatch; block: number }[] = [];
  #uniforms: GPUBuffer | null = null;
  #scratch: { view: View; bytes: number }[] = [];
  #scratchBuffer: GPUBuffer | null = null;

  constructor(gpu: Gpu, label: string) {
    this.gpu = gpu;
    this.label = label;
  }

  add(dispatch: Dispatch): void {
    let block = -1;
    if (dispatch.shader.params.length) {
      block = this.#blocks.length;
      this.#blocks.push({ shader: dispatch.shader, params: dispatch.params ?? {} });
    }
    this.#drafts.push({ dispatch, block });
  }

  /** Room for what one dispatch leaves to the next: all of a plan's share one buffer, made when the plan is built. */
  scratch(bytes: number): View {
    const room: View = { buffer: null as unknown as GPUBuffer, offset: 0, size: bytes };
    this.#scratch.push({ view: room, bytes });
    return room;
  }

  /** Bytes of the scratch buffer. */
  get scratchBytes(): number { return Math.max(0, ...this.#scratch.map(({ bytes }) => bytes)); }

  /** Makes pipelines and bind groups; call once, before the first encode. */
  async build(): Promise<this> {
    try {
      return await this.#build();
    } catch (error) {
      this.destroy();
      throw error;
    }
  }

  async #build(): Promise<this> {
    const { device, memory } = this.gpu;
    this.#uniforms = memory.buffer('parameters', `${this.label}.params`, Math.max(1, this.#blocks.length) * UNIFORM_STRIDE, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    if (this.scratchBytes > 0) {
      this.#scratchBuffer = memory.buffer('activations', `${this.label}.scratch`, this.scratchBytes, GPUBufferUsage.STORAGE);
      for (const { view: room } of this.#scratch) room.buffer = this.#scratchBuffer;
    }
    await memory.settle();
    if (this.gpu.failure) throw this.gpu.failure;
    device.queue.writeBuffer(this.#uniforms, 0, this.#packParams());
    for (const { dispatch, block } of this.#drafts) {
      const { shader } = dispatch;
      const names = Object.keys(dispatch.buffers);
      if (block >= 0) names.push('params');
      const layout = bindLayout(this.gpu, shader, names);
      const entries = names.map(name => {
        const resource = name === 'params'
          ? { buffer: this.#uniforms!, offset: block * UNIFORM_STRIDE, size: paramBytes(shader) }
          : dispatch.buffers[name]!;
        return { binding: shader.bindings.get(name)!.index, resource: { buffer: resource.buffer, offset: resource.offset, size: resource.size } };
      });
      const kernels = [dispatch, ...dispatch.others ?? []].map((launch): Ready => {
        const ready: Ready = { label: `${launch.shader.name}.${launch.entry}`, pipeline: null, groups: launch.groups };
        this.#pending.push(pipelineFor(this.gpu, launch.shader, launch.entry, layout, names).then(pipeline => { ready.pipeline = pipeline; }));
        return ready;
      });
      this.commands.push({ kernels, choose: dispatch.choose ?? (() => 0), work: dispatch.work, group: device.createBindGroup({ label: kernels[0]!.label, layout, entries }) });
    }
    await Promise.all(this.#pending);
    this.#pending = [];
    this.#drafts = [];
    return this;
  }

  /** Records the dispatches from `from` up to `to` for a batch that fills `rows` rows, or any that fits when absent. */
  encode(pass: GPUComputePassEncoder, from = 0, to = this.commands.length, rows = Infinity): void {
    for (let i = from; i < to; i++) {
      const command = this.commands[i]!;
      const kernel = command.kernels[command.choose(rows)]!, groups = groupsOf(kernel, rows);
      if (!groups.includes(0)) launch(pass, command.group, kernel, groups);
    }
  }

  /** The same dispatches, each timed in a pass of its own. */
  encodeTimed(encoder: GPUCommandEncoder, timer: Timer, from = 0, to = this.commands.length, rows = Infinity, pairs = 0): void {
    for (let i = from; i < to; i++) {
      const command = this.commands[i]!;
      const kernel = command.kernels[command.choose(rows)]!, groups = groupsOf(kernel, rows);
      if (!groups.includes(0)) timer.record(encoder, kernel.label, command.work?.(rows, pairs) ?? { flops: 0, bytes: 0 }, (pass) => { launch(pass, command.group, kernel, groups); });
    }
  }

  destroy(): void {
    if (this.#uniforms) this.gpu.memory.release(this.#uniforms);
    if (this.#scratchBuffer) this.gpu.memory.release(this.#scratchBuffer);
  }

  #packParams(): ArrayBuffer {
    const bytes = new ArrayBuffer(Math.max(1, this.#blocks.length) * UNIFORM_STRIDE);
    const data = new DataView(bytes);
    this.#blocks.forEach(({ shader, params }, block) => {
      shader.params.forEach((field, i) => {
        const value = params[field.name];
        if (value === undefined) throw new Error(`${shader.name}: Params.${field.name} was not given`);
        const at = block * UNIFORM_STRIDE + i * 4;
        if (field.type === 'u32') data.setUint32(at, value, true);
        else data.setFloat32(at, value, true);
      });
    });
    return bytes;
  }
}

/** Builds plans side by side. One that fails is told of when all are done: until then others may still bind what the caller would free. */
export async function buildAll(plans: readonly (Plan | undefined)[]): Promise<void> {
  const built = await Promise.allSettled(plans.flatMap(plan => plan ? [plan.build()] : []));
  for (const result of built) if (result.status === 'rejected') throw result.reason as Error;
}

function groupsOf({ groups }: Ready, rows: number): Groups {
  return typeof groups === 'function' ? groups(rows) : groups;
}

function launch(pass: GPUComputePassEncoder, group: GPUBindGroup, { pipeline }: Ready, groups: Groups): void {
  pass.setPipeline(pipeline!);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(...groups);
}

function paramBytes(shader: Shader): number {
  return Math.ceil(shader.params.length / 4) * 16;
}

/** The layout is taken from the WGSL text, so a read-only binding can never be laid out as writable or the reverse. */
function bindLayout(gpu: Gpu, shader: Shader, names: string[]): GPUBindGroupLayout {
  const entries = names.map(name => {
    const binding = shader.bindings.get(name);
    if (!binding) throw new Error(`${shader.name} has no binding named ${name}`);
    return { binding: binding.index, visibility: GPUShaderStage.COMPUTE, buffer: { type: binding.type } };
  }).sort((a, b) => a.binding - b.binding);
  const key = entries.map(entry => `${entry.binding}:${entry.buffer.type}`).join(',');
  let layout = gpu.layouts.get(key);
  if (!layout) gpu.layouts.set(key, layout = gpu.device.createBindGroupLayout({ label: key, entries }));
  return layout;
}

function pipelineFor(gpu: Gpu, shader: Shader, entry: string, layout: GPUBindGroupLayout, names: string[]): Promise<GPUComputePipeline> {
  const key = `${shader.name}.${entry}(${names.sort().join(',')})`;
  let pipeline = gpu.pipelines.get(key);
  if (!pipeline) {
    const label = `${shader.name}.${entry}`, { compiling } = gpu;
    if (compiling.done === compiling.total) compiling.done = compiling.total = 0;
    compiling.total++;
    pipeline = gpu.device.createComputePipelineAsync({
      label,
      layout: gpu.device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module: gpu.device.createShaderModule({ label, code: shader.code }), entryPoint: entry },
    }).catch((error: unknown) => {
      throw gpu.failure ?? labError('WebGPUUnavailable', `The kernel ${label} does not compile on this GPU: ${String(error)}. Nothing was started.`);
    });
    pipeline.then(() => { gpu.onCompile?.(++compiling.done, compiling.total); }, () => { compiling.done++; });
    gpu.pipelines.set(key, pipeline);
  }
  return pipeline;
}
