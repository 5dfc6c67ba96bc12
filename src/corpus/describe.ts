/** Knows how to word a documentation of a function at a level of detail; knows nothing of prompts or models. */
import type { CodeItem } from '../types';
import { firstSentence } from './documentation';
import { joinNames } from './facts';

/**
 * Probabilities in [0, 1]. With behaviour phrases: `precise`, else `medium`, else vague. With facts: `precise` is the
 * probability of each fact sentence; `name` and `params` those of the sentences on the name and the parameters.
 */
export interface Detail { precise: number; medium: number; name: number; params: number }

/** What the writer is warmed with: mostly vague, so that the loop has detail to find. */
export const WRITER_DETAIL: Detail = { precise: 0.12, medium: 0.3, name: 0.2, params: 0.2 };
/** What the reader is warmed with: mostly precise. */
export const READER_DETAIL: Detail = { precise: 0.6, medium: 0.2, name: 0.6, params: 0.6 };
/** Everything that is true and known: the ceiling a reconstruction is measured against. */
export const ORACLE: Detail = { precise: 1, medium: 0, name: 1, params: 1 };

const NAMED = ['Named {}.', 'The function is {}.', 'Called {}.'];
const TAKING = ['Takes {}.', 'Input is {}.'];

const pick = <T>(from: readonly T[], rng: () => number): T => from[Math.min(from.length - 1, Math.floor(rng() * from.length))];

/**
 * One documentation of the function, never empty. Items with behaviour phrases get one sentence of behaviour, the name before
 * or after it, parameters last. Others get the first sentence of their own documentation (probability max(0.3, precise)) and
 * fact sentences in their order; when nothing was drawn, one of these at random.
 * @param rng uniform in [0, 1); the same draws give the same text.
 */
export function describe(item: CodeItem, rng: () => number, detail: Detail): string {
  return item.phrases ? describePhrases(item, item.phrases, rng, detail) : describeFacts(item, rng, detail);
}

function describePhrases(item: CodeItem, phrases: NonNullable<CodeItem['phrases']>, rng: () => number, detail: Detail): string {
  const level = rng();
  const wanted = level < detail.precise ? phrases.precise : level < detail.precise + detail.medium ? phrases.medium : phrases.vague;
  const parts = [pick([wanted, phrases.precise, phrases.medium, phrases.vague].find((p) => p.length > 0) ?? [`Named ${item.name}.`], rng)];
  if (rng() < detail.name) {
    const sentence = pick(NAMED, rng).replace('{}', () => item.name);
    if (rng() < 0.5) parts.unshift(sentence); else parts.push(sentence);
  }
  if (item.params.length > 0 && rng() < detail.params) parts.push(pick(TAKING, rng).replace('{}', () => joinNames(item.params)));
  return parts.join(' ');
}

function describeFacts(item: CodeItem, rng: () => number, detail: Detail): string {
  const own = firstSentence(item.documentation);
  const parts: string[] = [];
  if (own !== '' && rng() < Math.max(0.3, detail.precise)) parts.push(own);
  for (const fact of item.facts) {
    const p = fact.kind === 'name' ? detail.name : fact.kind === 'params' ? detail.params : detail.precise;
    if (rng() < p) parts.push(fact.sentence);
  }
  if (parts.length > 0) return parts.join(' ');
  const all = [...(own === '' ? [] : [own]), ...item.facts.map((f) => f.sentence)];
  return all.length > 0 ? pick(all, rng) : `Named ${item.name}.`;
}
