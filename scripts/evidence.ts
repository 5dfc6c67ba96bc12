/** `npm run evidence`: the Demo and its comparisons, several seeds each, as one table with its aims; knows no training. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { PresetName } from '../src/config';
import { mean } from '../src/rl/advantage';
import { readArguments, runLab } from './lab';
import { runNodeLab } from './node-lab';
import { messageOf } from './page';
import { duration } from './progress-bar';

/** BatCoder, UCoder, both in turn; what needs no reward; and other answers than the consensus for UCoder to learn from. */
const ARMS = 'policy,ucoder,in-turn,rft,sft,backtranslation,ucoder:random,ucoder:greedy,ucoder:reward,ucoder:truth';

export const USAGE = `Usage: npm run evidence -- [--seeds 0,1,2] [--objectives ${ARMS}]
                          [--preset demo] [--steps N] [--out out/evidence] [--set key=value]... [--node [--from DIR]] [--check]
  Runs every objective with every seed at equal updates and writes evidence.md, evidence.json and each run's files.
  ucoder:PICK learns another answer than the consensus: random, greedy, reward (most similar) or truth (the original).
  --node    in Node on the machine's Vulkan adapter instead of in a browser: for machines with a GPU and no screen
  --from    a model folder that an earlier run wrote, to go on from instead of the starter
  --check   exit status 1 when a policy run misses an aim`;

type Row = Record<string, number>;

/** What one run showed on held-out functions, before its first and after its last update. */
export interface Finding {
  objective: string;
  seed: number;
  updates: number;
  before: Measures;
  after: Measures;
  /** Share of documentations of the last quarter of the run that were refused as copies. */
  leak: number;
  flops: number;
  seconds: number;
  adapter: string;
  /** Of UCoder's rounds; null where there were none. */
  rounds: Rounds | null;
}

/** What UCoder's rounds showed on the problems they drew: over all rounds, and any_right in the first and the last quarter of them. */
export interface Rounds {
  /** Of all answers, and of what was learned; share of problems that were left. */
  right: number; learnedRight: number; abstained: number;
  /** Right where the largest cluster has half of the answers, and where it has fewer. */
  sure: number; unsure: number;
  /** Share of problems that any of the answers solves. */
  anyBefore: number; anyAfter: number;
}

/** NaN where a corpus has no such split or no inputs. */
export interface Measures { variation: number; combination: number; exact: number; execution: number; shuffled: number; /** pass@1 from the true documentation. */ solved: number }

/** What the proven recipe reaches in every seed from a starter of 0.35M parameters or more in 120 updates. */
export const AIMS: readonly { name: string; met: (finding: Finding) => boolean }[] = [
  { name: 'similarity of held-out variations +0.15', met: ({ before, after }) => after.variation - before.variation >= 0.15 },
  { name: 'similarity of held-out combinations +0.15', met: ({ before, after }) => after.combination - before.combination >= 0.15 },
  { name: 'exact matches at least 4 times', met: ({ before, after }) => after.exact >= 4 * before.exact && after.exact > 0 },
  { name: 'execution +0.3', met: ({ before, after }) => after.execution - before.execution >= 0.3 },
  { name: 'shuffled control up by at most 0.03', met: ({ before, after }) => after.shuffled - before.shuffled <= 0.03 },
  { name: 'leak under 2 %', met: ({ leak }) => leak < 0.02 },
];

/** Reads a run's metric rows into a finding. @throws when there are not two evaluations to compare */
export function findingOf(rows: readonly Row[], about: Pick<Finding, 'objective' | 'seed' | 'adapter' | 'flops' | 'seconds'>): Finding {
  const evaluations = rows.filter((row) => Number.isFinite(row['heldout/similarity']));
  const first = evaluations[0];
  const last = evaluations.at(-1);
  if (first === undefined || last === undefined || first === last) throw new Error(`The run with objective ${about.objective} and seed ${about.seed} has ${evaluations.length} evaluations; before and after are needed.`);
  const steps = rows.filter((row) => Number.isFinite(row['leak/rate']));
  const tail = steps.slice(Math.floor(steps.length * 0.75)).map((row) => row['leak/rate']!);
  return {
    ...about,
    updates: last['step'] ?? steps.length,
    before: measures(first),
    after: measures(last),
    leak: mean(tail),
    rounds: roundsOf(rows.filter((row) => Number.isFinite(row['ucoder/problems']))),
  };
}

