/**
 * What the engine holds on the device: counted by purpose and given back whole, foretold before it is made, split where limits are small, laid over each other
 * where lifetimes allow, and less of it where layers are made again. Small limits stand in for small devices: whatever is planned reads them, not the device's.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelConfig, presetSettings } from '../../src/config';
import type { Gpu } from '../../src/gpu/device';
import type { Limits } from '../../src/gpu/memory';
import { Activation, livesOf, type Draft, type Placement } from '../../src/gpu/workspace';
import { choose, lay, total } from '../../src/model/budget';
import { Engine } from '../../src/model/engine';
import { layoutOf, vocabularySlices } from '../../src/model/params';
import { scoringMemory } from '../../src/model/scoring';
import { trainingMemory } from '../../src/model/training';
import type { Batch, Generation, ModelConfig, UpdateSettings } from '../../src/types';
import { sizeOf } from '../bench/models';
import { supervised } from '../fixtures/engine/read';
import { relativeError } from '../reference/finite_difference';
import { FAMILIES, oddConfig, openEngine, promptsOf, sampling, variedBatch, weightsOf } from './engine_fixture';

let engine: Engine, gpu: Gpu;
beforeAll(async () => { ({ engine, gpu } = await openEngine()); });
afterAll(async () => { expect(gpu.failure).toBeNull(); await engine.close(); });

const config = oddConfig();
const sequences = [Int32Array.of(1, 2, 3), Int32Array.of(4, 5)];

const held = (): Record<string, number> => Object.fromEntries(engine.memory().map(({ purpose, bytes }) => [purpose, bytes]));

/** Everything that a model can make. */
async function work(): Promise<void> {
  await engine.load(config, weightsOf(config, 1).tensors, 0);
  await engine.step(variedBatch([9, 20], 67, 0), supervised);
  await engine.freeze();
  await engine.score({ sequences, temperature: 1, model: 'frozen' });
  await engine.embed({ sequences, model: 'policy' });
}

test('the ledger counts by purpose, remembers its peak, and lets go once', () => {
  const { memory } = gpu, usage = GPUBufferUsage.STORAGE, before = memory.bytes;
  const [a, b] = [memory.buffer('cache', 'keys', 1024, usage), memory.buffer('cache', 'values', 256, usage)];
  expect(held()['cache']).toBe(1280);
  expect(memory.peak).toBeGreaterThanOrEqual(before + 1280);
  memory.release(a);
  memory.release(a);
  expect(held()['cache']).toBe(256);
  memory.release(b);
  expect([held()['cache'], memory.bytes]).toEqual([undefined, before]);
  const { limits } = memory;
  memory.limits = { ...limits, buffer: 1000 };
  expect(() => memory.buffer('cache', 'keys', 1024, usage)).toThrow(/need a buffer of 1024 bytes; this GPU allows 1000/);
  memory.limits = limits;
});

test('a loaded model holds its arenas; another one in its place leaves nothing of it; closed, nothing is held', async () => {
  await engine.load(config, weightsOf(config, 1).tensors, 0);
  const arena = held()['weights'];
  expect(arena).toBeGreaterThan(4 * 67 * 20);
  expect(held()).toEqual({ weights: arena, gradients: arena, moments: 2 * arena, tables: held()['tables'] });
  await work();
  const first = held();
  expect(Object.keys(first).sort()).toEqual(expect.arrayContaining(['activations', 'frozen', 'gradients', 'inputs', 'moments', 'readback', 'tables', 'weights']));
  expect(first['frozen']).toBe(arena);
  const { peak } = gpu.memory;
  await work();
  expect(held()).toEqual(first);
  // Never both at once.
  expect(gpu.memory.peak).toBe(peak);
  const other = await openEngine();
  await other.engine.load(config, null, 0);
  await other.engine.score({ sequences, temperature: 1, model: 'policy' });
  // A step still compiling when the engine closes lets go when it is done.
  const late = other.engine.step(variedBatch([9], 67, 0), supervised).catch(() => undefined);
  await other.engine.close();
  await late;
  expect(other.engine.memory()).toEqual([]);
});

