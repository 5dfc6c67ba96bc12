/** What the profiler tab works out of a profile: rows, totals, the timeline, the two files, and the waiting for a profile. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { EngineProfile, KernelSpan, WorkProfile } from '../../src/types';
import { clockGridMs, kernelKeys, kernelRows, workTotals } from '../../src/ui/profile/kernel_rows';
import { percent, sorted } from '../../src/ui/profile/kernel_table';
import { NO_PROFILE, profile, Profiling } from '../../src/ui/profile/profiling';
import { rooflineOf } from '../../src/ui/profile/roofline';
import { blocksOf, moved, spansIn, ticks, wholeWindow } from '../../src/ui/profile/timeline';
import { kernelsCsv, traceOf } from '../../src/ui/profile/trace';

const span = (kernel: string, startMs: number, ms: number, flops = 0, bytes = 0): KernelSpan => ({ kernel, startMs, ms, flops, bytes });
/** 10 GFLOP/s and 1 GB/s. */
const ceilings = { flops: 1e10, bytes: 1e9 };
const train: WorkProfile = {
  work: 'train', wallMs: 20, cpuMs: 3, tokens: 500, spans: [
    span('matmul.forward', 0, 2, 1e7, 4e5), span('rmsnorm.forward', 2, 1, 1e4, 8e5), span('matmul.forward', 4, 6, 3e7, 4e5), span('adamw.update', 10, 0.5, 1e3, 1e4),
  ],
};
const decode: WorkProfile = { work: 'decode', wallMs: 4, cpuMs: 0.25, tokens: 32, spans: [span('sample.draw', 0.125, 3, 0, 0), span('matmul.forward', 3.5, 0.25, 1e6, 1e5)] };

