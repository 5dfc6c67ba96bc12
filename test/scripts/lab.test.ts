/** The command line of `npm run lab`: what is understood, what is refused, and where files may land. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readArguments, writeFiles } from '../../scripts/lab';
import { duration, progressLine } from '../../scripts/progress-bar';

test('arguments become settings with the right types', () => {
  const read = readArguments(['--preset', 'lesson', '--steps', '3', '--seed', '7', '--out', 'o', '--set', 'temperature=0.9', '--set', 'leakPenalty=false', '--set', 'method=rloo'], '/base');
  expect(read).toEqual({ preset: 'lesson', out: '/base/o', settings: { steps: 3, seed: 7, temperature: 0.9, leakPenalty: false, method: 'rloo' } });
});

test('a folder asks for the folder preset, unless another is named', () => {
  expect(readArguments(['--folder', 'src', '--out', '/o'], '/base')).toEqual({ preset: 'folder', folder: '/base/src', out: '/o', settings: {} });
  expect(readArguments(['--folder', 'src', '--preset', 'demo', '--out', '/o'], '/base').preset).toBe('demo');
  expect(readArguments(['--out', '/o'], '/base').preset).toBe('demo');
});

test.each([
  [['--out', 'o', '--bogus'], /--bogus/],
  [['--preset', 'demo'], /--out is missing/],
  [['--preset', 'demos', '--out', 'o'], /no preset called "demos"/],
  [['--steps', '-1', '--out', 'o'], /steps/],
  [['--steps', 'ten', '--out', 'o'], /must be a number/],
  [['--set', 'nothing=1', '--out', 'o'], /no setting called "nothing"/],
  [['--set', '__proto__=1', '--out', 'o'], /no setting called "__proto__"/],
  [['--set', 'temperature', '--out', 'o'], /key=value/],
  [['--steps', '3', '--set', 'steps=4', '--out', 'o'], /"steps" is given twice/],
])('%j is refused with a reason and the usage', (args, reason) => {
  expect(() => readArguments(args, '/base')).toThrow(reason);
  expect(() => readArguments(args, '/base')).toThrow(/Usage: npm run lab/);
});

test('exported files land in the folder, and only there', async () => {
  const out = await mkdtemp(join(tmpdir(), 'batcoder-lab-'));
  await writeFiles(out, [{ name: 'model/config.json', base64: Buffer.from('{"a":1}').toString('base64') }]);
  expect(await readFile(join(out, 'model/config.json'), 'utf8')).toBe('{"a":1}');
  await expect(writeFiles(out, [{ name: '../escaped.txt', base64: '' }])).rejects.toThrow(/leads out/);
  await expect(writeFiles(out, [{ name: '/etc/escaped.txt', base64: '' }])).rejects.toThrow(/leads out/);
  await rm(out, { recursive: true });
});

test('the progress line says where the run is and how long it will take', () => {
  expect(progressLine({ phase: 'document', done: 8, total: 64, step: 30, steps: 120 }, 60))
    .toBe('[######..................] step 30/120  document 8/64  1 min 00 s, about 3 min 00 s left');
  expect(progressLine({ phase: 'load', done: 0, total: 0, step: 0, steps: 0 }, 2)).toBe('[........................] step 0/0  load  2 s');
  expect([59.4, 59.6, 3599, 3600, 7505, -1].map(duration)).toEqual(['59 s', '1 min 00 s', '59 min 59 s', '1 h 00 min', '2 h 05 min', '0 s']);
});
