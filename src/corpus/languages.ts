/** Knows which language a file is in and which grammar file parses it; knows nothing of syntax trees or files on disk. */
import type { Language } from '../types';

interface LanguageEntry {
  /** Name of the grammar's .wasm file, as the grammar packages ship it. */
  grammar: string;
  /** Lower case, without the dot. */
  extensions: string[];
  /** Interpreter names of a `#!` line, without version digits. */
  interpreters: string[];
}

export const LANGUAGES: Record<Language, LanguageEntry> = {
  javascript: { grammar: 'tree-sitter-javascript.wasm', extensions: ['js', 'mjs', 'cjs', 'jsx'], interpreters: ['node', 'nodejs', 'bun'] },
  typescript: { grammar: 'tree-sitter-typescript.wasm', extensions: ['ts', 'mts', 'cts'], interpreters: ['deno', 'ts-node', 'tsx'] },
  tsx: { grammar: 'tree-sitter-tsx.wasm', extensions: ['tsx'], interpreters: [] },
  python: { grammar: 'tree-sitter-python.wasm', extensions: ['py', 'pyw', 'pyi'], interpreters: ['python', 'pypy'] },
  ruby: { grammar: 'tree-sitter-ruby.wasm', extensions: ['rb', 'rake', 'gemspec', 'ru'], interpreters: ['ruby', 'jruby'] },
  go: { grammar: 'tree-sitter-go.wasm', extensions: ['go'], interpreters: [] },
  rust: { grammar: 'tree-sitter-rust.wasm', extensions: ['rs'], interpreters: [] },
  java: { grammar: 'tree-sitter-java.wasm', extensions: ['java'], interpreters: [] },
  c: { grammar: 'tree-sitter-c.wasm', extensions: ['c'], interpreters: [] },
  cpp: { grammar: 'tree-sitter-cpp.wasm', extensions: ['cc', 'cpp', 'cxx', 'c++', 'hh', 'hpp', 'hxx', 'h++', 'ipp', 'inl'], interpreters: [] },
  php: { grammar: 'tree-sitter-php.wasm', extensions: ['php', 'phtml'], interpreters: ['php'] },
  lua: { grammar: 'tree-sitter-lua.wasm', extensions: ['lua'], interpreters: ['lua', 'luajit'] },
};

/** Every language, in the order of `LANGUAGES`. */
export const LANGUAGE_NAMES = Object.keys(LANGUAGES) as Language[];

const BY_EXTENSION = new Map<string, Language>(
  LANGUAGE_NAMES.flatMap((language) => LANGUAGES[language].extensions.map((e): [string, Language] => [e, language])));
const BY_INTERPRETER = new Map<string, Language>(
  LANGUAGE_NAMES.flatMap((language) => LANGUAGES[language].interpreters.map((i): [string, Language] => [i, language])));
const BY_NAME = new Map<string, Language>([['Rakefile', 'ruby'], ['Gemfile', 'ruby'], ['Guardfile', 'ruby'], ['Podfile', 'ruby']]);

/** What only C++ says: a header with one of these is C++, any other header is C. */
const CPP_ONLY = /^\s*(?:class\s+\w+|namespace\b|template\s*<|using\s+\w|public:|private:|protected:)|\bstd::|#include\s*<(?:string|vector|memory|map|iostream|utility|cstdint|functional)>/m;

/** True when the name alone may belong to a source file: a known extension, or none at all (a script with a `#!` line). */
export function maybeSource(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  if (BY_NAME.has(name) || dot < 0) return true;
  const extension = name.slice(dot + 1).toLowerCase();
  return extension === 'h' || BY_EXTENSION.has(extension);
}

/**
 * The language of a file by its extension, its name, or its `#!` line; null when none of the twelve.
 * A `.h` header is C++ when its text says so, C otherwise; `.ts` that is a Qt translation (XML) is none.
 */
export function languageOf(path: string, text: string): Language | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const known = BY_NAME.get(name);
  if (known) return known;
  const dot = name.lastIndexOf('.');
  if (dot >= 0) {
    const extension = name.slice(dot + 1).toLowerCase();
    if (extension === 'h') return CPP_ONLY.test(text) ? 'cpp' : 'c';
    const language = BY_EXTENSION.get(extension) ?? null;
    return language === 'typescript' && /^\s*<(?:\?xml|!DOCTYPE|TS\b)/.test(text) ? null : language;
  }
  const bang = /^#!\s*(\S+)(?:\s+(?:-\S+\s+)*(\S+))?/.exec(text);
  if (!bang) return null;
  const program = bang[1].slice(bang[1].lastIndexOf('/') + 1);
  const interpreter = program === 'env' ? bang[2] ?? '' : program;
  return BY_INTERPRETER.get(interpreter.replace(/[\d.]+$/, '')) ?? null;
}
