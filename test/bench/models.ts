/** Training steps and decoding of everyone on the same weights, checked to do the same before they are timed; knows no library. */
import { Engine } from '../../src/model/engine';
import { initialWeights, layoutOf, unpackTensors } from '../../src/model/params';
import type { NamedTensor } from '../../src/types';
import { contest, type Entry, type Lab } from './contest';
import { empty, reasonOf, type Row } from './rows';
import { decodeWork, SIZES, trainFlops, type Size } from './sizes';
import { batchOf, type DecodeTask, type Speaker, type TrainTask } from './task';

/** Steps whose losses have to agree, and by how much, in nats. */
export const COMPARED = { steps: 20, limit: 1e-3 };
/** Log-probabilities closer than this are a tie that rounding may break either way. */
const TIE = 1e-4;

/** What models on a software adapter may take together. */
const SOFTWARE_BYTES = 2 * 2 ** 30;

export function sizeOf(name: string): Size {
  const size = SIZES.find(candidate => candidate.name === name);
  if (!size) throw new Error(`There is no size ${name}; there are ${SIZES.map(candidate => candidate.name).join(', ')}.`);
  return size;
}

function weightsOf({ config }: Size): NamedTensor[] {
  const layout = layoutOf(config);
  return unpackTensors(layout, initialWeights(config, layout, 7));
}

/** Why the size cannot be tried here; null when it can. `passes` is how often everything is computed, at best. */
async function tooLarge(lab: Lab, size: Size, flops: number, passes: number): Promise<string | null> {
  const gpu = await lab.open();
  const bytes = layoutOf(size.config).length * 4, limit = gpu.device.limits.maxStorageBufferBindingSize;
  gpu.device.destroy();
  if (bytes > limit) return `needs ${bytes} bytes in one binding, the adapter allows ${limit}`;
  // Weights, gradients and two moments each, and on a software adapter all of it in the memory of the machine.
  const needed = 4 * bytes * lab.peers.size;
  if (lab.software && needed > SOFTWARE_BYTES) return `would take about ${(needed / 2 ** 30).toFixed(1)} GiB of the processor's memory on this software adapter, the limit is ${SOFTWARE_BYTES / 2 ** 30}`;
  // Steps reach a third of the product's rate at best on software adapters.
  const seconds = lab.ceilings ? passes * flops / (lab.ceilings.flops / 3) : 0;
  return lab.software && seconds * 1000 > lab.budget ? `would take about ${Math.ceil(seconds / 60)} minutes on this software adapter, the limit is ${Math.round(lab.budget / 60_000)}` : null;
}

const skip = (lab: Lab, name: string, size: string, why: string): Row[] => [...lab.peers.keys()].map(peer => ({ ...empty(name, peer, size), skipped: why }));

/** The losses of 20 steps from the same weights on the same batches: a peer whose losses differ does not compute the same thing. */
export async function losses(lab: Lab, size: Size): Promise<Row[]> {
  const [rows, length] = size.softwareBatch;
  const task: TrainTask = { config: size.config, tensors: weightsOf(size), rows, length };
  const name = `${COMPARED.steps} losses`, label = `${size.name}, ${rows} x ${length}`;
  let ours: number[] | null = null;
  const out: Row[] = [];
  for (const [peer, open] of lab.peers) {
    lab.tell(`${name}: ${peer}`, peer);
    const row = empty(name, peer, label);
    out.push(row);
    try {
      const opened = await open();
      if (!opened.trainee) {
        row.skipped = opened.lacks?.trainee ?? 'not offered';
        continue;
      }
      const trainee = await opened.trainee(task);
      const own: number[] = [];
      try {
        for (let step = 0; step < COMPARED.steps; step++) own.push(await trainee.step(batchOf(task, step % 4)));
        await trainee.settle();
      } finally {
        await trainee.close().catch(() => undefined);
      }
      if (peer === 'ours') ours = own;
      const worst = largestDifference(own, ours ?? own);
      row.note = `${own[0]!.toFixed(4)} to ${own.at(-1)!.toFixed(4)}; largest difference from ours ${worst.difference.toExponential(1)}`;
      if (!(worst.difference <= COMPARED.limit)) row.error = `loss ${own[worst.step]} at step ${worst.step + 1}, ours ${ours![worst.step]}: it does not train the same`;
      if (!own.every(Number.isFinite) || own.at(-1)! >= own[0]!) row.error ??= `the loss does not fall: ${own[0]} to ${own.at(-1)}`;
    } catch (error) {
      row.error = reasonOf(error);
    }
  }
  return out;
}

/** NaN where a loss is not a number, at its step. */
export function largestDifference(own: readonly number[], ours: readonly number[]): { difference: number; step: number } {
  let worst = { difference: 0, step: 0 };
  for (const [step, loss] of own.entries()) {
    const difference = Math.abs(loss - (ours[step] ?? NaN));
    if (Number.isNaN(difference)) return { difference, step };
    if (difference > worst.difference) worst = { difference, step };
  }
  return worst;
}

