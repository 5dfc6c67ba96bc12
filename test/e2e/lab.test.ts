/** `npm run lab` from the command line: the files it leaves, their keys, and its exit status when something is wrong. */
import { createHash } from 'node:crypto';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REQUIRED } from '../../scripts/lab';
import { readModelFolder } from '../../src/formats/model_folder';
import { readSafetensors } from '../../src/formats/safetensors';
import { command, packageFolder, SMALL_RUN } from './harness';

let home: string;
beforeAll(async () => { home = await mkdtemp(join(tmpdir(), 'batcoder-lab-')); });
afterAll(async () => { await rm(home, { recursive: true }); });

const small = SMALL_RUN.split('&').flatMap((pair) => ['--set', pair]);
const lines = async (path: string): Promise<Record<string, unknown>[]> => (await readFile(path, 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);

/** What every step reports, and what an evaluation adds. */
const STEP_KEYS = ['step', 'loss', 'reward/mean', 'reward/std', 'frac_reward_zero_std', 'grad_norm', 'entropy', 'completions/mean_length', 'leak/rate', 'tokens_per_second'];
const EVALUATION_KEYS = ['heldout/similarity', 'heldout/shuffled', 'heldout/exact_match', 'heldout/execution', 'heldout/lift'];

test('two steps of the demo leave every file, with the promised keys', async () => {
  const out = join(home, 'demo');
  const ran = await command('lab', ['--preset', 'demo', '--steps', '2', '--seed', '7', '--out', out, ...small]);
  expect(ran.stderr).not.toContain('failed');
  expect(ran.status).toBe(0);
  for (const name of REQUIRED) await access(join(out, name));

  const rows = await lines(join(out, 'metrics.jsonl'));
  const steps = rows.filter((row) => 'loss' in row);
  expect(steps.map((row) => row['step'])).toEqual([1, 2]);
  for (const row of steps) for (const key of STEP_KEYS) expect(typeof row[key], key).toBe('number');
  const evaluations = rows.filter((row) => 'heldout/similarity' in row);
  expect(evaluations.length).toBeGreaterThanOrEqual(2);
  for (const key of EVALUATION_KEYS) expect(Number.isFinite(evaluations.at(-1)![key]), key).toBe(true);

  const samples = await lines(join(out, 'samples.jsonl'));
  // Two functions, two documentations each, two steps.
  expect(samples.length).toBe(8);
  for (const key of ['code', 'documentation', 'reward', 'advantage', 'step']) expect(Object.keys(samples[0]!), key).toContain(key);
  expect(JSON.stringify(samples[0])).toContain('"reconstruction');

  const summary = JSON.parse(await readFile(join(out, 'summary.json'), 'utf8')) as Record<string, unknown>;
  expect(summary).toMatchObject({ seed: 7 });
  for (const key of ['adapter', 'before', 'after']) expect(Object.keys(summary), key).toContain(key);
  expect(JSON.stringify(summary)).toMatch(/flops/i);
  expect(JSON.stringify(summary)).toMatch(/javascript/);

  const model = readModelFolder(await Promise.all(['config.json', 'tokenizer.json', 'model.safetensors'].map(async (name) => ({ name, bytes: new Uint8Array(await readFile(join(out, 'model', name))) }))));
  expect(model.config.vocab_size).toBeGreaterThan(256);
});

test('the same seed gives the same samples, the same curve and the same weights', async () => {
  const timed = /second|time|flop|overlap/i;
  const [a, b] = await Promise.all(['a', 'b'].map(async (name) => {
    const out = join(home, name);
    expect((await command('lab', ['--steps', '1', '--seed', '11', '--out', out, ...small])).status).toBe(0);
    return {
      samples: await readFile(join(out, 'samples.jsonl'), 'utf8'),
      rows: (await lines(join(out, 'metrics.jsonl'))).map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => !timed.test(key)))),
      // The file's header names its run; the numbers are what must agree.
      weights: readSafetensors(new Uint8Array(await readFile(join(out, 'model/model.safetensors')))).tensors.map(({ name: tensor, data }) => `${tensor} ${createHash('sha256').update(data).digest('hex')}`),
    };
  }));
  expect(a!.samples).toBe(b!.samples);
  expect(a!.rows).toEqual(b!.rows);
  expect(a!.weights).toEqual(b!.weights);
});

test('a folder of real code is read, warmed up on and run', async () => {
  const out = join(home, 'folder');
  const ran = await command('lab', [
    '--folder', packageFolder('d3-array'), '--preset', 'folder', '--steps', '1', '--out', out, ...small,
    '--set', 'modelSize=107k', '--set', 'vocabSize=512', '--set', 'warmstartSteps=10', '--set', 'warmstartBatch=8', '--set', 'anchor=2',
  ]);
  expect(ran.stderr).not.toContain('failed');
  expect(ran.status).toBe(0);
  const summary = JSON.parse(await readFile(join(out, 'summary.json'), 'utf8')) as Record<string, unknown>;
  expect(JSON.stringify(summary)).toContain('javascript');
});

test('a folder that is not there and a setting that does not exist end with a status and a reason', async () => {
  const missing = await command('lab', ['--folder', join(home, 'nothing'), '--out', join(home, 'x')]);
  expect([missing.status, missing.stderr.includes('is not a folder')]).toEqual([1, true]);
  const unknown = await command('lab', ['--out', join(home, 'x'), '--set', 'speed=9']);
  expect([unknown.status, unknown.stderr.includes('no setting called "speed"')]).toEqual([2, true]);
});
