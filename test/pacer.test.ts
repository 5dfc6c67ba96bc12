/** How work is packed into submits, on a device whose clock the test holds. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pacer, segments } from '../src/gpu/pacer';
import type { Piece } from '../src/gpu/pacer';
import type { Plan } from '../src/gpu/plan';

/** A queue that takes `cost(piece)` ms for each piece of a submit, one submit after another. */
function slowDevice(cost: (key: string) => number): { device: GPUDevice; submits: string[][] } {
  const submits: string[][] = [];
  let recorded: string[] = [], free = 0;
  const device = {
    createCommandEncoder: () => ({ beginComputePass: () => ({ end: () => undefined, note: (key: string) => recorded.push(key) }), note: (key: string) => recorded.push(key), finish: () => ({}) }),
    queue: {
      submit: () => {
        submits.push(recorded);
        free = Math.max(free, performance.now()) + recorded.reduce((sum, key) => sum + cost(key), 0);
        recorded = [];
      },
      onSubmittedWorkDone: () => new Promise<void>((resolve) => { setTimeout(resolve, free - performance.now()); }),
    },
  };
  return { device: device as unknown as GPUDevice, submits };
}

const piece = (key: string, rows: number): Piece => (rows === 0
  ? { key, rows, record: (encoder) => (encoder as unknown as { note(key: string): void }).note(key) }
  : { key, rows, plan: { encode: (pass: unknown) => (pass as { note(key: string): void }).note(key) } as unknown as Plan });

beforeEach(() => { vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] }); });
afterEach(() => { vi.useRealTimers(); });

const run = async (pacer: Pacer, pieces: Piece[]): Promise<void> => {
  pacer.submit(pieces);
  await vi.advanceTimersByTimeAsync(10_000);
};

describe('pacing', () => {
  const work = ['a', 'b', 'c', 'd'].map((key) => piece(key, 10));

  it('measures each piece alone, twice, then packs up to the limit, in order', async () => {
    const { device, submits } = slowDevice(() => 60), pacer = new Pacer(device, 200);
    await run(pacer, work);
    await run(pacer, work);
    expect(submits).toEqual([['a'], ['b'], ['c'], ['d'], ['a'], ['b'], ['c'], ['d']]);
    submits.length = 0;
    await run(pacer, work);
    // Four of 60 ms are too many for 200, three are not.
    expect(submits).toEqual([['a', 'b', 'c'], ['d']]);
    expect(pacer.seen.longest).toBeCloseTo(180, 0);
  });

  it('puts everything into one submit on a fast adapter, and copies never cause a cut', async () => {
    const { device, submits } = slowDevice(() => 5), pacer = new Pacer(device, 200);
    const pieces = [piece('clear', 0), ...work, piece('read', 0)];
    await run(pacer, pieces);
    expect(submits).toEqual([['clear', 'a'], ['b'], ['c'], ['d', 'read']]);
    await run(pacer, pieces);
    submits.length = 0;
    await run(pacer, pieces);
    expect(submits).toEqual([['clear', 'a', 'b', 'c', 'd', 'read']]);
  });

  it('expects time to grow with rows', async () => {
    const { device, submits } = slowDevice(() => 30), pacer = new Pacer(device, 200);
    for (let k = 0; k < 2; k++) await run(pacer, work);
    submits.length = 0;
    await run(pacer, work.map(({ key }) => piece(key, 40)));
    expect(submits).toEqual([['a'], ['b'], ['c'], ['d']]);
  });

  it('does not believe the first run, which compiles; follows a GPU that gets slow at once, one that gets fast slowly', async () => {
    let ms = 500;
    const { device, submits } = slowDevice(() => ms), pacer = new Pacer(device, 200);
    await run(pacer, work);
    ms = 20;
    await run(pacer, work);
    submits.length = 0;
    await run(pacer, work);
    expect(submits).toHaveLength(1);
    ms = 150;
    await run(pacer, work);
    submits.length = 0;
    await run(pacer, work);
    await run(pacer, work);
    submits.length = 0;
    await run(pacer, work);
    expect(submits).toHaveLength(4);
    ms = 1;
    for (let k = 0; k < 12; k++) await run(pacer, work);
    submits.length = 0;
    await run(pacer, work);
    expect(submits).toHaveLength(1);
  });

  it('forgets, and never cuts without a limit', async () => {
    const { device, submits } = slowDevice(() => 500), pacer = new Pacer(device, 200);
    for (let k = 0; k < 3; k++) await run(pacer, work);
    pacer.forget();
    submits.length = 0;
    pacer.limit = Infinity;
    await run(pacer, work);
    expect(submits).toEqual([['a', 'b', 'c', 'd']]);
  });

  it('cuts a plan into all of its dispatches, each once and in order', () => {
    for (const count of [1, 5, 24, 25, 100]) {
      const pieces = segments({ label: 'p', commands: Array.from({ length: count }) } as unknown as Plan, 7), ranges = pieces.map(({ from, to }) => [from!, to!] as const);
      expect(ranges[0]![0]).toBe(0);
      expect(ranges.at(-1)![1]).toBe(count);
      ranges.slice(1).forEach(([from], i) => expect(from).toBe(ranges[i]![1]));
      expect(new Set(pieces.map(({ key }) => key)).size).toBe(pieces.length);
      expect(pieces.length).toBeLessThanOrEqual(24);
    }
  });
});
