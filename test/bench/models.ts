/** Training steps and decoding of everyone on the same weights, checked to do the same before they are timed; knows no library. */
import { Engine } from '../../src/model/engine';
import { initialWeights, layoutOf, unpackTensors } from '../../src/model/params';
import type { NamedTensor } from '../../src/types';
import { contest, type Entry, type Event, type Lab } from './contest';
import { secondsFor, waiting, type Demand } from './fit';
import { empty, reasonOf, type Row } from './rows';
import { decodeWork, SIZES, trainFlops, type Size } from './sizes';
import { batchOf, type DecodeTask, type Speaker, type Trainee, type TrainTask } from './task';

/** Steps whose losses have to agree, and by how much, in nats. */
export const COMPARED = { steps: 20, limit: 1e-3 };
/** Log-probabilities closer than this are a tie that rounding may break either way. */
const TIE = 1e-4;

/** What models on a software adapter may take together. */
const SOFTWARE_BYTES = 2 * 2 ** 30;
/** How often everything is computed at the least: warmed up twice, counted once, and in five rounds. */
const PASSES = 8;

export function sizeOf(name: string): Size {
  const size = SIZES.find(candidate => candidate.name === name);
  if (!size) throw new Error(`There is no size ${name}; there are ${SIZES.map(candidate => candidate.name).join(', ')}.`);
  return size;
}

function weightsOf({ config }: Size): NamedTensor[] {
  const layout = layoutOf(config);
  return unpackTensors(layout, initialWeights(config, layout, 7));
}

/**
 * Why each of the peers that cannot be measured with this size is left out; nothing of the size is allocated to find out. `flops` is what one
 * pass asks for; whoever has no such `part` needs no time for it.
 */
async function leftOut(lab: Lab, { config }: Size, flops: number, part: 'trainee' | 'speaker'): Promise<Map<string, string>> {
  const peers = [...lab.peers.keys()], bytes = layoutOf(config).length * 4;
  const gpu = await lab.open(), limit = gpu.device.limits.maxStorageBufferBindingSize;
  gpu.device.destroy();
  if (bytes > limit) return new Map(peers.map(peer => [peer, `needs ${bytes} bytes in one binding, the adapter allows ${limit}`]));
  if (!lab.software) return new Map();
  const limits = { seconds: lab.budget / 1000, bytes: SOFTWARE_BYTES };
  // Weights, gradients and two moments each; the weights twice more in the program itself, as they were drawn and by name.
  const demands = peers.map((peer, i) => ({ peer, seconds: secondsFor(PASSES * flops, peer, lab.ceilings?.rates ?? {}), bytes: (i === 0 ? 6 : 4) * bytes }));
  // Libraries are brought in only when there is something to measure beside them.
  if (waiting(demands.slice(0, 1), limits).size > 0) return waiting(demands, limits);
  const taking: Demand[] = [];
  for (const demand of demands) {
    lab.tell(`${demand.peer} is opened`, demand.peer);
    // One that does not open says so when it is its turn.
    const opened = await lab.peers.get(demand.peer)!().catch(() => null);
    if (opened?.[part]) taking.push(demand);
  }
  return waiting(taking, limits);
}

/** The contest among those who can take part, and rows that say why the others cannot; in the order of the peers. */
async function among(lab: Lab, why: ReadonlyMap<string, string>, event: Event): Promise<Row[]> {
  const able = new Map([...lab.peers].filter(([peer]) => !why.has(peer)));
  const rows = able.size > 0 ? await contest({ ...lab, peers: able }, event) : [];
  return [...lab.peers.keys()].map(peer => rows.find(row => row.peer === peer) ?? { ...empty(event.name, peer, event.size), skipped: why.get(peer)! });
}

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

/** @param name what the rows are called; `checked`: losses after one step have to be ours */
export async function train(lab: Lab, size: Size, { name = 'train', checked = false } = {}): Promise<Row[]> {
  const [rows, length] = lab.software ? size.softwareBatch : size.batch;
  const flops = trainFlops(size.config, [rows, length]);
  const why = await leftOut(lab, size, flops, 'trainee');
  const trainees = new Map<Entry, Trainee>();
  let ours: number | null = null;
  // Made when the first takes part: a model that waits for a GPU takes no memory.
  let task: TrainTask | null = null;
  const needed = (): TrainTask => task ??= { config: size.config, tensors: weightsOf(size), rows, length };
  const made = await among(lab, why, {
    name, size: `${size.name}, ${rows} x ${length}`, work: { flops }, round: { wanted: lab.software ? 0 : 250, most: 16 },
    enter: async peer => {
      if (!peer.trainee) return peer.lacks?.trainee ?? 'not offered';
      const trainee = await peer.trainee(needed()), tokens = batchOf(needed(), 0);
      const entry: Entry = {
        peer: peer.name,
        run: async repeats => {
          // Every loss is wanted, none is waited for: whoever can start the next step meanwhile does.
          const pending = Array.from({ length: repeats }, () => trainee.step(tokens));
          for (const loss of await Promise.all(pending)) if (!Number.isFinite(loss)) throw new Error(`The loss is ${loss}.`);
          await trainee.settle();
        },
        close: () => trainee.close(),
      };
      trainees.set(entry, trainee);
      return entry;
    },
    ...(checked ? {
      check: async entry => {
        const loss = await trainees.get(entry)!.step(batchOf(needed(), 0));
        if (entry.peer === 'ours') ours = loss;
        else if (ours === null || !(Math.abs(loss - ours) <= COMPARED.limit)) throw new Error(`The loss after one step is ${loss}, ours ${ours}: it does not train the same.`);
      },
    } : {}),
  });
  return made.map(row => ({ ...row, model: size.name }));
}

/** Prompt and new tokens of a row. */
const LENGTHS = { gpu: [32, 64], software: [8, 16] } as const;

export async function decode(lab: Lab, size: Size, { name = 'decode, a token' } = {}): Promise<Row[]> {
  const [length, newTokens] = LENGTHS[lab.software ? 'software' : 'gpu'];
  const out: Row[] = [];
  let tensors: NamedTensor[] | null = null;
  for (const rows of [1, 64]) {
    const work = decodeWork(size.config, rows, length + newTokens / 2);
    const why = await leftOut(lab, size, work.flops * (newTokens + length), 'speaker');
    const prompts = Array.from({ length: rows }, (_, r) => Int32Array.from({ length }, (__, t) => (r * 31 + t * t * 7 + 3) % size.config.vocab_size));
    const needed = (): DecodeTask => ({ config: size.config, tensors: tensors ??= weightsOf(size), prompts, newTokens });
    const speakers = new Map<Entry, Speaker>();
    let greedy: number[][] | null = null;
    const made = await among(lab, why, {
      name, size: `${size.name}, batch ${rows}, ${length} + ${newTokens}`, work, round: { wanted: lab.software ? 0 : 100, most: 8 },
      enter: async peer => {
        if (!peer.speaker) return peer.lacks?.speaker ?? 'not offered';
        const speaker = await peer.speaker(needed());
        const entry: Entry = {
          peer: peer.name, run: async repeats => { for (let i = 0; i < repeats; i++) await speaker.generate(); }, close: () => speaker.close(),
        };
        speakers.set(entry, speaker);
        return entry;
      },
      check: async entry => {
        const ids = await speakers.get(entry)!.generate();
        if (entry.peer === 'ours') greedy = ids;
        else if (greedy) await expectSameIds(lab, needed(), ids, greedy);
        else throw new Error('There are no ids of ours to compare with.');
      },
    });
    out.push(...made.map(row => ({ ...perToken(row, newTokens), model: size.name, sequences: rows })));
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
