/** Holds the checkpoints to their promise: whatever fails or is damaged, what loads is one of the states that were saved, bit for bit. */
import { describe, expect, it } from 'vitest';
import { createCheckpoints } from '../../src/store/checkpoints';
import { createMemoryKeyValue } from '../../src/store/memory';
import type { KeyValue } from '../../src/store/key_value';
import type { Checkpoint, ModelConfig } from '../../src/types';
import { draws, floats } from '../formats/draws';
import { withFaults } from './faults';

const config: ModelConfig = {
  model_type: 'llama', vocab_size: 8, hidden_size: 4, intermediate_size: 8, num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 1, head_dim: 2,
  max_position_embeddings: 32, rms_norm_eps: 1e-6, rope_theta: 10000, tie_word_embeddings: true, attention_bias: false, qk_norm: false,
};

/** Seeded by the step, so that any mixture of two states equals neither. */
function state(step: number, loop: Record<string, unknown> = {}): Checkpoint {
  const random = draws(step + 1);
  return {
    runId: 'run-1', stage: 'loop', step, seed: 7, settings: { learningRate: 3e-4, preset: 'demo', dual: true }, corpusHash: 'c0', tokenizerHash: 't0', savedAt: 1000 + step,
    trainer: { config, weights: floats(random, 50), m: floats(random, 50), v: floats(random, 50), optimizerStep: step * 2, ...(step % 2 ? { frozen: floats(random, 50) } : {}) },
    loop: { best: -Infinity, mean: NaN, zero: -0, flops: 1e15, nested: [{ a: 0.1 + 0.2 }], ...loop },
  };
}

/** 64-byte pieces: four pieces an array. */
const small = (store: KeyValue, options = {}) => createCheckpoints(store, { chunkBytes: 64, ...options });
const stepOf = async (store: KeyValue) => (await small(store).load('run-1'))?.checkpoint;

