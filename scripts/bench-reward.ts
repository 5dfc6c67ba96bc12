/** `npm run bench:reward`: pairs per second of every metric, of the default blend and of all metrics, on one worker and on two; knows no metric by name. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defaults } from '../src/config';
import { scoreOptions } from '../src/reward/blend';
import { RewardPool } from '../src/reward/pool';
import { METRIC_NAMES } from '../src/reward/table';
import type { Rewarder, ScoredPair, ScoreOptions } from '../src/types';
import { benchPairs } from './bench-pairs';
import { rewardThreads } from './reward-threads';

export const USAGE = `Usage: npm run bench:reward -- [--pairs N] [--runs N] [--metrics a,b] [--json FILE]
  --pairs N      pairs of functions of 14 to 30 lines from lodash and changes of them (default 512)
  --runs N       runs of which the fastest counts (default 5); every run has changes that no worker has seen
  --metrics a,b  ${METRIC_NAMES.join(', ')} (default: all)
  --json FILE    where the figures go too
  A row is a request for that metric alone; lexing and parsing the reconstruction, the row "no metric", is part of each.`;

interface Row { name: string; options: ScoreOptions }
/** Milliseconds of the fastest run by number of workers; `cpu` is the least processor time, which other programs disturb less. */
interface Figure { name: string; ms: Record<string, number>; cpu: number }

/** Options that ask for `metrics` alone. */
const only = (options: ScoreOptions, metrics: readonly string[]): ScoreOptions => ({ ...options, metrics });

/** Wall clock and processor time (all threads) of the best of `runs` scorings, in ms. A comment that differs by run makes each reconstruction a text that is not kept from the run before. */
async function fastest(rewarder: Rewarder, pairs: readonly ScoredPair[], options: ScoreOptions, runs: number, mark: string): Promise<{ wall: number; cpu: number }> {
  let wall = Infinity, cpu = Infinity;
  for (let run = 0; run < runs; run++) {
    const fresh = pairs.map((pair) => ({ ...pair, reconstruction: `${pair.reconstruction}\n// ${mark} ${run}` }));
    const start = performance.now(), before = process.cpuUsage();
    await rewarder.score(fresh, options);
    const used = process.cpuUsage(before);
    wall = Math.min(wall, performance.now() - start);
    cpu = Math.min(cpu, (used.user + used.system) / 1000);
  }
  return { wall, cpu };
}

function table(figures: readonly Figure[], pairs: number, workers: readonly number[]): string {
  const head = ['', 'CPU ms', ...workers.flatMap((n) => [`${n} worker${n > 1 ? 's' : ''}, ms`, 'pairs/s'])];
  const rows = figures.map(({ name, ms, cpu }) => [name, cpu.toFixed(0), ...workers.flatMap((n) => [ms[n]!.toFixed(0), ((1000 * pairs) / ms[n]!).toFixed(0)])]);
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]!.length)));
  return [head, ...rows].map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')).join('\n');
}

export async function main(args: string[]): Promise<number> {
  let values;
  try {
    ({ values } = parseArgs({ args, options: { pairs: { type: 'string', default: '512' }, runs: { type: 'string', default: '5' }, metrics: { type: 'string' }, json: { type: 'string' } } }));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 2;
  }
  const count = Number(values.pairs), runs = Number(values.runs), wanted = values.metrics?.split(',') ?? METRIC_NAMES;
  const unknown = wanted.filter((name) => !METRIC_NAMES.some((known) => known === name));
  if (!Number.isInteger(count) || count < 1 || !Number.isInteger(runs) || runs < 1 || unknown.length > 0) {
    console.error(`${unknown.length > 0 ? `No metric is called ${unknown.join(', ')}.` : '--pairs and --runs take whole numbers from 1.'} Nothing was measured.\n${USAGE}`);
    return 2;
  }
  const pairs = await benchPairs(count), options = scoreOptions(defaults()), workers = [1, 2], machine = {
    cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), memoryGB: Math.round(totalmem() / 2 ** 30), node: process.version, platform: `${process.platform} ${process.arch}`,
    load: loadavg().map((load) => Number(load.toFixed(2))),
  };
  const rows: Row[] = [
    { name: 'no metric', options: only(options, []) }, ...wanted.map((name) => ({ name, options: only(options, [name]) })),
    { name: 'default blend', options }, { name: 'all metrics', options: only(options, METRIC_NAMES) },
  ];
  const figures: Figure[] = rows.map(({ name }) => ({ name, ms: {}, cpu: Infinity }));
  const threads = await rewardThreads(['javascript']);
  try {
    for (const n of workers) {
      const pool = new RewardPool({ spawn: threads.spawn, workers: n, pairMs: 60_000 });
      // Compiled code and the originals' trees: what a run has from its second step on.
      await pool.score(pairs, only(options, METRIC_NAMES));
      for (const [i, row] of rows.entries()) {
        const { wall, cpu } = await fastest(pool, pairs, row.options, runs, row.name);
        figures[i]!.ms[n] = wall;
        figures[i]!.cpu = Math.min(figures[i]!.cpu, cpu);
      }
      if (pool.lost > 0) throw new Error(`${pool.lost} scoring threads were lost; these figures mean nothing.`);
      pool.close();
    }
  } finally {
    threads.remove();
  }
  const characters = pairs.reduce((sum, pair) => sum + pair.original.length + pair.reconstruction.length, 0) / (2 * count), lines = pairs.reduce((sum, pair) => sum + pair.original.split('\n').length, 0) / count;
  console.log(`${count} pairs of ${new Set(pairs.map((pair) => pair.original)).size} functions, ${lines.toFixed(0)} lines and ${characters.toFixed(0)} characters on average; fastest of ${runs}\n`);
  console.log(table(figures, count, workers));
  console.log(`\n${machine.cpu}, ${machine.cores} cores, load ${machine.load.join(' ')}, ${machine.memoryGB} GB, Node ${machine.node}, ${machine.platform}`);
  if (values.json !== undefined) {
    mkdirSync(dirname(resolve(values.json)), { recursive: true });
    const json = { pairs: count, runs, lines, characters, machine, milliseconds: Object.fromEntries(figures.map(({ name, ms, cpu }) => [name, { cpu, workers: ms }])) };
    writeFileSync(values.json, `${JSON.stringify(json, null, 2)}\n`);
  }
  return 0;
}
