/** UCoder's round on a small real model: what is chosen, what is learned from it, and that a run of both systems resumes to the bit. */
import { describe, expect, it } from 'vitest';
import { modelConfig } from '../../src/config';
import type { Settings } from '../../src/config';
import { staleness } from '../../src/loop/notices';
import { isUcoderStep } from '../../src/loop/ucoder';
import type { Batch, Episode, GenerateRequest, MetricRow, UpdateSettings } from '../../src/types';
import { SPECIAL_COUNT } from './small_corpus';
import { smallPython } from './small_python';
import { SMALL, items, run, timeless, tokenizer, warmWeights, type Ran } from './small_run';
import { TabularTrainer } from './tabular_trainer';

const LISTS = [[[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]], [[]], [[9, 9, 2]], [[5, 3, 8, 1]]];
const runnable = items.map((item) => ({ ...item, inputs: LISTS }));
const ROUND = { objective: 'ucoder', problems: 'described', candidates: 8, evaluateItems: 2, evaluateEvery: 100, steps: 1, minShare: 0.25, readerDetail: 1 } as const;

/** One run with what the trainer was handed. */
async function round(changes: Partial<Settings>, trainer = new TabularTrainer(SPECIAL_COUNT), positions?: number): Promise<Ran & { batches: { batch: Batch; settings: UpdateSettings }[]; row: MetricRow; episodes: Episode[]; executor: ReturnType<typeof smallPython> }> {
  const batches: { batch: Batch; settings: UpdateSettings }[] = [], step = trainer.step.bind(trainer), executor = smallPython();
  trainer.step = (batch, settings) => { batches.push({ batch, settings }); return step(batch, settings); };
  const settings = { ...SMALL, ...ROUND, ...changes }, tensors = await warmWeights();
  const model = positions === undefined ? {} : { model: { config: { ...modelConfig(settings, tokenizer.vocabSize), max_position_embeddings: positions }, tensors } };
  const ran = await run(settings, { tensors, trainer, executor, spec: { items: runnable, ...model } });
  return { ...ran, batches, executor, row: ran.rows.at(-1)!, episodes: ran.events.flatMap((event) => (event.type === 'episodes' ? event.episodes : [])) };
}

const completions = ({ batch }: { batch: Batch }): string[] => Array.from({ length: batch.offsets.length - 1 }, (_, s) => {
  const [from, to] = [batch.offsets[s]!, batch.offsets[s + 1]!];
  return tokenizer.decode(Array.from(batch.tokens.slice(from, to)).filter((_, i) => batch.weight[from + i] !== 0));
});