export async function train(lab: Lab, size: Size): Promise<Row[]> {
  const [rows, length] = lab.software ? size.softwareBatch : size.batch;
  const task: TrainTask = { config: size.config, tensors: weightsOf(size), rows, length };
  const flops = trainFlops(size.config, [rows, length]), label = `${size.name}, ${rows} x ${length}`;
  const why = await tooLarge(lab, size, flops, 8 * Math.min(lab.peers.size, 3));
  if (why !== null) return skip(lab, 'train', label, why);
  const tokens = batchOf(task, 0);
  return contest(lab, {
    name: 'train', size: label, work: { flops }, round: { wanted: lab.software ? 0 : 250, most: 16 },
    enter: async peer => {
      if (!peer.trainee) return peer.lacks?.trainee ?? 'not offered';
      const trainee = await peer.trainee(task);
      return {
        peer: peer.name,
        run: async repeats => {
          // Every loss is wanted, none is waited for: whoever can start the next step meanwhile does.
          const pending = Array.from({ length: repeats }, () => trainee.step(tokens));
          for (const loss of await Promise.all(pending)) if (!Number.isFinite(loss)) throw new Error(`The loss is ${loss}.`);
          await trainee.settle();
        },
        close: () => trainee.close(),
      };
    },
  });
}

/** Prompt and new tokens of a row. */
const LENGTHS = { gpu: [32, 64], software: [8, 16] } as const;

export async function decode(lab: Lab, size: Size): Promise<Row[]> {
  const [length, newTokens] = LENGTHS[lab.software ? 'software' : 'gpu'];
  const tensors = weightsOf(size), out: Row[] = [];
  for (const rows of [1, 64]) {
    const work = decodeWork(size.config, rows, length + newTokens / 2), label = `${size.name}, batch ${rows}, ${length} + ${newTokens}`;
    const why = await tooLarge(lab, size, work.flops * (newTokens + length), 8 * Math.min(lab.peers.size, 3));
    if (why !== null) {
      out.push(...skip(lab, 'decode, a token', label, why));
      continue;
    }
    const prompts = Array.from({ length: rows }, (_, r) => Int32Array.from({ length }, (__, t) => (r * 31 + t * t * 7 + 3) % size.config.vocab_size));
    const task: DecodeTask = { config: size.config, tensors, prompts, newTokens };
    const speakers = new Map<Entry, Speaker>();
    let greedy: number[][] | null = null;
    out.push(...await contest(lab, {
      name: 'decode, a token', size: label, work, round: { wanted: lab.software ? 0 : 100, most: 8 },
      enter: async peer => {
        if (!peer.speaker) return peer.lacks?.speaker ?? 'not offered';
        const speaker = await peer.speaker(task);
        const entry: Entry = {
          peer: peer.name, run: async repeats => { for (let i = 0; i < repeats; i++) await speaker.generate(); }, close: () => speaker.close(),
        };
        speakers.set(entry, speaker);
        return entry;
      },
      check: async entry => {
        const ids = await speakers.get(entry)!.generate();
        if (entry.peer === 'ours') greedy = ids;
        else if (greedy) await expectSameIds(lab, task, ids, greedy);
        else throw new Error('There are no ids of ours to compare with.');
      },
    }).then(rows => rows.map(row => perToken(row, newTokens))));
  }
  return out;
}

/** A generation's row as a token's. The share was worked out for a token's work over a generation's time, so it grows by as much. */
export function perToken(row: Row, tokens: number): Row {
  const over = (value: number | null): number | null => (value === null ? null : value / tokens);
  return { ...row, median_ms: over(row.median_ms), roofline: row.roofline === null ? null : row.roofline * tokens, dispatches: over(row.dispatches), submits: over(row.submits), bytes: over(row.bytes), buffers: over(row.buffers) };
}

/** Throws at the first id that differs, unless both are equally likely there; past such a tie a row goes its own way. */
async function expectSameIds(lab: Lab, task: DecodeTask, ids: number[][], ours: number[][]): Promise<void> {
  const ties: { row: number; at: number }[] = [];
  ours.forEach((row, r) => {
    const at = row.findIndex((id, t) => ids[r]?.[t] !== id);
    if (at >= 0) ties.push({ row: r, at });
    else if (ids[r]?.length !== row.length) throw new Error(`Row ${r} has ${ids[r]?.length} ids, ours ${row.length}.`);
  });
  if (ties.length === 0) return;
  const engine = new Engine(await lab.open());
  try {
    await engine.load(task.config, task.tensors, 0);
    const sequences = ties.flatMap(({ row, at }) => [ids, ours].map(all => Int32Array.from([...task.prompts[row]!, ...ours[row]!.slice(0, at), all[row]![at] ?? 0])));
    const { logps } = await engine.score({ sequences, temperature: 1, model: 'policy' });
    ties.forEach(({ row, at }, i) => {
      const gap = Math.abs(logps[2 * i]!.at(-1)! - logps[2 * i + 1]!.at(-1)!);
      if (!(gap <= TIE)) throw new Error(`Greedy ids differ from ours in row ${row} at token ${at + 1}: ${ids[row]?.[at]} instead of ${ours[row]![at]}, ${gap.toFixed(4)} nats apart.`);
    });
  } finally {
    await engine.close();
  }
}
