/**
 * Knows, inside a page, how to save checkpoints whose every number follows from their step, and how to verify the one that loads; and two
 * bad ways of saving, which the trials must catch, or they are blind.
 */
import { createCheckpoints } from '../../src/store/checkpoints';
import { openDatabase, type Database } from '../../src/store/database';
import type { Checkpoint, ModelConfig } from '../../src/types';

/** `lab`: ours. `delete-first`: the old checkpoint goes, then the new one is written. `in-place`: the new one is written over the old one's keys. */
export type Saver = 'lab' | 'delete-first' | 'in-place';

declare global {
  interface Window {
    /** Told before and after each save. */
    told(event: 'begin' | 'saved', step: number): Promise<void>;
    saveFrom(step: number, megabytes: number, saver: Saver): Promise<void>;
    /** '' when it was saved, else the error's name and message. */
    saveOne(step: number, megabytes: number): Promise<string>;
    verify(saver: Saver): Promise<{ step: number; wrong: number; notice: string } | null>;
  }
}

const config: ModelConfig = {
  model_type: 'llama', vocab_size: 8, hidden_size: 4, intermediate_size: 8, num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 1, head_dim: 2,
  max_position_embeddings: 32, rms_norm_eps: 1e-6, rope_theta: 10000, tie_word_embeddings: true, attention_bias: false, qk_norm: false,
};

/** 24-bit integers, exact in float32; any mixture of two steps is wrong nearly everywhere. */
const valueAt = (step: number, part: number, i: number) => Math.imul(i + 1, step * 3 + part + 0x9e3779b1) >>> 8;

function stateOf(step: number, megabytes: number): Checkpoint {
  const length = Math.floor(megabytes * 2 ** 20 / 12);
  const array = (part: number) => Float32Array.from({ length }, (_, i) => valueAt(step, part, i));
  return { runId: 'killed', stage: 'loop', step, seed: 1, settings: {}, corpusHash: '', tokenizerHash: '', savedAt: step, loop: {}, trainer: { config, weights: array(0), m: array(1), v: array(2), optimizerStep: step } };
}

const PIECE = 1 << 18;

/** The bad savers: pieces under keys that every save uses again, each in a transaction of its own, and a head that is written last. */
async function saveBadly(database: Database, { step, trainer }: Checkpoint, saver: Saver): Promise<void> {
  const bytes = [trainer.weights, trainer.m, trainer.v].map(array => new Uint8Array(array.buffer));
  if (saver === 'delete-first') {
    for (const store of ['checkpoints', 'chunks'] as const) await database.commit((await database.keys(store, '')).map(key => ({ store, key, remove: true })), 'strict');
  }
  for (const [part, array] of bytes.entries()) {
    for (let start = 0; start < array.length; start += PIECE) {
      await database.commit([{ store: 'chunks', key: `${part}-${String(start).padStart(10, '0')}`, value: array.slice(start, start + PIECE) }], 'strict');
    }
  }
  await database.commit([{ store: 'checkpoints', key: 'head', value: step }], 'strict');
}

async function loadBadly(database: Database): Promise<{ step: number; arrays: Float32Array[] } | null> {
  const step = await database.get('checkpoints', 'head') as number | undefined;
  if (step === undefined) return null;
  const arrays: Float32Array[] = [];
  for (const part of [0, 1, 2]) {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    for (const key of await database.keys('chunks', `${part}-`)) pieces.push(await database.get('chunks', key) as Uint8Array<ArrayBuffer>);
    arrays.push(new Float32Array(await new Blob(pieces).arrayBuffer()));
  }
  return { step, arrays };
}

window.saveFrom = async (step, megabytes, saver) => {
  const database = await openDatabase('kill-trials');
  const checkpoints = createCheckpoints(database);
  for (let at = step; ; at++) {
    const state = stateOf(at, megabytes);
    await window.told('begin', at);
    if (saver === 'lab') await checkpoints.save(state);
    else await saveBadly(database, state, saver);
    await window.told('saved', at);
  }
};

window.saveOne = async (step, megabytes) => {
  const database = await openDatabase('kill-trials');
  try {
    await createCheckpoints(database).save(stateOf(step, megabytes));
    return '';
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  } finally {
    database.close();
  }
};

window.verify = async saver => {
  const database = await openDatabase('kill-trials');
  try {
    const wrongIn = (step: number, arrays: Float32Array[]) => {
      let wrong = 0;
      for (const [part, array] of arrays.entries()) array.forEach((value, i) => { if (value !== valueAt(step, part, i)) wrong++; });
      return wrong;
    };
    if (saver !== 'lab') {
      const found = await loadBadly(database);
      return found && { step: found.step, wrong: wrongIn(found.step, found.arrays), notice: '' };
    }
    const loaded = await createCheckpoints(database).load('killed');
    if (!loaded) return null;
    const { step, trainer } = loaded.checkpoint;
    return { step, wrong: wrongIn(step, [trainer.weights, trainer.m, trainer.v]), notice: loaded.notice };
  } finally {
    database.close();
  }
};