/** What WebGPU guarantees everywhere. */
const DEFAULT: Limits = { binding: 128 * 2 ** 20, buffer: 256 * 2 ** 20 };

async function within<T>(limits: Partial<Limits>, work: () => T | Promise<T>): Promise<T> {
  const own = gpu.memory.limits;
  gpu.memory.limits = { ...own, ...limits };
  try {
    return await work();
  } finally {
    gpu.memory.limits = own;
  }
}

const small: ModelConfig = oddConfig({ max_position_embeddings: 64 });

const load = async (model: ModelConfig, made: Engine = engine): Promise<unknown> => made.load(model, null, 0);

describe('foretold before it is made', () => {
  test.each<[string, ModelConfig]>([
    ['demo: the 0.1M starter', modelConfig({ ...presetSettings('demo'), modelSize: '107k' }, 512)],
    ['overnight: a new model', modelConfig(presetSettings('overnight'), 2048)],
    ['qwen3, untied', FAMILIES[3][1]],
  ])('%s: within 5 %% of what is held', async (_, model) => {
    const before = gpu.memory.bytes, { uses } = choose(gpu, model);
    expect(gpu.memory.bytes).toBe(before);
    await engine.load(model, null, 0);
    await engine.step(variedBatch([9, 20], 67, 0), supervised);
    await engine.score({ sequences, temperature: 1, model: 'policy' });
    const foretold = Object.fromEntries(uses.map(({ purpose, bytes }) => [purpose, bytes]));
    // A few hundred bytes a dispatch are not foretold.
    for (const { purpose, bytes } of engine.memory()) if (purpose !== 'parameters') expect(Math.abs(foretold[purpose] / bytes - 1), purpose).toBeLessThan(0.05);
    expect(Math.abs(total(uses) / gpu.memory.bytes - 1)).toBeLessThan(0.05);
  });

  test('125M: a step of 1,024 tokens stays under 4 GB by the limits that every device has', () => within(DEFAULT, () => {
    const { config: model } = sizeOf('125M'), choice = lay(gpu, model, layoutOf(model), 1024, 'none');
    expect(total(choice.uses)).toBeLessThan(4e9);
    expect(total(choice.uses)).toBeGreaterThan(4 * 4 * 120e6);
    expect(choice.shape.slices).toEqual([{ first: 0, count: 43648 }, { first: 43648, count: 6656 }]);
    expect(choice.shards.length).toBe(4);
    for (const { length } of choice.shards) expect(length * 4).toBeLessThanOrEqual(DEFAULT.binding);
    for (const size of choice.workspace) expect(size).toBeLessThanOrEqual(DEFAULT.buffer);
    const chosen = choose(gpu, model);
    expect(chosen.recompute).toBe('none');
    expect(total(chosen.uses)).toBeLessThan(4e9);
    expect(chosen.shape.capacity).toBeGreaterThanOrEqual(512);
  }));

  test('less memory makes smaller micro-batches, then makes layers again, then refuses, with the numbers and before anything is touched', async () => {
    const most = choose(gpu, small), least = lay(gpu, small, layoutOf(small), 64, 'none'), again = lay(gpu, small, layoutOf(small), 64, 'layers');
    const half = choose(gpu, small, { bytes: Math.floor(total(most.uses) / 2) });
    expect(half.shape.capacity).toBeLessThan(most.shape.capacity);
    expect(half.shape.capacity).toBeGreaterThan(most.shape.capacity / 3);
    expect(total(half.uses)).toBeLessThanOrEqual(total(most.uses) / 2);
    expect(choose(gpu, small, { bytes: total(least.uses) })).toMatchObject({ recompute: 'none', shape: { capacity: 64 } });
    expect(choose(gpu, small, { bytes: total(least.uses) - 1 }).recompute).toBe('layers');
    expect(choose(gpu, small, { bytes: total(again.uses) })).toMatchObject({ recompute: 'layers', shape: { capacity: 64 } });
    const bytes = total(again.uses) - 1, { weights } = held();
    const refusing = new Engine(gpu, { bytes });
    await expect(load(small, refusing)).rejects.toThrow(/would take 1 MiB to train, 1 of it for activations of 64 tokens; 1 MiB are allowed for all of it. Nothing was loaded/);
    expect(held()['weights']).toBe(weights);
  });
});

