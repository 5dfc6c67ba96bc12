/** One try of a model as plain data: what is asked, how it is drawn, what came of it. Knows no engine and no view. */
import type { Settings } from '../../config';
import type { ExplainedVerdict } from '../../rl/document';
import type { CodeItem, DrawnToken, SimilarityScore } from '../../types';

export type Task = 'document' | 'rebuild' | 'round-trip';

export const TASKS: Record<Task, string> = { document: 'Code → documentation', rebuild: 'Documentation → code', 'round-trip': 'Round trip: code → documentation → code' };

/** A function to document, or to compare with; pasted code has no name, signature or parameters of its own. */
export type TrialItem = Pick<CodeItem, 'code' | 'language' | 'name' | 'params' | 'signature'>;

export interface TrialInput {
  task: Task;
  item: TrialItem;
  documentation: string;
  /** Rebuilding only: whether the documentation is about `item`, so that the two can be compared. */
  compare: boolean;
}

export interface Sampling {
  temperature: number; topK: number; topP: number; minP: number; repetitionPenalty: number;
  documentationTokens: number; codeTokens: number; seed: number; samples: number;
}

export interface SamplingBox { key: keyof Sampling; label: string; min: number; max: number; step: number; meaning: string }

export const BOXES: readonly SamplingBox[] = [
  { key: 'temperature', label: 'Temperature', min: 0, max: 2, step: 0.05, meaning: '0 takes the likeliest token; 1 samples the model as it is.' },
  { key: 'topP', label: 'Top-p', min: 0.05, max: 1, step: 0.01, meaning: 'Only the likeliest tokens up to this total probability; 1 is off.' },
  { key: 'topK', label: 'Top-k', min: 0, max: 1000, step: 1, meaning: 'Only so many of the likeliest tokens; 0 is off.' },
  { key: 'documentationTokens', label: 'Longest documentation', min: 1, max: 512, step: 1, meaning: 'Tokens of documentation at most.' },
  { key: 'codeTokens', label: 'Longest code', min: 1, max: 1024, step: 1, meaning: 'Tokens of code at most.' },
  { key: 'seed', label: 'Seed', min: 0, max: 2147483647, step: 1, meaning: 'The same seed gives the same text.' },
  { key: 'samples', label: 'Samples', min: 1, max: 8, step: 1, meaning: 'How many are written at once.' },
];

/** As in training; one sample at first. */
export function samplingOf(s: Settings): Sampling {
  return { temperature: s.temperature, topK: s.topK, topP: s.topP, minP: s.minP, repetitionPenalty: s.repetitionPenalty, documentationTokens: s.maxDocumentationTokens, codeTokens: s.maxCodeTokens, seed: s.seed, samples: 1 };
}

/** A number typed into a box, brought into its range; undefined for what is none. */
export function boxed({ min, max, step }: SamplingBox, text: string): number | undefined {
  const typed = Number(text);
  if (text.trim() === '' || !Number.isFinite(typed)) return undefined;
  return Math.min(max, Math.max(min, step === 1 ? Math.round(typed) : typed));
}

/** A text as far as it has been written. */
export interface Writing { text: string; tokens: { text: string; drawn: DrawnToken; among: { text: string; p: number }[] }[]; ended: boolean; finished: boolean }

export interface TrialSample { documentation: Writing | null; verdict: ExplainedVerdict | null; code: Writing | null; score: SimilarityScore | null }

export type TrialState = 'idle' | 'loading' | 'writing' | 'scoring' | 'done' | 'stopped' | 'failed';

export interface Trial {
  ref: string; name: string; state: TrialState; problem: string;
  input: TrialInput | null;
  samples: TrialSample[];
  tokens: number; seconds: number;
  /** Bytes on the GPU of the engine that wrote it. */
  memory: number;
}

export const NO_TRIAL: Trial = { ref: '', name: '', state: 'idle', problem: '', input: null, samples: [], tokens: 0, seconds: 0, memory: 0 };

export const STATE_WORDS: Record<TrialState, string> = { idle: '', loading: 'Loading the model…', writing: 'Writing…', scoring: 'Scoring…', done: 'Done', stopped: 'Stopped', failed: 'It did not work' };

/** What a sample is about in the end: the rebuilt code where there is some, else the documentation. */
export function textOf(sample: TrialSample | undefined): string { return (sample?.code ?? sample?.documentation)?.text ?? ''; }

/** Mean similarity of the samples that were scored; NaN without any. */
export function meanScore({ samples }: Pick<Trial, 'samples'>): number {
  const scores = samples.flatMap(({ score }) => (score ? [score.value] : []));
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