describe('a round', () => {
  it('learns the answers that most agree on, and only these', async () => {
    const { batches, row, episodes, executor } = await round({ codesPerStep: 6 });
    expect(episodes.length).toBe(6);
    const chosen = episodes.flatMap(({ consensus, reconstructions }) => (consensus && consensus.chosen >= 0 ? [reconstructions[consensus.chosen]!.code] : []));
    expect(chosen.length).toBeGreaterThan(0);
    expect(completions(batches[0]!).sort()).toEqual(chosen.sort());
    expect(batches[0]!.settings).toMatchObject({ ratio: 'none', clip: 'none', kl: 'none', temperature: 1 });
    for (const { consensus, reconstructions } of episodes) {
      expect(consensus!.clusters.reduce((sum, { members }) => sum + members.length, 0)).toBeLessThanOrEqual(reconstructions.length);
      expect([reconstructions.length, consensus!.testCount, consensus!.tests[3], consensus!.right!.length]).toEqual([8, 4, '[[5,3,8,1]]', 8]);
      const largest = consensus!.clusters[0]?.members.length ?? 0;
      expect(consensus!.confidence).toBeCloseTo(largest / 8, 12);
      // Two of 8 have to agree.
      expect(consensus!.chosen >= 0).toBe(largest >= 2);
      expect(consensus!.why).toMatch(consensus!.chosen >= 0 ? /of 8 answers behave the same/ : /^(Abstained: the largest cluster has \d of 8 answers|None of 8 answers ran)/);
    }
    // Right is who gives what the original gives, on every list.
    const judge = smallPython();
    for (const { code, name, consensus, reconstructions } of episodes) {
      const [truth, ...answers] = await judge.run([{ code, name }, ...reconstructions.map((one) => ({ code: one.code, name: /^def (\w+)/.exec(one.code)?.[1] ?? name }))].map((job) => ({ ...job, language: 'python' as const, inputs: LISTS })));
      expect(consensus!.right).toEqual(answers.map((answer) => JSON.stringify(answer) === JSON.stringify(truth)));
    }
    expect(new Set(episodes.flatMap(({ consensus }) => consensus!.right!)).size).toBe(2);
    expect(row).toMatchObject({ 'ucoder/problems': 6, 'ucoder/probed': 6, 'ucoder/tests': 4, 'ucoder/learned': chosen.length, 'ucoder/proposed': 6 });
    expect(row['ucoder/right']).toBeCloseTo(episodes.flatMap(({ consensus }) => consensus!.right!).filter(Boolean).length / 48, 12);
    // The same text is run once for a problem, originals once each.
    const programs = episodes.reduce((sum, episode) => sum + new Set([episode.code, ...episode.reconstructions.map(({ code }) => code)]).size, 0);
    expect(row['ucoder/programs']).toBe(programs);
    // Beside the evaluations' own.
    expect(executor.programs).toBeGreaterThanOrEqual(programs);
  }, 30_000);

  it('teaches the reader: what was sampled in one round is likelier in the next', async () => {
    const before = await round({ codesPerStep: 12, steps: 1 }), after = await round({ codesPerStep: 12, steps: 12, learningRate: 0.01 });
    const confidence = (ran: { rows: MetricRow[] }): number[] => ran.rows.flatMap((row) => (Number.isFinite(row['ucoder/confidence']) ? [row['ucoder/confidence']!] : []));
    expect(confidence(before)[0]).toBe(confidence(after)[0]);
    const last = confidence(after).slice(-4);
    expect(last.reduce((sum, value) => sum + value, 0) / last.length).toBeGreaterThan(confidence(after)[0]! + 0.05);
  }, 60_000);

  it('can learn other answers, for comparison', async () => {
    const { batches, episodes } = await round({ pick: 'truth' });
    expect(completions(batches[0]!).sort()).toEqual(episodes.map(({ code }) => code).sort());
    const vague = { problems: 'corpus', codesPerStep: 6, candidates: 16 } as const;
    const random = await round({ ...vague, pick: 'random' }), best = await round({ ...vague, pick: 'reward' }), greedy = await round({ ...vague, pick: 'greedy' });
    for (const { consensus } of random.episodes) if (consensus!.chosen >= 0) expect(consensus!.executed[consensus!.chosen]).toBeGreaterThanOrEqual(0.8);
    for (const { consensus, reconstructions } of best.episodes) {
      if (consensus!.chosen < 0) continue;
      const ran = reconstructions.filter((_, r) => consensus!.executed[r]! >= 0.8).map(({ similarity }) => similarity);
      expect(reconstructions[consensus!.chosen]!.similarity).toBeGreaterThan(Math.max(...ran) - 0.2);
    }
    expect(completions(greedy.batches[0]!).length).toBe(greedy.episodes.length);
    expect(new Set([random, best, greedy].map((one) => completions(one.batches[0]!).join())).size).toBe(3);
  }, 60_000);

  it('abstains where too few agree, and then learns nothing at all', async () => {
    const { batches, row, summary } = await round({ minShare: 1, candidates: 32 });
    expect([batches.length, row['ucoder/abstained'], row['ucoder/learned'], summary.steps]).toEqual([0, 1, 0, 1]);
    expect(row['loss']).toBeNaN();
  }, 30_000);

  it('reads documentation that the model wrote as its problems', async () => {
    const { episodes, row } = await round({ problems: 'corpus' });
    expect(row['ucoder/proposed']).toBe(3);
    for (const episode of episodes) expect(episode.documentationTokens).toBeGreaterThan(0);
  }, 30_000);

  it('needs a sandbox for the corpus, and says so before anything is trained', async () => {
    for (const objective of ['ucoder', 'in-turn'] as const) {
      const trainer = new TabularTrainer(SPECIAL_COUNT), refused = { name: 'BadInput', message: expect.stringContaining('there is no sandbox') as string };
      await expect(run({ ...ROUND, objective }, { tensors: await warmWeights(), trainer, spec: { items: runnable } })).rejects.toMatchObject(refused);
      await expect(run({ ...ROUND, objective }, { tensors: await warmWeights(), trainer, executor: { ...smallPython(), languages: ['lua'] }, spec: { items: runnable } })).rejects.toMatchObject(refused);
      expect(trainer.calls.step).toBe(0);
    }
  });
});

