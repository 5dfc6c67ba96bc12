/** Loads the real grammars from node_modules for tests in Node. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Parser } from 'web-tree-sitter';
import type { Language } from '../../src/types';
import { treeSitterParser } from '../../src/reward/tree_sitter';
import type { SyntaxParser } from '../../src/reward/tree';

const FILES: Record<Language, string> = {
  javascript: 'tree-sitter-javascript/tree-sitter-javascript.wasm', typescript: 'tree-sitter-typescript/tree-sitter-typescript.wasm',
  tsx: 'tree-sitter-typescript/tree-sitter-tsx.wasm', python: 'tree-sitter-python/tree-sitter-python.wasm', ruby: 'tree-sitter-ruby/tree-sitter-ruby.wasm',
  go: 'tree-sitter-go/tree-sitter-go.wasm', rust: 'tree-sitter-rust/tree-sitter-rust.wasm', java: 'tree-sitter-java/tree-sitter-java.wasm',
  c: 'tree-sitter-c/tree-sitter-c.wasm', cpp: 'tree-sitter-cpp/tree-sitter-cpp.wasm', php: 'tree-sitter-php/tree-sitter-php.wasm',
  lua: '@tree-sitter-grammars/tree-sitter-lua/tree-sitter-lua.wasm',
};

const require = createRequire(import.meta.url);

export async function realParser(languages: readonly Language[]): Promise<SyntaxParser> {
  await Parser.init();
  return treeSitterParser(Object.fromEntries(languages.map((language) => [language, new Uint8Array(readFileSync(require.resolve(FILES[language])))])));
}
