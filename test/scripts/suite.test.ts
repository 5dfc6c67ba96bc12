/** `npm run suite`: what it prints, how it ends, and that a wrong reference is named with what it gave. */
import { afterEach, expect, it, vi } from 'vitest';
import { loadSuite } from '../../src/benchmark/suite';
import { nodeSandbox } from '../../scripts/node-sandbox';
import { faults, main } from '../../scripts/suite';

afterEach(() => { vi.restoreAllMocks(); });

const heard = (way: 'log' | 'error'): (() => string) => {
  const spy = vi.spyOn(console, way).mockImplementation(() => undefined);
  return () => spy.mock.calls.map(call => call.join(' ')).join('\n');
};

it('lists what is chosen and runs it', async () => {
  const said = heard('log');
  expect(await main(['--language', 'javascript', '--subject', 'bits', '--level', 'easy'])).toBe(0);
  const lines = said().split('\n').filter(line => line !== '');
  expect(lines[0]).toBe('bits: binary digits');
  expect(lines.slice(1, 5).map(line => line.trim().split(' ')[0])).toEqual(['count-ones', 'binary-text', 'odd-one-out', 'bit-distance']);
  expect(lines[1]).toMatch(/easy +10 cases {2}Counts the ones among the binary digits of a number that is not negative\. Named countOnes\. Takes n\.$/);
  expect(lines[5]).toMatch(/^javascript: 4 of 4 references give what is written down, 39 calls in \d+\.\d s\.$/);
  expect(lines.length).toBe(6);
});

it('refuses what it does not know and runs nothing', async () => {
  const said = heard('error');
  expect(await main(['--level', 'tough', '--language', 'cobol'])).toBe(2);
  expect(said()).toMatch(/^There is no language "cobol"; there are javascript, python, ruby\. There is no level "tough"; there are easy, middle, hard\. Nothing was run\.\nUsage: npm run suite/);
  expect(await main(['--colour'])).toBe(2);
});

it('names each call of a wrong reference, and why one that gave nothing ended', async () => {
  const problem = (await loadSuite()).find(({ id }) => id === 'suite/count-ones/javascript')!, sandbox = (await nodeSandbox('javascript'))!;
  expect(await faults(sandbox, problem)).toEqual([]);
  expect(await faults(sandbox, { ...problem, reference: 'function countOnes(n) { return n > 1000 ? 9 : [...n.toString(2)].filter(c => c === "1").length; }' })).toEqual(['suite/count-ones/javascript(1023) is 9, not 10']);
  const none = await faults(sandbox, { ...problem, reference: 'function countOnes(n) { return n.length.x; }' });
  expect(none.length).toBe(11);
  expect(none[0]).toBe('suite/count-ones/javascript(0) is ERR, not 0');
  expect(none[10]).toMatch(/^suite\/count-ones\/javascript ended: threw, TypeError: /);
});
