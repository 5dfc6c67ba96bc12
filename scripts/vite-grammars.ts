/** Brings the tree-sitter grammars out of node_modules into the page as ./grammars/*.wasm; knows files, not parsing. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** Served name -> place under node_modules. TypeScript and TSX are two grammars of one package. */
export const grammarFiles: Record<string, string> = {
  'web-tree-sitter.wasm': 'web-tree-sitter/web-tree-sitter.wasm',
  'tree-sitter-javascript.wasm': 'tree-sitter-javascript/tree-sitter-javascript.wasm',
  'tree-sitter-typescript.wasm': 'tree-sitter-typescript/tree-sitter-typescript.wasm',
  'tree-sitter-tsx.wasm': 'tree-sitter-typescript/tree-sitter-tsx.wasm',
  'tree-sitter-python.wasm': 'tree-sitter-python/tree-sitter-python.wasm',
  'tree-sitter-ruby.wasm': 'tree-sitter-ruby/tree-sitter-ruby.wasm',
  'tree-sitter-go.wasm': 'tree-sitter-go/tree-sitter-go.wasm',
  'tree-sitter-rust.wasm': 'tree-sitter-rust/tree-sitter-rust.wasm',
  'tree-sitter-java.wasm': 'tree-sitter-java/tree-sitter-java.wasm',
  'tree-sitter-c.wasm': 'tree-sitter-c/tree-sitter-c.wasm',
  'tree-sitter-cpp.wasm': 'tree-sitter-cpp/tree-sitter-cpp.wasm',
  'tree-sitter-php.wasm': 'tree-sitter-php/tree-sitter-php.wasm',
  'tree-sitter-lua.wasm': '@tree-sitter-grammars/tree-sitter-lua/tree-sitter-lua.wasm',
};

/**
 * Emits every grammar into the build under `grammars/` and serves the same addresses from the development and test servers.
 * A missing grammar fails the build: a language that silently vanished would be found by a user.
 */
export function grammars(root: string): Plugin {
  const locate = (name: string): string => join(root, 'node_modules', grammarFiles[name] ?? '');
  return {
    name: 'grammars',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const name = /\/grammars\/([\w.-]+\.wasm)(?:\?.*)?$/.exec(request.url ?? '')?.[1];
        if (name === undefined || !(name in grammarFiles)) {
          next();
          return;
        }
        response.setHeader('Content-Type', 'application/wasm');
        response.setHeader('Content-Length', statSync(locate(name)).size);
        response.end(readFileSync(locate(name)));
      });
    },
    generateBundle() {
      for (const name of Object.keys(grammarFiles)) {
        // Fixed names without a hash: workers ask for a grammar by its language.
        this.emitFile({ type: 'asset', fileName: `grammars/${name}`, source: readFileSync(locate(name)) });
      }
    },
  };
}
