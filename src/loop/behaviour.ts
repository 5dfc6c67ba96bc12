/** Judges reconstructions by running them beside their originals; knows the sandbox and the maker of inputs by their interfaces only. */
import { agreement } from '../execution/agreement';
import { chooseInputs, poolSize } from '../execution/choose';
import type { Judgeable, OriginalRun } from '../execution/choose';
import type { InputPlan } from '../execution/inputs/inputs';
import type { CodeItem, Executor, Language, MetricRow, RunEvent, ScoredPair } from '../types';
import { definedName } from './execution';

/** Makes argument lists for functions; in the page a worker, since it reads their trees. */
export type PlanInputs = (items: readonly CodeItem[], count: number) => Promise<InputPlan[]>;

/** From so many originals on the share of those that cannot be judged is told. */
const TOLD_FROM = 8;

interface Cost { programs: number; seconds: number }

/**
 * Each original is run once in a run: its inputs and outputs are kept. What is expected stays here; the sandbox is handed code and inputs.
 * The same pairs give the same numbers, whoever else is judged beside them, but for a program that meets the wall clock instead of the
 * count of steps.
 */
export class Behaviour {
  private readonly executor: Executor;
  private readonly plan: PlanInputs;
  private readonly count: number;
  private readonly emit: (event: RunEvent) => void;
  private readonly items = new Map<string, CodeItem>();
  private readonly originals = new Map<string, Promise<Judgeable>>();
  /** Of this step: a group often writes the same. */
  private readonly rebuilt = new Map<string, Promise<number>>();
  private readonly reasons = new Map<string, number>();
  private known = 0;
  private told = false;
  private failed = false;
  private cost: Cost = { programs: 0, seconds: 0 };
  private waiting = 0;
  private since = 0;

  constructor(parts: { executor: Executor; plan: PlanInputs; items: readonly CodeItem[]; count: number; emit: (event: RunEvent) => void }) {
    this.executor = parts.executor;
    this.plan = parts.plan;
    this.count = parts.count;
    this.emit = parts.emit;
    for (const item of parts.items) this.items.set(keyOf(item), item);
  }

  /** Says once which functions have nothing that could run them. */
  tellMissing(): void {
    const without = new Map<Language, number>();
    for (const { language } of this.items.values()) if (!this.executor.languages.includes(language)) without.set(language, (without.get(language) ?? 0) + 1);
    if (without.size === 0) return;
    const counts = [...without].map(([language, n]) => `${n} in ${language}`).join(', ');
    this.emit({ type: 'notice', level: 'info', code: 'no-engine', text: `Functions that nothing here can run: ${counts}. Execution gives them no value; their reward is what the other parts say, and 0 where there are none.` });
  }

  /** Inputs and outputs of each item's original, or why there are none. @throws what the executor or the planner throws */
  async judgeable(items: readonly CodeItem[]): Promise<Judgeable[]> {
    const fresh = items.filter((item, i) => !this.originals.has(item.id) && items.findIndex(({ id }) => id === item.id) === i);
    if (fresh.length > 0) {
      const run = this.runOriginals(fresh);
      fresh.forEach((item, i) => {
        const own = run.then((all) => all[i]!);
        // A failure is not remembered: the run may go on with another engine.
        own.catch(() => this.originals.delete(item.id));
        this.originals.set(item.id, own);
      });
    }
    return Promise.all(items.map(({ id }) => this.originals.get(id)!));
  }

