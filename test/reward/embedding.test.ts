/** Tests of the embedding part: the cosine, the blend made anew, what is embedded how often, and that a failure ends no run. */
import { expect, test } from 'vitest';
import { embeddingRewarder, trainerEmbedder } from '../../src/loop/embedding';
import { blend } from '../../src/reward/blend';
import { PairScorer } from '../../src/reward/scorer';
import { cosineSimilarity, withEmbedding } from '../../src/reward/embedding';
import type { Embedder } from '../../src/reward/embedding';
import { labError } from '../../src/types';
import type { EmbedRequest, RunEvent, ScoredPair, ScoreOptions } from '../../src/types';
import { realParser } from './grammars';

const options = (weights: Record<string, number>, unparsable = 1): ScoreOptions => ({ weights, unparsable });
const pair = (original: string, reconstruction: string): ScoredPair => ({ original, reconstruction, language: 'javascript' });

/** Counts of a, b and c: a small embedding whose cosines can be worked out by hand. */
class Letters implements Embedder {
  asked: string[][] = [];
  embed(texts: string[]): Promise<Float32Array[]> {
    this.asked.push(texts);
    return Promise.resolve(texts.map((text) => Float32Array.from(['a', 'b', 'c'], (letter) => text.split(letter).length - 1)));
  }
}

test('the cosine of known vectors', () => {
  const of = (...values: number[]): Float32Array => Float32Array.from(values);
  expect(cosineSimilarity(of(3, 4), of(4, 3))).toBeCloseTo(24 / 25, 12);
  expect(cosineSimilarity(of(1, 0), of(0, 5))).toBe(0);
  expect(cosineSimilarity(of(1, 2), of(-2, -4))).toBe(-1);
  // Awkward fractions, where a product of two roots misses 1 by a bit.
  for (let n = 1; n < 400; n++) {
    const vector = Float32Array.from({ length: 1 + n % 37 }, (_, i) => Math.sin(n * 7 + i * 3) / (1 + i));
    expect(cosineSimilarity(vector, vector)).toBe(1);
  }
  for (const [left, right] of [[of(1), of(1, 0)], [of(0, 0), of(1, 0)], [of(NaN), of(1)], [of(Infinity), of(1)]] as const) expect(cosineSimilarity(left, right)).toBeNaN();
});

test('the part joins the others, and the blend counts it by its weight', async () => {
  const inner = new PairScorer(), weights = { edit: 0.25, f1: 0.25, embedding: 0.5 };
  const pairs = [pair('a b', 'a b'), pair('a a a b b b b', 'a a a a b b b'), pair('a a', 'c')];
  const [plain, scores] = [await inner.score(pairs, options(weights)), await withEmbedding(inner, new Letters()).score(pairs, options(weights))];
  expect(scores.map((score) => score.parts['embedding'])).toEqual([1, expect.closeTo(24 / 25, 6), 0]);
  scores.forEach((score, i) => {
    const { edit, f1 } = plain[i]!.parts;
    expect(score.value).toBeCloseTo(0.25 * edit! + 0.25 * f1! + 0.5 * score.parts['embedding']!, 12);
    expect(score).toMatchObject({ exact: plain[i]!.exact, parses: plain[i]!.parses, reason: plain[i]!.reason });
  });
});

test('a cosine below 0 counts as 0', async () => {
  const embedder: Embedder = { embed: (texts) => Promise.resolve(texts.map((text) => Float32Array.of(text === 'left' ? 1 : -1))) };
  const [score] = await withEmbedding(new PairScorer(), embedder).score([pair('left', 'right')], options({ embedding: 1 }));
  expect(score).toMatchObject({ value: 0, parts: { embedding: 0 } });
});

