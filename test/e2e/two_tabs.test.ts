/** Two tabs of one profile: the run that one trains is only looked at in the other, and free there once the first has gone. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ready } from '../../scripts/page';
import { openPage, openTab, SMALL_RUN, waitForState } from './harness';
import type { OpenPage } from './harness';

let lab: OpenPage;

beforeAll(async () => { lab = await openPage({ query: `preset=demo&model=starter-small&steps=400&${SMALL_RUN}` }); });
afterAll(async () => { await lab?.close(); });

test('a run held by one tab is read-only in the other, and goes on there from its last save when the first is closed', async () => {
  const { page: first, context } = lab;
  await first.locator('#start').click();
  await waitForState(first, 'running');
  await expect.poll(() => first.locator('#run-step').innerText(), { timeout: 120_000 }).toMatch(/^step [2-9]/);
  const second = await context.newPage();
  await second.goto(lab.url);
  await ready(second, lab.errors);
  // Not offered while it is held, and told why.
  await expect.poll(() => second.locator('#taken').innerText()).toMatch(/is being trained in another tab/);
  expect(await second.locator('#resume').count()).toBe(0);
  await openTab(second, 'Runs');
  const row = second.locator('[data-run]').first();
  await expect.poll(() => row.locator('.badge').innerText()).toBe('in another tab');
  await row.locator('.run-more summary').click();
  const enabled = (): Promise<(string | undefined)[]> => row.locator('button:enabled').evaluateAll((buttons) => buttons.map((button) => button.textContent.trim().split(' ')[0]));
  expect(await enabled()).toEqual(['Compare', 'Open', 'Branch', 'Export', 'Export', 'Duplicate', 'Copy', 'Files']);
  await row.getByRole('button', { name: 'Open' }).click();
  await expect.poll(() => second.locator('#run-state').innerText()).toBe('In another tab, to be looked at here');
  const seen = Number((await second.locator('#run-step').innerText()).match(/\d+/)![0]);
  await first.close();

  await expect.poll(() => row.locator('.badge').innerText()).toBe('interrupted');
  // What it shows is what was saved there since, not what it was when it was opened here.
  await expect.poll(() => second.locator('#resume').innerText()).toMatch(/at step \d+/);
  const at = Number((await second.locator('#resume').innerText()).match(/at step (\d+)/)![1]);
  expect(at).toBeGreaterThanOrEqual(seen);
  await expect.poll(() => second.locator('#run-step').innerText()).toBe(`step ${at} / 400`);
  expect(await second.locator('#run-state').innerText()).toBe('Stopped and saved');
  await second.locator('#resume').click();
  await waitForState(second, 'running');
  await expect.poll(() => second.locator('#run-step').innerText().then((text) => Number(text.match(/\d+/)![0])), { timeout: 60_000 }).toBeGreaterThan(at);
  await second.locator('#stop').click();
  await waitForState(second, 'stopped');
  expect(lab.errors).toEqual([]);
}, 300_000);