describe('rows of kernels', () => {
  it('adds up each kernel, the longest first, with rates and shares of the ceilings', () => {
    const rows = kernelRows(train.spans, ceilings);
    expect(rows.map(row => [row.kernel, row.calls, row.ms])).toEqual([['matmul.forward', 2, 8], ['rmsnorm.forward', 1, 1], ['adamw.update', 1, 0.5]]);
    const [matmul, norm, adamw] = rows as [typeof rows[0], typeof rows[0], typeof rows[0]];
    expect(matmul!.share).toBeCloseTo(8 / 9.5, 12);
    // 4e7 FLOP in 8 ms are 5 GFLOP/s, half of 10; 8e5 bytes in 8 ms are 0.1 GB/s, a tenth of 1.
    expect([matmul!.flopRate, matmul!.flopShare, matmul!.byteRate, matmul!.byteShare].map(n => Number(n.toPrecision(12)))).toEqual([5e9, 0.5, 1e8, 0.1]);
    expect([norm!.byteRate, norm!.byteShare].map(n => Number(n.toPrecision(12)))).toEqual([8e8, 0.8]);
    expect([matmul!.bound, norm!.bound, adamw!.bound]).toEqual(['arithmetic', 'memory', 'overhead']);
  });

  it('says nothing about rates where no time passed, nothing was counted, or no ceiling is known', () => {
    expect(kernelRows([span('a', 0, 0, 5, 5)], ceilings)[0]).toEqual({ kernel: 'a', calls: 1, ms: 0, share: 0, flops: 5, bytes: 5, flopRate: NaN, byteRate: NaN, flopShare: NaN, byteShare: NaN, bound: 'unknown' });
    expect(kernelRows(decode.spans, ceilings)[0]).toMatchObject({ kernel: 'sample.draw', ms: 3, flopRate: NaN, byteRate: NaN, bound: 'unknown' });
    expect(kernelRows(train.spans, null)[0]).toMatchObject({ flopRate: 5e9, flopShare: NaN, byteShare: NaN, bound: 'unknown' });
    expect(kernelRows([], ceilings)).toEqual([]);
  });

  it('draws the line between overhead and the rest at a quarter of a ceiling', () => {
    const bound = (flops: number, bytes: number): string => kernelRows([span('a', 0, 1, flops, bytes)], ceilings)[0]!.bound;
    expect([bound(2.49e6, 0), bound(2.51e6, 0), bound(0, 2.49e5), bound(0, 2.51e5), bound(5e6, 5.1e5), bound(5.1e6, 5e5)]).toEqual(['overhead', 'arithmetic', 'overhead', 'memory', 'memory', 'arithmetic']);
  });

  it('gives totals: busy is the union of the spans, and tokens are counted on the wall clock', () => {
    const totals = workTotals(train, ceilings);
    expect(totals).toMatchObject({ calls: 4, ms: 9.5, flops: 40_011_000, bytes: 1_610_000, busyMs: 9.5, busyShare: 0.475, tokensPerSecond: 25_000 });
    const overlapping = { ...train, spans: [span('b', 4, 3), span('a', 0, 5), span('c', 1, 1), span('d', 9, 1)] };
    expect(workTotals(overlapping, null)).toMatchObject({ ms: 10, busyMs: 8, busyShare: 0.4 });
    expect(workTotals({ ...train, spans: [] }, ceilings)).toMatchObject({ calls: 0, busyMs: NaN, busyShare: NaN, tokensPerSecond: 25_000 });
  });

  it('numbers kernels in the table\'s order; colours end with the eighth', () => {
    expect([...kernelKeys(kernelRows(train.spans, null))]).toEqual([['matmul.forward', { number: 1, color: 'm0' }], ['rmsnorm.forward', { number: 2, color: 'm1' }], ['adamw.update', { number: 3, color: 'm2' }]]);
    const many = kernelRows(Array.from({ length: 12 }, (_, i) => span(`k${i}`, i, 12 - i)), null);
    expect([...kernelKeys(many).values()].map(key => key.color)).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm-rest', 'm-rest', 'm-rest', 'm-rest']);
  });

  it('can be put in another order, what is unknown last either way', () => {
    const rows = kernelRows([span('a', 0, 2, 4e6), span('c', 2, 3, 3e6), span('b', 5, 0, 1e6)], null), names = (down: boolean, column: 'kernel' | 'flopRate' | 'calls'): string => sorted(rows, column, down).map(row => row.kernel).join('');
    expect([names(true, 'flopRate'), names(false, 'flopRate'), names(false, 'kernel'), names(true, 'kernel'), names(true, 'calls')]).toEqual(['acb', 'cab', 'abc', 'cba', 'cab']);
    expect([0, 0.0004, 0.0123, 0.0994, 0.0996, 1.114, NaN].map(percent)).toEqual(['0 %', '< 0.1 %', '1.2 %', '9.9 %', '10 %', '111 %', '–']);
  });

  it('sees the grid of a clock that a browser rounds, and none where there is none', () => {
    const on = (times: number[]): WorkProfile[] => [{ ...train, spans: times.map((ms, i) => span('a', i === 0 ? 0 : times.slice(0, i).reduce((a, b) => a + b), ms)) }];
    expect(clockGridMs(on([0.2, 0.3, 0, 0.5, 1.2]))).toBeCloseTo(0.1, 9);
    expect(clockGridMs(on([65536, 131072, 196608, 65536 * 7].map(ns => ns / 1e6)))).toBeCloseTo(0.065536, 9);
    expect(clockGridMs(on([0.2123, 0.3071, 0.0214, 0.5109, 1.2]))).toBe(0);
    expect(clockGridMs(on([0.1, 0.2]))).toBe(0);
    expect(clockGridMs([])).toBe(0);
  });
});

