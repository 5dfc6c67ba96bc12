/** One thing measured among everybody: opened, warmed up, checked, counted, then timed in turns. Knows contestants, not what they do. */
import { counting } from './count';
import { empty, reasonOf, type Ceilings, type Row } from './rows';
import { median, ratio, repeatsFor, spread, takeTurns, type Contestant } from './statistics';
import type { Gpu } from '../../src/gpu/device';
import type { Peer } from './task';

export interface Lab {
  /** A device for ours. */
  open(): Promise<Gpu>;
  software: boolean;
  /** Ours first. */
  peers: Map<string, () => Promise<Peer>>;
  ceilings: Ceilings | null;
  /** Milliseconds for one job. */
  budget: number;
  tell(text: string, peer?: string): void;
}

export interface Entry extends Contestant { close(): Promise<void> }

export interface Event {
  name: string;
  size: string;
  /** Of one repetition, for the share of the roofline. */
  work?: { flops: number; bytes?: number };
  note?: string;
  /** Milliseconds that a round of the fastest should last, and repetitions at most. */
  round?: { wanted: number; most: number };
  enter(peer: Peer): Promise<Entry | string>;
  /** Throws when what it computes is not what ours does; called after its first run, ours first. */
  check?(entry: Entry): Promise<void>;
}

export const ROUNDS = { gpu: 9, software: 5 };

/** Rows of everyone: times, or why there are none. Ours failing is an error; so is nothing else. */
export async function contest(lab: Lab, event: Event): Promise<Row[]> {
  const { name, size } = event;
  const rounds = lab.software ? ROUNDS.software : ROUNDS.gpu;
  const started = performance.now();
  const rows = new Map<string, Row>();
  const entries: { entry: Entry; warm: number }[] = [];
  const row = (peer: string): Row => rows.get(peer) ?? (rows.set(peer, empty(name, peer, size)), rows.get(peer)!);
  try {
    for (const [peer, open] of lab.peers) {
      lab.tell(`${name} ${size}: ${peer} warms up`, peer);
      let entry: Entry | string | null = null;
      try {
        entry = await event.enter(await open());
        if (typeof entry === 'string') {
          row(peer).skipped = entry;
          continue;
        }
        await entry.run(1);
        await event.check?.(entry);
        // The second run has its pipelines and buffers.
        const from = performance.now();
        await entry.run(1);
        entries.push({ entry, warm: performance.now() - from });
      } catch (error) {
        row(peer).error = reasonOf(error);
        if (entry !== null && typeof entry !== 'string') await entry.close().catch(() => undefined);
      }
    }
    entries.sort((a, b) => a.warm - b.warm);
    let left = lab.budget - (performance.now() - started);
    const racing: Entry[] = [];
    for (const { entry, warm } of entries) {
      const needed = warm * (rounds + 1);
      if (needed > left) {
        row(entry.peer).skipped = `${lab.software ? 'waits for a GPU: ' : ''}${rounds} rounds of ${(warm / 1000).toFixed(1)} s do not fit in the section's time (${(lab.budget / 60_000).toFixed(1)} minutes)`;
        continue;
      }
      left -= needed;
      racing.push(entry);
    }
    for (const entry of racing) {
      lab.tell(`${name} ${size}: ${entry.peer} is counted`, entry.peer);
      const { counts } = await counting(() => entry.run(1));
      Object.assign(row(entry.peer), { dispatches: counts.dispatches, submits: counts.submits, bytes: counts.uploaded + counts.read, buffers: counts.buffers });
    }
    const { wanted, most } = event.round ?? { wanted: lab.software ? 0 : 200, most: 64 };
    const slowest = Math.max(...entries.map(({ warm }) => warm), 1e-3);
    const repeats = Math.min(repeatsFor(entries[0]?.warm ?? 1, wanted, most), Math.max(1, Math.floor(left / (rounds * slowest * racing.length || 1))));
    // The order of the list, not of speed: ours, then the peers.
    racing.sort((a, b) => [...lab.peers.keys()].indexOf(a.peer) - [...lab.peers.keys()].indexOf(b.peer));
    const turns: Contestant[] = racing.map(entry => ({
      peer: entry.peer, run: async n => { lab.tell(`${name} ${size}: ${entry.peer} runs`, entry.peer); await entry.run(n); },
    }));
    const { times, errors } = await takeTurns(turns, { rounds, repeats, now: () => performance.now(), tell: done => { lab.tell(`${name} ${size}: round ${done} of ${rounds}`); } });
    for (const [peer, error] of errors) row(peer).error = reasonOf(error);
    const ours = times.get('ours');
    for (const [peer, own] of times) {
      const middle = median(own);
      Object.assign(row(peer), {
        median_ms: middle, spread: spread(own), rounds: own.length, ratio: ours ? ratio(middle, median(ours)) : null, roofline: lab.ceilings && event.work ? roofline(event.work, middle, lab.ceilings) : null,
      });
    }
    if (event.note !== undefined) for (const own of rows.values()) own.note ??= event.note;
  } finally {
    for (const { entry } of entries) await entry.close().catch(() => undefined);
  }
  return [...lab.peers.keys()].map(peer => row(peer));
}

/** The least time that the work can take on this adapter, over the time that it took. */
export function roofline(work: { flops: number; bytes?: number }, milliseconds: number, ceilings: Ceilings): number {
  return Math.max(work.flops / ceilings.flops, (work.bytes ?? 0) / ceilings.bytes) / (milliseconds / 1000);
}
