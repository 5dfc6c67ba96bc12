/** Execution as the reward: the real loop on the tabular model, its functions run in QuickJS. */
import { beforeAll, describe, expect, it, test } from 'vitest';
import { modelConfig } from '../../src/config';
import type { Settings } from '../../src/config';
import { ORACLE, describe as describeItem } from '../../src/corpus/describe';
import { createParser } from '../../src/corpus/parser';
import type { Parser } from '../../src/corpus/parser';
import { planInputs } from '../../src/execution/inputs/inputs';
import { Behaviour } from '../../src/loop/behaviour';
import { runLab } from '../../src/loop/run';
import { PairScorer } from '../../src/reward/scorer';
import { createRng } from '../../src/rng';
import { createQuickJS } from '../../src/sandbox/quickjs';
import type { QuickJSSandbox } from '../../src/sandbox/quickjs';
import type { Checkpoint, CodeItem, Executor, MetricRow, NamedTensor, RunEvent, ScoredPair } from '../../src/types';
import { nodeGrammars } from '../corpus/node_grammars';
import { SPECIAL_COUNT, smallCorpus, wordTokenizer } from './small_corpus';
import { MemoryStore, SMALL, timeless } from './small_run';
import { TabularTrainer } from './tabular_trainer';

/** The small corpus in a language that Node can run in a sandbox. */
const items = smallCorpus().map((item): CodeItem => {
  const [, x = '', body = ''] = /\((\w+)\):\s+return (.*)$/.exec(item.code)!, n = /\d/.exec(body)![0];
  const script = body.includes(' if ') ? `${x}.filter(v => v > ${n})` : body.includes('*') ? `${x}.map(v => v * ${n})` : `${x}.slice(${n})`;
  return { ...item, language: 'javascript', code: `function ${item.name}(${x}) {\n  return ${script}\n}`, signature: `function ${item.name}(${x}) {` };
});
const rng = createRng(1);
const tokenizer = wordTokenizer(items.flatMap((item) => [item.code, ...Object.values(item.phrases!).flat(), ...Array.from({ length: 6 }, () => describeItem(item, rng, ORACLE))]), ['javascript']);

let parser: Parser, quickjs: QuickJSSandbox, tensors: NamedTensor[];
const jobs: string[] = [];
const executor: Executor = {
  languages: ['javascript'],
  run: async (asked) => (await executor.judge!(asked)).map(({ outputs }) => outputs),
  judge: async (asked) => {
    const verdicts = [];
    for (const job of asked) { jobs.push(job.code); verdicts.push(await quickjs.judge(job)); }
    return verdicts;
  },
};
const plan = (some: readonly CodeItem[], count: number) => Promise.resolve(some.map((item) => planInputs(parser, item, count)));
const ONLY = { weightEdit: 0, weightF1: 0, weightChrf: 0, weightStructure: 0, weightExecution: 1, allMetrics: false, traceGroups: 0 } as const;

async function train(changes: Partial<Settings>, options: { resume?: Checkpoint; spec?: readonly CodeItem[]; executor?: Executor | null; tensors?: NamedTensor[] | null } = {}) {
  const settings: Settings = { ...SMALL, ...changes }, events: RunEvent[] = [], store = new MemoryStore(), trainer = new TabularTrainer(SPECIAL_COUNT);
  const summary = await runLab(
    { trainer, tokenizer, rewarder: new PairScorer(), executor: options.executor === undefined ? executor : options.executor, planInputs: plan, store, describe: describeItem },
    { runId: 'run', settings, items: [...options.spec ?? items], corpusHash: 'corpus', model: { config: modelConfig(settings, tokenizer.vocabSize), tensors: options.tensors === undefined ? tensors : options.tensors }, ...(options.resume ? { resume: options.resume } : {}) },
    { gate: () => Promise.resolve(), stopping: () => false }, (event) => events.push(structuredClone(event)));
  const rows = events.flatMap((event): MetricRow[] => (event.type === 'metrics' ? [event.row] : []));
  return { summary, events, store, trainer, rows, steps: rows.filter((row) => 'loss' in row), notices: events.flatMap((event) => (event.type === 'notice' ? [event.code] : [])) };
}

