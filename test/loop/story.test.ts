/** Holds the story to: the same functions at every evaluation, with the numbers that the evaluation counted. */
import { expect, it } from 'vitest';
import { STORY_FUNCTIONS } from '../../src/loop/evaluate';
import { mean } from '../../src/rl/advantage';
import type { StoryPage } from '../../src/types';
import { items, run } from './small_run';

it('every evaluation of the loop tells the same functions, held out, as it scored them', async () => {
  const { events, rows } = await run({ steps: 4, evaluateEvery: 2, evaluateItems: 3 });
  const pages = events.flatMap((event): StoryPage[] => (event.type === 'story' ? [event.page] : []));
  expect(pages.map(({ step }) => step)).toEqual([0, 2, 4]);
  for (const { step, entries } of pages) {
    expect(entries.map(({ itemId }) => itemId)).toEqual(pages[0]!.entries.map(({ itemId }) => itemId));
    // Three of each split, in turn: fewer than ten are all of them, and so their means are those of the evaluation.
    expect(entries.map(({ itemId }) => items.find((item) => item.id === itemId)!.split)).toEqual(['variation', 'combination', 'variation', 'combination', 'variation', 'combination']);
    const row = rows.find((one) => one['step'] === step)!;
    expect(mean(entries.map(({ similarity }) => similarity))).toBeCloseTo(row['heldout/similarity']!, 10);
    expect(mean(entries.map(({ shuffled }) => shuffled))).toBeCloseTo(row['heldout/shuffled']!, 10);
    expect(mean(entries.map(({ exact }) => Number(exact)))).toBeCloseTo(row['heldout/exact_match']!, 10);
  }
  const { events: many } = await run({ steps: 0, evaluateItems: 8 });
  const [page] = many.flatMap((event): StoryPage[] => (event.type === 'story' ? [event.page] : []));
  expect(page!.entries.length).toBe(STORY_FUNCTIONS);
});
