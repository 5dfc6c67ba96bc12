/** Knows, inside a page, how to save checkpoints whose every number follows from their step, and how to verify the one that loads. */
import { createCheckpoints } from '../../src/store/checkpoints';
import { openDatabase } from '../../src/store/database';
import type { Checkpoint, ModelConfig } from '../../src/types';

declare global {
  interface Window {
    /** Told before and after each save. */
    told(event: 'begin' | 'saved', step: number): Promise<void>;
    saveFrom(step: number, megabytes: number): Promise<void>;
    /** '' when it was saved, else the error's name and message. */
    saveOne(step: number, megabytes: number): Promise<string>;
    verify(): Promise<{ step: number; wrong: number; notice: string } | null>;
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

window.saveFrom = async (step, megabytes) => {
  const checkpoints = createCheckpoints(await openDatabase('kill-trials'));
  for (let at = step; ; at++) {
    const state = stateOf(at, megabytes);
    await window.told('begin', at);
    await checkpoints.save(state);
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

window.verify = async () => {
  const database = await openDatabase('kill-trials');
  const loaded = await createCheckpoints(database).load('killed');
  database.close();
  if (!loaded) return null;
  const { step, trainer } = loaded.checkpoint;
  let wrong = 0;
  for (const [part, array] of [trainer.weights, trainer.m, trainer.v].entries()) array.forEach((value, i) => { if (value !== valueAt(step, part, i)) wrong++; });
  return { step, wrong, notice: loaded.notice };
};