describe('functions that nobody documented', () => {
  it('teach a warm start, an anchor and supervised pairs their code alone', async () => {
    const bare = items.map((item) => (item.split === 'train' ? { ...item, undocumented: true } : item));
    const bos = tokenizer.special('<|bos|>'), python = tokenizer.special('<|python|>');
    for (const changes of [{ warmstartSteps: 2, steps: 0 }, { objective: 'sft', anchor: 4, steps: 1 }] as const) {
      const trainer = new TabularTrainer(SPECIAL_COUNT), batches: Batch[] = [], step = trainer.step.bind(trainer);
      trainer.step = (batch, settings) => { batches.push(batch); return step(batch, settings); };
      await run({ evaluateItems: 2, evaluateEvery: 100, ...changes }, { trainer, spec: { items: bare } });
      expect(batches.length).toBeGreaterThan(0);
      for (const batch of batches) for (const start of batch.offsets.slice(0, -1)) expect([...batch.tokens.slice(start, start + 2)]).toEqual([bos, python]);
    }
  }, 30_000);
});

describe('problems that the model makes up', () => {
  /** Answers each stage as a model that follows instructions would; the reader's part stays the small model's own. */
  class Following extends TabularTrainer {
    asked: string[] = [];
    answers: Record<string, string> = {};
    override async generate(request: GenerateRequest, onRows?: Parameters<TabularTrainer['generate']>[1]) {
      const texts = request.prompts.map((prompt) => tokenizer.decode(Array.from(prompt)));
      const tag = /<(PROBLEM|RATING|SKELETON|TESTS)_START>\s*$/.exec(texts[0] ?? '')?.[1];
      if (tag === undefined) return super.generate(request, onRows);
      this.asked.push(tag);
      const tokens = texts.map(() => Int32Array.from([...tokenizer.encode(this.answers[tag]!), request.endId]));
      return { tokens, logps: tokens.map((one) => new Float32Array(one.length)), finished: tokens.map(() => true) };
    }
  }
  const GOOD = {
    PROBLEM: 'Title: Keep\nDescription: Keeps the items above 3. Named keep_ages.\nFunction Signature: def keep_ages(ages):\nExample Input-Output: keep_ages([4]) -> [4]\nHint: Filter.\n<PROBLEM_END>',
    RATING: 'Problem Quality Score: 8\nSummary: clear\n<RATING_END>', SKELETON: 'def keep_ages(ages):\n    """Keeps the items above 3."""\n<SKELETON_END>', TESTS: '[[1, 2, 3, 4, 5]]\n[[]]\n[7]\n[1, 2]\n<TESTS_END>',
  };
  const ask = async (answers: Partial<typeof GOOD>) => {
    const trainer = new Following(SPECIAL_COUNT);
    trainer.answers = { ...GOOD, ...answers };
    return { ...await round({ problems: 'model', codesPerStep: 2, maxDocumentationTokens: 64 }, trainer, 4096), asked: trainer.asked };
  };

  it('pass four stages, are answered, run and learned from', async () => {
    const { asked, episodes, row } = await ask({});
    expect(asked).toEqual(['PROBLEM', 'RATING', 'SKELETON', 'TESTS']);
    expect(row).toMatchObject({ 'ucoder/proposed': 2, 'ucoder/unreadable': 0, 'ucoder/rated_out': 0, 'ucoder/without_head': 0, 'ucoder/without_tests': 0, 'ucoder/problems': 2, 'ucoder/tests': 3 });
    expect(episodes.map(({ itemId, code, consensus }) => [itemId, code, consensus!.testCount, consensus!.right])).toEqual([['problem-1-0', '', 3, undefined], ['problem-1-1', '', 3, undefined]]);
    expect(episodes[0]!.documentation).toContain('Keeps the items above 3.');
  }, 30_000);

  it('are counted where they fall', async () => {
    expect((await ask({ PROBLEM: 'no idea' })).row).toMatchObject({ 'ucoder/proposed': 2, 'ucoder/unreadable': 2, 'ucoder/problems': 0 });
    expect((await ask({ RATING: 'Problem Quality Score: 5\n<RATING_END>' })).row).toMatchObject({ 'ucoder/rated_out': 2, 'ucoder/problems': 0 });
    expect((await ask({ SKELETON: 'keep\n<SKELETON_END>' })).row).toMatchObject({ 'ucoder/without_head': 2, 'ucoder/problems': 0 });
    expect((await ask({ TESTS: 'none' })).row).toMatchObject({ 'ucoder/without_tests': 2, 'ucoder/probed': 0, 'ucoder/learned': 0 });
  }, 60_000);

  it('are refused where the model is too small to read the templates', async () => {
    await expect(round({ problems: 'model' })).rejects.toMatchObject({ name: 'BadInput', message: expect.stringMatching(/would have to read and write \d+ tokens, and it takes 256/) as string });
  });
});

