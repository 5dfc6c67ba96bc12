/** Holds checkpoints to: of 10,000 damages to what is stored, each is found and the state before it used, or it changes nothing that is loaded. */
import { expect, it } from 'vitest';
import { createCheckpoints } from '../../src/store/checkpoints';
import type { Change, KeyValue, StoreName } from '../../src/store/key_value';
import { createMemoryKeyValue } from '../../src/store/memory';
import { createOverlay } from '../../src/store/overlay';
import type { Checkpoint } from '../../src/types';
import { draws, floats } from '../formats/draws';
import { config } from './run_states';

/** Seeded by run and step, so that any mixture of two states equals neither. */
function state(runId: string, step: number): Checkpoint {
  const random = draws(step * 7 + runId.length);
  return {
    runId, stage: 'loop', step, seed: 7, settings: { learningRate: 3e-4 }, corpusHash: 'c0', tokenizerHash: 't0', savedAt: 1000 + step, loop: { mean: NaN, said: ['x'] },
    trainer: { config, weights: floats(random, 14), m: floats(random, 14), v: floats(random, 14), optimizerStep: step },
  };
}

/** Two pieces an array, the last one shorter. */
const make = (store: KeyValue) => createCheckpoints(store, { chunkBytes: 32 });

type Value = Uint8Array | { text: string; sha256: string } | { order: number; stage: string; step: number };
interface Place { store: StoreName; key: string; of: 'newest' | 'older' | 'pointer' }

const random = draws(20_261_127);
const below = (limit: number) => Math.floor(random() * limit);
const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;

function flipped(value: Value): unknown {
  if (value instanceof Uint8Array) {
    const copy = value.slice();
    copy[below(copy.length)]! ^= 1 << below(8);
    return copy;
  }
  if (!('text' in value)) return { ...value, order: value.order ^ (1 << below(4)) };
  const field = below(4) ? 'text' : 'sha256', text = value[field], at = below(text.length);
  return { ...value, [field]: text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << below(7))) + text.slice(at + 1) };
}

function cut(value: Value): unknown {
  if (value instanceof Uint8Array) return value.slice(0, below(value.length));
  return 'text' in value ? { ...value, text: value.text.slice(0, below(value.text.length)) } : pick([{ order: value.order }, {}, { stage: value.stage, step: value.step }]);
}

const nonsense = () => pick<unknown>([null, 'text', 5, [], new Float32Array(2), { order: -1, stage: 'loop', step: 1 }, { order: 'x' }, { text: 5, sha256: 5 }, new Uint8Array(0), true]);

it('finds 10,000 damages to stored bytes, or they change nothing', async () => {
  const memory = createMemoryKeyValue();
  for (const step of [2, 4, 6]) await make(memory).save(state('other', step));
  const places: Place[] = [];
  const seen = new Set(await memory.keys('chunks', ''));
  for (const step of [2, 4, 6]) {
    await make(memory).save(state('run', step));
    const of = step === 6 ? 'newest' as const : 'older' as const;
    for (const key of await memory.keys('chunks', 'checkpoint/run/')) if (!seen.has(key)) { seen.add(key); places.push({ store: 'chunks', key, of }); }
    places.push({ store: 'checkpoints', key: (await memory.keys('checkpoints', 'run/')).at(-1)!, of });
  }
  const pointer: Place = { store: 'checkpoints', key: 'run#newest', of: 'pointer' };
  const chunks = places.filter(({ store }) => store === 'chunks'), manifests = places.filter(({ store }) => store === 'checkpoints');
  const ofStore = (place: Place) => (place.store === 'chunks' ? chunks : manifests).filter(({ key }) => key !== place.key);
  const strangers = { chunks: await memory.keys('chunks', 'checkpoint/other/'), checkpoints: await memory.keys('checkpoints', 'other/') };
  expect([chunks.length, manifests.length, strangers.chunks.length]).toEqual([18, 3, 18]);
  const read = async (place: Pick<Place, 'store' | 'key'>) => await memory.get(place.store, place.key) as Value;
  const put = (place: Place, value: unknown): Change[] => [{ store: place.store, key: place.key, value }];

  /** Each damages one place, but for swaps. */
  const kinds: Record<string, (place: Place) => Promise<Change[]>> = {
    flip: async place => put(place, flipped(await read(place))),
    cut: async place => put(place, cut(await read(place))),
    lose: place => Promise.resolve([{ store: place.store, key: place.key, remove: true }]),
    'replace by nonsense': place => Promise.resolve(put(place, nonsense())),
    'replace by a neighbour': async place => put(place, await read(place.of === 'pointer' ? pick(manifests) : pick(ofStore(place)))),
    'replace by another run\'s': async place => put(place, await read(place.of === 'pointer' ? { store: 'checkpoints', key: 'other#newest' } : { store: place.store, key: pick(strangers[place.store as 'chunks']) })),
    swap: async place => {
      if (place.of === 'pointer') return put(place, { ...await read(place), order: 0 });
      const other = pick(ofStore(place).filter(({ of }) => of === place.of || place.of === 'newest'));
      return other ? [...put(place, await read(other)), ...put(other, await read(place))] : put(place, null);
    },
  };

  const counts: Record<string, { detected: number; harmless: number }> = {};
  const states = new Map([2, 4, 6].map(step => [step, state('run', step)]));
  for (let trial = 0; trial < 10_000; trial++) {
    const kind = Object.keys(kinds)[trial % 7]!;
    const place = trial % 20 === 19 ? pointer : pick(trial % 3 ? places.filter(({ of }) => of === 'newest') : places);
    const store = createOverlay(memory);
    await store.commit(await kinds[kind]!(place), 'strict');
    const loaded = await make(store).load('run');
    const { checkpoint, notice } = loaded!;
    // Whatever was done, what loads is one of the states that were saved, bit for bit.
    expect(checkpoint).toEqual(states.get(checkpoint.step));
    const count = counts[place.of] ??= { detected: 0, harmless: 0 };
    if (notice === '') {
      expect(checkpoint.step).toBe(6);
      count.harmless++;
    } else {
      // A swap across checkpoints damages both.
      if (place.of !== 'pointer') expect(kind === 'swap' ? [4, 2] : [4]).toContain(checkpoint.step);
      count.detected++;
    }
  }
  // Everything done to the newest checkpoint was found; what was done to older ones does not matter while the newest is whole; a pointer that
  // names another newest is told of, one that is gone or makes no sense is not missed.
  expect(counts).toEqual({ newest: { detected: 7406, harmless: 0 }, older: { detected: 0, harmless: 2094 }, pointer: { detected: 142, harmless: 358 } });
}, 120_000);
