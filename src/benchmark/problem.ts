/** What a programming problem is, wherever it comes from; reads no file, asks no model and runs nothing. */
import type { Language } from '../types';

export interface Problem {
  /** As published ("HumanEval/0", "mbpp/11"), or ours ("suite/running-total/ruby"). */
  id: string;
  /** The file or suite that it came from. */
  source: string;
  language: Language;
  /** The function that is asked for. */
  entry: string;
  params: string[];
  /** The task in words. */
  description: string;
  /** What the answer goes on from: imports, signature, documentation; '' where it is a whole program. */
  prompt: string;
  /** Up to the body: "def f(a, b):", "function f(a, b) {". '' where the problem names none. */
  signature: string;
  /** A solution as a whole program, '' where none was published. */
  reference: string;
  /** A completion ends before the first of these. */
  stop: string[];
  check: ProblemCheck;
}

/**
 * `tests`: a program that runs after the answer, in the form of the published benchmarks; `plus` is a longer one, counted apart, which an answer
 * has to pass as well. `outputs`: results that stay with the parent. Of the inputs the first `base` are the benchmark's own and the rest its
 * harder ones, counted apart; absent = all are its own. `expected` is empty where it is what the reference gives.
 */
export type ProblemCheck =
  | { kind: 'tests'; tests: string; plus?: string }
  | { kind: 'outputs'; inputs: unknown[][]; expected: unknown[]; base?: number; /** Numbers may differ by so much. */ atol?: number };