describe('both in turn', () => {
  it('takes turns, beginning with BatCoder', () => {
    const settings = { objective: 'in-turn' } as Settings;
    expect([0, 1, 2, 3].map((step) => isUcoderStep(settings, step))).toEqual([false, true, false, true]);
    expect([isUcoderStep({ objective: 'ucoder' } as Settings, 0), isUcoderStep({ objective: 'policy' } as Settings, 1)]).toEqual([true, false]);
  });

  it('a run cut after any step goes on to the same bits', async () => {
    const changes = { ...ROUND, objective: 'in-turn', steps: 5, evaluateEvery: 2, checkpointSeconds: 3600 } as const;
    const tensors = await warmWeights();
    const whole = await run(changes, { tensors, executor: smallPython(), spec: { items: runnable } });
    const kinds = whole.rows.filter((row) => Number.isFinite(row['step']) && row['step']! > 0).map((row) => 'ucoder/problems' in row);
    expect(kinds).toEqual([false, true, false, true, false]);
    // BatCoder's updates weigh both stages, with a ratio; UCoder's only the chosen answers.
    for (const at of [1, 2, 3]) {
      let steps = 0;
      const cut = await run(changes, { tensors, executor: smallPython(), spec: { items: runnable }, control: { gate: () => Promise.resolve(), stopping: () => steps++ >= at + 1 } });
      expect(cut.summary.stopped).toBe(true);
      const resumed = await run(changes, { executor: smallPython(), spec: { items: runnable }, resume: cut.store.saved.at(-1)! });
      const rows = timeless([...cut.rows, ...resumed.rows].filter((row) => 'ucoder/problems' in row)), want = timeless(whole.rows.filter((row) => 'ucoder/problems' in row));
      expect(rows.map(({ step, 'ucoder/confidence': confidence, loss }) => [step, confidence, loss]), `after ${at}`).toEqual(want.map(({ step, 'ucoder/confidence': confidence, loss }) => [step, confidence, loss]));
      expect(resumed.store.saved.at(-1)!.trainer.weights.every((value, i) => value === whole.store.saved.at(-1)!.trainer.weights[i])).toBe(true);
    }
  }, 60_000);
});

describe('patience', () => {
  const point = (step: number, solved: number) => ({ step, reward: 0, margin: 0, shuffled: 0, similarity: solved / 2, gap: 0, leakRate: 0, solved });
  it('ends a run that no longer gains, by what runs and else by similarity', () => {
    const history = [point(0, 0.3), point(10, 0.5), point(20, 0.5), point(30, 0.4)];
    expect([staleness(history, 0), staleness(history, 3), staleness(history.slice(0, 2), 1), staleness([], 1)]).toEqual([null, null, null, null]);
    expect(staleness(history, 2)).toMatch(/0\.50, is that after 10 updates, and 2 evaluations since/);
    expect(staleness(history.map((one, i) => ({ ...one, solved: NaN, similarity: i })), 1)).toBeNull();
    expect(staleness([point(0, 0.3), point(10, 0.2)], 1)).toMatch(/that after 0 updates, and 1 evaluation since/);
  });
  it('ends the run itself, saved', async () => {
    const ran = await run({ ...ROUND, steps: 20, evaluateEvery: 1, patience: 2, learningRate: 1e-7 }, { tensors: await warmWeights(), executor: smallPython(), spec: { items: runnable } });
    expect([ran.summary.steps, ran.summary.stopped, ran.notices.includes('no-gain'), ran.store.saved.at(-1)!.step]).toEqual([2, false, true, 2]);
  }, 30_000);
});
