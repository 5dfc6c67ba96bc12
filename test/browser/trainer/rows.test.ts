/** Rows told of from the trainer's worker, in a real browser: each once, before the generation is over, and no port left open. */
import { expect, test } from 'vitest';
import { openTrainer } from '../../../src/ui/worker_ports';
import type { GeneratedRow, GenerateRequest, ModelConfig } from '../../../src/types';

const config: ModelConfig = {
  model_type: 'llama', vocab_size: 64, hidden_size: 16, intermediate_size: 32, num_hidden_layers: 2, num_attention_heads: 2, num_key_value_heads: 2, head_dim: 8, max_position_embeddings: 128,
  rms_norm_eps: 1e-5, rope_theta: 1e4, tie_word_embeddings: true, attention_bias: false, qk_norm: false,
};
// One token in 64 ends a row, so most rows end somewhere on the way.
const request: GenerateRequest = {
  prompts: [Int32Array.of(1, 3, 5), Int32Array.of(1, 3, 6, 7)], samplesPerPrompt: 4, maxNewTokens: 60, temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, endId: 2, seed: 3, step: 0, stream: 2,
};

test('they cross the thread whole and in time', async () => {
  const trainer = await openTrainer(() => undefined, () => undefined);
  const close = MessagePort.prototype.close;
  let closed = 0;
  MessagePort.prototype.close = function () { closed++; close.call(this); };
  try {
    await trainer.api.load(config, null, 1);
    const heard = new Map<number, GeneratedRow>();
    let told = 0;
    const generation = await trainer.api.generate(request, (rows) => { for (const row of rows) { heard.set(row.row, row); told++; } });
    expect(told).toBe(8);
    expect([...heard.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const { row, tokens, logps, finished } of heard.values()) {
      expect(tokens).toEqual(generation.tokens[row]);
      expect(logps).toEqual(generation.logps[row]);
      expect(finished).toBe(generation.finished[row]);
    }
    expect(await trainer.api.generate(request)).toEqual(generation);
    // What the listener throws is the generation's failure, and the trainer goes on.
    await expect(trainer.api.generate(request, () => { throw new Error('not heard'); })).rejects.toThrow('not heard');
    expect(await trainer.api.generate(request)).toEqual(generation);
    // Token by token, and until the listener has had enough.
    const drawn = generation.tokens.map((): number[] => []);
    expect(await trainer.api.generate(request, undefined, (tokens) => { for (const { row, id } of tokens) drawn[row]!.push(id); return true; })).toEqual(generation);
    expect(drawn).toEqual(generation.tokens.map((row) => [...row]));
    let asked = 0;
    await expect(trainer.api.generate(request, undefined, () => ++asked < 4)).rejects.toThrow('stopped');
    expect(asked).toBe(4);
    // By word from the worker, long before its garbage is collected.
    await expect.poll(() => closed).toBeGreaterThanOrEqual(4);
  } finally {
    MessagePort.prototype.close = close;
    trainer.close();
  }
});