/** What an engine makes of a model: everything that leaves the device. */
async function outcome(model: ModelConfig, batches: Batch[], made: Engine = engine): Promise<Record<string, Float32Array[]>> {
  const settings: UpdateSettings = { ...supervised, ratio: 'token', clip: 'min', entropyCoef: 0.01, temperature: 0.9, learningRate: 0.01, maxGradNorm: 1, weightDecay: 0.1 };
  await made.load(model, weightsOf(model, 5).tensors, 0);
  const inspected = await made.inspect(batches[0], settings), losses: number[] = [], norms: number[] = [];
  await made.freeze();
  for (const batch of batches) {
    const { loss, gradNorm } = await made.step(batch, settings);
    losses.push(loss);
    norms.push(gradNorm);
  }
  const scored = Array.from({ length: 5 }, (_, s) => Int32Array.from({ length: 3 + s * 9 }, (__, t) => (t * 37 + s * 11) % model.vocab_size));
  const [now, then, states] = [await made.score({ sequences: scored, temperature: 0.7, model: 'policy' }), await made.score({ sequences: scored, temperature: 1, model: 'frozen' }), await made.embed({ sequences: scored, model: 'policy' })];
  const half = await made.snapshot();
  await made.step(batches[0], settings);
  await made.restore(half);
  const { weights, m, v, frozen } = await made.snapshot();
  return {
    grads: inspected.named.map(({ data }) => data), logits: [inspected.logits], logps: [inspected.logps], entropies: [inspected.entropies],
    losses: [Float32Array.from([...losses, inspected.metrics.loss])], norms: [Float32Array.from(norms)],
    scores: now.logps, 'scores of the frozen copy': then.logps, states: states.vectors,
    weights: [weights], m: [m], v: [v], frozen: [frozen!], exported: (await made.exportTensors()).map(({ data }) => data),
  };
}

/** The largest difference of each output, relative to its tensor's largest element. */
function differences(got: Record<string, Float32Array[]>, want: Record<string, Float32Array[]>): Record<string, number> {
  return Object.fromEntries(Object.entries(want).map(([name, tensors]) => [name, Math.max(...tensors.map((tensor, i) => (tensor.length === 0 ? 0 : relativeError(got[name][i], tensor, 1e-3))))]));
}

const same = (got: Record<string, Float32Array[]>, want: Record<string, Float32Array[]>): void => {
  for (const [name, tensors] of Object.entries(want)) tensors.forEach((tensor, i) => expect(tensor.every((x, j) => x === got[name][i][j]), `${name} ${i}`).toBe(true));
};

/**
 * A vocabulary in slices is summed in another order. AdamW divides by sqrt(v), so where a gradient is next to nothing its rounding is a visible part of the
 * step: what comes after an update is held to less.
 */
const BARS: Record<string, number> = {
  logits: 1e-6, logps: 1e-6, entropies: 1e-6, losses: 1e-6, 'scores of the frozen copy': 1e-6, frozen: 0, grads: 2e-6, norms: 2e-6, m: 5e-6, v: 5e-6,
  scores: 2e-5, states: 2e-5, weights: 1e-4, exported: 1e-4,
};

