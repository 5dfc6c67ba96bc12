/** Knows how to load tree-sitter grammars and turn code into trees; knows nothing of what a function is. */
import { Language as Grammar, Parser as TreeSitter } from 'web-tree-sitter';
import type { Node, Tree } from 'web-tree-sitter';
import { labError } from '../types';
import type { Language } from '../types';
import { LANGUAGES } from './languages';
import { SYNTAX } from './syntax';

/** Where the two kinds of .wasm come from; Node reads its packages, a worker fetches the built page's own files. */
export interface GrammarSource {
  /** web-tree-sitter.wasm: its bytes, or an address the runtime may fetch. */
  runtimeWasm: Uint8Array | string;
  /** Bytes of a grammar such as `tree-sitter-python.wasm`. */
  grammar(file: string): Promise<Uint8Array>;
}

/** A tree of a piece of code. Whoever gets one calls `delete()`: its memory is not garbage collected. */
export interface CodeTree {
  root: Node;
  /** Node that holds the code itself: `root`, or the body of the wrapper a method needed to parse. */
  body: Node;
  /** Characters the wrapper put before the code: index in the code = node index - offset. */
  offset: number;
  /** What queries on it are made for. */
  grammar: Grammar;
  /** No ERROR and no MISSING node anywhere. */
  ok: boolean;
  delete(): void;
}

let runtime: Promise<void> | undefined;

async function initialise(wasm: Uint8Array | string): Promise<void> {
  if (typeof wasm === 'string') return TreeSitter.init({ locateFile: () => wasm });
  // Compiled first, so that bad bytes reject here: inside instantiateWasm they would leave init waiting for ever.
  const module = await WebAssembly.compile(wasm as BufferSource);
  await TreeSitter.init({
    instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void) {
      void WebAssembly.instantiate(module, imports).then((instance) => done(instance, module));
      return {};
    },
  } as Parameters<typeof TreeSitter.init>[0]);
}

// The emscripten runtime is one per realm, so the first parser decides where it comes from.
function startRuntime(wasm: Uint8Array | string): Promise<void> {
  runtime ??= initialise(wasm).catch((cause: unknown) => {
    runtime = undefined;
    throw labError('BadInput', `The parser could not start (${String(cause)}). No code was read. Reload the page while its files can be reached.`);
  });
  return runtime;
}

/** Parses the twelve languages; grammars are loaded once each, on demand. Made by `createParser`. */
export class Parser {
  #source: GrammarSource;
  #loaded = new Map<Language, TreeSitter>();
  #loading = new Map<Language, Promise<void>>();

  constructor(source: GrammarSource) { this.#source = source; }

  /** Loads the grammars of these languages; `parse` and `parses` need it. Throws BadInput when a grammar cannot be had. */
  async load(languages: Iterable<Language>): Promise<void> {
    await Promise.all([...new Set(languages)].map((language) => {
      let pending = this.#loading.get(language);
      if (!pending) {
        pending = this.#fetch(language);
        this.#loading.set(language, pending);
        pending.catch(() => this.#loading.delete(language));
      }
      return pending;
    }));
  }

  async #fetch(language: Language): Promise<void> {
    try {
      const grammar = await Grammar.load(await this.#source.grammar(LANGUAGES[language].grammar));
      const parser = new TreeSitter();
      parser.setLanguage(grammar);
      this.#loaded.set(language, parser);
    } catch (cause) {
      throw labError('BadInput', `The grammar of ${language} could not be loaded (${String(cause)}). Its files were left out. Reload the page while its files can be reached.`);
    }
  }

  loaded(language: Language): boolean { return this.#loaded.has(language); }

  /** The tree of a whole file exactly as it is. The caller deletes it. */
  parseFile(language: Language, text: string): Tree {
    const parser = this.#loaded.get(language);
    if (!parser) throw labError('BadInput', `The grammar of ${language} is not loaded, so nothing was parsed. Call load() with it first.`);
    const tree = parser.parse(text);
    if (!tree) throw labError('BadInput', `The parser of ${language} gave no tree. The file was left out; nothing needs doing.`);
    return tree;
  }

  /**
   * The tree of one function's code. A method or an entry of an object is no program by itself, so wrappers of the language
   * are tried in order; when none makes it parse, the tree of the first (with its errors) comes back.
   */
  parse(language: Language, code: string): CodeTree {
    const contexts = language === 'php' && code.trimStart().startsWith('<?') ? [['', ''] as const] : SYNTAX[language].contexts;
    let first: Tree | undefined;
    for (const [before, after] of contexts) {
      const tree = this.parseFile(language, before + code + after);
      if (!tree.rootNode.hasError) {
        first?.delete();
        return codeTree(tree, before, code, true);
      }
      if (first) tree.delete(); else first = tree;
    }
    return codeTree(first!, contexts[0][0], code, false);
  }

  /** True when the code has no ERROR and no MISSING node in some context of its language; '' does not parse. */
  parses(language: Language, code: string): boolean {
    if (code.trim() === '') return false;
    const tree = this.parse(language, code);
    tree.delete();
    return tree.ok;
  }

  /** Frees the parsers. Trees still alive stay valid. */
  close(): void {
    for (const parser of this.#loaded.values()) parser.delete();
    this.#loaded.clear();
    this.#loading.clear();
  }
}

function codeTree(tree: Tree, before: string, code: string, ok: boolean): CodeTree {
  const root = tree.rootNode;
  // The smallest node around the whole code may be the code's own single node: its parent is the body of the wrapper.
  const around = before === '' ? root : root.descendantForIndex(before.length, before.length + code.trimEnd().length) ?? root;
  const body = around.startIndex === before.length && around.parent ? around.parent : around;
  return { root, body, offset: before.length, grammar: tree.language, ok, delete: () => tree.delete() };
}

/** Starts the runtime and makes a parser with no grammar loaded yet. Throws BadInput when the runtime cannot be had. */
export async function createParser(source: GrammarSource): Promise<Parser> {
  await startRuntime(source.runtimeWasm);
  return new Parser(source);
}

/** Grammars of a page: `<folder>web-tree-sitter.wasm` and `<folder>tree-sitter-<language>.wasm`, fetched when first used. */
export function fetchedGrammars(folder: string | URL): GrammarSource {
  return {
    runtimeWasm: new URL('web-tree-sitter.wasm', folder).href,
    async grammar(file) {
      const response = await fetch(new URL(file, folder));
      if (!response.ok) throw labError('BadInput', `${file} was not found (${response.status}). Its language was left out. Build the page again.`);
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}