/** Means over rounds that have the number; a round where nothing was learned has none for what was. */
function roundsOf(rows: readonly Row[]): Rounds | null {
  if (rows.length === 0) return null;
  const of = (key: string, some = rows): number => mean(some.map((row) => row[`ucoder/${key}`] ?? NaN).filter(Number.isFinite));
  const quarter = Math.max(1, Math.floor(rows.length / 4));
  return {
    right: of('right'), learnedRight: of('learned_right'), abstained: of('abstained'), sure: of('right_when_confident'), unsure: of('right_when_not'),
    anyBefore: of('any_right', rows.slice(0, quarter)), anyAfter: of('any_right', rows.slice(-quarter)),
  };
}

function measures(row: Row): Measures {
  const read = (key: string): number => row[key] ?? NaN;
  return {
    // A dropped folder has one held-out split; it stands in both columns' place as the first.
    variation: row['heldout/variation/similarity'] ?? read('heldout/similarity'),
    combination: read('heldout/combination/similarity'),
    exact: read('heldout/exact_match'), execution: read('heldout/execution'), shuffled: read('heldout/shuffled'), solved: read('heldout/oracle_execution'),
  };
}

const number = (value: number): string => (Number.isFinite(value) ? value.toFixed(3) : '-');
const change = (before: number, after: number): string => `${number(before)} → ${number(after)}`;