describe('split by small limits: the same losses, gradients, weights and log-probabilities', () => {
  const long = { vocab_size: 1031, max_position_embeddings: 64 };
  test.each<[string, ModelConfig]>([
    ['tied', { ...small, ...long }],
    ['untied, q/k norm', { ...FAMILIES[3][1], ...long, vocab_size: 1032 }],
    ['bias', { ...FAMILIES[1][1], ...long }],
  ])('%s', async (_, model) => {
    const batches = [variedBatch([30, 1, 33], model.vocab_size, 1), variedBatch([64, 40, 2], model.vocab_size, 2)];
    const whole = await outcome(model, batches);
    const limits = { binding: 32 * 1024, buffer: 64 * 1024 };
    const split = await within(limits, async () => {
      const { shape, shards, workspace } = choose(gpu, model);
      expect([shape.slices.length, shape.capacity]).toEqual([9, 64]);
      expect(shards.length).toBeGreaterThanOrEqual(4);
      expect(workspace.length).toBeGreaterThan(4);
      const created: number[] = [], { buffer } = gpu.memory;
      gpu.memory.buffer = (...of: Parameters<typeof buffer>) => { created.push(of[2]); return buffer.apply(gpu.memory, of); };
      try {
        return await outcome(model, batches);
      } finally {
        gpu.memory.buffer = buffer;
        expect(created.length).toBeGreaterThan(20);
        expect(Math.max(...created)).toBeLessThanOrEqual(limits.buffer);
      }
    });
    for (const [name, difference] of Object.entries(differences(split, whole))) expect(difference, name).toBeLessThanOrEqual(BARS[name]);
  });

  test('an arena in several buffers with a whole vocabulary: the same bits', async () => {
    const batches = [variedBatch([30, 1, 33], 67, 1), variedBatch([64], 67, 2)], whole = await outcome(small, batches);
    await within({ binding: 24 * 1024, buffer: 64 * 1024 }, async () => {
      const { shape, shards } = choose(gpu, small);
      expect([shape.slices.length, shards.length]).toEqual([1, 2]);
      same(await outcome(small, batches), whole);
    });
  });

  test('decoding from slices of the vocabulary writes what it writes from the whole', async () => {
    const model = { ...small, hidden_size: 128, intermediate_size: 36, vocab_size: 1032 }, prompts = promptsOf(9, model.vocab_size);
    const write = async (): Promise<Generation> => {
      await engine.load(model, weightsOf(model, 5).tensors, 0);
      return engine.generate({ ...sampling, prompts, temperature: 0, endId: model.vocab_size });
    };
    const whole = await write(), split = await within({ binding: 400 * 1024, buffer: 800 * 1024 }, async () => {
      const { shape, shards } = choose(gpu, model);
      expect([shape.slices.map(({ count }) => count), shards.length]).toEqual([[768, 264], 2]);
      return write();
    });
    expect(split.tokens).toEqual(whole.tokens);
    expect(new Set(whole.tokens.flatMap((row) => [...row]).map((id) => id >= 768)).size).toBe(2);
    whole.logps.forEach((logps, row) => expect(relativeError(split.logps[row], logps)).toBeLessThan(1e-5));
  });

  test('a binding too small for the longest sequence, or for 64 rows of the vocabulary, is refused, and the model before it stays', async () => {
    await engine.load(small, null, 0);
    // 64 tokens of 2 x 37 numbers are 18,944 bytes.
    await within({ binding: 18_943 }, () => expect(load(small)).rejects.toThrow(/64 tokens, .* need 18944 bytes in one binding; this GPU allows 18943. Nothing was loaded/));
    await within({ binding: 18_944, buffer: 64 * 1024 }, () => expect(choose(gpu, small).shape.capacity).toBe(64));
    await within({ binding: 16_000 }, () => expect(load({ ...small, intermediate_size: 20 })).rejects.toThrow(/64 rows of 64 numbers need 16384 bytes in one binding; this GPU allows 16000. Nothing was loaded/));
    expect((await engine.snapshot()).config).toEqual(small);
  });
});

