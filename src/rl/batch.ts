/** Lays prompts and completions end to end as the engine's Batch, with the aggregation's denominators in the weights. */

import { labError } from '../types';
import type { Batch } from '../types';
import type { Aggregation } from './methods';

/** One training sequence. */
export interface Row {
  prompt: ArrayLike<number>;
  /** The trained tokens, end token included where there is one. */
  completion: ArrayLike<number>;
  /** Per sequence, or one per completion token. 1 for supervised rows. */
  advantage: number | Float32Array;
  /** Rows of one stage share denominators; each stage then has its own weight. */
  stage: string;
  /** One per completion token. */
  oldLogps?: Float32Array;
  refLogps?: Float32Array;
}

export interface StageShape {
  /** Weight of the stage in the sum of stage losses; 1 when absent. */
  weight?: number;
  /** Longest completion that the settings allow; needed by `dr_grpo`. */
  maxLength?: number;
}

/** Weight of each trained token of a row, before the stage weight. */
function tokenWeight(aggregation: Aggregation, length: number, stageRows: number, stageTokens: number, batchTokens: number, maxLength: number): number {
  switch (aggregation) {
    case 'token-mean':
    case 'bnpo': return 1 / stageTokens;
    case 'dapo': return 1 / batchTokens;
    case 'sequence-mean': return 1 / (stageRows * length);
    case 'sequence-sum': return 1 / stageRows;
    case 'dr_grpo': return 1 / (stageRows * maxLength);
  }
}

/** Rows that a batch is made of: those with a completion. */
const inBatch = (rows: readonly Row[]): Row[] => rows.filter((row) => row.completion.length > 0);

/** Where the completion of each row begins in the batch made of these rows; rows without one are not in it. */
export function completionPlaces(rows: readonly Row[]): { row: Row; start: number }[] {
  let end = 0;
  return inBatch(rows).map((row) => {
    const start = end + row.prompt.length;
    end = start + row.completion.length;
    return { row, start };
  });
}

/**
 * Batch of the rows in their order; null when there is nothing to train (no row, or no completion token). Prompt tokens have weight 0.
 * `oldLogps` and `refLogps` are carried when every row has them. Throws BadInput for arrays of the wrong length.
 */
export function buildBatch(rows: readonly Row[], aggregation: Aggregation, stages: Record<string, StageShape> = {}): Batch | null {
  const kept = inBatch(rows);
  const batchTokens = kept.reduce((sum, row) => sum + row.completion.length, 0);
  if (batchTokens === 0) return null;
  const totals = new Map<string, { rows: number; tokens: number }>();
  for (const row of kept) {
    const total = totals.get(row.stage) ?? { rows: 0, tokens: 0 };
    totals.set(row.stage, { rows: total.rows + 1, tokens: total.tokens + row.completion.length });
  }
  const size = kept.reduce((sum, row) => sum + row.prompt.length + row.completion.length, 0);
  const batch: Batch = { tokens: new Int32Array(size), offsets: new Int32Array(kept.length + 1), weight: new Float32Array(size), advantage: new Float32Array(size) };
  if (kept.every((row) => row.oldLogps)) batch.oldLogps = new Float32Array(size);
  if (kept.every((row) => row.refLogps)) batch.refLogps = new Float32Array(size);
  let at = 0;
  kept.forEach((row, i) => {
    const { length } = row.completion;
    for (const given of [row.advantage, row.oldLogps, row.refLogps]) {
      if (given !== undefined && typeof given !== 'number' && given.length !== length) throw labError('BadInput', `A row of ${length} trained tokens came with ${given.length} values. The update was not made; this is a fault of the program.`);
    }
    const { rows: stageRows, tokens: stageTokens } = totals.get(row.stage)!;
    const shape = stages[row.stage] ?? {};
    const weight = (shape.weight ?? 1) * tokenWeight(aggregation, length, stageRows, stageTokens, batchTokens, shape.maxLength ?? length);
    batch.tokens.set(Array.from(row.prompt), at);
    const start = at + row.prompt.length;
    batch.tokens.set(Array.from(row.completion), start);
    batch.weight.fill(weight, start, start + length);
    if (typeof row.advantage === 'number') batch.advantage.fill(row.advantage, start, start + length);
    else batch.advantage.set(row.advantage, start);
    if (batch.oldLogps) batch.oldLogps.set(row.oldLogps!, start);
    if (batch.refLogps) batch.refLogps.set(row.refLogps!, start);
    at = start + length;
    batch.offsets[i + 1] = at;
  });
  return batch;
}
