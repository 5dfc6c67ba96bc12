/** How a problem is put to a model: as the lab's models read it, or as a text of one's own. Knows placeholders, no tokens. */
import type { Language } from '../types';
import type { Problem } from './problem';

/**
 * `reader`: documentation, then code of that language, as training puts it; `given`: the answer begins with the head of the function.
 * `text`: one text a language.
 */
export interface Template { form: 'reader' | 'text'; documentation: string; given: boolean; texts: Partial<Record<Language, string>> }

/** Every placeholder and what stands in its place. */
export const PLACEHOLDERS = {
  description: 'the task in words', comment: 'the same as a comment of the language', prompt: 'the prompt as published; comment and head where there is none', signature: 'the head of the function',
  entry: 'its name', params: 'its parameters, "a, b and c"',
} as const;
type Placeholder = keyof typeof PLACEHOLDERS;

export const DEFAULT_DOCUMENTATION = '{description}';
/** What a base model goes on from. */
export const DEFAULT_TEXT = '{prompt}';
export const DEFAULT_TEMPLATE: Template = { form: 'reader', documentation: DEFAULT_DOCUMENTATION, given: false, texts: {} };

export const textFor = (template: Template, language: Language): string => template.texts[language] ?? DEFAULT_TEXT;

const MARK: Record<Language, string> = { javascript: '//', typescript: '//', tsx: '//', go: '//', rust: '//', java: '//', c: '//', cpp: '//', php: '//', python: '#', ruby: '#', lua: '--' };

function valuesOf(problem: Problem): Record<Placeholder, string> {
  const { description, signature, entry, params, language } = problem;
  const comment = description.split('\n').map((line) => `${MARK[language]} ${line}`.trimEnd()).join('\n');
  const named = params.length < 2 ? params.join('') : `${params.slice(0, -1).join(', ')} and ${params.at(-1)!}`;
  return { description, comment, prompt: problem.prompt !== '' ? problem.prompt : `${comment}\n${signature === '' ? '' : `${signature}\n`}`, signature, entry, params: named };
}

/** The template with the problem in it. What the problem says is put in once and never read as a placeholder. */
export function fill(template: string, problem: Problem): string {
  const values = valuesOf(problem);
  return template.replace(/\{(\w+)\}/g, (all, name: string) => (Object.hasOwn(values, name) ? values[name as Placeholder] : all));
}

/** Placeholders of a template that there are not; for a word to the person. */
export function unknownPlaceholders(template: string): string[] {
  return [...new Set([...template.matchAll(/\{(\w+)\}/g)].map((found) => found[1]!).filter((name) => !Object.hasOwn(PLACEHOLDERS, name)))];
}

/** What is asked: the text (documentation for the reader), and what the answer goes on from, '' when it is to be a whole program. */
export interface Question { text: string; start: string }

/** A text that ends in the prompt or the head has an answer that goes on from there. */
export function questionOf(problem: Problem, template: Template): Question {
  const { signature } = problem;
  if (template.form === 'reader') return { text: fill(template.documentation, problem).trim(), start: template.given ? signature : '' };
  const text = textFor(template, problem.language), last = /\{(?:prompt|signature)\}\s*$/.exec(text)?.[0];
  const start = last === undefined ? '' : fill(last, problem);
  return { text: fill(text, problem), start };
}
