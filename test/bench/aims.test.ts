/** The aims held against rows: which numbers are divided by which, what is met, and what a run cannot say. */
import { expect, test } from 'vitest';
import { aimsOf, type Aim } from './aims';
import { empty, type Row } from './rows';

const train = (model: string, peer: string, more: Partial<Row>): Row => ({ ...empty('train', peer, `${model}, 8 x 256`), model, ...more });
const decode = (model: string, sequences: number, peer: string, more: Partial<Row>): Row => ({ ...empty('decode, a token', peer, `${model}, batch ${sequences}`), model, sequences, ...more });
const product = (name: string, size: string, peer: string, more: Partial<Row>): Row => ({ ...empty(name, peer, size), ...more });
const named = (aims: readonly Aim[], start: string): Aim[] => aims.filter(({ name }) => name.startsWith(start));

test('64 sequences over one: 64 tokens in the time of a batched one against one in that of a single one', () => {
  const rows = [decode('3M', 1, 'ours', { median_ms: 2 }), decode('3M', 64, 'ours', { median_ms: 8 }), decode('0.1M', 1, 'ours', { median_ms: 2 }), decode('0.1M', 64, 'ours', { median_ms: 10 })];
  expect(named(aimsOf(rows, false), 'decoding: tokens/s')).toEqual([
    { name: 'decoding: tokens/s of 64 sequences over 1, 3M', wanted: 15, got: 16, met: true, why: '8000 tokens/s against 500 tokens/s' },
    { name: 'decoding: tokens/s of 64 sequences over 1, 0.1M', wanted: 15, got: 12.8, met: false, why: '6400 tokens/s against 500 tokens/s' },
  ]);
});

test('ours over a peer is the peer\'s time over ours, of the batched decoding and of training, model by model', () => {
  const rows = [
    decode('3M', 1, 'ours', { median_ms: 1 }), decode('3M', 1, 'transformers.js', { median_ms: 100 }),
    decode('3M', 64, 'ours', { median_ms: 8 }), decode('3M', 64, 'transformers.js', { median_ms: 20 }),
    train('3M', 'ours', { median_ms: 10 }), train('3M', 'tfjs', { median_ms: 30 }), train('3M', 'jax-js', { median_ms: 19 }),
    train('25M', 'ours', { median_ms: 50 }), train('25M', 'tfjs', { error: 'lost' }), train('25M', 'jax-js', { skipped: 'waits for a GPU: would take about 12 minutes' }),
  ];
  const aims = aimsOf(rows, false);
  expect(named(aims, 'decoding 64')).toEqual([{ name: 'decoding 64 sequences: ours over transformers.js, 3M', wanted: 3, got: 2.5, met: false, why: '8.00 ms against 20.0 ms' }]);
  expect(named(aims, 'training').map(({ name, wanted, got, met, why }) => [name, wanted, got, met, why])).toEqual([
    ['training: ours over tfjs, 3M', 3, 3, true, '10.0 ms against 30.0 ms'],
    ['training: ours over jax-js, 3M', 2, 1.9, false, '10.0 ms against 19.0 ms'],
    ['training: ours over tfjs, 25M', 3, null, null, 'tfjs failed: lost'],
    ['training: ours over jax-js, 25M', 2, null, null, 'waits for a GPU: would take about 12 minutes'],
  ]);
});

test('a product is at or above both peers when the faster of them is not faster than ours', () => {
  const rows = [
    product('product, tall', 'a', 'ours', { median_ms: 10 }), product('product, tall', 'a', 'tfjs', { median_ms: 30 }), product('product, tall', 'a', 'jax-js', { median_ms: 10 }),
    product('product, square', 'b', 'ours', { median_ms: 10 }), product('product, square', 'b', 'tfjs', { median_ms: 30 }), product('product, square', 'b', 'jax-js', { median_ms: 9 }),
    // One peer alone can show that ours is below, not that it is above both.
    product('product, skinny', 'c', 'ours', { median_ms: 10 }), product('product, skinny', 'c', 'tfjs', { median_ms: 30 }), product('product, skinny', 'c', 'jax-js', { error: 'lost' }),
    product('product', 'd', 'ours', { median_ms: 10 }), product('product', 'd', 'tfjs', { median_ms: 5 }),
    product('product, f16 storage', 'd', 'adapter', { median_ms: 1 }),
  ];
  expect(named(aimsOf(rows, false), 'product').map(({ got, met, why }) => [got, met, why])).toEqual([
    [1, true, '10.0 ms against 30.0 ms (tfjs); 10.0 ms against 10.0 ms (jax-js)'],
    [0.9, false, '10.0 ms against 30.0 ms (tfjs); 10.0 ms against 9.00 ms (jax-js)'],
    [3, null, '10.0 ms against 30.0 ms (tfjs); jax-js failed: lost'],
    [0.5, false, '10.0 ms against 5.00 ms (tfjs); not measured in this run'],
  ]);
});

test('the GPU is busy when the lower bound says so, is not when the upper one does, and a software adapter cannot say', () => {
  const of = (busy: Row['busy'], software = false): Aim => aimsOf([{ ...empty('update, whole', 'ours', 'starter'), median_ms: 100, ...(busy ? { busy } : { note: 'no time' }) }], software).at(-1)!;
  expect(of({ least: 0.81, most: 0.95 })).toMatchObject({ wanted: 0.8, got: 0.81, met: true, why: 'at least 81 %, at most 95 %' });
  expect(of({ least: 0.5, most: 0.79 })).toMatchObject({ got: 0.5, met: false });
  expect(of({ least: 0.5, most: 0.95 })).toMatchObject({ got: 0.5, met: null });
  expect(of({ least: null, most: 0.95 })).toMatchObject({ got: 0.95, met: null, why: 'at most 95 %' });
  expect(of({ least: 0.9, most: 0.95 }, true)).toMatchObject({ got: 0.9, met: null, why: expect.stringContaining('waits for a GPU') as string });
  expect(of(undefined)).toMatchObject({ got: null, met: null, why: 'no time' });
});

test('aims that nothing was measured for are named and not met, and a crashed job gives its reason', () => {
  const aims = aimsOf([], false);
  expect(aims.map(({ name }) => name)).toEqual([
    'decoding: tokens/s of 64 sequences over 1', 'decoding 64 sequences: ours over transformers.js', 'training: ours over tfjs', 'training: ours over jax-js',
    'product: ours at or above tfjs and jax-js', 'update: share of the time in which the GPU works',
  ]);
  for (const { got, met, why } of aims) expect([got, met, why.startsWith('not ')]).toEqual([null, null, true]);
  const crashed = [decode('3M', 64, 'ours', { median_ms: 8 }), { ...empty('decode', 'transformers.js', '3M'), model: '3M', error: 'the page crashed' }];
  expect(named(aimsOf(crashed, false), 'decoding 64')[0]).toMatchObject({ got: null, met: null, why: 'transformers.js failed: the page crashed' });
});
