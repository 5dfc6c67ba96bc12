/** The first episode is told part by part before the first measurement, and which of the two is first changes no number. */
import { expect, it } from 'vitest';
import type { Draft, RunEvent } from '../../src/types';
import { run, timeless, warmWeights } from './small_run';

const drafts = (events: readonly RunEvent[]): Draft[] => events.flatMap(event => (event.type === 'draft' ? [event.draft] : []));

it('code, then documentation, then reconstruction, then reward and advantage, all of one sample and before row 0', async () => {
  const tensors = await warmWeights(), { events } = await run({ steps: 2, evaluateEvery: 2, evaluateItems: 2 }, { tensors });
  const first = drafts(events).filter(({ step }) => step === 1), last = first.at(-1)!;
  expect(Object.keys(first[0]!)).not.toContain('documentation');
  expect(first[0]!.code.length).toBeGreaterThan(10);
  expect(first.map(draft => ['documentation', 'reconstruction', 'reward', 'advantage'].filter(key => key in draft).length).reduce((a, b) => (b >= a ? b : NaN))).toBe(4);
  const episode = events.flatMap(event => (event.type === 'episodes' ? event.episodes : [])).find(({ step, itemId, group }) => step === 1 && itemId === last.itemId && group === last.group)!;
  expect([last.documentation, last.reconstruction, last.reward, last.advantage]).toEqual([episode.documentation, episode.reconstructions[0]?.code ?? null, episode.reward, episode.advantage]);
  expect(events.findIndex(event => event.type === 'draft' && event.draft.advantage !== undefined)).toBeLessThan(events.findIndex(event => event.type === 'metrics' && event.row['step'] === 0));
  expect(events.flatMap(event => (event.type === 'draft' && event.row ? [event.row['reward/mean']] : []))[0]).toBe(events.flatMap(event => (event.type === 'metrics' && event.row['step'] === 1 ? [event.row['reward/mean']] : []))[0]);
});

it('a run that measures first ends the same', async () => {
  const tensors = await warmWeights(), settings = { steps: 3, evaluateEvery: 3, evaluateItems: 2 };
  const [early, late] = [await run({ ...settings, loopGate: 'warn' }, { tensors }), await run({ ...settings, loopGate: 'stop' }, { tensors })];
  // Only the count of tokens knows who was first, at step 0.
  const counted = (rows: typeof early.rows) => timeless(rows).map(row => (row['step'] === 0 ? { ...row, num_tokens: 0 } : row));
  expect(counted(early.rows)).toEqual(counted(late.rows));
  expect((await early.trainer.snapshot()).weights).toEqual((await late.trainer.snapshot()).weights);
});
