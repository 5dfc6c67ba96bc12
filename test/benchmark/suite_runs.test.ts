/** Our own suite in its engines: every reference gives what is written down, and wrong programs do not. */
import { beforeAll, describe, expect, it } from 'vitest';
import { outputIs } from '../../src/benchmark/outputs';
import { loadSuite, type SuiteLanguage, type SuiteProblem } from '../../src/benchmark/suite';
import { SUITE_LANGUAGES } from '../../src/benchmark/suite/record';
import { createQuickJS, type QuickJSSandbox } from '../../src/sandbox/quickjs';
import { nodeSandbox } from '../../scripts/node-sandbox';
import { operatorFlips } from './flips';

/** Cases that came out wrong: "name [arguments]: what came out". */
function wrongOf({ id, check }: SuiteProblem, outputs: readonly string[] | null): string[] {
  return check.inputs.flatMap((input, i) => (outputIs(outputs?.[i], check.expected[i]) ? [] : [`${id} ${JSON.stringify(input)}: ${outputs?.[i] ?? 'nothing'}`]));
}

let quickjs: QuickJSSandbox;
let suite: SuiteProblem[];
const inLanguage = (wanted: SuiteLanguage): SuiteProblem[] => suite.filter(({ language }) => language === wanted);
const passes = async (problem: SuiteProblem, code: string): Promise<boolean> =>
  wrongOf(problem, await quickjs.run({ code, name: problem.entry, inputs: problem.check.inputs })).length === 0;

beforeAll(async () => {
  suite = await loadSuite();
  // A flipped counter may run for ever; what is right here needs no more than one poll.
  quickjs = await createQuickJS({ limits: { polls: 10 } });
});

/** Flips that change nothing: the line as it is after the flip. A new survivor is a case that is missing, or belongs here with its reason. */
const EQUIVALENT: Readonly<Record<string, readonly string[]>> = {
  // One step beyond the end of a list meets nothing.
  'search-prices': ['for (let i = 0; i <= prices.length; i++) {'],
  'last-position': ['for (let i = scores.length + 1; i >= 0; i--) {'],
  'take-turns': ['for (let i = 0; i <= left.length || i < right.length; i++) {', 'for (let i = 0; i < left.length || i <= right.length; i++) {'],
  'longest-plateau': ['length = i >= 0 && items[i] === items[i - 1] ? length + 1 : 1;'],
  'unpack-runs': ["while (end <= text.length && text[end] >= '0' && text[end] <= '9') end += 1;"],
  'pair-with-sum': ['for (let i = 0; i <= numbers.length; i++) {', 'if (j >= 0) return [i, j];'],
  'count-inversions': ['for (let i = 0; i <= numbers.length; i++) {', 'for (let j = 0; j <= i; j++) {'],
  'shared-order': ['for (let j = 0; j <= right.length; j++) next.push(a === right[j] ? row[j] + 1 : Math.max(row[j + 1], next[j]));'],
  'compare-versions': ['for (let i = 0; i <= Math.max(a.length, b.length); i++) {', 'if (gap !== 0) return gap <= 0 ? -1 : 1;'],
  'spiral-walk': ['rest = top.map((_, i) => below.map(row => row[top.length - 1 - i])).filter(row => row.length >= 0);'],
  'is-calendar-date': ['return year > 0 && month >= 0 && month < 13 && day > 0 && day <= lengths[month - 1];', 'return year > 0 && month > 0 && month <= 13 && day > 0 && day <= lengths[month - 1];'],
  // Equal items are the same item, or there are none.
  'turned-by': ['if (numbers[middle] >= numbers[high]) low = middle + 1;'],
  'merge-sorted': ['if (j === right.length || (i <= left.length && left[i] < right[j])) out.push(left[i++]);', 'if (j === right.length || (i < left.length && left[i] <= right[j])) out.push(left[i++]);'],
  'order-by-length': ['return [...words].sort((a, b) => a.length - b.length || (a <= b ? -1 : 1));'],
  'nearest-value': ['if (gain > 0 || (gain === 0 && n <= best)) best = n;'],
  'frequent-words': ['const order = (a, b) => counts[b] - counts[a] || (a <= b ? -1 : 1);'],
  // The neighbours are the same from the other side, and a total below zero ends in 0 as well.
  'count-around': ['for (const dy of [-1, 0, 1]) for (const dx of [-1, 0, 1]) total += at(y - dy, x + dx);', 'for (const dy of [-1, 0, 1]) for (const dx of [-1, 0, 1]) total += at(y + dy, x - dx);'],
  'count-islands': ['for (const [dy, dx] of [[0, 1], [1, 0], [0, -1], [-1, 0]]) sink(y - dy, x + dx);', 'for (const [dy, dx] of [[0, 1], [1, 0], [0, -1], [-1, 0]]) sink(y + dy, x - dx);'],
  'check-digit': ['total -= digit > 9 ? digit - 9 : digit;'],
};

describe('the references of our own suite', () => {
  it.each(SUITE_LANGUAGES)('give every expected value in %s', async language => {
    const sandbox = await nodeSandbox(language), problems = inLanguage(language), wrong: string[] = [];
    for (const problem of problems) wrong.push(...wrongOf(problem, (await sandbox!.run({ language, code: problem.reference, name: problem.entry, inputs: problem.check.inputs })).outputs));
    expect(problems.length).toBe(175);
    expect(wrong).toEqual([]);
    // What comes out is compared: the likeliest wrong program of the first problem does not pass.
    const [first] = problems as [SuiteProblem];
    expect(wrongOf(first, (await sandbox!.run({ language, code: first.reference.replace('>=', '>'), name: first.entry, inputs: first.check.inputs })).outputs)).toEqual([
      `${first.id} [[7]]: []`, `${first.id} [[6,7,8]]: [8]`, `${first.id} [[-7,7,0,70]]: [70]`, `${first.id} [[7,3,7,6,12]]: [12]`,
    ]);
  });
});

describe('wrong programs', () => {
  it('that always give the likeliest answer, or an argument back, fail in every problem', async () => {
    const passed: string[] = [];
    for (const problem of inLanguage('javascript')) {
      const { check, params, signature, id } = problem;
      const texts = check.expected.map(value => JSON.stringify(value));
      const times = (text: string): number => texts.filter(other => other === text).length;
      const likeliest = texts.reduce((best, text) => (times(text) > times(best) ? text : best));
      // Guessing one value is right in three cases of four at most.
      expect(times(likeliest) / texts.length, id).toBeLessThanOrEqual(0.75);
      for (const value of [likeliest, ...params]) if (await passes(problem, `${signature}\n  return ${value};\n}`)) passed.push(`${id}: ${value}`);
    }
    expect(passed).toEqual([]);
  });

  it('with one operator exchanged fail, but for those that do the same', async () => {
    const survivors: Record<string, string[]> = {};
    let flips = 0, survived = 0;
    for (const problem of inLanguage('javascript')) {
      for (const { code, line } of operatorFlips(problem.reference)) {
        flips++;
        if (!await passes(problem, code)) continue;
        survived++;
        (survivors[problem.id.split('/')[1]!] ??= []).push(line);
      }
    }
    expect(survivors).toEqual(EQUIVALENT);
    expect([flips, survived]).toEqual([677, 27]);
    expect(1 - survived / flips).toBeGreaterThanOrEqual(0.95);
  });
});