/** Goes through the dispatches with memory that remembers whose numbers it holds: whatever is read must still be there. */
function replay({ activations, dispatches, early, late }: Draft, { sizes, places }: Placement): number {
  const memory = sizes.map((size) => new Int32Array(size / 4).fill(-1)), number = new Map(activations.map((activation, i) => [activation, i]));
  const range = (at: Activation): Int32Array => { const { index, offset } = places.get(at.whole)!; return memory[index].subarray(offset / 4, (offset + Math.ceil(at.whole.size / 4) * 4) / 4); };
  const intact = (at: Activation): boolean => range(at).every((owner) => owner === number.get(at.whole));
  for (const activation of early) range(activation).fill(number.get(activation)!);
  const written = new Set<Activation>(early);
  let checked = 0;
  dispatches.forEach(({ shader, buffers }, t) => {
    const used = Object.entries(buffers).flatMap(([name, at]) => (at instanceof Activation && number.has(at.whole) ? [{ at: at.whole, write: shader.bindings.get(name)!.type === 'storage', name: `${shader.name} ${t} ${name}` }] : []));
    const reading = new Set(used.filter(({ write }) => !write).map(({ at }) => places.get(at)!.index));
    for (const { at, write, name } of used) {
      checked++;
      // Read and written in one dispatch: not from one buffer.
      if (write && reading.has(places.get(at)!.index)) throw new Error(`${name} is written in a buffer that is read`);
      if ((!write || written.has(at)) && !intact(at)) throw new Error(`${name}: ${at.label} was overwritten`);
    }
    for (const { at, write } of used) {
      if (!write) continue;
      range(at).fill(number.get(at)!);
      written.add(at);
    }
    // Written side by side, none lies over another.
    for (const { at, name } of used) if (!intact(at)) throw new Error(`${name}: ${at.label} lies over another of the same dispatch`);
  });
  for (const activation of late) if (!intact(activation)) throw new Error(`${activation.label} did not last`);
  return checked;
}

describe('laid over each other', () => {
  const models: [string, ModelConfig][] = [...FAMILIES.map(([name, model]): [string, ModelConfig] => [name, { ...model, num_hidden_layers: 3, vocab_size: 1032 }]), ['125M', sizeOf('125M').config]];
  test.each(models)('%s: nothing that is still needed is written over, with and without splits', (_, model) => within(DEFAULT, async () => {
    const check = (capacity: number): void => {
      const shape = { config: model, layout: layoutOf(model), slices: vocabularySlices(model, gpu.memory.limits.binding), capacity };
      for (const recompute of ['none', 'layers'] as const) {
        if (model.vocab_size < 2000) {
          const halves = trainingMemory(gpu, shape, recompute, { shards: [] });
          expect(replay(halves.draft, halves.placement)).toBeGreaterThan(0);
        }
        const { draft, placement } = trainingMemory(gpu, shape, recompute), used = replay(draft, placement);
        expect(used).toBeGreaterThan(3 * draft.dispatches.length / 2);
        expect(draft.activations.length).toBeGreaterThan(10 * model.num_hidden_layers);
      }
      const { draft, placement } = scoringMemory(gpu, shape);
      expect(replay(draft, placement)).toBeGreaterThan(0);
    };
    check(192);
    if (model.vocab_size < 2000) await within({ binding: 32 * 1024, buffer: 80 * 1024 }, () => { check(64); });
  }));

  test('the replay sees an overlap', () => {
    const model = small, shape = { config: model, layout: layoutOf(model), slices: vocabularySlices(model, Infinity), capacity: 64 };
    const { draft, placement } = trainingMemory(gpu, shape, 'none'), first = draft.activations.find(({ label }) => label === 'gateUp')!;
    const bad = { ...placement, places: new Map(placement.places).set(first, { ...placement.places.get(draft.activations.find(({ label }) => label === 'logits')!)! }) };
    expect(() => replay(draft, bad)).toThrow(/overwritten|is read|lies over/);
  });

  /** Bytes of activations at 2,048 tokens: the most that is needed at once, and what they take, in MiB (one place each was 44.8, 81.4 and 168). */
  test.each<[string, ModelConfig, number]>([
    ['demo: the 0.1M starter', modelConfig({ ...presetSettings('demo'), modelSize: '107k' }, 512), 25.3],
    ['lesson: the 0.3M starter', modelConfig({ ...presetSettings('lesson'), modelSize: '351k' }, 512), 49.6],
    ['overnight: a new model', modelConfig(presetSettings('overnight'), 2048), 104.5],
  ])('%s: within 6 % of the least possible', (_, model, most) => within(DEFAULT, () => {
    const shape = { config: model, layout: layoutOf(model), slices: vocabularySlices(model, DEFAULT.binding), capacity: 2048 };
    const { draft, placement } = trainingMemory(gpu, shape, 'none'), taken = placement.sizes.reduce((a, b) => a + b, 0);
    const lives = livesOf(draft);
    const needed = Math.max(...draft.dispatches.map((__, t) => lives.reduce((bytes, { activation, first, last }) => bytes + (first <= t && t <= last ? activation.size : 0), 0)));
    expect(taken / needed).toBeLessThan(1.06);
    expect(taken / 2 ** 20).toBeLessThan(most);
  }));
});

