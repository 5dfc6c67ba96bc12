/** Counts what anyone asks of WebGPU, whichever library: wraps the prototypes, so that no device needs to be known. */

/** `uploaded` and `read` are bytes between the processor and the GPU; `allocated` bytes of new buffers. */
export interface Counts {
  dispatches: number; submits: number; buffers: number; allocated: number; bindGroups: number; pipelines: number; writes: number; uploaded: number; reads: number; read: number;
}

const none = (): Counts => ({ dispatches: 0, submits: 0, buffers: 0, allocated: 0, bindGroups: 0, pipelines: 0, writes: 0, uploaded: 0, reads: 0, read: 0 });

type Method = (this: never, ...args: never[]) => unknown;

/**
 * Runs `work` with every WebGPU call counted and takes the counters off again, so that nothing is counted while a clock runs.
 * Calls of the same realm only: a worker has prototypes of its own.
 */
export async function counting<T>(work: () => Promise<T>): Promise<{ counts: Counts; result: T }> {
  const counts = none();
  const undo: (() => void)[] = [];
  const wrap = <P extends object>(prototype: P, name: keyof P & string, before: (target: P, args: unknown[]) => void): void => {
    const original = prototype[name] as Method;
    const own = Object.getOwnPropertyDescriptor(prototype, name)!;
    Object.defineProperty(prototype, name, {
      ...own,
      value: function (this: P, ...args: unknown[]): unknown {
        before(this, args);
        return Reflect.apply(original, this, args);
      },
    });
    undo.push(() => Object.defineProperty(prototype, name, own));
  };
  wrap(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', () => { counts.dispatches++; });
  wrap(GPUComputePassEncoder.prototype, 'dispatchWorkgroupsIndirect', () => { counts.dispatches++; });
  wrap(GPUQueue.prototype, 'submit', () => { counts.submits++; });
  wrap(GPUQueue.prototype, 'writeBuffer', (_, args) => {
    counts.writes++;
    counts.uploaded += writtenBytes(args[2] as AllowSharedBufferSource, args[3] as number | undefined, args[4] as number | undefined);
  });
  wrap(GPUDevice.prototype, 'createBuffer', (_, args) => {
    const { size, mappedAtCreation } = args[0] as GPUBufferDescriptor;
    counts.buffers++;
    counts.allocated += size;
    if (mappedAtCreation === true) counts.uploaded += size;
  });
  wrap(GPUDevice.prototype, 'createBindGroup', () => { counts.bindGroups++; });
  wrap(GPUDevice.prototype, 'createComputePipeline', () => { counts.pipelines++; });
  wrap(GPUDevice.prototype, 'createComputePipelineAsync', () => { counts.pipelines++; });
  wrap(GPUBuffer.prototype, 'mapAsync', (buffer, [mode, offset, size]) => {
    if (((mode as number) & GPUMapMode.READ) === 0) return;
    counts.reads++;
    counts.read += (size as number | undefined) ?? buffer.size - ((offset as number | undefined) ?? 0);
  });
  try {
    const result = await work();
    return { counts, result };
  } finally {
    for (const restore of undo.reverse()) restore();
  }
}

/** writeBuffer counts a typed array's offset and size in elements, any other source's in bytes. */
function writtenBytes(data: AllowSharedBufferSource, offset = 0, size?: number): number {
  const element = ArrayBuffer.isView(data) && 'BYTES_PER_ELEMENT' in data ? Number(data.BYTES_PER_ELEMENT) : 1;
  return size === undefined ? data.byteLength - offset * element : size * element;
}