beforeAll(async () => {
  parser = await createParser(nodeGrammars);
  await parser.load(['javascript']);
  quickjs = await createQuickJS();
  tensors = await (await train({ warmstartSteps: 210, warmstartLearningRate: 0.05, steps: 0, evaluateItems: 2 }, { tensors: null, executor: null })).trainer.exportTensors();
}, 60_000);

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test('rewarded alone it makes reconstructions behave more like the originals, and its cost is told', async () => {
  const { steps, summary, notices } = await train({ ...ONLY, steps: 24, evaluateEvery: 24, codesPerStep: 4, documentations: 6 });
  const agreements = steps.map((row) => row['execution/agreement']!);
  expect(mean(agreements.slice(-6)) - mean(agreements.slice(0, 6))).toBeGreaterThan(0.1);
  expect(summary.after['heldout/execution']! - summary.before['heldout/execution']!).toBeGreaterThan(0);
  for (const row of steps) {
    expect(row['rewards/similarity/mean']).toBeCloseTo(row['execution/agreement']!, 9);
    expect(row['execution/judged_share']).toBe(1);
    expect(row['execution/programs']).toBeGreaterThan(0);
    expect(row['execution/programs']).toBeLessThanOrEqual(24);
    expect(row['execution/seconds']).toBeGreaterThan(0);
  }
  expect(notices).not.toContain('no-engine');
});

test('a run that goes on from a checkpoint has the same numbers', async () => {
  const settings = { ...ONLY, steps: 4, evaluateEvery: 2, evaluateItems: 2 };
  const whole = await train(settings), half = await train({ ...settings, steps: 2 });
  const resume = { ...half.store.saved.at(-1)!, settings: { ...half.store.saved.at(-1)!.settings, steps: 4 } };
  const rest = await train(settings, { resume });
  expect(timeless(rest.steps)).toEqual(timeless(whole.steps.slice(2)));
  expect(rest.steps[0]!['execution/programs']).toBe(whole.steps[2]!['execution/programs']);
});

test('a share without anything to run code with is refused before the start; without a share nothing is run in a step', async () => {
  await expect(train({ weightExecution: 0.5 }, { executor: null })).rejects.toMatchObject({ name: 'BadInput', message: expect.stringContaining('Nothing was started') });
  const { steps } = await train({ steps: 1, evaluateEvery: 5, evaluateItems: 2 });
  expect(Object.keys(steps[0]!).filter((key) => key.startsWith('execution/'))).toEqual([]);
});

describe('the judge', () => {
  const item = (id: string, code: string, language: CodeItem['language'] = 'javascript'): CodeItem => ({ ...items[0]!, id, name: 'f', code, language });
  const double = item('a', 'function f(xs) { return xs.map((x) => x * 2); }'), roll = item('b', 'function f() { return Math.random(); }'), ruby = item('c', 'def f(x)\n  x\nend', 'ruby');
  const heard: RunEvent[] = [];
  const made = (own: readonly CodeItem[]): Behaviour => new Behaviour({ executor, plan, items: own, count: 12, emit: (event) => heard.push(event) });
  const pair = (from: CodeItem, reconstruction: string): ScoredPair => ({ original: from.code, reconstruction, language: from.language });

  it('pays behaviour, not text: 1 under other names, a share for a part, 0 for what fails, nothing where it cannot judge', async () => {
    const values = await made([double, roll, ruby]).judge([
      pair(double, 'const g = (list) => { const out = []; for (const v of list) out.push(v + v); return out; };'), pair(double, double.code), pair(double, 'function f(xs) { return xs.map((x) => x > 1 ? x * 2 : x); }'),
      pair(double, 'function f(xs) { throw new Error(); }'), pair(double, 'function f(xs) {'), pair(double, ''), pair(roll, roll.code), pair(ruby, ruby.code),
    ]);
    expect([values[0], values[1], values[3], values[4], values[5]]).toEqual([1, 1, 0, 0, 0]);
    expect(values[2]).toBeGreaterThan(0);
    expect(values[2]).toBeLessThan(1);
    expect(values.slice(6)).toEqual([NaN, NaN]);
  });

  it('runs an original twice in a run, a reconstruction once in a step, and never hands out what is expected', async () => {
    const judge = made([double]), wrong = pair(double, 'function f(xs) { return 1; }');
    jobs.length = 0;
    judge.begin();
    await Promise.all([judge.judge([wrong, wrong]), judge.judge([wrong])]);
    expect(jobs).toEqual([double.code, double.code, wrong.reconstruction]);
    expect(judge.costs()['execution/programs']).toBe(1);
    judge.begin();
    await judge.judge([wrong]);
    expect(jobs).toHaveLength(4);
  });

  it('says which functions nothing can run, and why so many cannot be judged', async () => {
    const judge = made([double, ruby]);
    judge.tellMissing();
    expect(heard.at(-1)).toMatchObject({ code: 'no-engine', text: expect.stringContaining('1 in ruby') });
    const dice = Array.from({ length: 9 }, (_, i) => item(`r${i}`, `function f() { return Math.random() * ${i}; }`));
    await made(dice).judge(dice.map((one) => pair(one, 'x')));
    expect(heard.at(-1)).toMatchObject({ code: 'not-judgeable', text: expect.stringContaining('9 cannot be judged by running: it draws random numbers (9)') });
  });
});
