/** The exhibits: what each changes, what a person may expect of it, and what theory says. Plain data, no view; what was measured is in exhibits_measured.json. */
import type { Settings } from '../../config';

/** What an exhibit is judged by: rows of the metrics that the run writes. */
export const READINGS = {
  reward: { label: 'reward of the last updates', meaning: 'What the model is paid, mean of the last five updates.' },
  similarity: { label: 'held-out similarity', meaning: 'Code rebuilt from its own documentation, on functions that were never trained on.' },
  shuffled: { label: 'shuffled control', meaning: 'The same with the documentation of another function. It should not rise.' },
  copied: { label: 'copied code', meaning: 'Share of the held-out documentations that copy the code.' },
  silent: { label: 'groups without a signal', meaning: 'Share of groups of the last five updates in which all samples got the same reward.' },
  exact: { label: 'exact match', meaning: 'Share of held-out functions that are rebuilt exactly.' },
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
    why: 'The writer found out that naming things and saying what is counted or compared helps its reader: its documentation grew by half. From another function\'s documentation nothing improved, so the documentation is really read.',
    settings: {}, shows: ['reward', 'similarity', 'shuffled', 'copied'],
  },
  {
    id: 'leak', title: 'Copying is allowed', plain: 'The rule against copying is switched off, so the model may hand its reader the code itself and call it documentation.',
    question: 'What will the documentation look like after the run, and the reward?',
    choices: ['Sentences, and a reward like the usual one', 'The code itself, and a reward near 1', 'Nonsense, and a reward near 0'],
    right: 0,
    why: 'Theory says that it copies, and we did not see it: at most 9 of 320 documentations in ten updates held copied code, and they earned little. This starter was never shown a copy, so it hardly ever tries one, and its reader does not know what to do with code; what is never tried cannot be rewarded. Nor did it in 200 updates with the reader\'s likelihood as the reward: 0 of 48. A model of our prototype whose warm start held 3 copies in 100 went all the way in 80 updates: reward 0.99, and 16 tokens in a row taken from the code. The door stays open either way, and the reward alone would not tell.',
    settings: { leakPenalty: false, documentationStrictness: 'off', cheatPenalty: 0, steps: 60, learningRate: 5e-4 }, shows: ['reward', 'similarity', 'copied', 'length'],
  },
  {
    id: 'reader-only', title: 'Only the reader learns', plain: 'The one who rebuilds the code practises; the one who writes the documentation stays as it was.',
    question: 'How much of the usual gain is left?',
    choices: ['All of it', 'A small part', 'None'],
    right: 1,
    why: 'About a sixth of the usual gain. The reader could read well before; what it lacks is something worth reading, and the documentation stayed as vague as it was. Three seeds of the table in docs/ablation.md say the same.',
    settings: { writerWeight: 0 }, shows: ['reward', 'similarity', 'shuffled'],
  },
  {
    id: 'writer-only', title: 'Only the writer learns', plain: 'The one who writes the documentation practises; the one who rebuilds the code stays as it was.',
    question: 'How much of the usual gain is left?',
    choices: ['Nearly all of it', 'About half', 'None'],
    right: 0,
    why: 'Most of the usual gain, and the difference is within what 48 functions can tell: the writer had a detailed way of describing all along and rarely used it; the reward brings it out. Three seeds of the table in docs/ablation.md say the same.',
    settings: { readerWeight: 0 }, shows: ['reward', 'similarity', 'shuffled'],
  },
  {
    id: 'no-reward', title: 'Practice without a reward', plain: 'The model learns from everything it writes, good or bad alike, and nobody tells it which was which.',
    question: 'What happens to the code rebuilt from its documentation?',
    choices: ['It gets as good as with a reward', 'It gets a little better: only the reader learns something', 'It falls apart'],
    right: 1,
    why: 'The reader is shown the original for every documentation and gets a little better at guessing it; the documentation itself hardly changes, since nothing tells a good one from a bad one. It did not fall apart in 40 updates; a model of our prototype did within 100, its documentation turning into code.',
    settings: { objective: 'backtranslation' }, shows: ['similarity', 'shuffled', 'copied', 'length'],
  },
  {
    id: 'too-fast', title: 'Steps that are too long', plain: 'After each try the model changes fifty times as much as usual.',
    question: 'What does a learning rate of 0.01 do?',
    choices: ['It learns fifty times as fast', 'It learns about as fast', 'It forgets what it could do'],
    right: 2,
    why: 'After twenty updates every documentation runs to the length limit, is refused, and is worth 0; with every reward 0 no group has a winner any more, so there is no way back. A long step is not a fast one: it leaves the place where the slope was measured.',
    settings: { learningRate: 0.01 }, shows: ['reward', 'similarity', 'shuffled', 'length'],
  },
  {
    id: 'generic', title: 'Hardly any documentation', plain: 'Only eight tokens of documentation reach the reader, and only the reader learns, so it might as well guess what most functions look like.',
    question: 'The reward rises a little. Is what is left of the documentation being read?',
    choices: ['Yes: with another function\'s it stays much worse', 'No: with another function\'s it gets just as good', 'Nothing can be rebuilt from so little'],
    right: 0,
    why: 'Theory warns of the generic answer: code that resembles everything a little, whatever the documentation says, and a reward that rises on it. Here it did not come: even eight tokens are read, and the shuffled control did not rise, because what functions of this small world look like on average was learned before. On real code our prototype fell for it in 50 updates: 0.25 to 0.37 with its own documentation, and 0.23 to 0.35 with another function\'s. The reward alone looked like success; this control told.',
    settings: { maxDocumentationTokens: 8, documentationStrictness: 'off', leakPenalty: false, writerWeight: 0 }, shows: ['reward', 'similarity', 'shuffled'],
  },
  {
    id: 'no-signal', title: 'A ruler that only says right or wrong', plain: 'Only a perfect copy of the function earns anything, and each function gets just two tries; when both fail, they are equally bad and nobody is the better one.',
    question: 'The small starter rebuilds hardly any function exactly. How much does it learn?',
    choices: ['As much as usual: it aims higher', 'Nearly nothing: most groups have no winner', 'It unlearns what it could do'],
    right: 1,
    why: 'In the last updates every group was silent: all rewards were 0, so each was exactly the mean, every advantage was 0 and the weights stood still. This is why the usual reward is a blend of rulers that pay for half a success. A group of one sample would be the same, r − r = 0, and the lab refuses to start with it.',
    settings: { documentations: 2, weightExact: 1, weightEdit: 0, weightF1: 0, weightChrf: 0, weightStructure: 0 }, shows: ['silent', 'exact'],
  },
];
