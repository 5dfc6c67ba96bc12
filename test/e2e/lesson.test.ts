/** The lesson plan, carried out click by click as docs/lesson.md has it: a step that the page does not offer, or words that do not come, fail here. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Locator } from 'playwright-core';
import { openPage } from './harness';
import type { OpenPage } from './harness';

const lesson = readFileSync(new URL('../../docs/lesson.md', import.meta.url), 'utf8');
const steps = [...lesson.matchAll(/^- (Click|Press|You see:) \*\*(.+)\*\*$/gm)].map(([, verb, what]) => ({ verb: verb!, what: what! }));

let lab: OpenPage;
beforeAll(async () => { lab = await openPage(); });
afterAll(async () => { await lab?.close(); });

/** What a person would click who reads this name on the screen. */
async function named(what: string): Promise<Locator> {
  const { page } = lab;
  const found = [
    ...(['tab', 'button', 'radio', 'checkbox', 'link'] as const).map((role) => page.getByRole(role, { name: what, exact: true })),
    page.locator('summary:visible', { hasText: what }),
  ];
  for (const one of found) if (await one.count() > 0 && await one.first().isVisible()) return one.first();
  throw new Error(`The page shows nothing to click that is called "${what}".`);
}

test('the lesson can be given as it is written', async () => {
  const { page } = lab;
  expect(steps.length).toBeGreaterThan(25);
  expect(steps.length).toBe(lesson.split('\n').filter((line) => /^- /.test(line)).length);
  for (const { verb, what } of steps) {
    if (verb === 'Click') {
      await expect.poll(async () => { await (await named(what)).click({ timeout: 5_000 }); return true; }, { message: `Click ${what}`, timeout: 20_000 }).toBe(true);
    } else if (verb === 'Press') await page.keyboard.press(what);
    else await expect.poll(() => page.locator('body').innerText(), { message: `You see: ${what}`, timeout: 240_000 }).toContain(what);
  }
  expect(await page.evaluate(() => document.documentElement.dataset['scale'])).toBe('large');
  expect(lab.errors).toEqual([]);
});
