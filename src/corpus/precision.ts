/** Knows how to read facts out of a documentation, in sentences, sections or free prose, and check them; knows nothing of models or rewards. */
import { sections } from '../rl/document/rewrite';
import type { CodeItem, Fact } from '../types';
import { SHAPES } from './syntax';

type Kind = Fact['kind'];
interface Form { opening: RegExp; kind: Kind; /** Start of the fact's own sentence, where one kind has two. */ own?: 'Reads' | 'Sets' }

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

/** A fact that a documentation states, true or not. `own`: the sentence said whether fields are read or set. */
export interface StatedFact { kind: Kind; value: string; true: boolean; own?: 'Reads' | 'Sets' }

/**
 * Facts stated by a documentation, each checked against the syntax tree's facts; repeating a true value counts once. They are stated
 * - by sentences of the known forms. "Takes a list of rows." has a value of several words, "Has no effect." no known shape: nothing stated;
 * - by sections: a line of Params its parameter; Returns, unless it is none, the shape `a return` where there is one;
 * - by mention: names and literals in backticks, names that only code has (keep_ages, maxSize, ValueError, f()), quoted text, numbers.
 *   What the function knows is true. A name, or a number of two and more, that the function has nowhere is false. Anything else that its code
 *   has (locals, types) is no fact of the kinds counted. Examples quote by their nature and state nothing.
 */
export function statedFacts(documentation: string, item: CodeItem): StatedFact[] {
  const stated = new Map<string, StatedFact>();
  const add = (kind: Kind, value: string, isTrue: boolean, own?: 'Reads' | 'Sets'): void => {
    stated.set(`${kind} ${own ?? ''} ${value}`, { kind, value, true: isTrue, ...(own ? { own } : {}) });
  };
  const mentioned = (text: string): void => { for (const fact of mentions(text, item)) add(fact.kind, fact.value, fact.true); };
  for (const line of prose(documentation, item, add)) {
    for (const sentence of line.split(/\.(?:\s+|$)/)) {
      const text = sentence.trim();
      if (!formFacts(text, item, add)) mentioned(text);
    }
  }
  return [...stated.values()];
}

type Add = (kind: Kind, value: string, isTrue: boolean, own?: 'Reads' | 'Sets') => void;

/** Adds the facts of a sentence of a known form; false when it has none of them. */
function formFacts(text: string, item: CodeItem, add: Add): boolean {
  for (const { opening, kind, own } of FORMS) {
    const match = opening.exec(text);
    if (!match) continue;
    const values = match[1]!.split(/, | and /).map((value) => value.trim().replace(/^`(.+)`$/, '$1'));
    if (!(kind === 'shape' ? values.every((value) => SHAPES.has(value)) : kind === 'constants' || values.every((value) => value !== '' && !/\s/.test(value)))) return false;
    const truth = truths(item, kind, own);
    for (const value of values) add(kind, value, truth.has(value), own);
    return true;
  }
  return false;
}

/** The lines to be read as prose. Of sections, Params and Returns have been added to the facts, and only their meanings are prose. */
function prose(documentation: string, item: CodeItem, add: Add): string[] {
  // A doctest and its output, down to the next empty line, are an example wherever they stand.
  if (!/^(?:Summary|Params|Returns|Examples):/m.test(documentation)) return documentation.replace(/^[ \t]*>>>[^\n]*(?:\n[^\n]*\S[^\n]*)*/gm, '').split('\n');
  const { parts } = sections(documentation);
  const before = documentation.slice(0, documentation.search(/^(?:Summary|Params|Returns|Examples):/m));
  const lines = `${before}\n${parts.get('Summary') ?? ''}`.split('\n');
  for (const line of (parts.get('Params') ?? '').split('\n')) {
    const match = /^[*&$@.]*([\p{L}_$][\p{L}\p{N}_$]*)\s*(?:\(.*?\)+)?\s*(?::\s*(.*))?$/u.exec(line.trim());
    if (!match || /^none$/i.test(match[1]!)) continue;
    const value = match[1]!;
    add('params', value, item.params.includes(value));
    if (match[2]) lines.push(match[2]);
  }
  const returns = parts.get('Returns') ?? '';
  if (returns !== '' && !/^none\b/i.test(returns)) {
    if (truths(item, 'shape').has('a return')) add('shape', 'a return', true);
    lines.push(returns.replace(/^[^:\n]{1,40}:\s*/, ''));
  }
  return lines;
}

