/** Knows how to read fact sentences out of a documentation and check them; knows nothing of models or rewards. */
import type { CodeItem, Fact } from '../types';
import { SHAPES } from './syntax';

interface Form { opening: RegExp; kind: Fact['kind']; /** Start of the fact's own sentence, where one kind has two. */ own?: string }

const FORMS: Form[] = [
  { opening: /^(?:Named|Called|The function is) (.+)$/, kind: 'name' },
  { opening: /^(?:Takes|Arguments:|Input is) (.+)$/, kind: 'params' },
  { opening: /^(?:Calls|Uses) (.+)$/, kind: 'calls' },
  { opening: /^(?:Reads the fields?|Fields:) (.+)$/, kind: 'fields', own: 'Reads' },
  { opening: /^Sets the fields? (.+)$/, kind: 'fields', own: 'Sets' },
  { opening: /^(?:Constants?:|Mentions) (.+)$/, kind: 'constants' },
  { opening: /^Raises (.+)$/, kind: 'raises' },
  { opening: /^Has (.+)$/, kind: 'shape' },
];

/** A fact that a documentation states, true or not. */
export interface StatedFact { kind: Fact['kind']; value: string; true: boolean }

/**
 * Facts stated by sentences of the known forms, each checked against the syntax tree's facts. Other prose states nothing:
 * "Takes a list of rows." has a value of several words, "Has no effect." no known shape. Repeating a true value counts once.
 */
export function statedFacts(documentation: string, item: CodeItem): StatedFact[] {
  const stated = new Map<string, StatedFact>();
  for (const sentence of documentation.split(/\.(?:\s+|$)/)) {
    const text = sentence.trim();
    for (const { opening, kind, own } of FORMS) {
      const match = opening.exec(text);
      if (!match) continue;
      const values = match[1].split(/, | and /).map((v) => v.trim());
      const readable = kind === 'shape' ? values.every((v) => SHAPES.has(v)) : kind === 'constants' || values.every((v) => v !== '' && !/\s/.test(v));
      if (readable) {
        const truth = truths(item, kind, own);
        for (const value of values) stated.set(`${kind} ${own ?? ''} ${value}`, { kind, value, true: truth.has(value) });
      }
      break;
    }
  }
  return [...stated.values()];
}

function truths(item: CodeItem, kind: Fact['kind'], own?: string): Set<string> {
  if (kind === 'name') return new Set([item.name]);
  if (kind === 'params') return new Set(item.params);
  return new Set(item.facts.filter((f) => f.kind === kind && (!own || f.sentence.startsWith(own))).flatMap((f) => f.values));
}

/** How many facts a documentation states and how many of them the syntax tree confirms. A control, never a reward. */
export function factPrecision(documentation: string, item: CodeItem): { stated: number; true: number } {
  const facts = statedFacts(documentation, item);
  return { stated: facts.length, true: facts.filter((f) => f.true).length };
}
