/** The faults of a documentation's form, each with its level and a sentence for a person; knows text and rules, not leaks or rewards. */

import { englishShare } from '../../reward/cheat_language';
import { SECTION_LABELS, proseOfSections, sections, typeEnd } from './rewrite';
import type { DocumentationRules, DocumentationStructure } from './rules';

/** `level` is what R_doc falls to under strict rules. A `lasting` fault is as grave under loose ones; the others are a level milder. */
export interface Fault { level: 0 | 0.5; lasting: boolean; reason: string; sentence: string }

export interface FormInput { text: string; finished: boolean; structure: DocumentationStructure; code: string; params: readonly string[] }

/** From here on words of English are taken to be English text; measured: honest documentation has 0.5 and more, other languages below 0.2. */
const ENGLISH_FROM = 0.3;

/** Text that begins as code does: a keyword and then code punctuation, an assignment, an arrow, a call that ends a statement. */
export function looksLikeCode(text: string): boolean {
  return /^\s*(?:function|def|class|func|fn|public|private|static|local|const|let|var|import|from|return|if|for|while|#include|<\?php)\b[^.]*[(){}=:;[\]]/.test(text)
    || /=>|;\s*(?:$|\n)|^\s*[\w.]+\s*=[^=]/.test(text) || /^\s*[\w.]+\([^)]*\)\s*;?\s*$/.test(text);
}

const refused = (reason: string, sentence: string, lasting = false): Fault => ({ level: 0, lasting, reason, sentence });
const lower = (reason: string, sentence: string): Fault => ({ level: 0.5, lasting: false, reason, sentence });
const countWords = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length;

function commonFaults({ text, finished }: FormInput): Fault[] {
  if (text === '') return [refused('empty', 'There is no text.', true)];
  if (!finished) return [refused('cut off: no end within the length limit', 'The text did not end within the length limit.', true)];
  if (/```|~~~/.test(text)) return [refused('code fence', 'There is a fenced code block; documentation is prose.', true)];
  if (text.includes('\ufffd')) return [refused('broken characters', 'Some bytes are no characters.', true)];
  return [];
}

function sentenceFaults(text: string, rules: DocumentationRules): Fault[] {
  const faults: Fault[] = [];
  if (text.includes('\n')) faults.push(refused('more than one line', 'Plain sentences stand on one line; this has several.'));
  const all = text.split(/(?<=[.!?])\s+/);
  if (new Set(all).size < all.length) faults.push(refused('a sentence is repeated', 'The same sentence stands here twice.'));
  if (looksLikeCode(text)) faults.push(refused('reads as code', 'The text is code, not prose.', true));
  const count = countWords(text);
  if (count < 2) faults.push(lower('fewer than two words', 'One word is no sentence.'));
  else if (count < rules.fewestWords) faults.push(lower(`fewer than ${rules.fewestWords} words`, `There are ${count} words; ${rules.fewestWords} are wanted.`));
  if (!/^\p{Lu}/u.test(text)) faults.push(lower('no capital first letter', 'The first letter is not a capital.'));
  if (!/[.!?]$/.test(text)) faults.push(lower('no final period', 'The last sentence has no period.'));
  return faults;
}

/** A parameter's name at the beginning of its line, with what languages write before it: `$a`, `*args`, `&self`, `&mut self`, `@a`, `...rest`. */
const NAMED = /^(?:[$*&@]|\.\.\.|\bmut )*([\p{L}_][\p{L}\p{N}_$]*|\$(?=[\s:(]))/u;
/** The receiver that Python and Rust list among the parameters and a caller never passes: it may be documented or not. */
const RECEIVER = /^(?:self|cls)$/;

const bareName = (name: string): string => NAMED.exec(`${name.trim()} `)?.[1] ?? '';

/** `name (type): meaning` with something that can be a type between the parentheses. */
function isTyped(line: string): boolean {
  const from = NAMED.exec(line)?.[0].length ?? 0, open = /^\s*(?=\()/.exec(line.slice(from));
  if (from === 0 || !open) return false;
  const end = typeEnd(line, from + open[0].length);
  return end > 0 && /\p{L}/u.test(line.slice(from, end)) && /^\s*:/.test(line.slice(end));
}

function sectionFaults(text: string, params: readonly string[], rules: DocumentationRules): Fault[] {
  const faults: Fault[] = [];
  const { parts, repeated, stray } = sections(text);
  const summary = parts.get('Summary') ?? '';
  if (summary === '') return [refused('no Summary', 'There is no Summary, the one section nothing can do without.')];
  if (repeated) faults.push(refused('a label is repeated', 'A section stands here twice.'));
  if (looksLikeCode(summary)) faults.push(refused('Summary reads as code', 'The Summary is code, not prose.', true));
  const missing = SECTION_LABELS.filter((label) => (label !== 'Examples' || rules.examples) && !parts.get(label));
  if (missing.length > 0) faults.push(lower(`without ${missing.join(', ')}`, `Missing: ${missing.join(', ')}.`));
  const lines = (parts.get('Params') ?? '').split('\n');
  const given = lines.map(bareName).filter((name) => name !== '' && name !== 'none');
  const wanted = params.map(bareName).filter((name, i) => name !== '' && !(i === 0 && RECEIVER.test(name)));
  const receiver = bareName(params[0] ?? ''), named = RECEIVER.test(receiver) && given[0] === receiver ? given.slice(1) : given;
  const wrong = named.length !== wanted.length || wanted.some((name) => !named.includes(name));
  if (!missing.includes('Params') && wrong) faults.push(lower('Params are not those of the signature', `Params names ${named.join(', ') || 'none'}; the signature has ${params.join(', ') || 'none'}.`));
  const untyped = rules.types && !missing.includes('Params') && !wrong ? lines.filter((line) => line.trim() !== 'none' && !isTyped(line) && !RECEIVER.test(bareName(line))) : [];
  if (untyped.length > 0) faults.push(lower('parameters without a type', 'A parameter is written "name (type): meaning"; here a type is missing.'));
  if (stray) faults.push(lower('text before the first label', 'Text stands before the first section.'));
  const count = countWords(summary);
  if (count < rules.fewestWords) faults.push(lower(`fewer than ${rules.fewestWords} words`, `The Summary has ${count} words; ${rules.fewestWords} are wanted.`));
  return faults;
}

function languageFaults({ text, structure, code }: FormInput): Fault[] {
  const prose = structure === 'sections' ? proseOfSections(text).replace(/^(?:Summary|Params|Returns):/gm, '') : text;
  const share = englishShare(prose, code);
  return share < ENGLISH_FROM ? [refused('not English', `English is wanted; ${Math.round(share * 100)} % of the words are English.`)] : [];
}

/** Every fault under the rules, the graver reading of loose rules already applied: none = R_doc 1. */
export function formFaults(input: FormInput, rules: DocumentationRules): Fault[] {
  const common = commonFaults(input);
  const faults = common.length > 0 ? common : [
    ...(input.structure === 'sections' ? sectionFaults(input.text, input.params, rules) : sentenceFaults(input.text, rules)),
    ...(rules.language === 'english' ? languageFaults(input) : []),
  ];
  if (rules.strictness === 'strict') return faults;
  return faults.flatMap((fault): Fault[] => (fault.lasting ? [fault] : fault.level === 0 ? [{ ...fault, level: 0.5 }] : []));
}
