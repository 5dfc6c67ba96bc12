/**
 * TypeScript to the JavaScript that it stands for; knows syntax only and checks no type.
 *
 * Sucrase, because it runs anywhere without a .wasm, is small beside the compiler, and writes what has no JavaScript of its own
 * (enums, parameter properties) as the compiler would; blanking types by a tree of tree-sitter would leave those out. It runs beside
 * the interpreter in the sandbox, so a text that hangs it meets the same clock.
 */
import { transform } from 'sucrase';
import type { Language } from '../types';

/** @throws when it does not parse */
export function typesStripped(code: string, language: Language): string {
  if (language !== 'typescript' && language !== 'tsx') return code;
  return transform(code, { transforms: language === 'tsx' ? ['jsx', 'typescript'] : ['typescript'], jsxRuntime: 'preserve', disableESTransforms: true, keepUnusedImports: true }).code;
}
