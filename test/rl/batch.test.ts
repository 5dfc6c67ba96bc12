/** Tests of the batch layout and of every aggregation's weights. */
import { describe, expect, it } from 'vitest';
import { buildBatch } from '../../src/rl/batch';
import type { Row } from '../../src/rl/batch';
import type { Aggregation } from '../../src/rl/methods';

const row = (prompt: number[], completion: number[], stage: string, advantage: Row['advantage'] = 1): Row => ({ prompt, completion, stage, advantage });
// Writer: 1 and 3 trained tokens; reader: 2.
const ROWS = [row([1, 2], [3], 'writer', -1), row([4], [5, 6, 7], 'writer', 2), row([8, 9, 10], [11, 12], 'reader', Float32Array.of(0.5, 0.25))];

describe('batch', () => {
  it('lays sequences end to end with prompts masked', () => {
    const batch = buildBatch(ROWS, 'sequence-sum')!;
    expect([...batch.tokens]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect([...batch.offsets]).toEqual([0, 3, 7, 12]);
    expect([...batch.advantage]).toEqual([0, 0, -1, 0, 2, 2, 2, 0, 0, 0, 0.5, 0.25]);
    expect([...batch.weight].map((weight) => weight !== 0)).toEqual([0, 0, 1, 0, 1, 1, 1, 0, 0, 0, 1, 1].map(Boolean));
    expect(batch.oldLogps).toBeUndefined();
  });

  const expected: Record<Aggregation, [number, number, number]> = {
    'token-mean': [1 / 4, 1 / 4, 1 / 2], 'bnpo': [1 / 4, 1 / 4, 1 / 2], 'dapo': [1 / 6, 1 / 6, 1 / 6],
    'sequence-mean': [1 / 2, 1 / 6, 1 / 2], 'sequence-sum': [1 / 2, 1 / 2, 1], 'dr_grpo': [1 / 20, 1 / 20, 1 / 5],
  };
  for (const [aggregation, [first, second, third]] of Object.entries(expected)) {
    it(`weighs ${aggregation}`, () => {
      const { weight } = buildBatch(ROWS, aggregation as Aggregation, { writer: { maxLength: 10 }, reader: { maxLength: 5 } })!;
      expect(weight[2]).toBeCloseTo(first, 6);
      expect([weight[4], weight[5], weight[6]].every((value) => Math.abs(value! - second) < 1e-6)).toBe(true);
      expect([weight[10], weight[11]].every((value) => Math.abs(value! - third) < 1e-6)).toBe(true);
    });
  }

  it('scales a stage by its weight and skips rows with nothing to train', () => {
    const batch = buildBatch([...ROWS, row([1], [], 'writer')], 'token-mean', { reader: { weight: 3 } })!;
    expect(batch.weight[10]).toBeCloseTo(1.5, 6);
    expect(batch.weight[2]).toBeCloseTo(0.25, 6);
    expect(batch.offsets.length).toBe(4);
    expect(buildBatch([row([1], [], 'writer')], 'token-mean')).toBeNull();
    expect(buildBatch([], 'dapo')).toBeNull();
  });

  it('carries log-probabilities when every row has them, and refuses wrong lengths', () => {
    const old = ROWS.map((r) => ({ ...r, oldLogps: Float32Array.from(r.completion, (_, i) => -i - 1) }));
    expect([...buildBatch(old, 'dapo')!.oldLogps!]).toEqual([0, 0, -1, 0, -1, -2, -3, 0, 0, 0, -1, -2]);
    expect(buildBatch([old[0]!, ROWS[1]!], 'dapo')!.oldLogps).toBeUndefined();
    expect(() => buildBatch([{ ...ROWS[0]!, oldLogps: Float32Array.of(1, 2) }], 'dapo')).toThrow(/1 trained tokens came with 2/);
  });
});
