/** Holds saving to SIGKILL: whatever moment a real browser dies at, the last acknowledged checkpoint loads; two bad ways of saving are caught. */
import { describe, expect, test } from 'vitest';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { runKillTrials, runQuotaTrial } from '../store/kill_trials';

const browser = async () => (await findBrowser(() => undefined)).executablePath;

describe('a browser that is killed while it saves', () => {
  test('loses nothing that was acknowledged, in 20 kills', async () => {
    const result = await runKillTrials(await browser(), { trials: 20, megabytes: 2, seed: 5 });
    console.info('kills of the lab\'s saves', result);
    expect(result).toMatchObject({ trials: 20, lost: 0, corrupt: 0, older: 0, failedInSave: 0 });
    expect(result.inSave).toBeGreaterThanOrEqual(12);
  });

  test.each(['delete-first', 'in-place'] as const)('would lose its work if saves were made %s', async saver => {
    const result = await runKillTrials(await browser(), { trials: 8, megabytes: 2, seed: 6, saver, stopAfter: 2 });
    console.info(`kills of saves made ${saver}`, result);
    // Two losses show that the trials can see; that it is at least half of the kills inside a save, `npm run kill-trials -- --bad` shows over many.
    expect(result.failedInSave).toBeGreaterThanOrEqual(2);
  });
});

test('a real browser without room says so, keeps the old checkpoint and goes on when there is room', async () => {
  const result = await runQuotaTrial(await browser());
  expect([result.small, result.large.split(':')[0], result.smallAgain]).toEqual(['', 'QuotaExceeded', '']);
  expect([result.afterFailure, result.atEnd]).toEqual([{ step: 1, wrong: 0, notice: '' }, { step: 3, wrong: 0, notice: '' }]);
});
