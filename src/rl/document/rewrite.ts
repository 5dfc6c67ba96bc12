/** Cuts from a documentation what may not pass on to the reader, and reads its sections; knows text and code as text, judges nothing. */

import type { DocumentationRules, DocumentationStructure } from './rules';

export const SECTION_LABELS = ['Summary', 'Params', 'Returns', 'Examples'] as const;
export type SectionLabel = (typeof SECTION_LABELS)[number];
const LABEL_LINE = /^(Summary|Params|Returns|Examples):[ \t]*(.*)$/;

/** Trims, joins blanks, and drops empty lines: whatever else a documentation needs changed is a rule's matter. */
export function tidy(text: string): string {
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

/** What the leak is judged on: examples quote calls and values by their nature, and `name (type):` is the form of a parameter. */
export function proseOfSections(text: string): string {
  const withoutExamples = text.replace(/^Examples:[\s\S]*?(?=^(?:Summary|Params|Returns):|$(?![\s\S]))/m, '');
  return withoutExamples.split('\n').map((raw) => {
    // The stars and ampersands of a parameter's name are part of it.
    const line = raw.replace(/^((?:Params:[ \t]*)?)[*&@]+(?=[\p{L}_])/u, '$1');
    const head = /^((?:Params:[ \t]*)?[^\s(]+)[ \t]*(?=\()/.exec(line);
    const end = head ? typeEnd(line, head[0].length) : -1;
    return head && line[end] === ':' ? head[1]! + line.slice(end) : line;
  }).join('\n');
}

/** Index behind the bracket that closes the one at `from`, of its kind alone: `((x: T) => boolean)`, `(int (*)(int))`; -1 when none does. */
export function typeEnd(line: string, from: number): number {
  let depth = 0;
  for (let i = from; i < line.length; i++) {
    if (line[i] === '(') depth++;
    else if (line[i] === ')' && --depth === 0) return i + 1;
  }
  return -1;
}

/** Lines of the code longer than 20 characters, dropped from all but the examples. */
function withoutCopiedLines(text: string, code: string): string {
  const copied = new Set(code.split('\n').map((line) => line.trim()).filter((line) => line.length > 20));
  let inExamples = false;
  return text.split('\n').filter((line) => {
    const match = LABEL_LINE.exec(line);
    if (match) inExamples = match[1] === 'Examples';
    return inExamples || !copied.has(line.trim());
  }).join('\n');
}

/** Fenced blocks with their fences; one that is never closed reaches to the end. */
const withoutFences = (text: string): string => text.replace(/(```|~~~)[\s\S]*?(?:\1|$(?![\s\S]))/g, ' ');

/** Applies `change` to the text outside the examples; sentences have none. */
function outsideExamples(text: string, structure: DocumentationStructure, change: (block: string) => string): string {
  if (structure === 'sentences') return change(text);
  const blocks: { examples: boolean; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const match = LABEL_LINE.exec(line);
    const examples = match ? match[1] === 'Examples' : blocks.at(-1)?.examples ?? false;
    if (blocks.at(-1)?.examples !== examples) blocks.push({ examples, lines: [] });
    blocks.at(-1)!.lines.push(line);
  }
  return blocks.map(({ examples, lines }) => (examples ? lines.join('\n') : change(lines.join('\n')))).join('\n');
}

interface Token { text: string; from: number; to: number }

/** As the leak counts them: words, numbers and marks, without commas and periods. */
function tokensOf(text: string): Token[] {
  return [...text.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*|\d+|[^\s\p{L}\p{N},.]/gu)].map((match) => ({ text: match[0], from: match.index, to: match.index + match[0].length }));
}

/** Length of the longest run that starts at each token of the text and stands in `code` too. O(text x code). */
function runLengths(text: readonly Token[], code: readonly Token[]): number[] {
  const longest = new Array<number>(text.length).fill(0);
  let next = new Uint32Array(code.length + 1);
  for (let i = text.length - 1; i >= 0; i--) {
    const row = new Uint32Array(code.length + 1);
    for (let j = code.length - 1; j >= 0; j--) {
      if (text[i]!.text !== code[j]!.text) continue;
      row[j] = next[j + 1]! + 1;
      longest[i] = Math.max(longest[i]!, row[j]!);
    }
    next = row;
  }
  return longest;
}

/**
 * Cuts out every run of more than `longest` tokens that stands in `code` too, until there is none: what a cut brings together can be a run
 * again. A run may be replaced (`by`) instead; a run that `by` leaves alone (undefined) stays.
 */
function cutRuns(text: string, code: string, longest: number, by: (run: readonly Token[]) => string | undefined = () => ''): string {
  const codeTokens = tokensOf(code);
  for (let at = 0; ;) {
    const tokens = tokensOf(text);
    const lengths = runLengths(tokens, codeTokens);
    let replacement: string | undefined;
    while (at < tokens.length && (lengths[at]! <= longest || (replacement = by(tokens.slice(at, at + lengths[at]!))) === undefined)) at++;
    if (at >= tokens.length || replacement === undefined) return text;
    const run = tokens.slice(at, at + lengths[at]!);
    text = text.slice(0, run[0]!.from) + replacement + text.slice(run.at(-1)!.to);
    // A replacement stays; whatever a plain cut brought together is looked at again from the start.
    at = replacement === '' ? 0 : at + tokensOf(replacement).length;
  }
}

/** Blanks and marks that a cut leaves behind. */
const mended = (text: string): string => tidy(text.replace(/ +([.,;:!?])/g, '$1').replace(/(^|\n)[ ,;:.]+(?=\p{L})/gu, '$1').replace(/([.!?])(?:\s*[.,;:])+/g, '$1'));

/** The documentation as the reader will be given it, and a sentence for each thing that was cut out. */
export function rewrite(raw: string, code: string, structure: DocumentationStructure, rules: DocumentationRules, name = '', signature = ''): { text: string; stripped: string[] } {
  let text = tidy(raw);
  const stripped: string[] = [];
  if (rules.strictness === 'off') return { text, stripped };
  const step = (sentence: string, change: (from: string) => string): void => {
    const changed = change(text);
    if (changed !== text) { text = changed; stripped.push(sentence); }
  };
  if (rules.stripFences) step('A fenced code block was cut out.', (from) => tidy(withoutFences(from)));
  if (structure === 'sections') step('Lines copied from the code were cut out.', (from) => withoutCopiedLines(from, code));
  const head = signature === '' ? code.split('\n', 1)[0]! : signature;
  if (rules.stripSignature) {
    step('The signature was cut down to the name.', (from) => {
      const cut = outsideExamples(from, structure, (block) => cutRuns(block, head, 2, (run) => (run.some((token) => token.text === '(') ? (run.some((token) => token.text === name) ? name : '') : undefined)));
      return cut === from ? from : mended(cut);
    });
  }
  if (rules.longestRun > 0) {
    step(`Runs of more than ${rules.longestRun} tokens of the code were cut out.`, (from) => {
      const cut = outsideExamples(from, structure, (block) => cutRuns(block, code, rules.longestRun));
      return cut === from ? from : mended(cut);
    });
  }
  return { text, stripped };
}
