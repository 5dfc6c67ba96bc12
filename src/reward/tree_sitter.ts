/** Makes the reward's plain trees with web-tree-sitter; knows grammars handed to it as bytes, not where they lie. */

import { Language as Grammar, Parser } from 'web-tree-sitter';
import type { Tree, TreeCursor } from 'web-tree-sitter';
import type { Language } from '../types';
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

/** Sampled code can nest without end; the walk stops here and the rest counts as one leaf. */
const DEEPEST = 200;

function plain(cursor: TreeCursor, depth: number): TreeNode {
  const node: TreeNode = { kind: cursor.nodeType, field: cursor.currentFieldName ?? '', named: cursor.nodeIsNamed, text: '', children: [] };
  if (depth < DEEPEST && cursor.gotoFirstChild()) {
    do node.children.push(plain(cursor, depth + 1)); while (cursor.gotoNextSibling());
    cursor.gotoParent();
  } else node.text = cursor.nodeText;
  return node;
}

/** Nodes of `code` proper, without what was put around it: the outermost ones that lie inside [from, to). */
function inside(tree: Tree, from: number, to: number): TreeNode[] {
  const found: TreeNode[] = [];
  const cursor = tree.walk();
  const visit = (): void => {
    if (cursor.startIndex >= from && cursor.endIndex <= to && cursor.nodeType !== tree.rootNode.type) {
      if (cursor.endIndex > cursor.startIndex) found.push(plain(cursor, 0));
      return;
    }
    if (cursor.endIndex <= from || cursor.startIndex >= to || !cursor.gotoFirstChild()) return;
    do visit(); while (cursor.gotoNextSibling());
    cursor.gotoParent();
  };
  visit();
  cursor.delete();
  return found;
}

/**
 * A parser over the given grammars (bytes of tree-sitter .wasm files). `Parser.init` must have run; the worker and the tests do it, since
 * where the library's own .wasm lies differs. Throws what web-tree-sitter throws for bytes that are no grammar.
 */
export async function treeSitterParser(grammars: Partial<Record<Language, Uint8Array>>): Promise<SyntaxParser> {
  const loaded = new Map<Language, Grammar>();
  for (const [language, bytes] of Object.entries(grammars)) loaded.set(language as Language, await Grammar.load(bytes));
  const parser = new Parser();
  return {
    parse(language, code) {
      const grammar = loaded.get(language);
      if (!grammar) return undefined;
      if (code.trim() === '') return null;
      parser.setLanguage(grammar);
      for (const [before, after] of SURROUNDINGS[language] ?? [['', '']]) {
        const tree = parser.parse(before + code + after);
        if (!tree) continue;
        const nodes = tree.rootNode.hasError ? [] : inside(tree, before.length, before.length + code.length);
        tree.delete();
        if (nodes.length > 0) return nodes;
      }
      return null;
    },
  };
}
