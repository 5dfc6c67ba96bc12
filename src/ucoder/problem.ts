/** UCoder's stage 1: problems that the model makes up. The template, what is read out of an answer, and why one is refused; asks no model. */

export const PROBLEM_KINDS = ['algorithms', 'natural instructions', 'tool usage', 'competitive'] as const;
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

/** A problem in words, wherever it came from. */
export interface ProposedProblem {
  title: string;
  description: string;
  /** As the model wrote it; stage 3 makes a proper one of it. '' where none was given. */
  signature: string;
  examples: string;
  hint: string;
}

export const PROBLEM_START = '<PROBLEM_START>';
export const PROBLEM_END = '<PROBLEM_END>';

const ASKS: Record<ProblemKind, string> = {
  'algorithms': 'about an algorithm on lists, strings, numbers or trees',
  'natural instructions': 'as a person would ask for it in a message, in everyday words',
  'tool usage': 'that uses one well-known function of the standard library',
  'competitive': 'in the style of a programming contest, with limits on the input',
};

/** What the model is asked; it goes on from the start tag. Stage tags are the paper's, the wording is ours (the paper's is unpublished). */
export function problemPrompt(kind: ProblemKind, language: string): string {
  return `Invent one programming problem ${ASKS[kind]}, to be solved by one function in ${language} that gets plain values and returns one.

Write it in this form:
${PROBLEM_START}
Title: a few words
Description: what the function does, in one to four sentences
Function Signature: its first line
Example Input-Output: one call and its result
Hint: one sentence
${PROBLEM_END}

${PROBLEM_START}
`;
}

const FIELDS = ['Title', 'Description', 'Function Signature', 'Example Input-Output', 'Hint'] as const;
const LONGEST = 4000;

/** The problem in an answer, or why there is none. `answer` is what the model wrote after the prompt, start tag or not. */
export function readProblem(answer: string): ProposedProblem | { refused: string } {
  const after = answer.slice(answer.lastIndexOf(PROBLEM_START) >= 0 ? answer.lastIndexOf(PROBLEM_START) + PROBLEM_START.length : 0);
  const end = after.indexOf(PROBLEM_END);
  if (end < 0) return { refused: `it has no ${PROBLEM_END}` };
  if (end > LONGEST) return { refused: `it is ${end.toLocaleString('en-US')} characters long` };
  const found = sections(after.slice(0, end), FIELDS);
  if ('refused' in found) return found;
  const { Title: title = '', Description: description = '', 'Function Signature': signature = '', 'Example Input-Output': examples = '', Hint: hint = '' } = found.fields;
  if (description === '') return { refused: 'it has no description' };
  if (signature === '') return { refused: 'it has no function signature' };
  return { title, description, signature, examples, hint };
}

/** Texts under labels at the starts of lines. A label that comes twice refuses the whole: which one is meant is not known. */
export function sections<K extends string>(text: string, labels: readonly K[]): { fields: Partial<Record<K, string>> } | { refused: string } {
  const fields: Partial<Record<K, string>> = {};
  let open: K | null = null;
  for (const line of text.split('\n')) {
    const label = labels.find((name) => line.trimStart().startsWith(`${name}:`));
    if (label === undefined) {
      if (open !== null) fields[open] += `\n${line}`;
      continue;
    }
    if (fields[label] !== undefined) return { refused: `it has "${label}" twice` };
    fields[label] = line.slice(line.indexOf(':') + 1);
    open = label;
  }
  for (const label of labels) if (fields[label] !== undefined) fields[label] = fields[label]!.trim();
  return { fields };
}
