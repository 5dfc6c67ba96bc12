/** The Tests tab on the built page: benchmark files and answers are read and scored, a model is measured, and what came out is there after a reload. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ready } from '../../scripts/page';
import { HUMAN_EVAL_JS, lines, MULTIPL_JS } from '../benchmark/fixtures';
import { expectOwnRequestsOnly, openPage, openTab, waitForState } from './harness';
import type { OpenPage } from './harness';
import { everyLook } from './screens';

let lab: OpenPage;
beforeAll(async () => {
  lab = await openPage({ query: 'preset=demo&model=starter-small&steps=2&codesPerStep=4&documentations=2&evaluateEvery=9&evaluateItems=2' });
  await lab.page.emulateMedia({ reducedMotion: 'reduce' });
  await lab.page.setViewportSize({ width: 1280, height: 900 });
});
afterAll(async () => { await lab?.close(); });

const file = (name: string, text: string) => ({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
const ended = (kept: number): Promise<void> => expect.poll(() => lab.page.locator('[data-measurement]').count(), { timeout: 60_000 }).toBe(kept).then(() => expect.poll(() => lab.page.locator('#measuring').count()).toBe(0));

test('files of answers are scored, a model is measured, and both are kept', async () => {
  const { page } = lab, found: string[] = [], input = page.locator('#benchmark-input');
  await openTab(page, 'Tests');
  await expect.poll(() => page.locator('.tests').innerText()).toContain('Nothing was measured yet');
  await input.setInputFiles([file('cut.jsonl', `${lines(HUMAN_EVAL_JS)}{"task_id`)]);
  await expect.poll(() => page.locator('#file-problem').innerText().catch(() => '')).toMatch(/Line 3 of cut.jsonl was refused/);
  const answers = ['  for (;;) {}\n}', '  return "<b>two</b>";\n}', '  return 1;\n}', ' return 1;\n}'].map(completion => ({ task_id: 'own/0', completion }));
  await input.setInputFiles([file('own.jsonl', lines(HUMAN_EVAL_JS)), file('multi.jsonl', lines(MULTIPL_JS)), file('answers.jsonl', lines([...answers, { task_id: 'own/1', solution: 'const twice = n => n + n' }]))]);
  await expect.poll(() => page.locator('.tests-part').first().innerText()).toMatch(/own.jsonl \(HumanEval\) 2 problems[\s\S]*multi.jsonl \(MultiPL-E\) 2 problems/);
  expect(await page.locator('#file-problem').count()).toBe(0);
  await page.locator('#measure').click();
  await ended(1);
  // Half of the one and all of the other: 0.75 over the two that were answered.
  await expect.poll(() => page.locator('.tests-bars section').first().innerText()).toMatch(/pass@1[\s\S]*0\.750/);
  expect(await page.locator('#rates').innerText()).toMatch(/answers.jsonl has no answer to 2 of the 4 problems/);
  const problem = page.locator('.tests-list > li').first();
  expect(await problem.locator('summary').first().innerText()).toMatch(/own\/0[\s\S]*2 of 4/);
  await problem.locator('summary').first().click();
  await expect.poll(() => problem.innerText()).toMatch(/Returns one\.[\s\S]*passed[\s\S]*out of time[\s\S]*return "<b>two<\/b>"[\s\S]*got "<b>two<\/b>", expected 1/);
  await expect.poll(() => problem.locator('.coloured .c-keyword').count()).toBeGreaterThan(2);
  await page.locator('#problem-filter').selectOption('every');
  expect(await page.locator('.tests-list > li').count()).toBe(1);
  found.push(...await everyLook(page, 'answers scored'));

  await page.getByRole('button', { name: 'Remove answers.jsonl' }).click();
  for (const [name, value] of [['n', '2'], ['longest', '24'], ['most', '3']] as const) { await page.locator(`.tests-boxes input[name=${name}]`).fill(value); await page.locator(`.tests-boxes input[name=${name}]`).blur(); }
  for (const leave of await page.locator('[data-subject] button').all()) await leave.click();
  await page.locator('#measured-model').selectOption('starter-small');
  await page.locator('.tests-part').nth(1).getByRole('button', { name: 'Add' }).click();
  await page.locator('#measure').click();
  await ended(2);
  expect(await page.locator('#rates').innerText()).toMatch(/starter-small[\s\S]*Over 3 problems[\s\S]*2 samples a problem, temperature 0.8/);
  expect(await page.locator('.tests-list > li').count()).toBe(3);
  const wrote = async (): Promise<string> => {
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export JSONL' }).click();
    return readFile(await (await waiting).path(), 'utf8');
  };
  const first = await wrote(), rows = first.trim().split('\n').map(line => JSON.parse(line) as { solution: string; count: number });
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(6);
  expect(rows.every(({ solution }) => /function|=>|const/.test(solution))).toBe(true);
  // Measured again it is the same to the bit.
  await page.locator('#measure').click();
  await ended(3);
  expect(await wrote()).toBe(first);
  found.push(...await everyLook(page, 'a model measured'));

  await page.reload();
  await ready(page, lab.errors);
  await openTab(page, 'Tests');
  await expect.poll(() => page.locator('[data-measurement]').count()).toBe(3);
  await expect.poll(() => page.locator('#rates').innerText().catch(() => '')).toMatch(/starter-small[\s\S]*Over 3 problems/);
  expect(found).toEqual([]);
  expect(lab.errors).toEqual([]);
  await expectOwnRequestsOnly(lab);
}, 120_000);

test('an interpreter that cannot be fetched is told, and nothing is kept', async () => {
  const { page } = lab;
  await page.locator('#benchmark-input').setInputFiles([file('one.jsonl', lines([{ task_id: 'suite/keep-marks/python', solution: 'keep_marks = list' }]))]);
  await page.getByText(/one.jsonl answers none of the problems that are chosen/).waitFor();
  await page.getByLabel(/Our own in python, like/).check();
  await page.getByLabel(/Our own in javascript, like/).uncheck();
  await expect.poll(() => page.getByText(/answers none of the problems/).count()).toBe(0);
  await page.context().setOffline(true);
  try {
    await page.locator('#measure').click();
    await expect.poll(() => page.locator('.tests .note.bad').innerText().catch(() => '')).toMatch(/\(Python\) did not start \(.* could not be fetched: there is no network/);
  } finally {
    await page.context().setOffline(false);
  }
  expect(await page.locator('[data-measurement]').count()).toBe(3);
  // The browser itself tells of each request that failed.
  expect(lab.errors.filter(error => !/ERR_INTERNET_DISCONNECTED|status of 504/.test(error))).toEqual([]);
  lab.errors.length = 0;
}, 60_000);

test('the samples of a run are run beside their originals', async () => {
  const { page } = lab;
  await openTab(page, 'Tests');
  await page.getByRole('button', { name: 'Safety' }).click();
  const safety = page.locator('.safety');
  expect(await safety.innerText()).toContain('There are no samples yet');
  await page.locator('#start').click();
  await waitForState(page, 'finished');
  await page.getByLabel(/^Alike from/).fill('0.5');
  await page.locator('#safety-run').click();
  const rows = safety.getByRole('region', { name: 'Divergence' }).locator('tbody tr');
  await rows.first().waitFor();
  const sides = (await rows.allInnerTexts()).map(text => /^(\w+)\s+(\d)\s+(\d+)\s+(\d+)\s+(\d+)\s+(?:\d+ % \((\d+) of (\d+)\)|none)/.exec(text)!.slice(1));
  expect(sides.map(([side, step]) => `${side} ${step}`)).toEqual(['Before 1', 'After 2']);
  const [rebuilt, alike, run, differ] = [2, 3, 4, 5].map(column => sides.reduce((sum, side) => sum + Number(side[column] ?? 0), 0));
  // Four functions a step, two documentations each; what is no documentation is not rebuilt.
  expect(rebuilt).toBeGreaterThan(8);
  expect(rebuilt).toBeLessThanOrEqual(16);
  expect(alike).toBeLessThanOrEqual(rebuilt!);
  expect(run).toBe(alike);
  expect(differ).toBeGreaterThan(0);
  const listed = safety.locator('.tests-list > li');
  expect(await listed.filter({ hasText: 'inputs differ' }).count()).toBe(differ);
  await listed.first().locator('summary').click();
  const inputs = listed.first().getByRole('region', { name: 'Inputs that differ' }).locator('tbody tr');
  expect(await inputs.count()).toBeGreaterThan(0);
  for (const row of await inputs.all()) {
    const [, original, made] = await row.locator('td').allInnerTexts();
    expect(made).not.toBe(original);
  }
  expect(await everyLook(page, 'safety')).toEqual([]);
  expect(lab.errors).toEqual([]);
}, 60_000);
