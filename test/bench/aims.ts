/** What the engine is meant to reach, held against the rows of the same run; knows rows, no engine. */
import type { Row } from './rows';

export interface Aim {
  name: string;
  /** At least this much: times as fast, or a share. */
  wanted: number;
  got: number | null;
  /** null: this run cannot say. */
  met: boolean | null;
  /** What was compared, or why it cannot be said. */
  why: string;
}

/** Sequences at once, and how many times as fast as a single one they are meant to be. */
const BATCH = 64, BATCHED = 15;
const DECODING = { 'transformers.js': 3 }, TRAINING = { tfjs: 3, 'jax-js': 2 }, PRODUCTS = ['tfjs', 'jax-js'], BUSY = 0.8;

export function aimsOf(rows: readonly Row[], software: boolean): Aim[] {
  const models = (part: (row: Row) => boolean): (string | null)[] => {
    const names = new Set(rows.filter(part).flatMap(row => row.model ?? []));
    // An aim that nothing was measured for is named all the same.
    return names.size > 0 ? [...names] : [null];
  };
  const training = (row: Row): boolean => row.name === 'train';
  // A row of a job that ended without a result says neither token nor batch.
  const decoding = (row: Row): boolean => row.name === 'decode, a token' || row.name === 'decode';
  const find = (part: (row: Row) => boolean, model: string | null, peer: string, sequences?: number): Row | undefined =>
    rows.find(row => part(row) && row.model === model && row.peer === peer && (row.sequences === undefined || sequences === undefined || row.sequences === sequences));
  const named = (text: string, model: string | null): string => (model === null ? text : `${text}, ${model}`);

  return [
    ...models(decoding).map((model): Aim => {
      const one = find(decoding, model, 'ours', 1), many = find(decoding, model, 'ours', BATCH);
      return compared(named(`decoding: tokens/s of ${BATCH} sequences over 1`, model), BATCHED, [
        { over: many, under: one, times: BATCH, text: (over, under) => `${rate(BATCH, over)} against ${rate(1, under)}` },
      ]);
    }),
    ...models(decoding).flatMap(model => Object.entries(DECODING).map(([peer, wanted]) =>
      compared(named(`decoding ${BATCH} sequences: ours over ${peer}`, model), wanted, [against(find(decoding, model, 'ours', BATCH), find(decoding, model, peer, BATCH))]))),
    ...models(training).flatMap(model => Object.entries(TRAINING).map(([peer, wanted]) =>
      compared(named(`training: ours over ${peer}`, model), wanted, [against(find(training, model, 'ours'), find(training, model, peer))]))),
    ...productAims(rows),
    busyAim(rows.find(row => row.name === 'update, whole' || row.name === 'update'), software),
  ];
}

/** Every product at or above each of the peers. */
function productAims(rows: readonly Row[]): Aim[] {
  const name = `ours at or above ${PRODUCTS.join(' and ')}`;
  const ours = rows.filter(row => row.peer === 'ours' && (row.name === 'product' || row.name.startsWith('product, ')));
  if (ours.length === 0) return [{ name: `product: ${name}`, wanted: 1, got: null, met: null, why: NOT_MEASURED }];
  return ours.map(own => compared(`${own.name} ${own.size}: ${name}`, 1, PRODUCTS.map(peer => against(own, rows.find(row => row.name === own.name && row.size === own.size && row.peer === peer), peer))));
}

function busyAim(row: Row | undefined, software: boolean): Aim {
  const aim = { name: 'update: share of the time in which the GPU works', wanted: BUSY };
  if (!row?.busy) return { ...aim, got: null, met: null, why: absent(row) ?? row?.note ?? 'not watched in this run' };
  const { least, most } = row.busy;
  const got = least ?? most, bounds = `${least === null ? '' : `at least ${percent(least)}, `}at most ${percent(most)}`;
  // A software adapter works on the processor that everything else waits for: being busy is no merit there.
  if (software) return { ...aim, got, met: null, why: `${bounds}; waits for a GPU: a software adapter is the processor itself` };
  return { ...aim, got, met: least !== null && least >= BUSY ? true : most < BUSY ? false : null, why: bounds };
}

/** Got is the time of `under` over that of `over`, of which each repetition counts `times`. */
interface Pair { over: Row | undefined; under: Row | undefined; times: number; text(over: number, under: number): string }

const against = (ours: Row | undefined, peer: Row | undefined, name?: string): Pair =>
  ({ over: ours, under: peer, times: 1, text: (over, under) => `${digits(over)} ms against ${digits(under)} ms${name === undefined ? '' : ` (${name})`}` });

/** Met when every pair reaches what is wanted; what cannot be measured does not hide a pair that misses it. */
function compared(name: string, wanted: number, pairs: readonly Pair[]): Aim {
  const ratios: number[] = [], texts: string[] = [], missing: string[] = [];
  for (const { over, under, times, text } of pairs) {
    const shorter = over?.median_ms, longer = under?.median_ms, why = absent(over) ?? absent(under);
    if (why !== null || shorter == null || longer == null) {
      missing.push(why ?? NOT_MEASURED);
      continue;
    }
    ratios.push(times * longer / shorter);
    texts.push(text(shorter, longer));
  }
  const got = ratios.length > 0 ? Math.min(...ratios) : null;
  return { name, wanted, got, met: got !== null && got < wanted ? false : missing.length > 0 ? null : true, why: [...texts, ...new Set(missing)].join('; ') };
}

const NOT_MEASURED = 'not measured in this run';

/** null when the row has a time. */
function absent(row: Row | undefined): string | null {
  if (!row) return NOT_MEASURED;
  if (row.error !== undefined) return `${row.peer} failed: ${row.error}`;
  if (row.skipped !== undefined) return row.skipped.startsWith('waits') ? row.skipped : `${row.peer}: ${row.skipped}`;
  return row.median_ms === null ? NOT_MEASURED : null;
}

const digits = (ms: number): string => (ms < 100 ? ms.toPrecision(3) : ms.toFixed(0));
const rate = (sequences: number, ms: number): string => `${(sequences / ms * 1000).toFixed(0)} tokens/s`;
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