test('without a weight nothing is embedded; asked for by name it is measured and does not count', async () => {
  const embedder = new Letters(), scorer = withEmbedding(new PairScorer(), embedder), pairs = [pair('a b', 'a c')];
  const without = await scorer.score(pairs, options({ edit: 1, embedding: 0 }));
  expect(embedder.asked).toEqual([]);
  expect(without).toEqual(await new PairScorer().score(pairs, options({ edit: 1 })));
  const [asked] = await scorer.score(pairs, { ...options({ edit: 1, embedding: 0 }), metrics: ['edit', 'embedding'] });
  expect(asked!.parts['embedding']).toBeCloseTo(0.5, 6);
  expect(asked!.value).toBe(without[0]!.value);
});

test('every distinct text is embedded once, and remembered', async () => {
  const embedder = new Letters(), scorer = withEmbedding(new PairScorer(), embedder), weights = options({ embedding: 1 });
  await scorer.score([pair('a', 'b'), pair('a', 'b'), pair('b', 'a'), pair('c', 'aa')], weights);
  await scorer.score([pair('a', 'aa'), pair('c', 'abc')], weights);
  expect(embedder.asked).toEqual([['a', 'b', 'c', 'aa'], ['abc']]);
});

test('the memories hold what was asked for last, and rebuilt code drives out no original', async () => {
  const embedder = new Letters(), scorer = withEmbedding(new PairScorer(), embedder), weights = options({ embedding: 1 });
  const many = Array.from({ length: 2048 }, (_, i) => pair(`a${i}`, `b${i}`));
  await scorer.score(many, weights);
  await scorer.score([many[0]!], weights);
  await scorer.score([pair('one letter a', 'b')], weights);
  embedder.asked = [];
  // a0 was asked for again, so a1 is the original that had to go; of the rebuilt ones the last 512 but two are left, and b0.
  await scorer.score([many[0]!, many[2]!, many[2047]!, many[2048 - 510]!], weights);
  await scorer.score([many[1]!], weights);
  expect(embedder.asked).toEqual([['b2'], ['a1', 'b1']]);
  embedder.asked = [];
  await scorer.score([many[2048 - 511]!], weights);
  expect(embedder.asked).toEqual([['b1537']]);
});

test('empty code scores 0 and is not embedded; broken code keeps its cap', async () => {
  const embedder = new Letters(), scorer = withEmbedding(new PairScorer(await realParser(['javascript'])), embedder);
  const whole = 'function f(a) { return a + b; }';
  const [empty, broken, wholeAgain, unparsed] = await scorer.score([pair(whole, ' \n'), pair(whole, 'function f(a) { return a + b; '), pair(whole, whole), pair('} a b {', '} b a {')], options({ structure: 0.5, embedding: 0.5 }, 0.4));
  expect(embedder.asked.flat()).not.toContain(' \n');
  expect(empty).toMatchObject({ value: 0, reason: 'empty', parses: false });
  expect(empty!.parts['embedding']).toBe(0);
  // The letters are all there: uncapped this would be (0 + 1) / 2.
  expect(broken).toMatchObject({ value: 0.4, reason: 'does not parse', parses: false });
  expect(broken!.parts['embedding']).toBeCloseTo(1, 6);
  expect(wholeAgain).toMatchObject({ value: 1, exact: true });
  // Whatever a part says of nothing at all, nothing is worth nothing.
  const kind = { score: () => Promise.resolve([{ value: 0, parts: { edit: 1 }, parses: false, exact: false, reason: 'empty' }]) };
  expect((await withEmbedding(kind, embedder).score([pair(whole, '')], options({ edit: 1, embedding: 1 })))[0]!.value).toBe(0);
  // An original that does not parse itself puts no cap on what is rebuilt from it.
  expect(unparsed!.value).toBeCloseTo(1, 6);
});

test('a failing embedder leaves the part out, says why, and ends nothing', async () => {
  const heard: string[] = [], weights = { edit: 0.5, embedding: 0.5 }, pairs = [pair('a b', 'a c'), pair('a', '')];
  const failing: Embedder = { embed: () => Promise.reject(new Error('the model is gone')) };
  const [score, empty] = await withEmbedding(new PairScorer(), failing, (message) => heard.push(message)).score(pairs, options(weights));
  expect(score!.parts).not.toHaveProperty('embedding');
  expect(score!.value).toBe(blend(score!.parts, weights));
  expect(score!.value).toBeGreaterThan(0);
  expect(score!.reason).toBe('no embedding: the model is gone');
  expect(empty).toMatchObject({ value: 0, reason: 'empty' });
  expect(heard).toEqual(['the model is gone']);
});

