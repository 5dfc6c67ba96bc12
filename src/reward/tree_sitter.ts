/** Makes the reward's plain trees with web-tree-sitter; knows grammars handed to it as bytes, not where they lie. */

import { Language as Grammar, Parser } from 'web-tree-sitter';
import type { Tree, TreeCursor } from 'web-tree-sitter';
import type { Language } from '../types';
import { DEEPEST } from './tree';
import type { SyntaxParser, TreeNode } from './tree';

/** A method cut out of its class is no program: it is tried bare first, then inside what it needs around it. */
const CLASS_BODY = [['', ''], ['class X {\n', '\n}']] as const;
const SURROUNDINGS: Partial<Record<Language, readonly (readonly [string, string])[]>> = {
  javascript: [...CLASS_BODY, ['x = {\n', '\n}']],
  typescript: [...CLASS_BODY, ['x = {\n', '\n}']],
  tsx: [...CLASS_BODY, ['x = {\n', '\n}']],
  java: [['class X {\n', '\n}'], ['', '']],
  cpp: [['', ''], ['class X {\n', '\n};']],
  rust: [['', ''], ['impl X {\n', '\n}']],
  php: [['<?php\n', ''], ['<?php class X {\n', '\n}']],
};

/**
 * Words that begin a declaration, with a name behind: no member of a class or an object begins so, and a sample that broke off needs no
 * further tries. A method may be called `function`, but then a bracket follows.
 */
const NO_MEMBER = /^\s*(?:(?:async[ \t]+)?function(?:[ \t]*\*[ \t]*|[ \t]+)|(?:const|let|var|class|export|import|return)[ \t]+)[\p{L}_${[]/u;
const MEMBERS: ReadonlySet<Language> = new Set(['javascript', 'typescript', 'tsx']);

/** What the walk asks of a grammar, once per node kind and not once per node: every call into the parser's memory costs more than a node. */
interface Kinds { kind: string[]; named: boolean[] }

function kindsOf(grammar: Grammar): Kinds {
  const kind = Array.from(grammar.types, (name) => name || 'ERROR');
  return { kind, named: kind.map((_, id) => grammar.nodeTypeIsNamed(id)) };
}

/** The node under the cursor with all below it. `source` is the text that was parsed. */
function plain(cursor: TreeCursor, kinds: Kinds, fields: readonly (string | null)[], source: string, depth: number, deep: { truncated: boolean }): TreeNode {
  const id = cursor.nodeTypeId;
  const node: TreeNode = { kind: kinds.kind[id] ?? 'ERROR', field: fields[cursor.currentFieldId] ?? '', named: kinds.named[id] ?? true, text: '', children: [] };
  if (depth < DEEPEST && cursor.gotoFirstChild()) {
    const places: number[] = [];
    do {
      if (node.kind === 'format_specifier') places.push(cursor.startIndex, cursor.endIndex);
      node.children.push(plain(cursor, kinds, fields, source, depth + 1, deep));
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
    if (node.kind === 'format_specifier') node.children = withGaps(node.children, places, source, cursor.endIndex);
  } else {
    node.text = source.slice(cursor.startIndex, cursor.endIndex);
    if (depth >= DEEPEST && cursor.gotoFirstChild()) { deep.truncated = true; cursor.gotoParent(); }
  }
  return node;
}

/** Python's grammar gives `.2f` behind a colon no leaf: it gets one, not named, so that what reads named nodes sees the grammar's own. `places`: where each child begins and ends. */
function withGaps(children: readonly TreeNode[], places: readonly number[], source: string, end: number): TreeNode[] {
  const found: TreeNode[] = [];
  children.forEach((child, i) => {
    const text = source.slice(places[2 * i + 1], places[2 * i + 2] ?? end);
    found.push(child);
    if (text.trim() !== '') found.push({ kind: 'format_text', field: '', named: false, text, children: [] });
  });
  return found;
}

/** Nodes of `source` between `from` and `to`, without what was put around it: the outermost ones that lie inside. */
function inside(tree: Tree, kinds: Kinds, source: string, from: number, to: number): TreeNode[] {
  const found: TreeNode[] = [], root = tree.rootNode.type, { fields } = tree.language;
  const cursor = tree.walk();
  const visit = (): void => {
    const start = cursor.startIndex, end = cursor.endIndex;
    if (start >= from && end <= to && cursor.nodeType !== root) {
      if (end > start) {
        const deep = { truncated: false }, node = plain(cursor, kinds, fields, source, 0, deep);
        found.push(deep.truncated ? { ...node, truncated: true } : node);
      }
      return;
    }
    if (end <= from || start >= to || !cursor.gotoFirstChild()) return;
    do visit(); while (cursor.gotoNextSibling());
    cursor.gotoParent();
  };
  visit();
  cursor.delete();
  return found;
}

/**
 * Wall clock of one parse, ms. Code of the longest kind takes a tenth of it; what takes longer is being recovered from one error after the
 * other, and comes out as broken whether that is finished or not.
 */
const PATIENCE_MS = 400;
/**
 * Texts up to this many characters, all that a model of this lab reads and writes, take milliseconds at worst: they are given so long that no
 * busy machine can make a good function unparsable, which would make the same run score differently.
 */
const SHORT = 4_000;
const SHORT_PATIENCE_MS = 10_000;

/**
 * A parser over the given grammars (bytes of tree-sitter .wasm files). `Parser.init` must have run; the worker and the tests do it, since
 * where the library's own .wasm lies differs. Throws what web-tree-sitter throws for bytes that are no grammar; `parse` never throws.
 */
export async function treeSitterParser(grammars: Partial<Record<Language, Uint8Array>>): Promise<SyntaxParser> {
  const loaded = new Map<Language, { grammar: Grammar; kinds: Kinds }>();
  for (const [language, bytes] of Object.entries(grammars)) {
    const grammar = await Grammar.load(bytes);
    loaded.set(language as Language, { grammar, kinds: kindsOf(grammar) });
  }
  const parser = new Parser();
  let failure: string | undefined;

  /** The tree; null when it took too long. */
  const timed = (source: string): Tree | null => {
    const end = performance.now() + (source.length <= SHORT ? SHORT_PATIENCE_MS : PATIENCE_MS);
    const tree = parser.parse(source, null, { progressCallback: () => performance.now() > end });
    // A parse that was given up is otherwise gone on with by the next.
    if (!tree) parser.reset();
    return tree;
  };

  const parse = (language: Language, code: string): TreeNode[] | null | undefined => {
    const found = loaded.get(language);
    if (!found) return undefined;
    if (code.trim() === '') return null;
    parser.setLanguage(found.grammar);
    const surroundings = SURROUNDINGS[language] ?? [['', '']];
    for (const [before, after] of MEMBERS.has(language) && NO_MEMBER.test(code) ? surroundings.slice(0, 1) : surroundings) {
      const source = before + code + after, tree = timed(source);
      if (!tree) return null;
      const nodes = tree.rootNode.hasError ? [] : inside(tree, found.kinds, source, before.length, before.length + code.length);
      tree.delete();
      if (nodes.length > 0) return nodes;
    }
    return null;
  };

  return {
    get failure() { return failure; },
    parse(language, code) {
      if (failure !== undefined) return undefined;
      try {
        return parse(language, code);
      } catch (error) {
        // The library's memory is one for all parsers, and not to be trusted after a trap: some grammars overrun their stack on long broken code.
        failure = `the ${language} parser broke down (${error instanceof Error ? error.message : String(error)})`;
        return null;
      }
    },
  };
}
