/** A run cut at any call to its trainer, in the middle of a group or of a step, and resumed from its store ends with the bits of one that was not. */
import { expect, it } from 'vitest';
import { createRng } from '../../src/rng';
import { labError } from '../../src/types';
import type { Episode, MetricRow, RunEvent, Trainer } from '../../src/types';
import { SPECIAL_COUNT } from './small_corpus';
import { MemoryStore, timeless } from './small_run';
import { always, same, tinyRun } from './tiny_run';
import { TabularTrainer } from './tabular_trainer';

const CALLS = ['load', 'generate', 'score', 'step', 'freeze', 'snapshot', 'restore'] as const satisfies (keyof Trainer)[];

/** Counts the calls; the `cut`-th and all later ones fail, as after a crash. */
function cutAt(cut: number): { trainer: TabularTrainer; calls: () => number } {
  const trainer = new TabularTrainer(SPECIAL_COUNT);
  let calls = 0;
  for (const name of CALLS) {
    const own = (trainer as Trainer)[name].bind(trainer) as (...args: unknown[]) => Promise<unknown>;
    Object.assign(trainer, { [name]: (...args: unknown[]) => (++calls >= cut ? Promise.reject(labError('DeviceLost', 'cut')) : own(...args)) });
  }
  return { trainer, calls: () => calls };
}

const CHANGES = { steps: 5, evaluateEvery: 2, evaluateItems: 2, codesPerStep: 2, documentations: 2, warmstartSteps: 5, warmstartBatch: 2, checkpointSeconds: 3600, updatesPerBatch: 2, method: 'grpo' } as const;

/** What was told of each step, the last telling counting: a resumed run tells again what came after its checkpoint. */
function told(events: readonly RunEvent[]): { rows: MetricRow[]; episodes: Episode[] } {
  const rows = new Map<string, MetricRow>(), episodes = new Map<number, Episode[]>();
  for (const event of events) {
    if (event.type === 'metrics') rows.set(`${event.row['warmstart/step'] ?? ''} ${event.row['step'] ?? ''}`, timeless([event.row])[0]!);
    if (event.type === 'episodes') episodes.set(event.step, event.episodes);
  }
  return { rows: [...rows.values()], episodes: [...episodes.values()].flat() };
}

it('at 20 random calls: rows, samples and weights are those of the uninterrupted run', async () => {
  const whole = cutAt(Infinity), events: RunEvent[] = [], store = new MemoryStore();
  await tinyRun(CHANGES, { trainer: whole.trainer, store, heard: events, control: always, measured: true });
  const want = told(events), weights = store.saved.at(-1)!.trainer, calls = whole.calls(), rng = createRng(11);
  expect(want.episodes.length).toBe(5 * 2 * 2);
  const seen = new Set<string>(), behind: number[] = [];
  for (let trial = 0; trial < 20; trial++) {
    // Not the first save: before it there is nothing to resume, and the run begins again.
    const cut = 3 + Math.floor(rng() * (calls - 3)), heard: RunEvent[] = [], kept = new MemoryStore();
    await expect(tinyRun(CHANGES, { trainer: cutAt(cut).trainer, store: kept, heard, control: always, measured: true }), `call ${cut}`).rejects.toMatchObject({ name: 'DeviceLost' });
    const reached = heard.findLast(event => event.type === 'phase');
    if (reached?.type === 'phase') seen.add(reached.phase);
    const resume = kept.saved.at(-1)!;
    behind.push(resume.step);
    await tinyRun(CHANGES, { trainer: new TabularTrainer(SPECIAL_COUNT), store: kept, heard, control: always, measured: true, resume: { ...resume, loop: JSON.parse(JSON.stringify(resume.loop)) as Record<string, unknown> } });
    const got = told(heard), end = kept.saved.at(-1)!.trainer;
    expect(got.rows, `rows after a cut at call ${cut}`).toEqual(want.rows);
    expect(got.episodes, `samples after a cut at call ${cut}`).toEqual(want.episodes);
    for (const part of ['weights', 'm', 'v', 'frozen'] as const) expect(same(end[part], weights[part]), `${part} after a cut at call ${cut}`).toBe(true);
    expect(end.optimizerStep).toBe(weights.optimizerStep);
    for (const part of ['history', 'before', 'after', 'said']) expect(kept.saved.at(-1)!.loop[part], `${part} after a cut at call ${cut}`).toEqual(store.saved.at(-1)!.loop[part]);
  }
  // In the middle of a group's documentations and reconstructions too.
  expect(seen.size).toBeGreaterThanOrEqual(4);
  for (const phase of ['reconstruct', 'update', 'evaluate']) expect(seen, phase).toContain(phase);
  expect(new Set(behind).size).toBeGreaterThanOrEqual(4);
}, 120_000);