describe('the roofline', () => {
  it('places kernels by their FLOP per byte and FLOP per second on logarithmic axes', () => {
    // The ridge of 10 GFLOP/s and 1 GB/s is at 10 FLOP per byte; a: 100 per byte at 1 GFLOP/s, b: 1 per byte at 0.1 GFLOP/s.
    const rows = kernelRows([span('a', 0, 10, 1e7, 1e5), span('b', 10, 1, 1e5, 1e5), span('c', 11, 1, 0, 5), span('d', 12, 0, 5, 5)], ceilings), drawn = rooflineOf(rows, ceilings)!;
    expect([drawn.x, drawn.y]).toEqual([{ low: 0, high: 2 }, { low: 8, high: 10 }]);
    expect(drawn.points.map(({ kernel, x, y }) => [kernel, Number(x.toFixed(9)), Number(y.toFixed(9))])).toEqual([['b', 0, 0], ['a', 1, 0.5]]);
    // From 1 FLOP per byte, where memory gives 1 GFLOP/s, to the ridge, then flat.
    expect(drawn.roof.map(({ x, y }) => [Number(x.toFixed(9)), Number(y.toFixed(9))])).toEqual([[0, 0.5], [0.5, 1], [1, 1]]);
  });

  it('keeps what lies far below at the foot, lets the slope enter there, and draws nothing of nothing', () => {
    const drawn = rooflineOf(kernelRows([span('a', 0, 1000, 1, 1e4), span('b', 0, 1, 1e7, 1e4)], ceilings), ceilings)!;
    expect([drawn.x, drawn.y, drawn.points[1]!.y]).toEqual([{ low: -4, high: 3 }, { low: 5, high: 10 }, 0]);
    expect(drawn.roof[0]!.x).toBeCloseTo(0, 9);
    // 1e6 FLOP/s at the foot are reached at 0.001 FLOP per byte, one of the seven decades further in.
    expect(rooflineOf(kernelRows([span('a', 0, 10, 1e4, 1e8), span('b', 0, 1, 1e7, 1e4)], ceilings), ceilings)!.roof[0]).toEqual({ x: expect.closeTo(1 / 7, 9) as number, y: 0 });
    expect([rooflineOf(kernelRows(decode.spans.slice(0, 1), ceilings), ceilings), rooflineOf([], ceilings)]).toEqual([null, null]);
  });
});

describe('the timeline', () => {
  const spans = [span('a', 0, 2), span('b', 3, 1), span('a', 4, 4)];

  it('draws each dispatch where there are few, cut off at the window', () => {
    expect(wholeWindow(spans)).toEqual({ from: 0, to: 8 });
    expect(blocksOf(spans, { from: 1, to: 6 })).toEqual([{ kernel: 'a', startMs: 1, endMs: 2, calls: 1 }, { kernel: 'b', startMs: 3, endMs: 4, calls: 1 }, { kernel: 'a', startMs: 4, endMs: 6, calls: 1 }]);
    expect(spansIn(spans, { from: 2, to: 4 }).map(s => s.kernel)).toEqual(['b']);
  });

  it('draws many as columns, each given to what fills most of it, idle time included', () => {
    const many = Array.from({ length: 100 }, (_, i) => span(i < 50 ? 'a' : 'b', i, i < 20 ? 0.4 : 1));
    expect(blocksOf(many, { from: 0, to: 100 }, 10)).toEqual([{ kernel: 'a', startMs: 20, endMs: 50, calls: 0 }, { kernel: 'b', startMs: 50, endMs: 100, calls: 0 }]);
    // One that ends with the window lies in the last column, not behind it.
    expect(blocksOf([span('a', 0, 1), span('b', 1, 9)], { from: 0, to: 10 }, 1)).toEqual([{ kernel: 'b', startMs: 0, endMs: 10, calls: 0 }]);
  });

  it('moves within the whole', () => {
    const whole = { from: 0, to: 16 };
    expect([moved(whole, whole, 'in'), moved({ from: 4, to: 8 }, whole, 'in'), moved({ from: 4, to: 8 }, whole, 'out'), moved(whole, whole, 'out')])
      .toEqual([{ from: 4, to: 12 }, { from: 5, to: 7 }, { from: 2, to: 10 }, whole]);
    expect([moved({ from: 4, to: 8 }, whole, 'later'), moved({ from: 4, to: 8 }, whole, 'earlier'), moved({ from: 13, to: 15 }, whole, 'later'), moved({ from: 14, to: 16 }, whole, 'later'), moved({ from: 0, to: 4 }, whole, 'out')])
      .toEqual([{ from: 6, to: 10 }, { from: 2, to: 6 }, { from: 14, to: 16 }, { from: 14, to: 16 }, { from: 0, to: 8 }]);
  });

  it('has round ticks inside the window', () => {
    expect(ticks({ from: 0, to: 8 })).toEqual([0, 2, 4, 6, 8]);
    expect(ticks({ from: 1.3, to: 2.9 })).toEqual([1.5, 2, 2.5]);
    expect(ticks({ from: 0.01, to: 0.05 })).toEqual([0.01, 0.02, 0.03, 0.04, 0.05]);
    for (const to of [0.7, 1, 3, 99, 12_345]) expect([ticks({ from: 0, to }).length >= 3, ticks({ from: 0, to }).length <= 7]).toEqual([true, true]);
    expect(ticks({ from: 0, to: 0 })).toEqual([]);
  });
});

