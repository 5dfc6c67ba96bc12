/** `npm run ablate`: what the command line means, and that an interrupted queue goes on where it was. Runs themselves are tested elsewhere. */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { USUAL_ARMS, earlierResults, readArguments, runQueue } from '../../scripts/ablate';
import type { RunOne } from '../../scripts/ablate';
import { presetSettings } from '../../src/config';
import { ARMS } from '../../src/loop/ablation';

let out: string;
beforeEach(async () => { out = await mkdtemp(join(tmpdir(), 'batcoder-ablate-')); });
afterEach(async () => { await rm(out, { recursive: true }); });

test('arms times seeds, on the base that preset, model, steps and --set make', () => {
  const read = readArguments(['--arms', 'chrf,both', '--seeds', '0,5', '--steps', '7', '--model', 'starter-small', '--set', 'evaluateItems=4', '--out', 'o', '--node'], '/base');
  expect([read.preset, read.out, read.node, read.fresh]).toEqual(['demo', '/base/o', true, false]);
  expect(read.runs.map((planned) => `${planned.arm.name}-${planned.seed}`)).toEqual(['chrf-0', 'blend-0', 'chrf-5', 'blend-5']);
  expect(read.runs[3]!.settings).toEqual({ ...presetSettings('demo'), steps: 7, model: 'starter-small', evaluateItems: 4, seed: 5 });
  expect(read.runs[0]!.settings).toMatchObject({ weightChrf: 1, weightEdit: 0, seed: 0 });
});

test('the usual arms with three seeds, or all of them', () => {
  expect(readArguments([], '/base')).toMatchObject({ out: '/base/out/ablation', node: false });
  expect(readArguments([], '/base').runs).toHaveLength(USUAL_ARMS.length * 3);
  expect(USUAL_ARMS).toContain('structure');
  expect(readArguments(['--arms', 'all', '--seeds', '1'], '/base').runs.map((planned) => planned.arm)).toEqual([...ARMS]);
});

test.each([
  [['--arms', 'blend,nothing'], /no arm called "nothing"; there are blend/], [['--seeds', '0,x'], /"x" is no seed/], [['--seeds', '-1'], /Usage/], [['--seeds', ''], /is no seed/],
  [['--set', 'seed=3'], /given with --seeds/], [['--set', 'nothing=1'], /no setting called "nothing"/], [['--steps', 'ten'], /must be a number/],
  [['--arms', 'chrf', '--set', 'weightEdit=0.5'], /The arm chrf sets weightEdit itself/], [['--model', 'large'], /must be one of/], [['--preset', 'demos'], /no preset called "demos"/],
  [['--arms', 'stage1', '--set', 'writerWeight=0'], /stage1: Writer and reader weight are both 0/], [['--bogus'], /--bogus/],
])('%j is refused with a reason and this command\'s usage alone', (args, reason) => {
  expect(() => readArguments(args, '/base')).toThrow(reason);
  expect(() => readArguments(args, '/base')).toThrow(/Usage: npm run ablate/);
  expect(() => readArguments(args, '/base')).not.toThrow(/npm run lab/);
});

const request = (args: string[]) => readArguments(['--out', out, '--steps', '2', ...args], '/');
const evaluation = (similarity: number): Record<string, number> => ({
  'heldout/similarity': similarity, 'heldout/edit': similarity, 'heldout/f1': similarity, 'heldout/chrf': similarity, 'heldout/structure': similarity, 'heldout/exact_match': 0, 'heldout/execution': NaN, 'heldout/shuffled': 0.2, 'heldout/leak_rate': 0,
});
/** A runner that remembers what it was asked for and ends as it is told. */
function runner(end: (name: string) => Partial<Record<string, unknown>> | Error = () => ({})): { asked: string[]; run: RunOne } {
  const asked: string[] = [];
  return {
    asked,
    run: (planned, folder) => {
      const name = `${planned.arm.name}-${planned.seed}`, ended = end(name);
      asked.push(name);
      expect(folder).toBe(join(out, name));
      return ended instanceof Error ? Promise.reject(ended)
        : Promise.resolve({ steps: 2, stopped: false, before: evaluation(0.5), after: evaluation(0.6 + planned.seed / 10), seconds: { update: 3 }, adapter: { vendor: 'v', architecture: 'a', fallback: false }, ...ended });
    },
  };
}