describe('layers made again', () => {
  test.each(FAMILIES)('%s: the same bits, in less memory', async (_, model) => {
    const batches = [variedBatch([1, 2, 63, 64, 65, 7], model.vocab_size, 3), variedBatch([40, 9], model.vocab_size, 4)], deep = { ...model, num_hidden_layers: 4 };
    const kept = await outcome(deep, batches), before = held()['activations'];
    const other = new Engine(gpu, { recompute: 'layers' });
    await engine.load(small, null, 0);
    const again = await outcome(deep, batches, other), after = held()['activations'];
    same(again, kept);
    expect(after).toBeLessThan(0.6 * before);
    const sum = (recompute: 'none' | 'layers'): number => lay(gpu, deep, layoutOf(deep), choose(gpu, deep, { recompute }).shape.capacity, recompute).workspace.reduce((a, b) => a + b, 0);
    expect([before, after]).toEqual([sum('none'), sum('layers')]);
    await other.load(small, null, 0);
  });
});

test('a preference holds from the next load or restore on', async () => {
  const own = await openEngine(), bytes = (): number => own.engine.memory().find(({ purpose }) => purpose === 'activations')?.bytes ?? 0;
  const deep = { ...small, num_hidden_layers: 4 }, batch = variedBatch([40, 9], 67, 4);
  await own.engine.load(deep, weightsOf(deep, 5).tensors, 0);
  const one = await own.engine.step(batch, supervised), kept = bytes(), state = await own.engine.snapshot();
  await own.engine.restore(state);
  expect(bytes()).toBe(kept);
  await own.engine.prefer({ recompute: 'layers' });
  const next = await own.engine.step(batch, supervised);
  expect(bytes()).toBe(kept);
  await own.engine.restore(state);
  expect(await own.engine.step(batch, supervised)).toEqual(next);
  expect(bytes()).toBeLessThan(0.6 * kept);
  await own.engine.prefer({ recompute: 'none' });
  await own.engine.load(deep, weightsOf(deep, 5).tensors, 0);
  expect(await own.engine.step(batch, supervised)).toEqual(one);
  expect(bytes()).toBe(kept);
  await own.engine.close();
});

test('gradients of many micro-batches add up to those of one', async () => {
  const batch = variedBatch([40, 64, 1, 30, 64, 63], small.vocab_size, 6), one = await outcome(small, [batch]);
  const bytes = total(lay(gpu, small, layoutOf(small), 64, 'none').uses);
  const tight = new Engine(gpu, { bytes });
  await engine.load(small, null, 0);
  const many = await outcome(small, [batch], tight);
  expect(choose(gpu, small, { bytes }).shape.capacity).toBe(64);
  for (const [name, difference] of Object.entries(differences(many, one))) expect(difference, name).toBeLessThan(2e-6);
});
