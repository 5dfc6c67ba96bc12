/** `npm run probe`: one forward and backward pass of the page's engine on someone's model and batch; knows no formula. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf, openPage } from './page';

export const USAGE = `Usage: npm run probe -- --model DIR --batch FILE --out DIR
  --model DIR   config.json and model.safetensors with Hugging Face's names (Llama, Qwen2, Qwen3; F32, F16, BF16)
  --batch FILE  JSON: input_ids, attention_mask, completion_mask, advantages, optional old_per_token_logps,
                ref_per_token_logps, settings (TRL's names)
  --out DIR     where result.json, logits.safetensors and grads.safetensors go`;

/** Larger inputs do not fit through the browser's message channel in one piece. */
const LARGEST = 256 * 2 ** 20;

/**
 * Writes result.json, logits.safetensors (B x T x V) and grads.safetensors (every parameter, f32) to `out`.
 * @throws when a file is missing or is no JSON, or the engine refuses the model or the batch
 */
export async function runProbe(model: string, batch: string, out: string): Promise<unknown> {
  const config = await readJson(join(model, 'config.json'));
  const request = await readJson(batch);
  const weights = await readFile(join(model, 'model.safetensors'));
  if (weights.byteLength > LARGEST) throw new Error(`model.safetensors has ${Math.round(weights.byteLength / 2 ** 20)} MiB; the probe takes up to ${LARGEST / 2 ** 20} MiB.`);
  const lab = await openPage({ tell: (line) => process.stderr.write(`${line}\n`) });
  try {
    const answer = await lab.page.evaluate(
      (input) => globalThis.batcoder.probe(input),
      { config, safetensorsBase64: weights.toString('base64'), batch: request },
    );
    await mkdir(out, { recursive: true });
    await writeFile(join(out, 'result.json'), `${JSON.stringify(answer.result, null, 2)}\n`);
    await writeFile(join(out, 'logits.safetensors'), Buffer.from(answer.logitsBase64, 'base64'));
    await writeFile(join(out, 'grads.safetensors'), Buffer.from(answer.gradsBase64, 'base64'));
    return answer.result;
  } finally {
    await lab.close();
  }
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Error(`${path} is not JSON: ${messageOf(error)}`, { cause: error });
  }
}

/** Exit status 0 only when all three files are written. */
export async function main(args: string[]): Promise<number> {
  const cwd = process.env['INIT_CWD'] ?? process.cwd();
  let values: { model?: string; batch?: string; out?: string };
  try {
    const text = { type: 'string' } as const;
    ({ values } = parseArgs({ args, options: { model: text, batch: text, out: text } }));
    const missing = (['model', 'batch', 'out'] as const).filter((name) => values[name] === undefined);
    if (missing.length > 0) throw new Error(`--${missing.join(', --')} missing.`);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n${USAGE}\n`);
    return 2;
  }
  try {
    await runProbe(resolve(cwd, values.model!), resolve(cwd, values.batch!), resolve(cwd, values.out!));
    process.stderr.write(`Written to ${join(resolve(cwd, values.out!), '/')}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`The probe failed: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
