/**
 * Runs beside each other and models by hand, on the built page: trying leaves a run's bits alone, two runs are laid over each other, a
 * branch goes out as a file, is deleted, comes back and ends in the same weights.
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, openTab, waitForState } from './harness';
import type { OpenPage } from './harness';

const TINY = { steps: 2, codesPerStep: 2, documentations: 2, evaluateEvery: 2, evaluateItems: 2, maxDocumentationTokens: 16, maxCodeTokens: 48, checkpointSeconds: 5 };
let lab: OpenPage;
beforeAll(async () => { lab = await openPage(); lab.page.setDefaultTimeout(30_000); });
afterAll(async () => { await lab?.close(); });

const begin = (settings: Record<string, unknown>): Promise<void> => lab.page.evaluate((own) => globalThis.batcoder.start({ preset: 'demo', settings: own }), { ...TINY, ...settings });
const ended = async (): Promise<void> => { await lab.page.evaluate(() => globalThis.batcoder.wait()); };
/** SHA-256 of the numbers alone: the header names the run. */
async function weights(): Promise<string> {
  const base64 = await lab.page.evaluate(async () => (await globalThis.batcoder.files()).find(({ name }) => name === 'model/model.safetensors')!.base64);
  const file = Buffer.from(base64, 'base64');
  return createHash('sha256').update(file.subarray(8 + Number(file.readBigUInt64LE()))).digest('hex');
}
const nameOf = (): Promise<string> => lab.page.locator('.runbar-line').innerText().then((text) => /[a-z]+-[a-z]+/.exec(text)![0]);
const rowOf = (name: string) => lab.page.locator('[data-run]').filter({ has: lab.page.locator('.list-name b', { hasText: new RegExp(`^${name}$`) }) });

test('a model writes token by token and stops when told, while a run goes on that is none the worse for it', async () => {
  const { page } = lab;
  await openTab(page, 'Models');
  await begin({});
  await page.getByLabel('Samples').fill('8');
  await page.getByLabel('beside a second model').setChecked(false);
  await page.locator('#write').click();
  const tokens = (): Promise<number> => page.locator('.try-pane .token').count();
  await expect.poll(tokens, { timeout: 60_000, interval: 5 }).toBeGreaterThan(0);
  const before = await tokens();
  const took = await page.evaluate(async () => {
    const asked = performance.now(), pane = document.querySelector<HTMLElement>('.try-pane')!;
    document.getElementById('stop-writing')!.click();
    while (pane.dataset['state'] !== 'stopped') await new Promise((done) => { setTimeout(done, 1); });
    return performance.now() - asked;
  });
  expect(took).toBeLessThan(100);
  const stopped = await tokens();
  await page.waitForTimeout(400);
  expect(await tokens()).toBe(stopped);
  expect(before).toBeLessThan(8 * 16);
  await ended();
  const disturbed = await weights();
  await begin({});
  await ended();
  expect(await weights()).toBe(disturbed);
});

test('two runs lie over each other with the one setting in which they differ', async () => {
  const { page } = lab, first = await nameOf();
  await begin({ seed: 3 });
  await ended();
  const second = await nameOf();
  await openTab(page, 'Runs');
  for (const name of [first, second]) await rowOf(name).getByRole('button', { name: /^Compare/ }).click();
  await expect.poll(() => page.locator('#config-diff tbody tr').evaluateAll((rows) => rows.map((row) => [row.getAttribute('data-key'), ...[...row.querySelectorAll('td')].map((cell) => cell.textContent)]))).toEqual([['seed', '0', '3']]);
  const legend = page.locator('#compare figure').first().locator('.legend-item');
  await expect.poll(() => legend.count()).toBe(2);
  expect((await legend.allInnerTexts()).map((text) => text.split(/\s+/)[0])).toEqual([first, second]);
  // Told apart by more than colour.
  expect(new Set(await legend.locator('line').evaluateAll((lines) => lines.map((line) => line.getAttribute('stroke-dasharray')))).size).toBe(2);
  await page.getByLabel('Find a run').fill('no such run');
  await expect.poll(() => page.locator('[data-run]').count()).toBe(0);
  await page.getByLabel('Find a run').fill('');
});

test('a branch is exported, deleted, imported and resumed, and ends in the weights of the run that it left', async () => {
  const { page } = lab, parent = await nameOf(), wanted = await weights();
  await rowOf(parent).getByRole('button', { name: 'Branch' }).click();
  await page.locator('#branch-dialog').getByRole('button', { name: 'Branch from here' }).last().click();
  const branch = rowOf(`${parent} branch`);
  await expect.poll(() => branch.innerText()).toMatch(new RegExp(`branched from ${parent} before its first step`));
  await branch.locator('.run-more summary').click();
  await branch.getByRole('button', { name: 'Export whole run' }).click();
  const waiting = page.waitForEvent('download');
  await page.locator('#export-dialog').getByRole('button', { name: 'Export', exact: true }).click();
  const file = await (await waiting).path();
  await branch.getByRole('button', { name: 'Delete' }).click();
  await expect.poll(() => branch.count()).toBe(0);
  const known = await page.locator('[data-run]').count();
  await page.locator('#run-input').setInputFiles(file);
  await expect.poll(() => page.locator('[data-run]').count()).toBe(known + 1);
  await page.locator('[data-run]').first().getByRole('button', { name: 'Resume' }).click();
  await waitForState(page, 'finished');
  expect(await weights()).toBe(wanted);
  await expect.poll(() => page.locator('#outcome').innerText()).toMatch(/has finished[^]*Held-out similarity/);
});

test('before and after training are asked the same, and both are scored', async () => {
  const { page } = lab;
  await openTab(page, 'Models');
  await page.getByLabel('Samples').fill('1');
  await page.getByLabel('beside a second model').setChecked(true);
  await page.getByRole('radio', { name: /Round trip/ }).check();
  await page.locator('#write').click();
  const states = (): Promise<(string | undefined)[]> => page.locator('.try-pane').evaluateAll((panes) => panes.map((pane) => (pane as HTMLElement).dataset['state']));
  await expect.poll(states, { timeout: 60_000 }).toEqual(['done', 'done']);
  expect(await page.locator('.try-pane h3').allInnerTexts()).toEqual([expect.stringMatching(/what it began with$/), expect.stringMatching(/, step 2$/)]);
  const scores = (await page.locator('.try-pane .score b').allInnerTexts()).map(Number);
  expect(scores.length).toBe(2);
  for (const score of scores) { expect(score).toBeGreaterThanOrEqual(0); expect(score).toBeLessThanOrEqual(1); }
  // The likeliest tokens of the first place are told with their probabilities, best first.
  await page.locator('.tokens summary').first().click();
  const shares = (await page.locator('.alternatives').first().locator('tbody td').allInnerTexts()).map(Number);
  expect(shares.length).toBe(5);
  expect(shares).toEqual(shares.toSorted((a, b) => b - a));
  expect(lab.errors).toEqual([]);
});
