/** UCoder's stage 4: inputs to run the answers on, aimed at the edges. The template and what is read out of an answer; runs nothing. */
import type { Skeleton } from './skeleton';

export const TESTS_START = '<TESTS_START>';
export const TESTS_END = '<TESTS_END>';
/** As many as the paper makes for a problem. */
export const TESTS_WANTED = 100;
const LONGEST_LINE = 2000;

export function testsPrompt(skeleton: Skeleton, count = TESTS_WANTED): string {
  return `Write ${count} different inputs for this function, edges first: empty, one element, zero, negative, equal values, the largest that make sense.

${skeleton.signature}
${skeleton.documentation}

One a line, each a JSON list of its ${skeleton.params.length} argument${skeleton.params.length === 1 ? '' : 's'}:
${TESTS_START}
[${skeleton.params.map((_, i) => (i === 0 ? '[]' : '0')).join(', ')}]
${TESTS_END}

${TESTS_START}
`;
}

export interface ProposedTests {
  inputs: unknown[][];
  /** Lines that are no input of this function, and lines that stand there already. */
  refused: number; repeated: number;
}

/** The inputs in an answer. An answer that was cut off gives what is whole. */
export function readTests(answer: string, params: number, most = TESTS_WANTED): ProposedTests {
  const after = answer.slice(answer.lastIndexOf(TESTS_START) >= 0 ? answer.lastIndexOf(TESTS_START) + TESTS_START.length : 0);
  const end = after.indexOf(TESTS_END);
  const lines = (end < 0 ? after.slice(0, Math.max(0, after.lastIndexOf('\n'))) : after.slice(0, end)).split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const seen = new Set<string>();
  const inputs: unknown[][] = [];
  let refused = 0, repeated = 0;
  for (const line of lines) {
    let value: unknown;
    try {
      value = line.length > LONGEST_LINE ? undefined : JSON.parse(line.replace(/,$/, ''));
    } catch { /* no input */ }
    if (!Array.isArray(value) || value.length !== params) {
      refused++;
      continue;
    }
    const text = JSON.stringify(value);
    if (seen.has(text)) repeated++;
    else if (inputs.length < most) inputs.push(value as unknown[]);
    seen.add(text);
  }
  return { inputs, refused, repeated };
}