describe('the trace', () => {
  const trace = traceOf([train, decode], { adapter: 'test' });
  const complete = trace.traceEvents.filter(event => event.ph === 'X');

  it('names a process for each work and a thread for each of its tracks', () => {
    const named = trace.traceEvents.filter(event => event.ph === 'M').map(event => [event.pid, event.tid, event.name, Object.values(event.args)[0]]);
    expect(named).toEqual([
      [1, 0, 'process_name', 'Training step'], [1, 0, 'process_labels', '20 ms wall clock, 500 tokens'], [1, 0, 'process_sort_index', 0], [1, 1, 'thread_name', 'GPU'], [1, 2, 'thread_name', 'CPU: record and submit'],
      [2, 0, 'process_name', 'Block of decoding'], [2, 0, 'process_labels', '4 ms wall clock, 32 tokens'], [2, 0, 'process_sort_index', 1], [2, 1, 'thread_name', 'GPU'], [2, 2, 'thread_name', 'CPU: record and submit'],
    ]);
    expect([trace.displayTimeUnit, trace.otherData]).toEqual(['ms', { adapter: 'test' }]);
  });

  it('has every dispatch in microseconds, works one after the other', () => {
    expect(complete.map(event => [event.pid, event.tid, event.name, event.ts, event.dur])).toEqual([
      [1, 2, 'record and submit', 0, 3000], [1, 1, 'matmul.forward', 0, 2000], [1, 1, 'rmsnorm.forward', 2000, 1000], [1, 1, 'matmul.forward', 4000, 6000], [1, 1, 'adamw.update', 10_000, 500],
      [2, 2, 'record and submit', 21_000, 250], [2, 1, 'sample.draw', 21_125, 3000], [2, 1, 'matmul.forward', 24_500, 250],
    ]);
    expect(complete[1]!.args).toEqual({ flops: 1e7, bytes: 4e5, gflops_per_s: 5, gb_per_s: 0.2 });
    const sum = complete.filter(event => event.pid === 1 && event.tid === 1).reduce((total, event) => total + event.dur!, 0);
    expect(sum).toBeCloseTo(workTotals(train, null).ms * 1000, 6);
    expect(JSON.parse(JSON.stringify(trace))).toEqual(trace);
  });

  it('keeps the processor\'s time where no kernel was timed', () => {
    expect(traceOf([{ ...train, spans: [] }], {}).traceEvents.filter(event => event.ph === 'X').map(event => [event.name, event.dur, event.args])).toEqual([['record and submit', 3000, { wall_ms: 20, tokens: 500 }]]);
    expect(traceOf([], {}).traceEvents).toEqual([]);
  });
});

describe('the table as CSV', () => {
  it('has a line for each kernel of each work, empty fields for what is unknown, and quotes what needs them', () => {
    const lines = kernelsCsv({ works: [train, { ...decode, spans: [span('a,"b"', 0, 0, 1, 2)] }], ceilings }).split('\r\n');
    expect(lines[0]).toBe('work,kernel,calls,ms,time_share,flops,bytes,flops_per_s,flop_ceiling_share,bytes_per_s,byte_ceiling_share,bound');
    expect(lines[1]).toBe(`train,matmul.forward,2,8,${8 / 9.5},40000000,800000,5000000000,0.5,100000000,0.1,arithmetic`);
    expect(lines[4]).toBe('decode,"a,""b""",1,0,0,1,2,,,,,unknown');
    expect(lines).toHaveLength(6);
  });
});

