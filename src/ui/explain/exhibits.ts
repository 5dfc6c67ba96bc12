/** The exhibits: what each changes, what a person may expect of it, and what theory says. Plain data, no view; what was measured is in exhibits_measured.json. */
import type { Settings } from '../../config';

/** What an exhibit is judged by: rows of the metrics that the run writes. */
export const READINGS = {
  reward: { label: 'reward of the last updates', meaning: 'What the model is paid, mean of the last five updates.' },
  similarity: { label: 'held-out similarity', meaning: 'Code rebuilt from its own documentation, on functions that were never trained on.' },
  shuffled: { label: 'shuffled control', meaning: 'The same with the documentation of another function. It should not rise.' },
  copied: { label: 'copied code', meaning: 'Share of the held-out documentations that copy the code.' },
  silent: { label: 'groups without a signal', meaning: 'Share of groups of the last five updates in which all samples got the same reward.' },
  length: { label: 'documentation length', meaning: 'Tokens of a held-out documentation.' },
} as const;
export type Reading = keyof typeof READINGS;
export const READING_NAMES = Object.keys(READINGS) as Reading[];

export interface Exhibit {
  id: string;
  title: string;
  /** One sentence that a 14-year-old understands. */
  plain: string;
  question: string;
  choices: readonly [string, string, string];
  /** Which of the choices was measured, and why it is so; a test holds it against the measured numbers. */
  right: 0 | 1 | 2;
  why: string;
  /** Differences from EXHIBIT_BASE. */
  settings: Partial<Settings>;
  /** Which readings tell it. */
  shows: readonly Reading[];
}

/** The smallest run that shows them: the small starter, half the Demo's sampling. Differences from the preset Demo. */
export const EXHIBIT_BASE: Partial<Settings> = { model: 'starter-small', steps: 40, codesPerStep: 4, evaluateEvery: 20, evaluateItems: 24, allMetrics: false };

export const EXHIBITS: readonly Exhibit[] = [
  {
    id: 'as-it-is', title: 'The loop as it is', plain: 'Nothing is broken here: this is the run that all others are compared with.',
    question: 'After 40 updates, what happened to the code rebuilt from its own documentation, and to that from another function\'s?',
    choices: ['Only the first got better', 'Both got better', 'Neither moved'],
    right: 0,
    why: 'WHY-as-it-is',
    settings: {}, shows: ['reward', 'similarity', 'shuffled', 'copied'],
  },
  {
    id: 'leak', title: 'Copying is allowed', plain: 'The rule against copying is switched off, so the model may hand its reader the code itself and call it documentation.',
    question: 'What will the documentation look like after the run, and the reward?',
    choices: ['Good sentences, the same reward', 'The code itself, and a reward near 1', 'Nonsense, and a reward near 0'],
    right: 1,
    why: 'WHY-leak',
    settings: { leakPenalty: false, documentationStrictness: 'off', cheatPenalty: 0, steps: 60, learningRate: 5e-4 }, shows: ['reward', 'similarity', 'copied', 'length'],
  },
  {
    id: 'reader-only', title: 'Only the reader learns', plain: 'The one who rebuilds the code practises; the one who writes the documentation stays as it was.',
    question: 'How much of the usual gain is left?',
    choices: ['All of it', 'A small part', 'None'],
    right: 1,
    why: 'WHY-reader-only',
    settings: { writerWeight: 0 }, shows: ['reward', 'similarity', 'shuffled'],
  },
  {
    id: 'writer-only', title: 'Only the writer learns', plain: 'The one who writes the documentation practises; the one who rebuilds the code stays as it was.',
    question: 'How much of the usual gain is left?',
    choices: ['Nearly all of it', 'About half', 'None'],
    right: 0,
    why: 'WHY-writer-only',
    settings: { readerWeight: 0 }, shows: ['reward', 'similarity', 'shuffled'],
  },
  {
    id: 'no-reward', title: 'Practice without a reward', plain: 'The model learns from everything it writes, good or bad alike, and nobody tells it which was which.',
    question: 'What happens to the code rebuilt from its documentation?',
    choices: ['It gets as good as with a reward', 'It hardly moves', 'It falls apart'],
    right: 1,
    why: 'WHY-no-reward',
    settings: { objective: 'backtranslation' }, shows: ['similarity', 'shuffled', 'copied', 'length'],
  },
  {
    id: 'too-fast', title: 'Steps that are too long', plain: 'After each try the model changes fifty times as much as usual.',
    question: 'What does a learning rate of 0.01 do?',
    choices: ['It learns fifty times as fast', 'It learns about as fast', 'It forgets what it could do'],
    right: 2,
    why: 'WHY-too-fast',
    settings: { learningRate: 0.01 }, shows: ['reward', 'similarity', 'shuffled', 'length'],
  },
  {
    id: 'generic', title: 'Documentation that says nothing', plain: 'Only eight tokens of documentation reach the reader, so it had better guess what most functions look like.',
    question: 'The reward rises a little. Is the documentation being read?',
    choices: ['Yes: the shuffled control stays low', 'Hardly: the shuffled control rises with it', 'The reward does not rise at all'],
    right: 1,
    why: 'WHY-generic',
    settings: { maxDocumentationTokens: 8, documentationStrictness: 'off', leakPenalty: false, writerWeight: 0, learningRate: 1e-3 }, shows: ['reward', 'similarity', 'shuffled'],
  },
  {
    id: 'no-signal', title: 'A group in which all say the same', plain: 'The model compares its tries with each other; here it hardly dares to try anything different, so there is nothing to compare.',
    question: 'Two tries for each function at temperature 0.1: how much is learned?',
    choices: ['As much as usual', 'Nearly nothing: most groups have no winner', 'It unlearns'],
    right: 1,
    why: 'WHY-no-signal',
    settings: { documentations: 2, temperature: 0.1 }, shows: ['silent', 'similarity', 'shuffled'],
  },
];
