/** Who is measured on a software adapter and who waits: times from rates, and limits that the quick ones use up first. */
import { expect, test } from 'vitest';
import { secondsFor, waiting } from './fit';

const GIBI = 2 ** 30;

test('seconds are the work over a third of the rate, and an unknown peer is as slow as the slowest', () => {
  const rates = { ours: 3e9, tfjs: 3e8 };
  expect(secondsFor(1e10, 'ours', rates)).toBeCloseTo(10, 9);
  expect(secondsFor(1e10, 'tfjs', rates)).toBeCloseTo(100, 9);
  expect(secondsFor(1e10, 'transformers.js', rates)).toBeCloseTo(100, 9);
  expect(secondsFor(1e10, 'ours', {})).toBe(0);
});

test('ours first, then from quick to slow as long as the time lasts', () => {
  const demand = (peer: string, seconds: number) => ({ peer, seconds, bytes: 0.5 * GIBI });
  const limits = { seconds: 600, bytes: 2 * GIBI };
  expect([...waiting([demand('ours', 100), demand('slow', 450), demand('quick', 90)], limits)]).toEqual([
    ['slow', 'waits for a GPU: would take about 7.5 minutes (the limit is 10, others take all but 6.8 of it) on this software adapter'],
  ]);
  expect([...waiting([demand('ours', 100), demand('slow', 410), demand('quick', 90)], limits)]).toEqual([]);
});

test('without ours everyone waits, with what ours would take', () => {
  const why = waiting([{ peer: 'ours', seconds: 5460, bytes: 2.8 * GIBI }, { peer: 'tfjs', seconds: 1, bytes: 1 }], { seconds: 600, bytes: 2 * GIBI });
  const text = 'waits for a GPU: would take about 91 minutes (the limit is 10) and about 2.8 GiB of the processor\'s memory (the limit is 2.0) on this software adapter';
  expect([...why]).toEqual([['ours', text], ['tfjs', text]]);
  expect([...waiting([{ peer: 'ours', seconds: 9, bytes: 3 * GIBI }], { seconds: 600, bytes: 2 * GIBI }).values()])
    .toEqual(['waits for a GPU: would take about 3.0 GiB of the processor\'s memory (the limit is 2.0) on this software adapter']);
  expect(waiting([], { seconds: 1, bytes: 1 }).size).toBe(0);
});

test('memory is shared out like time', () => {
  const demand = (peer: string, seconds: number, gibi: number) => ({ peer, seconds, bytes: gibi * GIBI });
  const why = waiting([demand('ours', 1, 1.2), demand('a', 2, 0.9), demand('b', 3, 0.8)], { seconds: 600, bytes: 2 * GIBI });
  expect([...why.keys()]).toEqual(['a']);
  expect(why.get('a')).toContain('about 0.9 GiB of the processor\'s memory (the limit is 2.0, others take all but 0.8 of it)');
});
