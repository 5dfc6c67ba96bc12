/** The numbers of the engine's self-test as the f64 reference gives them; knows no GPU. */
import { summary, TINY, TINY_TOKENS, tinyBatch, tinyPrompts, tinySettings, tinyTensors } from '../../src/model/self_test';
import { adamwStep } from './adamw';
import { parameterRanks, type Parameters } from './parameters';
import { lossReference, scoreReference, transformerForward } from './transformer';

type Summaries = Record<string, [norm: number, dot: number]>;

export interface SelfTestNumbers { logps: number[]; greedy: { tokens: number[]; logps: number[]; margin: number }[]; gradients: Summaries; updates: Summaries }

export function selfTestNumbers(): SelfTestNumbers {
  const parameters: Parameters = new Map(tinyTensors().map(({ name, data }) => [name, Float64Array.from(data)]));
  const logps = [...scoreReference(TINY, parameters, tinyBatch.tokens, tinyBatch.offsets, 1).logps];
  const greedy = tinyPrompts.map((prompt) => {
    const sequence = [...prompt], row = { tokens: [] as number[], logps: [] as number[], margin: Infinity };
    for (let t = 0; t < TINY_TOKENS; t++) {
      const logits = transformerForward(TINY, parameters, sequence, [0, sequence.length]).logits.slice(-TINY.vocab_size);
      const [first, second] = [...logits].sort((a, b) => b - a) as [number, number], token = logits.indexOf(first);
      row.margin = Math.min(row.margin, first - second);
      row.tokens.push(token);
      row.logps.push(-Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - first), 0)));
      sequence.push(token);
    }
    return row;
  });
  const { gradients } = lossReference(TINY, parameters, tinyBatch, tinySettings), ranks = parameterRanks(TINY);
  const table = (of: Parameters): Summaries => Object.fromEntries([...of].map(([name, data]) => [name, summary(data)]));
  const slopes = table(gradients), before: Parameters = new Map([...parameters].map(([name, data]) => [name, data.slice()]));
  for (const [name, weight] of parameters) {
    adamwStep(weight, gradients.get(name)!, new Float64Array(weight.length), new Float64Array(weight.length), ranks.get(name)!, 1, 1, tinySettings);
  }
  const updates: Parameters = new Map([...parameters].map(([name, data]) => [name, data.map((w, i) => w - before.get(name)![i])]));
  return { logps, greedy, gradients: slopes, updates: table(updates) };
}

/** The file that the engine reads them from. */
export function numbersFile({ logps, greedy, gradients, updates }: SelfTestNumbers): string {
  const number = (x: number): string => String(Number(x.toPrecision(9)));
  const list = (values: readonly number[]): string => `[${values.map(number).join(', ')}]`;
  const record = (of: Summaries): string => `{\n${Object.entries(of).map(([name, pair]) => `  '${name}': ${list(pair)},\n`).join('')}}`;
  return `/** What the self-test's tiny model comes to, worked out in f64 by test/reference (\`numbersFile\` there writes this file); knows nothing of how it is computed. */
export const LOGPS: readonly number[] = ${list(logps)};
export const GREEDY: readonly { tokens: readonly number[]; logps: readonly number[] }[] = [
${greedy.map((row) => `  { tokens: ${list(row.tokens)}, logps: ${list(row.logps)} },\n`).join('')}];
export const GRADIENTS: Readonly<Record<string, readonly [norm: number, dot: number]>> = ${record(gradients)};
export const UPDATES: Readonly<Record<string, readonly [norm: number, dot: number]>> = ${record(updates)};
`;
}
