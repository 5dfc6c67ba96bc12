/**
 * What the engine asks of the GPU for one training step and one block of decoded tokens, in exact numbers, at the model sizes of the presets: a change that
 * costs a dispatch, a submit, an allocation or a byte is seen here, on any adapter. Whoever changes kernels on purpose writes the new numbers down.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { modelConfig, presetSettings } from '../../src/config';
import type { Engine } from '../../src/model/engine';
import type { ModelConfig } from '../../src/types';
import { counting, type Counts } from '../bench/count';
import { meanBatch, supervised } from '../fixtures/engine/read';
import { openEngine, sampling } from './engine_fixture';

/** Without pipelines, which only the first step makes and of which the steady test knows. */
type Asked = Omit<Counts, 'pipelines' | 'writes' | 'reads'>;

const steady = { buffers: 0, allocated: 0, bindGroups: 0 };
/** One submit for the whole step; the upload is as large as the micro-batch that the adapter is given, 4,096 tokens or 2,048 in software. */
const step = (dispatches: number): Asked => ({ ...steady, dispatches, submits: 1, uploaded: software ? 107_088 : 213_584, read: 64 });
/** Sixteen tokens of every row in one submit, and one look at the 16 slots; the first look's is left out, the last one's reads 16 more tokens of two rows. */
const block = (dispatches: number): Asked => ({ ...steady, dispatches, submits: 1, uploaded: 0, read: 16 * 16 + 2 * 16 * 8 });

const MODELS: [string, ModelConfig, { step: number; block: number }][] = [
  ['demo: the 0.1M starter', modelConfig({ ...presetSettings('demo'), modelSize: '107k' }, 512), { step: 89, block: 304 }],
  ['lesson: the 0.3M starter', modelConfig({ ...presetSettings('lesson'), modelSize: '351k' }, 512), { step: 113, block: 384 }],
  ['overnight: a new model', modelConfig(presetSettings('overnight'), 2048), { step: 137, block: 464 }],
];

let engine: Engine, software: boolean;
beforeAll(async () => {
  const opened = await openEngine();
  engine = opened.engine;
  // What a fast adapter does; a slow or busy one cuts long submits.
  opened.gpu.pacer.limit = Infinity;
  software = opened.gpu.info.fallback;
});
afterAll(() => engine.close());

const asked = async (work: () => Promise<unknown>): Promise<Asked> => {
  const { pipelines: _, writes: __, reads: ___, ...counts } = (await counting(work)).counts;
  return counts;
};

test.each(MODELS)('%s', async (_, config, expected) => {
  await engine.load(config, null, 1);
  const batch = meanBatch([0, 1].map((row) => Array.from({ length: 24 }, (__, t) => (t * 5 + row * 3) % config.vocab_size)));
  const train = (): Promise<unknown> => engine.step(batch, { ...supervised, learningRate: 1e-3 });
  // 17 tokens are a prefill, a block of 16, and one of 1; less a generation of one token, a block of 16 is left.
  const generate = (tokens: number) => (): Promise<unknown> => engine.generate({
    ...sampling, prompts: [Int32Array.of(1, 2, 3), Int32Array.of(4, 5)], temperature: 0, maxNewTokens: tokens, endId: config.vocab_size,
  });
  const added = async (): Promise<Record<string, number>> => {
    await generate(17)();
    const [short, long] = [await asked(generate(1)), await asked(generate(17))];
    return Object.fromEntries(Object.entries(long).map(([name, count]) => [name, count - short[name as keyof Asked]]));
  };
  await train();
  expect({ block: await added(), step: await asked(train) }).toEqual({ block: block(expected.block), step: step(expected.step) });
  // Packing keys and values into halves takes no dispatch of its own.
  await engine.prefer({ cachePrecision: 'f16' });
  await engine.load(config, null, 1);
  expect(await added()).toEqual(block(expected.block));
  await engine.prefer({ cachePrecision: 'f32' });
});
