/** Knows where Node finds the grammar files that the page fetches; test only. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { GrammarSource } from '../../src/corpus/parser';

const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url));

/** Absolute path inside node_modules. */
export const inModules = (path: string): string => modules + path;

export const nodeGrammars: GrammarSource = {
  runtimeWasm: new Uint8Array(readFileSync(inModules('web-tree-sitter/web-tree-sitter.wasm'))),
  async grammar(file) {
    const name = file.replace(/\.wasm$/, '');
    const folder = name === 'tree-sitter-tsx' ? 'tree-sitter-typescript' : name === 'tree-sitter-lua' ? '@tree-sitter-grammars/tree-sitter-lua' : name;
    return new Uint8Array(await readFile(inModules(`${folder}/${file}`)));
  },
};