describe('waiting for a profile', () => {
  /** An engine whose works come as told: `script[i]` is what reading number i finds. */
  function engine(script: WorkProfile[][]): { readings: number; asked: number; profileNext(): Promise<void>; profile(): Promise<EngineProfile> } {
    return {
      readings: 0, asked: 0,
      profileNext() { this.asked++; return Promise.resolve(); },
      profile() {
        const works = script[Math.min(this.readings++, script.length - 1)]!;
        return Promise.resolve({ timestamps: true, works: structuredClone(works), memory: [{ purpose: 'weights', bytes: 4 }], ceilings: null, tuned: [] });
      },
    };
  }
  let waits = 0;
  /** Nothing here is worth waiting for so often: a test that would wait for ever fails instead. */
  const soon = (): Promise<void> => (++waits > 20 ? Promise.reject(new Error('waited for ever')) : Promise.resolve());
  beforeEach(() => { profile.value = NO_PROFILE; waits = 0; });

  it('asks once, shows each kind of work as it comes, and ends when both are there', async () => {
    const made = engine([[], [], [decode], [decode], [train, decode]]), seen: string[] = [];
    const stop = profile.subscribe(view => { seen.push(view.waiting.join()); });
    await new Profiling(() => made, () => 'amber-fox', soon).next();
    stop();
    expect([made.asked, made.readings]).toEqual([1, 5]);
    expect(seen.filter((text, i) => text !== seen[i - 1])).toEqual(['', 'train,decode', 'train', '']);
    expect([profile.value.problem, profile.value.taken.train!.profile.wallMs, profile.value.taken.decode!.run, profile.value.engine!.memory[0]!.bytes]).toEqual(['', 20, 'amber-fox', 4]);
  });

  it('does not take the profile of before for the new one', async () => {
    // The wall clock may be the same: it is of a step that was not timed in this way.
    const later = { ...train, wallMs: 21 }, other = { ...decode, spans: decode.spans.map(one => ({ ...one, ms: one.ms / 2 })) };
    const made = engine([[train, decode], [train, decode], [later, decode], [later, other]]);
    await new Profiling(() => made, () => 'amber-fox', soon).next();
    expect([made.readings, profile.value.taken.train!.profile.wallMs, profile.value.taken.decode!.profile.spans[0]!.ms]).toEqual([4, 21, 1.5]);
  });

  it('says what is missing when the run ends first, after one more look', async () => {
    const made = engine([[], [], [train]]);
    let looks = 0;
    await new Profiling(() => made, () => (looks++ < 2 ? 'amber-fox' : null), soon).next();
    expect([made.readings, profile.value.taken.train!.profile.wallMs, profile.value.waiting]).toEqual([3, 20, []]);
    expect(profile.value.problem).toMatch(/^The run ended before a block of decoding came\./);
  });

  it('asks nothing without a run, and gives up when the engine was replaced', async () => {
    const first = engine([[]]), second = engine([[train, decode]]);
    await new Profiling(() => first, () => null, soon).next();
    await new Profiling(() => undefined, () => 'amber-fox', soon).next();
    expect([first.asked, profile.value.problem.slice(0, 20)]).toEqual([0, 'No run is under way,']);
    let current = first;
    await new Profiling(() => current, () => 'amber-fox', () => { current = second; return soon(); }).next();
    expect([first.asked, second.asked, profile.value.waiting]).toEqual([1, 0, []]);
    expect(profile.value.problem).toMatch(/device was lost or closed/);
  });

  it('is asked once however often the button is pressed, and shows what the engine says when it fails', async () => {
    const made = engine([[], [], [train, decode]]), profiling = new Profiling(() => made, () => 'amber-fox', soon);
    await Promise.all([profiling.next(), profiling.next()]);
    expect(made.asked).toBe(1);
    await new Profiling(() => ({ ...made, profileNext: () => Promise.reject(new Error('There is no model.')) }), () => 'amber-fox', soon).next();
    expect([profile.value.problem, profile.value.waiting]).toEqual(['There is no model.', []]);
  });
});