test('vectors without a cosine are left out of their own pair only, and are asked for anew', async () => {
  let broken = true;
  const embedder: Embedder = { embed: (texts) => Promise.resolve(texts.map((text) => Float32Array.of(text === 'b' && broken ? NaN : 1))) };
  const scorer = withEmbedding(new PairScorer(), embedder), pairs = [pair('a', 'a'), pair('b', 'a')];
  const first = await scorer.score(pairs, options({ embedding: 1 }));
  expect(first.map((score) => score.parts['embedding'])).toEqual([1, undefined]);
  expect(first[1]).toMatchObject({ value: 0, reason: 'no embedding: the model gave a vector that is 0 or not finite.' });
  broken = false;
  expect((await scorer.score(pairs, options({ embedding: 1 })))[1]!.parts['embedding']).toBe(1);
});

test('a lost device and a stop belong to the run and pass through', async () => {
  for (const name of ['DeviceLost', 'Stopped'] as const) {
    const scorer = withEmbedding(new PairScorer(), { embed: () => Promise.reject(labError(name, 'gone')) });
    await expect(scorer.score([pair('a', 'b')], options({ embedding: 1 }))).rejects.toMatchObject({ name });
  }
});

test('the policy embeds by its frozen copy, from the tokens of the text alone', async () => {
  const asked: EmbedRequest[] = [];
  const embedder = trainerEmbedder(
    { embed: (request) => { asked.push(request); return Promise.resolve({ vectors: request.sequences.map((sequence) => Float32Array.from([sequence.length, sequence[0] ?? 0])) }); } },
    { encode: (text) => Array.from(text, (letter) => letter.charCodeAt(0)) });
  expect(await embedder.embed(['ab', 'c'])).toEqual([Float32Array.of(2, 97), Float32Array.of(1, 99)]);
  expect(asked).toEqual([{ sequences: [Int32Array.of(97, 98), Int32Array.of(99)], model: 'frozen' }]);
  expect(await embedder.embed([])).toEqual([]);
  expect(asked).toHaveLength(1);
});

test('the settings decide which model embeds; one that was not chosen is a clear refusal', async () => {
  const trainer = { embed: (request: EmbedRequest) => Promise.resolve({ vectors: request.sequences.map(() => Float32Array.of(1)) }) };
  const deps = { rewarder: new PairScorer(), trainer, tokenizer: { encode: () => [1] } }, pairs = [pair('aab', 'b')];
  const part = async (embedding: 'off' | 'policy' | 'model', embedder?: Embedder) => (await embeddingRewarder({ ...deps, embedder: embedder ?? null }, { embedding }, () => undefined).score(pairs, options({ embedding: 1 })))[0]!.parts['embedding'];
  expect(await part('off', new Letters())).toBeUndefined();
  expect(await part('policy', new Letters())).toBe(1);
  expect(await part('model', new Letters())).toBeCloseTo(1 / Math.sqrt(5), 6);
  await expect(part('model')).rejects.toMatchObject({ name: 'BadInput', message: expect.stringContaining('none was chosen') });
  // A cause is told once, however many steps it lasts.
  const told: RunEvent[] = [];
  const failing = embeddingRewarder({ ...deps, embedder: { embed: () => Promise.reject(new Error('gone.')) } }, { embedding: 'model' }, (event) => told.push(event));
  for (let step = 0; step < 3; step++) await failing.score(pairs, options({ edit: 1, embedding: 1 }));
  expect(told).toEqual([expect.objectContaining({ type: 'notice', code: 'embedding', text: expect.stringMatching(/gone\.$/) })]);
});