/** The table, and below it which aims each policy run met or missed. */
export function evidenceTable(findings: readonly Finding[]): string {
  const head = ['objective', 'seed', 'updates', 'similarity, variations', 'similarity, combinations', 'exact match', 'execution', 'pass@1 from true documentation', 'shuffled control', 'leak', 'GFLOP', 'time'];
  const rows = findings.map((f) => [
    f.objective, String(f.seed), String(f.updates), change(f.before.variation, f.after.variation), change(f.before.combination, f.after.combination),
    change(f.before.exact, f.after.exact), change(f.before.execution, f.after.execution), change(f.before.solved, f.after.solved), change(f.before.shuffled, f.after.shuffled),
    number(f.leak), (f.flops / 1e9).toFixed(0), duration(f.seconds),
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const solving = findings.filter((f) => f.rounds !== null);
  const roundsHead = ['objective', 'seed', 'answers right', 'learned right', 'abstained', 'right where half agree', 'right where fewer do', 'any of n right'];
  const roundsRows = solving.map(({ objective, seed, rounds }) => [
    objective, String(seed), number(rounds!.right), number(rounds!.learnedRight), number(rounds!.abstained), number(rounds!.sure), number(rounds!.unsure), change(rounds!.anyBefore, rounds!.anyAfter),
  ]);
  const verdicts = findings.filter((f) => f.objective === 'policy').map((f) => {
    const missed = AIMS.filter((aim) => !aim.met(f)).map((aim) => aim.name);
    return `- policy, seed ${f.seed}: ${missed.length === 0 ? 'every aim met' : `missed: ${missed.join('; ')}`}`;
  });
  return [
    line(head), line(head.map(() => '---')), ...rows.map(line), '',
    ...(solving.length > 0 ? ['Rounds of UCoder, on the problems they drew (right: behaves as the original, which chose nothing):', '', line(roundsHead), line(roundsHead.map(() => '---')), ...roundsRows.map(line), ''] : []),
    `Adapter: ${[...new Set(findings.map((f) => f.adapter))].join(', ')}.`, ...(verdicts.length > 0 ? ['', ...verdicts] : []), '',
  ].join('\n');
}

/** Reads the whole-run numbers out of a summary, whose nesting belongs to the loop. NaN where it has none. */
function totals(summary: Record<string, unknown>): { flops: number; seconds: number; adapter: string } {
  const { flops, seconds } = summary;
  const parts = typeof seconds === 'object' && seconds !== null ? Object.values(seconds) : [seconds];
  const sum = parts.reduce<number>((all, value) => all + (typeof value === 'number' ? value : 0), 0);
  const adapter = summary['adapter'];
  const named = typeof adapter === 'object' && adapter !== null ? Object.entries(adapter) : [];
  const text = (key: string): string => String(named.find(([name]) => name === key)?.[1] ?? '');
  return {
    flops: typeof flops === 'number' ? flops : NaN,
    seconds: sum,
    adapter: typeof adapter === 'string' ? adapter : `${text('vendor')} ${text('architecture')}${text('fallback') === 'true' ? ' (software)' : ''}`.trim(),
  };
}

/** `ucoder:greedy` is the objective ucoder with another pick. */
function armSettings(arm: string): string[] {
  const [objective, pick] = arm.split(':');
  return ['--set', `objective=${objective}`, ...(pick === undefined ? [] : ['--set', `pick=${pick}`])];
}

/** Exit status 0 when every run ended and, with --check, every aim is met. */
export async function main(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  let options: { seeds?: string; objectives?: string; preset?: string; steps?: string; out?: string; set?: string[]; node?: boolean; from?: string; check?: boolean };
  let requests: { objective: string; seed: number; request: ReturnType<typeof readArguments> }[];
  const cwd = process.env['INIT_CWD'] ?? process.cwd();
  try {
    options = parseArgs({ args, options: { seeds: text, objectives: text, preset: text, steps: text, out: text, set: { ...text, multiple: true }, node: { type: 'boolean' }, from: text, check: { type: 'boolean' } } }).values;
    const out = options.out ?? 'out/evidence';
    requests = (options.objectives ?? ARMS).split(',').flatMap((objective) => (options.seeds ?? '0,1,2').split(',').map((seed) => ({
      objective,
      seed: Number(seed),
      request: readArguments([
        '--preset', options.preset ?? 'demo', '--seed', seed, '--out', join(out, `${objective.replace(':', '-')}-${seed}`), ...armSettings(objective),
        ...(options.steps === undefined ? [] : ['--steps', options.steps]), ...(options.set ?? []).flatMap((pair) => ['--set', pair]),
      ], cwd),
    })));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n${USAGE}\n`);
    return 2;
  }
  const out = resolve(cwd, options.out ?? 'out/evidence');
  await mkdir(out, { recursive: true });
  const findings: Finding[] = [];
  const failures: string[] = [];
  for (const { objective, seed, request } of requests) {
    process.stderr.write(`${objective}, seed ${seed} (${findings.length + failures.length + 1} of ${requests.length})\n`);
    try {
      const summary = await (options.node === true ? runNodeLab({ ...request, preset: request.preset as PresetName, ...(options.from === undefined ? {} : { from: resolve(cwd, options.from) }) }) : runLab(request));
      const rows = (await readFile(join(request.out, 'metrics.jsonl'), 'utf8')).trim().split('\n').map((row) => JSON.parse(row) as Row);
      findings.push(findingOf(rows, { objective, seed, ...totals(summary) }));
    } catch (error) {
      failures.push(`${objective}, seed ${seed}: ${error instanceof Error ? error.message : String(error)}`);
      process.stderr.write(`${failures.at(-1)}\n`);
    }
    // Written after every run: hours of runs must not hang on the last one.
    await writeFile(join(out, 'evidence.json'), `${JSON.stringify({ findings, failures }, null, 2)}\n`);
    await writeFile(join(out, 'evidence.md'), `${evidenceTable(findings)}${failures.map((failure) => `- failed: ${failure}\n`).join('')}`);
  }
  process.stdout.write(evidenceTable(findings));
  process.stderr.write(`Written to ${join(out, '/')}\n`);
  if (failures.length > 0) return 1;
  const missed = findings.filter((f) => f.objective === 'policy' && AIMS.some((aim) => !aim.met(f)));
  return options.check === true && missed.length > 0 ? 1 : 0;
}
