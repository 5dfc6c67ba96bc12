/** Real code, dropped as a person drops it: counted, warmed up on, looped, and the exported model opened again elsewhere. */
import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readModelFolder } from '../../src/formats/model_folder';
import type { ModelFolder } from '../../src/formats/model_folder';
import { writeConfig } from '../../src/formats/hf_config';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors';
import { createTokenizer } from '../../src/tokenizer/tokenizer';
import { transformerForward } from '../reference/transformer';
import { dropFolder, expectOwnRequestsOnly, openPage, openTab, packageFolder, waitForState } from './harness';
import type { OpenPage } from './harness';

let lab: OpenPage;
let files: Record<string, Uint8Array>;
let model: ModelFolder;

beforeAll(async () => {
  // The smallest model, a short warm start and ten updates: enough to see the loss fall, not to see the loop lift anything.
  lab = await openPage({
    query: 'preset=folder&seed=5&modelSize=107k&vocabSize=512&warmstartSteps=60&warmstartBatch=12&steps=10&codesPerStep=2&documentations=2&anchor=2'
      + '&maxDocumentationTokens=32&maxCodeTokens=96&evaluateEvery=10&evaluateItems=4&checkpointSeconds=5',
  });
});
afterAll(async () => { await lab?.close(); });

async function drop(name: string): Promise<string> {
  await openTab(lab.page, 'Data');
  await dropFolder(lab.page, lab.page.locator('#drop-zone'), packageFolder(name));
  await expect.poll(() => lab.page.locator('#report h2').innerText().catch(() => ''), { timeout: 120_000 }).toContain(name);
  await lab.page.evaluate(async () => { await globalThis.batcoder.corpusReady(); });
  return await lab.page.locator('#report').innerText();
}

const functionsIn = (report: string): number => Number(/([\d,.\s]+)\s*functions/.exec(report.replace(/\n/g, ' '))?.[1]?.replace(/\D/g, '') ?? NaN);

test('lodash-es and d3-array are read when dropped, and their functions counted', async () => {
  const lodash = functionsIn(await drop('lodash-es'));
  expect(lodash).toBeGreaterThan(400);
  const d3 = functionsIn(await drop('d3-array'));
  expect(d3).toBeGreaterThan(80);
  expect(d3).toBeLessThan(lodash);
});

test('the warm start lowers the held-out loss, ten updates run, through a stop, a reload and the gate', async () => {
  const { page } = lab;
  await page.locator('#start').click();
  // Stopped in the middle of the warm start, by hand.
  await expect.poll(() => page.evaluate(() => globalThis.batcoder.progress()).then((now) => now.phase === 'warmstart' && now.done >= 5), { timeout: 300_000 }).toBe(true);
  await page.locator('#stop').click();
  await waitForState(page, 'stopped');
  await page.reload();
  await page.evaluate(() => globalThis.batcoder.ready);
  await page.locator('#resume').click();
  await waitForState(page, 'running', 120_000);
  // Sixty warm-start steps make no reader: the preset's gate closes, says so, and gives way to a person who resumes.
  await waitForState(page, 'stopped', 800_000);
  await openTab(page, 'Train');
  await expect.poll(() => page.locator('#notices').innerText(), { timeout: 10_000 }).toContain('The loop was not started');
  await page.locator('#resume').click();
  await waitForState(page, 'running', 120_000);
  await waitForState(page, 'finished', 800_000);
  await openTab(page, 'Runs');
  const waiting = page.waitForEvent('download');
  await page.locator('[data-run]').first().getByRole('button', { name: 'Export zip' }).click();
  files = unzipSync(new Uint8Array(await readFile(await (await waiting).path())));
  const rows = new TextDecoder().decode(files['metrics.jsonl']).trim().split('\n').map((line) => JSON.parse(line) as Record<string, number>);
  expect(rows.filter((row) => Number.isFinite(row['loss']) && (row['step'] ?? 0) > 0).map((row) => row['step'])).toEqual(Array.from({ length: 10 }, (_, i) => i + 1));
  const losses = rows.map((row) => row['warmstart/heldout_loss']).filter((loss) => loss !== undefined && Number.isFinite(loss));
  expect(losses.length).toBeGreaterThanOrEqual(2);
  // From close to the logarithm of the vocabulary (6.2) downwards.
  expect(losses.at(-1)!).toBeLessThan(losses[0]! - 1);
});

test('the exported model is read by an independent implementation with the same logits', async () => {
  model = readModelFolder(Object.entries(files).filter(([name]) => name.startsWith('model/')).map(([name, bytes]) => ({ name: name.slice(6), bytes })));
  const tokenizer = await createTokenizer(model.tokenizerJson!);
  const ids = tokenizer.encode('export default function sum(values) {\n  return values;\n}').slice(0, 24);
  const T = ids.length;
  const want = transformerForward(model.config, new Map(model.tensors.map((tensor) => [tensor.name, Float64Array.from(tensor.data)])), ids, [0, T]).logits;
  const answer = await lab.page.evaluate((request) => globalThis.batcoder.probe(request), {
    config: JSON.parse(writeConfig(model.config, 'F32')) as unknown,
    safetensorsBase64: Buffer.from(writeSafetensors(model.tensors, 'F32')).toString('base64'),
    batch: { input_ids: [ids], attention_mask: [ids.map(() => 1)], completion_mask: [ids.map(() => 1)], advantages: [1], settings: { loss_type: 'sft' } },
  });
  const { tensors: [logits] } = readSafetensors(new Uint8Array(Buffer.from(answer.logitsBase64, 'base64')));
  expect(logits!.shape).toEqual([1, T, model.config.vocab_size]);
  let worst = 0;
  for (let i = 0; i < want.length; i++) worst = Math.max(worst, Math.abs(want[i]! - logits!.data[i]!));
  expect(worst).toBeLessThan(1e-3);
  // A model that had learned nothing would spread evenly.
  expect(Math.max(...want) - Math.min(...want)).toBeGreaterThan(2);
});

test('no error was reported and nothing foreign was asked for', async () => {
  expect(lab.errors).toEqual([]);
  await expectOwnRequestsOnly(lab);
});
