/** Tokens told of one by one: the same ones as without a listener, with their probabilities, and an end when the listener says so. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import type { Engine } from '../../src/model/engine';
import type { DrawnToken } from '../../src/types';
import { transformerForward } from '../reference/transformer';
import { oddConfig, openEngine, promptsOf, sampling, weightsOf } from './engine_fixture';

let engine: Engine, gpu: Gpu;
beforeAll(async () => { ({ engine, gpu } = await openEngine()); });
afterAll(async () => { expect(gpu.failure).toBeNull(); await engine.close(); });

const config = oddConfig();
const { parameters, tensors } = weightsOf(config, 21, 0.5);
// Row 0 to 11; an id that ends some of them on the way.
const request = { ...sampling, prompts: promptsOf(6, config.vocab_size), samplesPerPrompt: 2, maxNewTokens: 24, temperature: 0.9, topK: 30, topP: 0.95, endId: 7 };

test('what is told token by token is the whole generation, and costs no memory when it is over', async () => {
  await engine.load(config, tensors, 0);
  const whole = await engine.generate(request), before = engine.memory();
  const told = whole.tokens.map((): DrawnToken[] => []);
  const watched = await engine.generate(request, undefined, (tokens) => { for (const token of tokens) told[token.row].push(token); return true; });
  expect(watched).toEqual(whole);
  expect(told.map((row) => row.map(({ id }) => id))).toEqual(whole.tokens.map((row) => [...row]));
  expect(new Set(whole.finished).size).toBe(2);
  told.forEach((row, r) => row.forEach(({ p }, n) => { expect(Math.abs(Math.log(p) - whole.logps[r][n])).toBeLessThan(1e-4); }));
  expect(engine.memory()).toEqual(before);
});

test('the alternatives are the likeliest of the reference, best first', async () => {
  const told: DrawnToken[] = [];
  const { tokens } = await engine.generate({ ...request, prompts: request.prompts.slice(0, 1), samplesPerPrompt: 1 }, undefined, (drawn) => { told.push(...drawn); return true; });
  const all = [...request.prompts[0], ...tokens[0]], V = config.vocab_size;
  const { logits } = transformerForward(config, parameters, all, [0, all.length]);
  told.forEach(({ among }, n) => {
    const at = request.prompts[0].length + n - 1, z = Array.from(logits.slice(at * V, (at + 1) * V), (x) => x / request.temperature);
    const total = z.reduce((sum, x) => sum + Math.exp(x), 0), best = z.map((x, id) => ({ id, p: Math.exp(x) / total })).sort((a, b) => b.p - a.p).slice(0, 5);
    expect(among.map(({ id }) => id)).toEqual(best.map(({ id }) => id));
    among.forEach(({ p }, i) => { expect(Math.abs(p - best[i].p)).toBeLessThan(1e-4); });
  });
});

test('a listener that answers false stops it there, and the engine goes on', async () => {
  let heard = 0;
  await expect(engine.generate(request, undefined, () => ++heard < 3)).rejects.toThrow(expect.objectContaining({ name: 'Stopped' }));
  expect(heard).toBe(3);
  expect((await engine.generate(request)).tokens.length).toBe(12);
});
