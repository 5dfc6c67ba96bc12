/** The metamorphic relations and how a variant is written: as exact replacements in its original; knows no metric and no language. */
import type { Language } from '../../../src/types';

/**
 * What is done to a function. `keeps`: the same program to its reader, so a metric of meaning should say 1. `rewrites`: the same behaviour from
 * other statements or branches, which no graph of statements sees through; it is measured, nothing is asked of it. `breaks`: another program.
 */
export const RELATIONS = {
  'variables renamed': 'keeps',
  'function renamed': 'keeps',
  'comments and layout': 'keeps',
  'independent statements exchanged': 'keeps',
  'redundant parentheses': 'keeps',
  'x = x + 1 as x += 1': 'keeps',
  'condition negated and branches exchanged': 'rewrites',
  'value returned through a variable': 'rewrites',
  'operator changed': 'breaks',
  'constant of another type': 'breaks',
  'constant of another value': 'breaks',
  'branches exchanged': 'breaks',
  'loop bound changed': 'breaks',
  'another function called': 'breaks',
  'statement deleted': 'breaks',
  'wrong variable used': 'breaks',
  'another value returned': 'breaks',
  'dependent statements exchanged': 'breaks',
  'statement added': 'breaks',
} as const;
export type Relation = keyof typeof RELATIONS;
export const RELATION_NAMES = Object.keys(RELATIONS) as Relation[];

/** Text to find, exactly once, and what stands there instead; or words to replace wherever they stand. */
export type Edit = readonly [find: string, put: string] | { rename: Readonly<Record<string, string>> };

/** One function and a variant of it for every relation. A relation that the language has no form for is absent; the negated condition is added to the exchanged branches. */
export interface Family {
  language: Language;
  original: string;
  variants: Readonly<Partial<Record<Relation, readonly Edit[]>>>;
}

/** The variant's text. Throws Error when an edit does not fit: the text is absent, or there more than once, or nothing changes. */
export function variantOf({ original, language, variants }: Family, relation: Relation): string | undefined {
  let edits = variants[relation];
  if (!edits) return undefined;
  if (relation === 'condition negated and branches exchanged') edits = [...variants['branches exchanged'] ?? [], ...edits];
  let text = original;
  for (const edit of edits) {
    const before = text;
    if ('rename' in edit) {
      for (const [from, to] of Object.entries(edit.rename)) text = text.replace(new RegExp(`(?<![\\w$])${from.replace('$', '\\$')}(?!\\w)`, 'g'), () => to);
    } else {
      const pieces = text.split(edit[0]);
      if (pieces.length !== 2) throw new Error(`${language}, ${relation}: ${JSON.stringify(edit[0])} is there ${pieces.length - 1} times.`);
      text = pieces.join(edit[1]);
    }
    if (text === before) throw new Error(`${language}, ${relation}: nothing changed.`);
  }
  return text;
}
