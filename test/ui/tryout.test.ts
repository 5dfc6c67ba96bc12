/** Trying models out: a second try on a side waits for the first to let go of the engine, and nothing of the first is shown after it. */
import { expect, it, vi } from 'vitest';
import { defaults } from '../../src/config';
import { labError } from '../../src/types';
import { Tryout } from '../../src/ui/models/tryout';
import type { Trial } from '../../src/ui/models/trial';
import { few, tokenizer } from '../loop/tiny_run';

// Workers are threads of a browser; this engine only says which model it holds, and that it was asked for two at once.
let loading = 0, overlapped = false, holds = 0;
const wrote: number[] = [];
vi.mock('../../src/ui/worker_ports', () => ({
  openTrainer: () => Promise.resolve({ close: () => undefined, api: {
    load: async (config: { vocab_size: number }, _tensors: unknown, ms: number) => {
      overlapped ||= ++loading > 1;
      await new Promise(resolve => { setTimeout(resolve, ms); });
      holds = config.vocab_size;
      loading--;
    },
    generate: () => { wrote.push(holds); return Promise.resolve(); },
    profile: () => Promise.resolve({ memory: [] }),
  } }),
}));

it('the model that was asked for last writes, and the one before it is not heard of again', async () => {
  // Named by how long each takes to load.
  const models = { named: (ref: string) => (ref === 'gone' ? Promise.reject(labError('BadInput', 'gone')) : Promise.resolve({ name: ref, id: ref, config: { vocab_size: Number(ref) }, tensors: null, tokenizer, seed: Number(ref) })) };
  const tryout = new Tryout(models as never), heard: Trial[] = [];
  const input = { task: 'document' as const, item: { code: 'x', language: few[0]!.language, name: '', params: [], signature: '' }, documentation: '', compare: false };
  const sampling = { samples: 0, documentationTokens: 8, codeTokens: 8, seed: 1, temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };
  const write = (ref: string) => tryout.run('left', ref, input, sampling, defaults(), trial => { heard.push(trial); });
  const first = write('40');
  await new Promise(resolve => { setTimeout(resolve, 10); });
  expect(loading).toBe(1);
  await Promise.all([first, write('gone'), write('5')]);
  expect([overlapped, holds, wrote]).toEqual([false, 5, [5]]);
  const last = heard.findLastIndex(({ ref }) => ref !== '5');
  expect([...new Set(heard.slice(last + 1).map(({ state }) => state))]).toEqual(['loading', 'writing', 'scoring', 'done']);
});
