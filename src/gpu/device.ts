/** Opens a GPU device and watches it; knows nothing of browsers, Node or models. */
import { labError, type AdapterInfo } from '../types';
import { Memory } from './memory';
import { Pacer } from './pacer';
import { Profiler } from './profiler';
import { Tuner } from './tuner';

/** Longest submit, ms: a tenth of what the strictest operating system allows, and short enough for the page to be drawn in between. */
const SUBMIT_MS = 200;

/** A device with the pipelines made on it, and the first thing that went wrong on it, if anything did. */
export interface Gpu {
  device: GPUDevice;
  info: AdapterInfo;
  pipelines: Map<string, Promise<GPUComputePipeline>>;
  layouts: Map<string, GPUBindGroupLayout>;
  /** Kernels asked for since none was being compiled, and how many of them are ready; `onCompile` hears of each. */
  compiling: { done: number; total: number };
  onCompile: ((done: number, total: number) => void) | null;
  /** Set by device loss, out of memory or a validation error; every later request fails with it. */
  failure: Error | null;
  /** Through which all work that can be long is submitted. */
  pacer: Pacer;
  /** Through which the engine's buffers are made. */
  memory: Memory;
  profiler: Profiler;
  /** Which kernels suit this adapter. */
  tuner: Tuner;
}

/** Throws WebGPUUnavailable when there is no adapter. Asks for no more than the adapter offers. */
export async function openGpu(gpu: GPU | undefined): Promise<Gpu> {
  if (!gpu) throw labError('WebGPUUnavailable', 'This browser has no WebGPU. Nothing was started. Use a current Chrome, Edge or Safari.');
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    throw labError('WebGPUUnavailable', 'The browser offers no GPU adapter. Nothing was started. Check that hardware acceleration is on, then restart the browser.');
  }
  const wanted: GPUFeatureName[] = ['timestamp-query', 'subgroups', 'shader-f16'];
  const device = await adapter.requestDevice({
    requiredFeatures: wanted.filter(feature => adapter.features.has(feature)),
    requiredLimits: {
      maxStorageBufferBindingSize: Math.min(adapter.limits.maxStorageBufferBindingSize, 1 << 30),
      maxBufferSize: Math.min(adapter.limits.maxBufferSize, 1 << 30),
    },
  });
  return watch(device, describe(adapter));
}

export function describe(adapter: GPUAdapter): AdapterInfo {
  const { vendor, architecture, device, description } = adapter.info;
  const text = `${vendor} ${architecture} ${device} ${description}`.toLowerCase();
  const fallback = adapter.info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render|warp/.test(text);
  return {
    vendor, architecture, device, description, fallback, features: [...adapter.features].sort(),
    maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize,
  };
}

function watch(device: GPUDevice, info: AdapterInfo): Gpu {
  const gpu = { device, info, pipelines: new Map(), layouts: new Map(), compiling: { done: 0, total: 0 }, onCompile: null, failure: null, pacer: new Pacer(device, SUBMIT_MS), memory: new Memory(device), tuner: new Tuner(info) } as unknown as Gpu;
  gpu.profiler = new Profiler(gpu);
  void device.lost.then(lost => {
    if (lost.reason === 'destroyed') return;
    gpu.failure ??= labError('DeviceLost', `The GPU was lost (${lost.message || 'no reason given'}). Training stopped at the last finished step; the run continues from its last checkpoint on a new device.`);
  });
  device.addEventListener('uncapturederror', event => {
    const text = event.error.message;
    gpu.failure ??= event.error instanceof GPUOutOfMemoryError
      // Room for buffers is asked for elsewhere; what fails here failed in the middle of work, and the device is as good as lost.
      ? labError('DeviceLost', `The GPU ran out of memory in the middle of a step (${text}). The step was given up; the run continues from its last checkpoint.`)
      : labError('DeviceLost', `The GPU refused a command (${text}). The step was given up; the run continues from its last checkpoint.`);
  });
  return gpu;
}

/** Throws what went wrong on the device, if anything did. */
export function check(gpu: Gpu): void {
  if (gpu.failure) throw gpu.failure;
}

/**
 * Reads bytes back through a staging buffer of the caller's. The copy into it must be submitted already.
 * A lost device rejects with DeviceLost instead of the browser's AbortError.
 */
export async function readStaging(gpu: Gpu, staging: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
  try {
    await staging.mapAsync(GPUMapMode.READ, 0, bytes);
  } catch (error) {
    await Promise.race([gpu.device.lost, new Promise(resolve => setTimeout(resolve, 500))]);
    check(gpu);
    throw error;
  }
  const copy = staging.getMappedRange(0, bytes).slice(0);
  staging.unmap();
  check(gpu);
  return copy;
}

/** Reads a whole buffer once, with a staging buffer made for it: for exports and tests, never in a steady step. */
export async function readBuffer(gpu: Gpu, buffer: GPUBuffer, offset = 0, bytes = buffer.size - offset): Promise<ArrayBuffer> {
  const staging = gpu.device.createBuffer({ label: 'readback', size: bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = gpu.device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, offset, staging, 0, bytes);
  gpu.device.queue.submit([encoder.finish()]);
  try {
    return await readStaging(gpu, staging, bytes);
  } finally {
    staging.destroy();
  }
}
