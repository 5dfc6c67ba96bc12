/** From what a model or a file says to the program that is run; knows no model, no parser and no sandbox. */
import type { Language } from '../types';
import type { Problem } from './problem';
import { definedNames, importsOf } from './signature';

/** What is taken of an answer: the program that EvalPlus would find in it, its first fenced block, or all of it. */
export type Taking = 'evalplus' | 'fenced' | 'whole';
export const TAKINGS: Record<Taking, string> = { evalplus: 'the longest part that parses and what its function needs (EvalPlus)', fenced: 'the first fenced block', whole: 'all of it' };

/** See sanitise; done in a worker in the page. A text comes back as it is where its language has no grammar. */
export type SanitiseAll = (list: readonly { text: string; entry: string; language: Language; also: string[] }[]) => Promise<string[]>;

/**
 * An answer as it came. `start`: what it goes on from, '' when it is a whole program. One that a model just wrote ends at the problem's stop tokens
 * and is given the imports of its prompt; one of a file was made by its own rules, and stays.
 */
export interface RawAnswer { problem: Problem; text: string; start: string; from: 'model' | 'file' }

/** The text up to the first of the stop tokens, wherever that stands. */
export function cutAtStops(text: string, stops: readonly string[]): string {
  const places = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  return places.length > 0 ? text.slice(0, Math.min(...places)) : text;
}

/** The inside of the first fenced block, closed or not; null when there is none. */
export function firstFence(text: string): string | null {
  const found = /^[ \t]*(```|~~~)[^\n]*\n([\s\S]*?)(?:^[ \t]*\1|$(?![\s\S]))/m.exec(text);
  return found ? found[2]! : null;
}

/** The programs of answers, in their order. */
export async function programsOf(answers: readonly RawAnswer[], taking: Taking, sanitise: SanitiseAll): Promise<string[]> {
  const texts = answers.map(({ problem, text, start, from }) => {
    const whole = (program: string): string => (from === 'model' ? withImports(problem, program) : program);
    const fenced = taking === 'fenced' || taking === 'evalplus' ? firstFence(text) : null;
    // What stands in a fence is a program of its own.
    if (taking === 'fenced' && fenced !== null) return whole(fenced);
    if (start === '') return whole(text);
    return fenced !== null ? whole(text) : start + (from === 'model' ? cutAtStops(text, problem.stop) : text);
  });
  if (taking !== 'evalplus') return texts;
  return sanitise(texts.map((text, i) => ({ text, entry: answers[i]!.problem.entry, language: answers[i]!.problem.language, also: definedNames(answers[i]!.problem.prompt) })));
}

/** A whole program may lean on what its prompt brought in. */
function withImports({ prompt }: Problem, text: string): string {
  const imports = importsOf(prompt).split('\n').filter((line) => line !== '' && !text.includes(line));
  return imports.length > 0 ? `${imports.join('\n')}\n${text}` : text;
}
