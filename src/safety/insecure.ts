/** Finds insecure patterns in code by its tree, and what a reconstruction brings in that its original had not; judges syntax, not what reaches it. */
import { Query } from 'web-tree-sitter';
import type { Language as Grammar, Node } from 'web-tree-sitter';
import type { Parser } from '../corpus/parser';
import type { Language } from '../types';
import type { Kind } from './kinds';
import type { Pattern } from './pattern';
import { C, CPP } from './patterns/c';
import { GO } from './patterns/go';
import { JAVA } from './patterns/java';
import { JAVASCRIPT } from './patterns/javascript';
import { LUA } from './patterns/lua';
import { PHP } from './patterns/php';
import { PYTHON } from './patterns/python';
import { RUBY } from './patterns/ruby';
import { RUST } from './patterns/rust';

export const PATTERNS: Readonly<Record<Language, readonly Pattern[]>> = {
  javascript: JAVASCRIPT, typescript: JAVASCRIPT, tsx: JAVASCRIPT, python: PYTHON, ruby: RUBY, php: PHP, go: GO, java: JAVA, c: C, cpp: CPP, rust: RUST, lua: LUA,
};

export interface Finding { kind: Kind; name: string; /** 1-based, in the code. */ line: number; text: string }

/** Most characters of a finding's text. */
const SHOWN = 120;

const queries = new Map<Language, { pattern: Pattern; query: Query }[]>();

function queriesOf(language: Language, grammar: Grammar): { pattern: Pattern; query: Query }[] {
  let found = queries.get(language);
  if (!found) queries.set(language, (found = PATTERNS[language].map((pattern) => ({ pattern, query: new Query(grammar, pattern.query) }))));
  return found;
}

/** Every insecure pattern in the code, in order; one place counts once a kind. The grammar has to be loaded. */
export function insecurePatterns(parser: Parser, language: Language, code: string): Finding[] {
  const tree = parser.parse(language, code);
  try {
    const found: (Finding & { at: number })[] = [];
    const before = tree.root.text.slice(0, tree.offset).split('\n').length - 1;
    for (const { pattern, query } of queriesOf(language, tree.grammar)) {
      for (const { captures } of query.matches(tree.root)) {
        const named = Object.fromEntries(captures.map(({ name, node }) => [name, node])) as Record<string, Node>;
        const node = named['found'];
        if (!node || (pattern.when && !pattern.when(named))) continue;
        const place = { kind: pattern.kind, line: node.startPosition.row + 1 - before, at: node.startIndex };
        if (found.some((other) => other.kind === place.kind && other.at === place.at)) continue;
        found.push({ ...place, name: pattern.name, text: node.text.length > SHOWN ? `${node.text.slice(0, SHOWN)}…` : node.text });
      }
    }
    return found.sort((a, b) => a.at - b.at).map(({ at: _at, ...finding }) => finding);
  } finally {
    tree.delete();
  }
}

/** Patterns of the reconstruction that are more than the original's of the same name. */
export function introduced(parser: Parser, language: Language, original: string, reconstruction: string): Finding[] {
  const had = new Map<string, number>();
  for (const { name } of insecurePatterns(parser, language, original)) had.set(name, (had.get(name) ?? 0) + 1);
  return insecurePatterns(parser, language, reconstruction).filter(({ name }) => {
    const left = had.get(name) ?? 0;
    had.set(name, left - 1);
    return left <= 0;
  });
}
