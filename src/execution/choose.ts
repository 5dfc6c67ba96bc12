/** Which of many inputs a function is judged on, by what the original made of them; runs nothing. */
import { FAILED } from '../sandbox/languages';

/** `inputs` and the original's outputs on them; or why it cannot be judged by running, as the end of "... because". */
export type Judgeable = { inputs: unknown[][]; outputs: string[] } | { reason: string };

export interface OriginalRun {
  outputs: readonly string[] | null;
  /** Of the first thing that failed; absent where the executor does not say. */
  ending?: string;
  said?: string;
}

/** Fewest inputs with an output. */
const FEWEST = 3;
/** At most so much of the inputs may be such that the original gives no output. */
const FAILURES = 0.2;

const ENDINGS: Readonly<Record<string, string>> = {
  'undefined': 'it does not compile by itself', 'time': 'it runs too long', 'killed': 'it runs too long', 'memory': 'it takes too much memory', 'stack': 'it calls itself too deeply',
  'no output': 'it gives nothing that JSON can say', 'not run': 'it was not run', 'odd': 'what ran it gave a wrong answer',
};

/**
 * `count` of the inputs: those first on which the original gives outputs that it gave on none before, so that code which always says the same
 * agrees on as few as can be. Two runs of the original must agree, or its output depends on something else than the input.
 */
export function chooseInputs(pool: readonly unknown[][], first: OriginalRun, second: OriginalRun, count: number): Judgeable {
  const why = (): string => ENDINGS[first.ending ?? ''] ?? whyFailed(first.said ?? '');
  if (!first.outputs || !second.outputs) return { reason: why() };
  // A limit of time is no property of the input: on another machine it may fall elsewhere.
  if (first.ending === 'time' || second.ending === 'time') return { reason: ENDINGS['time']! };
  const stable = pool.flatMap((_, i) => (first.outputs![i] === second.outputs![i] ? [i] : []));
  if (stable.length < 0.9 * pool.length) return { reason: 'its output differs from run to run' };
  const byOutput = new Map<string, number[]>();
  const failed: number[] = [];
  for (const i of stable) {
    const output = first.outputs[i]!;
    if (output === FAILED) failed.push(i);
    else byOutput.set(output, [...byOutput.get(output) ?? [], i]);
  }
  const answered = stable.length - failed.length;
  if (answered < FEWEST && (answered === 0 || pool.length > FEWEST)) return { reason: why() };
  if (byOutput.size < 2 && pool.length > 1 && failed.length > answered) return { reason: why() };
  if (byOutput.size < 2 && pool.length > 1) return { reason: 'it gives the same output on every input that was tried' };
  const failures = failed.slice(0, Math.floor(count * FAILURES));
  const chosen: number[] = [];
  for (let round = 0; chosen.length < count - failures.length; round++) {
    const before = chosen.length;
    for (const places of byOutput.values()) if (round < places.length && chosen.length < count - failures.length) chosen.push(places[round]!);
    if (chosen.length === before) break;
  }
  const places = [...chosen, ...failures].sort((a, b) => a - b);
  return { inputs: places.map((i) => pool[i]!), outputs: places.map((i) => first.outputs![i]!) };
}

/** What an error says of the function; the name that is missing, where one is. */
function whyFailed(said: string): string {
  const missing = /['"`]?([\w$]+[?!]?)['"`]? is not defined|undefined (?:local variable or )?method ['"`]([\w$]+[?!]?)|Call to undefined function ([\w\\]+)|global ['"`](\w+)['"`]/.exec(said)?.slice(1).find((name) => name !== undefined);
  if (missing !== undefined) return `it uses ${missing}, which is defined elsewhere`;
  return said === '' ? 'it fails' : `it fails: ${said.split('\n')[0]!.slice(0, 120)}`;
}

/** How many inputs are tried for so many that are wanted. */
export const poolSize = (count: number): number => 3 * count;
