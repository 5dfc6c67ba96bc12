/** How long the GPU worked while the clock ran: a lower and an upper bound, from what is asked of WebGPU. Knows no engine and no phase. */
import type { Busy } from './rows';

export interface Interval { from: number; to: number }

/** What was seen of a device, in ms of the page's clock; a pass has the GPU's own clock beside the moment when it was recorded. */
export interface Seen {
  /** From each call of submit until the page heard that all of its work was done. */
  submits: Interval[];
  /** null where the adapter has no timestamp queries. */
  passes: { recorded: number; gpu: Interval }[] | null;
}

/** Length of the union. */
export function covered(intervals: readonly Interval[]): number {
  let sum = 0, end = -Infinity;
  for (const { from, to } of [...intervals].sort((a, b) => a.from - b.from)) {
    if (to <= end) continue;
    sum += to - Math.max(from, end);
    end = to;
  }
  return sum;
}

/** Shares of the given stretches of the clock; a pass counts where it was recorded. */
export function busyWithin({ submits, passes }: Seen, stretches: readonly Interval[]): Busy {
  const whole = covered(stretches);
  const within = submits.flatMap(submit => stretches.map(stretch => ({ from: Math.max(submit.from, stretch.from), to: Math.min(submit.to, stretch.to) })));
  const own = passes?.filter(({ recorded }) => stretches.some(({ from, to }) => from <= recorded && recorded < to));
  return { least: own ? covered(own.map(pass => pass.gpu)) / whole : null, most: covered(within.filter(({ from, to }) => to > from)) / whole };
}

/** Passes that one query set has room for. */
const PASSES = 2048;

/**
 * Watches a device until `stop`, which resolves with what was seen once all of it is done. Wraps prototypes, so that nothing has to be
 * told to whoever works on the device; a pass that already has timestamps of its own keeps them and is not seen.
 */
export function watchBusy(device: GPUDevice, now: () => number = () => performance.now()): { stop(): Promise<Seen> } {
  const submits: Interval[] = [], pending: Promise<void>[] = [];
  const timed = device.features.has('timestamp-query');
  const sets: GPUQuerySet[] = [], recorded: number[] = [];
  const restore: (() => void)[] = [];
  const wrap = <P extends object, K extends keyof P & string>(prototype: P, name: K, around: (target: P, original: (...args: never[]) => unknown, args: unknown[]) => unknown): void => {
    const own = Object.getOwnPropertyDescriptor(prototype, name)!, original = prototype[name] as (...args: never[]) => unknown;
    Object.defineProperty(prototype, name, { ...own, value: function (this: P, ...args: unknown[]): unknown { return around(this, original, args); } });
    restore.push(() => Object.defineProperty(prototype, name, own));
  };
  wrap(GPUQueue.prototype, 'submit', (queue, original, args) => {
    const from = now();
    Reflect.apply(original, queue, args);
    // A lost device tells its story elsewhere.
    if (queue === device.queue) pending.push(queue.onSubmittedWorkDone().then(() => { submits.push({ from, to: now() }); }, () => undefined));
  });
  // Commands of other devices are not of this one: encoders are known by who made them.
  const encoders = new WeakSet<GPUCommandEncoder>();
  if (timed) {
    wrap(GPUDevice.prototype, 'createCommandEncoder', (maker, original, args) => {
      const encoder = Reflect.apply(original, maker, args) as GPUCommandEncoder;
      if (maker === device) encoders.add(encoder);
      return encoder;
    });
    wrap(GPUCommandEncoder.prototype, 'beginComputePass', (encoder, original, args) => {
      const descriptor = (args[0] ?? {}) as GPUComputePassDescriptor;
      if (!encoders.has(encoder) || descriptor.timestampWrites) return Reflect.apply(original, encoder, args) as unknown;
      const at = recorded.length % PASSES;
      if (at === 0) sets.push(device.createQuerySet({ type: 'timestamp', count: 2 * PASSES }));
      recorded.push(now());
      return Reflect.apply(original, encoder, [{ ...descriptor, timestampWrites: { querySet: sets.at(-1)!, beginningOfPassWriteIndex: 2 * at, endOfPassWriteIndex: 2 * at + 1 } }] as never) as unknown;
    });
  }
  return {
    stop: async () => {
      for (const undo of restore.reverse()) undo();
      await Promise.all(pending);
      if (!timed) return { submits, passes: null };
      const clocks: number[] = [];
      for (const set of sets) clocks.push(...await readClock(device, set));
      return { submits, passes: recorded.map((at, i) => ({ recorded: at, gpu: { from: clocks[2 * i]!, to: clocks[2 * i + 1]! } })).filter(({ gpu }) => gpu.to > gpu.from) };
    },
  };
}

/** Milliseconds. */
async function readClock(device: GPUDevice, set: GPUQuerySet): Promise<number[]> {
  const size = set.count * 8;
  const ticks = device.createBuffer({ size, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
  const staging = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder();
  encoder.resolveQuerySet(set, 0, set.count, ticks, 0);
  encoder.copyBufferToBuffer(ticks, 0, staging, 0, size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const nanoseconds = new BigUint64Array(staging.getMappedRange().slice(0));
  ticks.destroy();
  staging.destroy();
  set.destroy();
  return Array.from(nanoseconds, tick => Number(tick) / 1e6);
}