function truths(item: CodeItem, kind: Kind, own?: string): Set<string> {
  if (kind === 'name') return new Set([item.name]);
  if (kind === 'params') return new Set(item.params);
  return new Set(item.facts.filter((f) => f.kind === kind && (!own || f.sentence.startsWith(own))).flatMap((f) => f.values));
}

/** Literals and types that documentation of any language speaks of whether or not the code spells them. */
const COMMON = new Set(`true false null nil none undefined nan infinity void self this it string str number int integer float double bool boolean byte char list array object dict map set tuple
  vec slice hash symbol function promise iterator option some ok err error exception regexp date any unknown never nullptr size_t auto const var let is in and or not if else for while return 0 1`.split(/\s+/));

const MENTION = new RegExp([
  '``?([^`\\n]+)``?', // 1: backticks
  '"([^"\\n]{1,40})"', // 2: quotes
  '((?:[$@#~]\\s?)?[\\p{L}_][\\p{L}\\p{N}_$]*(?:(?:\\.|::|->)[\\p{L}_][\\p{L}\\p{N}_$]*)*[?!]?(?:\\(\\))?)', // 3: a word, dotted or called
  '(?<![\\p{L}\\p{N}_.]|\\d[:/,-])(-?\\d+(?:\\.\\d+)?)(?![\\p{L}\\p{N}_%]|[.,:/-]\\d)', // 4: a number
].join('|'), 'gu');
/** Words before a number that name something else by it: RFC 3986, version 2, step 3. */
const NUMBERED = /(?:\p{Lu}[\p{L}\p{N}]*\p{Lu}[\p{L}\p{N}]*|(?<=\p{L} )\p{Lu}\p{Ll}+|§|versions?|steps?|cases?|figures?|tables?|chapters?|sections?|lines?|#)\s*$/u;
/** Spelled as only code spells: an underscore inside, a hump, a sigil, a call. */
const CODE_LIKE = /^[$@]|\(\)$|\p{L}_\p{L}|\p{Ll}\p{Lu}|::|->/u;

const MENTIONED = ['name', 'params', 'calls', 'fields', 'constants', 'raises'] as const;

function mentions(text: string, item: CodeItem): StatedFact[] {
  const found: StatedFact[] = [];
  const words = new Set(item.code.match(/[\p{L}_$][\p{L}\p{N}_$]*|\d[\w.]*\w|\d/gu) ?? []);
  // One mention states all that a name stands for: a parameter that is called, a function that calls itself.
  const known = (value: string): StatedFact[] => MENTIONED.filter((kind) => truths(item, kind).has(value)).map((kind) => ({ kind, value, true: true }));
  const look = (raw: string, called: boolean, certain: boolean): void => {
    const bare = raw.replace(/\(\)$/, '');
    for (const spelling of [raw, bare, bare.replace(/^[$@#~&*]+/, ''), bare.replace(/^[$@#~&*]+|[?!]+$/g, '')]) {
      const facts = known(spelling);
      found.push(...facts);
      if (facts.length > 0) return;
    }
    const name = bare.replace(/^[$@#~&*]+|[?!]+$/g, '');
    if (!certain || name.length < 2 || words.has(name) || COMMON.has(name.toLowerCase())) return;
    found.push({ kind: called ? 'calls' : 'name', value: name, true: false });
  };
  const number = (value: string, certain: boolean): void => {
    const digits = value.replace(/^-/, '');
    if (words.has(digits)) found.push({ kind: 'constants', value: digits, true: true });
    else if (certain && Number(digits) >= 2) found.push({ kind: 'constants', value: digits, true: false });
  };
  for (const match of text.matchAll(MENTION)) {
    const [, ticked, quoted, word, digits] = match;
    if (ticked !== undefined) {
      const whole = ticked.trim();
      const inside = /^(['"]).*\1$/.test(whole) ? whole.slice(1, -1) : whole;
      const facts = [...known(whole), ...(inside === whole ? [] : known(inside))];
      found.push(...facts);
      if (facts.length > 0) continue;
      if (inside !== whole) { if (item.code.includes(inside)) found.push({ kind: 'constants', value: inside, true: true }); }
      else for (const token of whole.matchAll(/((?:[$@#~])?[\p{L}_][\p{L}\p{N}_$]*[?!]?)(\s*\()?|(\d[\w.]*\w|\d)/gu)) {
        if (token[3] !== undefined) number(token[3], true); else look(token[1]!, token[2] !== undefined, true);
      }
    } else if (quoted !== undefined) {
      found.push(...known(quoted).filter((fact) => fact.kind === 'constants'));
    } else if (word !== undefined) {
      const codeLike = CODE_LIKE.test(word);
      // A plain word is prose even where a parameter has the same name: "the items".
      if (codeLike) for (const part of word.split(/\.|::|->/)) look(part, part.endsWith('()'), CODE_LIKE.test(part));
      else if (/[?!]$/.test(word)) found.push(...known(word));
      else if (/\w\.\w/.test(word)) for (const part of word.split('.')) look(part, false, false);
    } else if (digits !== undefined) number(digits, !NUMBERED.test(text.slice(0, match.index)));
  }
  return found;
}

/** How many facts a documentation states and how many of them the syntax tree confirms. A control, never a reward. */
export function factPrecision(documentation: string, item: CodeItem): { stated: number; true: number } {
  const facts = statedFacts(documentation, item);
  return { stated: facts.length, true: facts.filter((f) => f.true).length };
}

export interface FactRecall {
  /** True facts of the function: its name, each parameter, call, field read, field set, constant, error raised and shape. */
  facts: number;
  /** Those that the documentation states. */
  covered: number;
  byKind: Partial<Record<Kind, { facts: number; covered: number }>>;
}

/** How many of the function's true facts its documentation states. A mention of a field covers both reading and setting it. */
export function factRecall(documentation: string, item: CodeItem): FactRecall {
  return recallOf(statedFacts(documentation, item), item);
}

function recallOf(stated: readonly StatedFact[], item: CodeItem): FactRecall {
  const byKind: FactRecall['byKind'] = {};
  for (const { kind, sentence, values } of item.facts) {
    const row = (byKind[kind] ??= { facts: 0, covered: 0 });
    for (const value of new Set(values)) {
      row.facts++;
      if (stated.some((fact) => fact.true && fact.value === value && fact.kind === kind && (!fact.own || kind !== 'fields' || sentence.startsWith(fact.own)))) row.covered++;
    }
  }
  const rows = Object.values(byKind);
  return { facts: rows.reduce((sum, row) => sum + row.facts, 0), covered: rows.reduce((sum, row) => sum + row.covered, 0), byKind };
}

export interface FactScore {
  stated: number; true: number; facts: number; covered: number;
  /** true / stated; NaN when nothing is stated. */
  precision: number;
  /** covered / facts; NaN when the function has none. */
  recall: number;
  /** Harmonic mean of both; 0 when nothing is stated or nothing of it is true, NaN when there is nothing to state and nothing stated. */
  f1: number;
}

/** Precision and recall of the facts of one documentation. */
export function factScore(documentation: string, item: CodeItem): FactScore {
  const all = statedFacts(documentation, item);
  const stated = all.length, right = all.filter((fact) => fact.true).length;
  const { facts, covered } = recallOf(all, item);
  const precision = stated > 0 ? right / stated : NaN, recall = facts > 0 ? covered / facts : NaN;
  const f1 = stated === 0 && facts === 0 ? NaN : right === 0 || covered === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { stated, true: right, facts, covered, precision, recall, f1 };
}