test('every run is written when it ends, and the same command runs only what is missing', async () => {
  const first = runner((name) => (name === 'chrf-1' ? new Error('the device was lost') : {}));
  const told: string[] = [];
  const ended = await runQueue(request(['--arms', 'blend,chrf', '--seeds', '0,1']), first.run, (line) => { told.push(line); });
  expect(first.asked).toEqual(['blend-0', 'chrf-0', 'blend-1', 'chrf-1']);
  expect(ended.failures).toEqual(['chrf, seed 1: the device was lost']);
  expect((await readdir(out)).sort()).toEqual(['ablation.json', 'ablation.md', 'ablation.svg']);
  expect(await readFile(join(out, 'ablation.md'), 'utf8')).toContain('failed: chrf, seed 1: the device was lost');
  expect(told[1]).toMatch(/^chrf, seed 0 \(run 2 of 4, about 0 s left\)$/);

  const second = runner();
  const again = await runQueue(request(['--arms', 'blend,chrf', '--seeds', '0,1']), second.run, () => undefined);
  expect(second.asked).toEqual(['chrf-1']);
  expect(again.failures).toEqual([]);
  expect(again.markdown).toContain('| chrF | 0, 1 | 0.500 → 0.650 ± 0.071 (0.600..0.700) |');
  expect(again.markdown).not.toContain('failed');
  expect(await readFile(join(out, 'ablation.svg'), 'utf8')).toMatch(/^<svg /);
});

test('other settings are other runs: they are run, and keep out of each other\'s tables', async () => {
  await runQueue(request(['--arms', 'blend', '--seeds', '0']), runner().run, () => undefined);
  const longer = runner(() => ({ after: evaluation(0.9) }));
  const { markdown } = await runQueue(request(['--arms', 'blend', '--seeds', '0', '--set', 'learningRate=0.001']), longer.run, () => undefined);
  expect(longer.asked).toEqual(['blend-0']);
  expect(markdown).toContain('| Default blend | 0 | 0.500 → 0.900 |');
  expect((await earlierResults(out)).map((result) => result.after.similarity)).toEqual([0.6, 0.9].map((value) => expect.closeTo(value, 12)));
});

test('--fresh runs again and takes the place of the old result', async () => {
  await runQueue(request(['--arms', 'blend', '--seeds', '0']), runner().run, () => undefined);
  const again = runner(() => ({ after: evaluation(0.8) }));
  await runQueue(request(['--arms', 'blend', '--seeds', '0', '--fresh']), again.run, () => undefined);
  expect(again.asked).toEqual(['blend-0']);
  expect((await earlierResults(out)).map((result) => result.after.similarity)).toEqual([expect.closeTo(0.8, 12)]);
});

test('a run that a person stopped ends the queue and is no result', async () => {
  const stopped = runner((name) => (name === 'chrf-0' ? { stopped: true, steps: 1 } : {}));
  const ended = await runQueue(request(['--arms', 'blend,chrf', '--seeds', '0,1']), stopped.run, () => undefined);
  expect(stopped.asked).toEqual(['blend-0', 'chrf-0']);
  expect(ended.failures).toEqual(['chrf, seed 0: chrf with seed 0 was stopped after 1 of 2 updates.']);
  expect((await earlierResults(out)).map((result) => result.arm)).toEqual(['blend']);
});

test('a results file that cannot be read stops the command before it runs or overwrites anything', async () => {
  await writeFile(join(out, 'ablation.json'), '{"results": [');
  const never = runner();
  await expect(runQueue(request(['--arms', 'blend', '--seeds', '0']), never.run, () => undefined)).rejects.toThrow(/ablation\.json cannot be read .* Nothing was run/);
  expect([never.asked, await readFile(join(out, 'ablation.json'), 'utf8')]).toEqual([[], '{"results": [']);
});