  /** As `judgeable`, for a measurement that nobody asked for: an engine that does not start ends no run, and is told once. */
  async tried(items: readonly CodeItem[]): Promise<Judgeable[]> {
    try {
      return await this.judgeable(items);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!this.failed) this.emit({ type: 'notice', level: 'warning', code: 'execution', text: `Whether rebuilt functions behave like the originals is not measured: ${reason}` });
      this.failed = true;
      return items.map(() => ({ reason }));
    }
  }

  /** Agreement of each pair in [0, 1]; NaN where its original cannot be judged. */
  async judge(pairs: readonly ScoredPair[]): Promise<number[]> {
    if (this.waiting++ === 0) this.since = performance.now();
    try {
      const items = pairs.map((pair) => this.items.get(keyOf({ language: pair.language, code: pair.original })));
      const found = await this.judgeable(items.filter((item) => item !== undefined));
      const of = new Map(items.filter((item) => item !== undefined).map((item, i) => [item.id, found[i]!]));
      const jobs: { key: string; job: Parameters<Executor['run']>[0][number]; expected: string[]; settle: (value: number) => void; fail: (error: unknown) => void }[] = [];
      const values = pairs.map((pair, i): Promise<number> => {
        const item = items[i], original = item && of.get(item.id);
        if (!item || !original || 'reason' in original) return Promise.resolve(NaN);
        if (pair.reconstruction.trim() === '') return Promise.resolve(0);
        if (pair.reconstruction.trim() === item.code.trim()) return Promise.resolve(1);
        const key = `${item.id} ${pair.reconstruction}`, known = this.rebuilt.get(key);
        if (known) return known;
        const value = new Promise<number>((settle, fail) => {
          jobs.push({ key, expected: original.outputs, settle, fail, job: { language: item.language, code: pair.reconstruction, name: definedName(pair.reconstruction, item.language, item.name), inputs: original.inputs } });
        });
        value.catch(() => this.rebuilt.delete(key));
        this.rebuilt.set(key, value);
        return value;
      });
      this.cost.programs += jobs.length;
      if (jobs.length > 0) {
        this.executor.run(jobs.map(({ job }) => job)).then(
          (outputs) => jobs.forEach(({ expected, settle }, i) => { settle(agreement(expected, outputs[i] ?? null)); }),
          (error: unknown) => { for (const { fail } of jobs) fail(error); },
        );
      }
      return await Promise.all(values);
    } finally {
      if (--this.waiting === 0) this.cost.seconds += (performance.now() - this.since) / 1000;
    }
  }

  /** A step begins: what was rebuilt before is forgotten, and its cost is counted from here. */
  begin(): void {
    this.rebuilt.clear();
    this.cost = { programs: 0, seconds: 0 };
  }

  /** Seconds in which reconstructions were being judged since `begin`, originals included, and how many different reconstructions were run. */
  costs(): MetricRow {
    return { 'execution/seconds': this.cost.seconds, 'execution/programs': this.cost.programs };
  }

  private async runOriginals(items: readonly CodeItem[]): Promise<Judgeable[]> {
    const found: Judgeable[] = items.map(({ language }) => ({ reason: this.executor.languages.includes(language) ? '' : `nothing here can run ${language}` }));
    const runnable = items.flatMap((item, i) => (this.executor.languages.includes(item.language) ? [{ item, i }] : []));
    const plans = runnable.length > 0 ? await this.plan(runnable.map(({ item }) => item), poolSize(this.count)) : [];
    const planned = runnable.flatMap(({ item, i }, k) => {
      const plan = plans[k]!;
      if (plan.reason === '') return [{ item, i, plan }];
      found[i] = { reason: plan.reason };
      return [];
    });
    // Twice each: what differs then depends on something else than its input.
    const jobs = planned.flatMap(({ item, plan }) => [0, 1].map(() => ({ language: item.language, code: item.code, name: item.name, inputs: plan.lists })));
    const runs = jobs.length > 0 ? await this.runs(jobs) : [];
    planned.forEach(({ i, plan }, k) => {
      const chosen = chooseInputs(plan.lists, runs[2 * k]!, runs[2 * k + 1]!, this.count);
      found[i] = 'reason' in chosen && plan.doubt !== undefined ? { reason: plan.doubt } : chosen;
    });
    this.note(items, found);
    return found;
  }

  private async runs(jobs: Parameters<Executor['run']>[0]): Promise<OriginalRun[]> {
    if (this.executor.judge) return this.executor.judge(jobs);
    return (await this.executor.run(jobs)).map((outputs) => ({ outputs }));
  }

  private note(items: readonly CodeItem[], found: readonly Judgeable[]): void {
    found.forEach((one, i) => {
      if (!this.executor.languages.includes(items[i]!.language)) return;
      this.known++;
      if ('reason' in one) this.reasons.set(one.reason, (this.reasons.get(one.reason) ?? 0) + 1);
    });
    const left = [...this.reasons.values()].reduce((sum, n) => sum + n, 0);
    if (this.told || this.known < TOLD_FROM || left * 2 < this.known) return;
    this.told = true;
    const most = [...this.reasons].sort((a, b) => b[1] - a[1]).slice(0, 3).map(([reason, n]) => `${reason} (${n})`).join('; ');
    this.emit({ type: 'notice', level: 'info', code: 'not-judgeable', text: `Of the first ${this.known} functions ${left} cannot be judged by running: ${most}. Execution gives such functions no value; the other parts share its weight.` });
  }
}

const keyOf = ({ language, code }: Pick<CodeItem, 'language' | 'code'>): string => `${language}\0${code}`;