describe('checkpoints', () => {
  it('come back exactly, NaN, infinities and -0 of the loop included', async () => {
    const store = createMemoryKeyValue();
    expect(await small(store).load('run-1')).toBeNull();
    for (const step of [4, 5]) {
      await small(store).save(state(step));
      const loaded = await small(store).load('run-1');
      expect(loaded).toEqual({ checkpoint: state(step), notice: '' });
      expect(Object.is(loaded!.checkpoint.loop['zero'], -0)).toBe(true);
    }
    expect(await store.keys('chunks', '')).toHaveLength(3 * 4 + 4 * 4);
  });

  it('bring the loss scale of mixed precision back with its count, and none where there was none', async () => {
    const store = createMemoryKeyValue(), { trainer, ...rest } = state(4);
    await small(store).save({ ...rest, trainer: { ...trainer, lossScale: 512, lossScaleSteps: 199 } });
    expect((await stepOf(store))!.trainer).toMatchObject({ lossScale: 512, lossScaleSteps: 199 });
    await small(store).save(state(5));
    expect((await stepOf(store))!.trainer).not.toHaveProperty('lossScale');
    const kernels = [{ shape: 'forward 64 x 128, rows more', chosen: 'tiled' }];
    await small(store).save({ ...rest, trainer: { ...trainer, kernels } });
    expect((await stepOf(store))!.trainer.kernels).toEqual(kernels);
    for (const lossScale of [NaN, -2, 0.5]) await expect(small(store).save({ ...rest, trainer: { ...trainer, lossScale } })).rejects.toThrow(`lossScale is ${lossScale}`);
  });

  it('saves a view without the buffer behind it', async () => {
    const store = createMemoryKeyValue();
    const wide = new Float32Array(1000).fill(2);
    const checkpoint = state(4);
    await createCheckpoints(store).save({ ...checkpoint, trainer: { ...checkpoint.trainer, weights: wide.subarray(3, 53) } });
    expect((await store.get('chunks', (await store.keys('chunks', '')).find(key => key.includes('weights'))!) as Uint8Array).buffer.byteLength).toBe(200);
    expect((await stepOf(store))!.trainer.weights).toEqual(new Float32Array(50).fill(2));
  });

  it('keeps the last three and the best, and no stray piece', async () => {
    const store = createMemoryKeyValue();
    const checkpoints = small(store);
    for (const [step, score] of [[2, 0.5], [4, 0.9], [6, 0.7], [8, 0.9], [10, 0.1], [12, 0.2], [14, NaN], [16, 0.3]] as const) await checkpoints.save(state(step, { score }));
    expect((await checkpoints.list('run-1')).map(({ step, score, bytes }) => [step, score, bytes])).toEqual([[8, 0.9, 600], [12, 0.2, 600], [14, null, 600], [16, 0.3, 600]]);
    expect(await store.keys('chunks', '')).toHaveLength(4 * 12);
    await checkpoints.remove('run-1');
    expect([...await store.keys('chunks', ''), ...await store.keys('checkpoints', '')]).toEqual([]);
  });

  it('takes the one saved last, not the one furthest on, and leaves other runs alone', async () => {
    const store = createMemoryKeyValue();
    await small(store).save({ ...state(30), runId: 'run-10' });
    for (const step of [40, 50, 20]) await small(store).save(state(step));
    expect((await stepOf(store))!.step).toBe(20);
    expect((await small(store).load('run-10'))!.checkpoint.step).toBe(30);
    await small(store).remove('run-1');
    expect((await small(store).load('run-10'))!.checkpoint).toEqual({ ...state(30), runId: 'run-10' });
  });

  it('lets two saves at once follow each other', async () => {
    const store = createMemoryKeyValue();
    const checkpoints = small(store);
    await Promise.all([checkpoints.save(state(1)), checkpoints.save(state(2)), checkpoints.save(state(3))]);
    expect((await checkpoints.list('run-1')).map(({ step, order }) => [step, order])).toEqual([[1, 0], [2, 1], [3, 2]]);
  });

  it.each<[string, (checkpoint: Checkpoint) => void, RegExp]>([
    ['NaN in the weights', c => { c.trainer.weights[7] = NaN; }, /weights holds NaN at element 7/],
    ['infinity in a moment', c => { c.trainer.v[49] = Infinity; }, /v holds Infinity at element 49/],
    ['NaN in the frozen copy', c => { c.trainer.frozen![0] = NaN; }, /frozen holds NaN at element 0/],
    ['a step that is no number', c => { c.step = NaN; }, /step is NaN/],
    ['a typed array in the loop', c => { c.loop['means'] = new Float32Array(2); }, /holds a Float32Array at "means"/],
    ['a map in the loop', c => { c.loop['seen'] = new Map(); }, /holds a Map at "seen"/],
    ['a run id that would reach other keys', c => { c.runId = 'run-1/x'; }, /not a run's id/],
  ])('refuse %s', async (_what, spoil, message) => {
    const store = createMemoryKeyValue();
    await small(store).save(state(2));
    const bad = state(3);
    spoil(bad);
    const error = await small(store).save(bad).then(() => null, (reason: unknown) => reason as Error);
    expect([error?.name, error?.message]).toEqual(['BadCheckpoint', expect.stringMatching(message)]);
    expect(await stepOf(store)).toEqual(state(2));
  });

  it.each(['before', 'after', 'forever'] as const)('at every storage call that fails (%s): the old or the new one loads, an acknowledged save is never lost', async mode => {
    let n = 0;
    let failedSaves = 0;
    let acknowledged = 0;
    for (;;) {
      n++;
      const memory = createMemoryKeyValue();
      for (const step of [2, 3, 4, 5]) await small(memory).save(state(step, { score: step === 2 ? 1 : 0 }));
      const faults = withFaults(memory);
      faults.failAt = n;
      faults.mode = mode;
      const saved = await small(faults.store).save(state(6)).then(() => true, (error: Error) => {
        expect(error.name).toBe('StorageUnavailable');
        return false;
      });
      if (saved) acknowledged++;
      else failedSaves++;
      const loaded = await small(memory).load('run-1');
      expect([state(5, { score: 0 }), state(6)]).toContainEqual(loaded!.checkpoint);
      if (saved) expect(loaded!.checkpoint.step).toBe(6);
      expect(loaded!.notice).toBe('');
      // The run goes on: the next save works, and sweeps what the failure left.
      await small(memory).save(state(8));
      expect((await small(memory).load('run-1'))!.checkpoint).toEqual(state(8));
      const infos = await small(memory).list('run-1');
      expect(infos).toHaveLength(4);
      expect(infos[0]!.step).toBe(2);
      expect(await memory.keys('chunks', '')).toHaveLength(infos.reduce((sum, info) => sum + info.bytes / 50, 0));
      if (faults.calls < n) break;
    }
    // 2 reads, 12 pieces x 2, 1 commit; then prune.
    expect(failedSaves).toBe(27);
    expect(acknowledged).toBeGreaterThan(5);
  });

  it('at every call that fails while loading: the newest after all, an older one with a notice, or an error that says so', async () => {
    const memory = createMemoryKeyValue();
    for (const step of [2, 4, 6]) await small(memory).save(state(step));
    for (const mode of ['before', 'forever'] as const) {
      for (let n = 1; ; n++) {
        const faults = withFaults(memory);
        Object.assign(faults, { failAt: n, mode });
        const result = await small(faults.store).load('run-1').catch((error: Error) => error);
        if (result instanceof Error) expect(['StorageUnavailable', 'BadCheckpoint']).toContain(result.name);
        else expect(result).toEqual({ checkpoint: state(6), notice: '' });
        if (faults.calls < n) break;
      }
    }
  });

  it('sweeps and tries again when the quota is reached, and names it when that does not help', async () => {
    const memory = createMemoryKeyValue();
    await small(memory).save(state(2));
    await memory.commit([{ store: 'chunks', key: 'checkpoint/run-1/killed/weights-0', value: new Uint8Array(64) }], 'strict');
    const faults = withFaults(memory);
    Object.assign(faults, { failAt: 5, error: 'QuotaExceeded' });
    await small(faults.store).save(state(4));
    expect(await stepOf(memory)).toEqual(state(4));
    expect(await memory.keys('chunks', '')).toHaveLength(24);

    Object.assign(faults, { calls: 0, mode: 'forever' });
    await expect(small(faults.store).save(state(6))).rejects.toMatchObject({ name: 'QuotaExceeded' });
    expect(await stepOf(memory)).toEqual(state(4));
  });
});

describe('damage', () => {
  /** All places where a byte of a run's newest checkpoint lies. */
  async function damaged(change: (value: Uint8Array | { text: string; sha256: string }) => unknown, pick: (keys: string[]) => string): Promise<{ memory: KeyValue; key: string }> {
    const memory = createMemoryKeyValue();
    await small(memory).save(state(2));
    const before = new Set([...await memory.keys('chunks', ''), ...await memory.keys('checkpoints', 'run-1/')]);
    await small(memory).save(state(4));
    const fresh = [...await memory.keys('chunks', ''), ...await memory.keys('checkpoints', 'run-1/')].filter(key => !before.has(key));
    const key = pick(fresh);
    const store = key.startsWith('checkpoint/') ? 'chunks' : 'checkpoints';
    const value = change(await memory.get(store, key) as Uint8Array);
    await memory.commit([value === undefined ? { store, key, remove: true } : { store, key, value }], 'strict');
    return { memory, key };
  }

  const random = draws(11);
  const below = (limit: number) => Math.floor(random() * limit);
  const any = (keys: string[]) => keys[below(keys.length)]!;
  const manifest = (keys: string[]) => keys.find(key => key.startsWith('run-1/'))!;

  function flipText(text: string): string {
    const at = below(text.length);
    return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << below(7))) + text.slice(at + 1);
  }

  const kinds: Record<string, (value: Uint8Array | { text: string; sha256: string }) => unknown> = {
    flip: value => {
      if (value instanceof Uint8Array) value[below(value.length)]! ^= 1 << below(8);
      else if (below(2)) value.text = flipText(value.text);
      else value.sha256 = flipText(value.sha256);
      return value;
    },
    truncate: value => (value instanceof Uint8Array ? value.slice(0, below(value.length)) : { ...value, text: value.text.slice(0, below(value.text.length)) }),
    extend: value => (value instanceof Uint8Array ? Uint8Array.of(...value, 0) : { ...value, text: `${value.text} ` }),
    lose: () => undefined,
    'change the type of': value => (value instanceof Uint8Array ? Array.from(value) : value.text),
  };

  for (const [kind, change] of Object.entries(kinds)) {
    it(`is found when storage should ${kind} a value (400 trials)`, async () => {
      let found = 0;
      for (let trial = 0; trial < 400; trial++) {
        const { memory } = await damaged(change, trial % 4 === 0 ? manifest : any);
        const loaded = await small(memory).load('run-1');
        expect(loaded!.checkpoint).toEqual(state(2));
        expect(loaded!.notice).toMatch(/loop step 4\).*is gone|the one of loop step 4 does not verify/);
        found++;
      }
      expect(found).toBe(400);
    });
  }

  it('of every checkpoint is an error with the reasons, not a null', async () => {
    const { memory } = await damaged(kinds['flip']!, any);
    for (const key of await memory.keys('chunks', '')) await memory.commit([{ store: 'chunks', key, remove: true }], 'strict');
    await expect(small(memory).load('run-1')).rejects.toMatchObject({ name: 'BadCheckpoint', message: expect.stringMatching(/loop step 4 does not verify.*number 0 does not verify \(piece .* is missing\)/) as unknown });
  });

  it('of the newest is survived by the next save, which counts on from it', async () => {
    const { memory } = await damaged(() => undefined, manifest);
    await small(memory).save(state(3));
    const loaded = await small(memory).load('run-1');
    expect(loaded).toEqual({ checkpoint: state(3), notice: '' });
    expect((await small(memory).list('run-1')).map(info => info.order)).toEqual([0, 2]);
  });

  it('of a record alone costs none of its pieces while it may still be wanted', async () => {
    const { memory, key } = await damaged(kinds['flip']!, manifest);
    const pieces = await memory.keys('chunks', '');
    await small(memory).save(state(6));
    expect(await memory.keys('chunks', '')).toEqual(expect.arrayContaining(pieces));
    // Two saves later it is the fourth newest: it goes, and with it every piece that no record names.
    for (const step of [8, 10]) await small(memory).save(state(step));
    expect(await memory.keys('checkpoints', 'run-1/')).not.toContain(key);
    expect(await memory.keys('chunks', '')).toHaveLength(3 * 12);
  });

  it('by swapping two whole checkpoints is found', async () => {
    const memory = createMemoryKeyValue();
    for (const step of [2, 4]) await small(memory).save(state(step));
    const [a, b] = await memory.keys('checkpoints', 'run-1/');
    const old = await memory.get('checkpoints', a!);
    await memory.commit([{ store: 'checkpoints', key: b!, value: old }], 'strict');
    const loaded = await small(memory).load('run-1');
    expect(loaded!.checkpoint.step).toBe(2);
    expect(loaded!.notice).toMatch(/belongs to another checkpoint/);
  });
});
