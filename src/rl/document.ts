/** The gate between the stages: rewrites a sampled documentation and judges its form; knows text, not models or rewards. */

import { LEAK_GATE, leak } from '../reward/leak';
import type { Leak } from '../reward/leak';

export type DocumentationStructure = 'sentences' | 'sections';

export interface DocumentationInput {
  text: string;
  /** The end token was sampled before the length ran out. */
  finished: boolean;
  structure: DocumentationStructure;
  code: string;
  params: readonly string[];
  /** Refuse documentation whose leak score is above the gate. */
  leakGate: boolean;
}

export interface DocumentationVerdict {
  /** What the reader is given. */
  text: string;
  /** R_doc in {0, 0.5, 1}. */
  rDoc: number;
  /** The form alone, before the leak gate. */
  form: number;
  /** Why R_doc is not 1; '' when it is. */
  reason: string;
  leak: Leak;
}

export const SECTION_LABELS = ['Summary', 'Params', 'Returns', 'Examples'] as const;
type SectionLabel = (typeof SECTION_LABELS)[number];
const LABEL_LINE = /^(Summary|Params|Returns|Examples):[ \t]*(.*)$/;

/** Text that begins as code does: a keyword and then code punctuation, an assignment, an arrow, a call that ends a statement. */
export function looksLikeCode(text: string): boolean {
  return /^\s*(?:function|def|class|func|fn|public|private|static|local|const|let|var|import|from|return|if|for|while|#include|<\?php)\b[^.]*[(){}=:;[\]]/.test(text)
    || /=>|;\s*(?:$|\n)|^\s*[\w.]+\s*=[^=]/.test(text) || /^\s*[\w.]+\([^)]*\)\s*;?\s*$/.test(text);
}

/** Trims, joins blanks, and drops empty lines: whatever else a documentation needs changed is a reason to judge it, not to mend it. */
function tidy(text: string): string {
  return text.replace(/\r\n?/g, '\n').split('\n').map((line) => line.replace(/[ \t]+/g, ' ').trim()).filter((line) => line !== '').join('\n');
}

/** The parts of sectioned documentation; `repeated` when a label occurs twice, `stray` when text stands before the first label. */
export function sections(text: string): { parts: Map<SectionLabel, string>; repeated: boolean; stray: boolean } {
  const parts = new Map<SectionLabel, string>();
  let current: SectionLabel | null = null, repeated = false, stray = false;
  for (const line of text.split('\n')) {
    const match = LABEL_LINE.exec(line);
    if (match) {
      current = match[1] as SectionLabel;
      if (parts.has(current)) repeated = true;
      parts.set(current, match[2]!.trim());
    } else if (current) parts.set(current, `${parts.get(current)!}\n${line}`.trim());
    else if (line.trim() !== '') stray = true;
  }
  return { parts, repeated, stray };
}

/** Lines of the code longer than 20 characters, dropped from all but the examples: the rewrite of the sectioned form. */
function withoutCopiedLines(text: string, code: string): string {
  const copied = new Set(code.split('\n').map((line) => line.trim()).filter((line) => line.length > 20));
  let inExamples = false;
  return text.split('\n').filter((line) => {
    const match = LABEL_LINE.exec(line);
    if (match) inExamples = match[1] === 'Examples';
    return inExamples || !copied.has(line.trim());
  }).join('\n');
}

/** What the leak is judged on: examples quote calls and values by their nature, and `name (type):` is the form of a parameter. */
function proseOfSections(text: string): string {
  const withoutExamples = text.replace(/^Examples:[\s\S]*?(?=^(?:Summary|Params|Returns):|$(?![\s\S]))/m, '');
  return withoutExamples.replace(/^((?:Params:[ \t]*)?[^\s(]+) \([^)\n]*\):/gm, '$1:');
}

type Judgement = [form: number, reason: string];

function judgeCommon(text: string, finished: boolean): Judgement | null {
  if (text === '') return [0, 'empty'];
  if (!finished) return [0, 'cut off: no end within the length limit'];
  if (/```|~~~/.test(text)) return [0, 'code fence'];
  if (text.includes('\ufffd')) return [0, 'broken characters'];
  return null;
}

function judgeSentences(text: string): Judgement {
  if (text.includes('\n')) return [0, 'more than one line'];
  const sentences = text.split(/(?<=[.!?])\s+/);
  if (new Set(sentences).size < sentences.length) return [0, 'a sentence is repeated'];
  if (looksLikeCode(text)) return [0, 'reads as code'];
  const wanting = [
    text.split(/\s+/).length < 2 ? 'fewer than two words' : '',
    /^\p{Lu}/u.test(text) ? '' : 'no capital first letter',
    /[.!?]$/.test(text) ? '' : 'no final period',
  ].filter((reason) => reason !== '');
  return wanting.length > 0 ? [0.5, wanting.join(', ')] : [1, ''];
}

function judgeSections(text: string, params: readonly string[]): Judgement {
  const { parts, repeated, stray } = sections(text);
  const summary = parts.get('Summary') ?? '';
  if (summary === '') return [0, 'no Summary'];
  if (repeated) return [0, 'a label is repeated'];
  if (looksLikeCode(summary)) return [0, 'Summary reads as code'];
  const missing = SECTION_LABELS.filter((label) => !parts.get(label));
  const named = (parts.get('Params') ?? '').split('\n').map((line) => /^\*{0,2}([\p{L}_$][\p{L}\p{N}_$]*)/u.exec(line)?.[1] ?? '').filter((name) => name !== '' && name !== 'none');
  const wrong = named.length !== params.length || params.some((name) => !named.includes(name.replace(/^\W+/, '')));
  const wanting = [
    missing.length > 0 ? `without ${missing.join(', ')}` : '',
    !missing.includes('Params') && wrong ? 'Params are not those of the signature' : '',
    stray ? 'text before the first label' : '',
  ].filter((reason) => reason !== '');
  return wanting.length > 0 ? [0.5, wanting.join('; ')] : [1, ''];
}

/**
 * Filter and rewrite. 0: empty, cut off, code fence, more lines than the form has, a repetition, text that reads as code, a failed leak
 * gate. 0.5: smaller faults of form. 1: none. The levels follow BatCoder's {0, 0.5, 1}; what earns each is our choice.
 */
export function judgeDocumentation(input: DocumentationInput): DocumentationVerdict {
  const tidied = tidy(input.text);
  const text = input.structure === 'sections' ? withoutCopiedLines(tidied, input.code) : tidied;
  const judged = input.structure === 'sections' ? proseOfSections(text) : text;
  const leaked = leak(input.code, judged);
  const [form, fault] = judgeCommon(text, input.finished) ?? (input.structure === 'sections' ? judgeSections(text, input.params) : judgeSentences(text));
  const refused = input.leakGate && leaked.score > LEAK_GATE;
  const reason = refused && form > 0 ? `copies the code (leak ${leaked.score.toFixed(2)})` : fault;
  return { text, rDoc: refused ? 0 : form, form, reason, leak: leaked };
}
