/** The UCoder tab on the built page: a real round in the sandbox, its problems and clusters, and what is seen before there is one. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, openTab, waitForState } from './harness';
import type { OpenPage } from './harness';

let lab: OpenPage;
beforeAll(async () => { lab = await openPage({ query: 'preset=demo&model=starter-small&steps=2&codesPerStep=4&documentations=2&evaluateEvery=9&evaluateItems=2&candidates=8&problems=described&readerDetail=1&minShare=0.25&traceGroups=0&allMetrics=false' }); });
afterAll(async () => { await lab?.close(); });

const violations = async (): Promise<string[]> => (await new AxeBuilder({ page: lab.page }).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);

test('before a round: what it is, a way to choose it, the stages, and the theorem to try', async () => {
  const { page } = lab;
  await openTab(page, 'UCoder');
  await page.locator('.ucoder-stages > li').first().waitFor();
  expect(await page.locator('.ucoder-stages > li').count()).toBe(6);
  await page.getByRole('button', { name: 'Both in turn' }).click();
  await expect.poll(() => page.url()).toContain('objective=in-turn');
  await page.getByLabel('Answers (n)').fill('128');
  await page.getByLabel(/Two wrong ones agree/).fill('0.9');
  expect(await page.locator('.ucoder .big').innerText()).toBe('121 tests for a chance of error of at most 5 %');
  await page.getByText('What a model would be asked').first().click();
  expect(await page.locator('.ucoder-stages pre').first().innerText()).toContain('<PROBLEM_START>');
  expect(await violations()).toEqual([]);
});

test('a round: problems with their clusters and outputs, the learned answer, and the numbers', async () => {
  const { page } = lab;
  await page.locator('#start').click();
  await waitForState(page, 'finished');
  // Two updates in turn: the second is UCoder's.
  await page.getByRole('heading', { name: 'Round of update 2' }).waitFor();
  const tiles = await page.locator('.ucoder .tiles li').allInnerTexts();
  expect(tiles[0]).toMatch(/^4\s+problems/);
  expect(tiles.find((tile) => tile.includes('programs run'))).toMatch(/^([5-9]|[12]\d|3[0-6])\s/);
  const problems = page.locator('.ucoder-problem');
  expect(await problems.count()).toBe(4);
  for (let i = 0; i < 4; i++) {
    await problems.nth(i).click();
    const detail = page.locator('.ucoder .detail');
    expect(await detail.innerText()).toMatch(/of 8 answers behave the same|Abstained: the largest cluster has \d of 8|None of 8 answers ran/);
    expect(await detail.innerText()).toMatch(/By the original, which was not used: \d of 8 answers are right/);
    if (await detail.locator('.ucoder-outputs').count() > 0) expect(await detail.locator('.ucoder-outputs tbody tr').count()).toBe(12);
  }
  expect(await violations()).toEqual([]);
  const size = page.viewportSize()!;
  await page.setViewportSize({ width: 320, height: 800 });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  await page.setViewportSize(size);
  // A chart follows them.
  await openTab(page, 'Train');
  await page.getByText('Consensus of answers', { exact: true }).waitFor();
  expect(lab.errors).toEqual([]);
});

test('after a reload the round is read back from the saved run', async () => {
  const { page } = lab;
  await page.reload();
  await openTab(page, 'Runs');
  await page.getByRole('button', { name: /^Open/ }).first().click();
  await openTab(page, 'UCoder');
  await page.locator('.ucoder-problem').first().waitFor();
  expect(await page.locator('.ucoder-problem').count()).toBe(4);
}, 60_000);
