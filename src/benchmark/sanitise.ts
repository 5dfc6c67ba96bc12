/**
 * What of an answer is its program, as EvalPlus takes it: the longest stretch of lines that parses, of that the imports and the first definition
 * of each name, and of those what the asked function reaches. Knows trees, runs nothing.
 *
 * Departures: 1 for every language with a grammar, not Python alone; only Python's functions need a `return`. 2 lines of a fence (```) are in no
 * stretch: JavaScript reads them as text of a template. 3 decorated definitions are definitions. 4 where no two lines parse together a single one
 * may. 5 the search gives up after TRIES stretches or EFFORT characters of them, and the whole text is taken.
 * 6 what the prompt defines beside the function (`also`) stays: tests of HumanEval call it.
 */
import type { Node } from 'web-tree-sitter';
import type { Parser } from '../corpus/parser';
import type { Language } from '../types';

/** Characters and lines that are looked at, and stretches that are tried: their number grows with the square of the lines. No clock, so that the same answer is always the same program. */
const LONGEST = 40_000, MOST_LINES = 400, TRIES = 600, EFFORT = 500_000;

interface Kinds {
  /** Kept wherever they stand at the top. */
  always: readonly string[];
  definitions: readonly string[];
  /** Inside a statement or by themselves: they define a name. */
  assignments: readonly string[];
}

const SCRIPT: Kinds = {
  always: ['import_statement'],
  definitions: ['function_declaration', 'generator_function_declaration', 'class_declaration', 'lexical_declaration', 'variable_declaration', 'interface_declaration', 'type_alias_declaration', 'enum_declaration', 'export_statement'],
  assignments: ['assignment_expression'],
};
const C_LIKE: Kinds = { always: ['preproc_include', 'preproc_def', 'using_declaration', 'preproc_function_def'], definitions: ['function_definition', 'declaration', 'struct_specifier', 'class_specifier', 'type_definition', 'template_declaration', 'enum_specifier'], assignments: [] };
const KINDS: Record<Language, Kinds> = {
  javascript: SCRIPT, typescript: SCRIPT, tsx: SCRIPT, c: C_LIKE, cpp: C_LIKE,
  python: { always: ['import_statement', 'import_from_statement', 'future_import_statement'], definitions: ['class_definition', 'function_definition', 'decorated_definition'], assignments: ['assignment'] },
  ruby: { always: [], definitions: ['method', 'singleton_method', 'class', 'module'], assignments: ['assignment'] },
  lua: { always: [], definitions: ['function_declaration', 'variable_declaration'], assignments: ['assignment_statement'] },
  php: { always: ['php_tag', 'namespace_use_declaration'], definitions: ['function_definition', 'class_declaration', 'const_declaration'], assignments: ['assignment_expression'] },
  go: { always: ['package_clause', 'import_declaration', 'method_declaration'], definitions: ['function_declaration', 'type_declaration', 'var_declaration', 'const_declaration'], assignments: [] },
  rust: { always: ['use_declaration', 'impl_item', 'attribute_item'], definitions: ['function_item', 'struct_item', 'enum_item', 'trait_item', 'const_item', 'static_item', 'type_item'], assignments: [] },
  java: { always: ['import_declaration', 'package_declaration'], definitions: ['class_declaration', 'interface_declaration', 'enum_declaration', 'record_declaration', 'method_declaration'], assignments: [] },
};
/** Ruby brings things in by a call. */
const RUBY_IMPORT = /^require(?:_relative)?\b/;

/** The program in an answer; the answer itself where nothing better is found. The language's grammar must be loaded. */
export function sanitise(parser: Parser, answer: string, entry: string, language: Language, also: readonly string[] = []): string {
  const plain = answer.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replace(/\r\n/g, '\n');
  if (plain.length > LONGEST) return plain;
  const stretch = longestParsing(parser, plain.trimEnd(), language);
  if (stretch === null) return plain;
  const kept = keptOf(parser, stretch, entry, language, also);
  return kept === '' ? stretch : kept;
}

const before = (code: string, language: Language): string => (language === 'php' && !code.includes('<?') ? '<?php\n' : '');

function parses(parser: Parser, code: string, language: Language): boolean {
  const tree = parser.parseFile(language, before(code, language) + code), ok = !tree.rootNode.hasError;
  tree.delete();
  return ok;
}

/** Of the stretches of lines that parse the one with most lines that are not blank, the first of several; null when none is found. */
function longestParsing(parser: Parser, text: string, language: Language): string | null {
  const all = text.split('\n').slice(0, MOST_LINES);
  // Blank lines at its ends add nothing to a stretch: its places are the lines that are not.
  const places = all.flatMap((line, i) => (line.trim() === '' ? [] : [i])), n = places.length;
  const fences = new Set(places.flatMap((place, i) => (/^\s*(?:```|~~~)/.test(all[place]!) ? [i] : [])));
  let tries = 0, effort = 0;
  for (let count = n; count >= 1; count--) {
    for (let first = 0; first + count <= n; first++) {
      let fenced = false;
      for (const fence of fences) if (fence >= first && fence < first + count) fenced = true;
      if (fenced) continue;
      const stretch = all.slice(places[first]!, places[first + count - 1]! + 1).join('\n');
      if (++tries > TRIES || (effort += stretch.length) > EFFORT) return null;
      if (parses(parser, stretch, language)) return stretch;
    }
  }
  return null;
}

interface Definition { name: string; text: string; needs: Set<string> }

function keptOf(parser: Parser, code: string, entry: string, language: Language, also: readonly string[]): string {
  const kinds = KINDS[language], lead = before(code, language), tree = parser.parseFile(language, lead + code);
  try {
    const imports: string[] = [], definitions: Definition[] = [], seen = new Set<string>();
    const textOf = (node: Node): string => (lead + code).slice(node.startIndex, node.endIndex);
    for (const child of tree.rootNode.children) {
      if (!child) continue;
      if (child.startIndex < lead.length && lead !== '') continue;
      if (kinds.always.includes(child.type) || (language === 'ruby' && child.type === 'call' && RUBY_IMPORT.test(textOf(child)))) { imports.push(textOf(child).trimEnd()); continue; }
      const inner = child.type.endsWith('expression_statement') ? child.namedChildren[0] ?? child : child;
      if (!kinds.definitions.includes(child.type) && !kinds.assignments.includes(inner.type)) continue;
      const name = nameOf(inner);
      if (name === '' || seen.has(name)) continue;
      if (language === 'python' && functionIn(inner) && inner.descendantsOfType('return_statement').length === 0) continue;
      seen.add(name);
      definitions.push({ name, text: textOf(child), needs: identifiers(inner, textOf) });
    }
    const wanted = entry === '' ? definitions : reached(definitions, entry, also);
    // A program of imports alone answers nothing.
    return wanted.length === 0 ? '' : [...imports, ...wanted.map(({ text }) => text)].join('\n');
  } finally {
    tree.delete();
  }
}

const functionIn = (node: Node): boolean => node.type === 'function_definition' || (node.type === 'decorated_definition' && node.childForFieldName('definition')?.type === 'function_definition');

/** The name that a definition gives; '' for one that gives none, or several at once. */
function nameOf(node: Node): string {
  const inner = node.childForFieldName('definition') ?? node.childForFieldName('declaration');
  if (inner) return nameOf(inner);
  const name = node.childForFieldName('name') ?? node.childForFieldName('left');
  if (name) return /^\$?[\p{L}_@][\p{L}\p{N}_.:]*[?!]?$/u.test(name.text) ? name.text : '';
  const declarator = node.childForFieldName('declarator');
  if (declarator) return declarator.namedChildCount === 0 ? declarator.text : nameOf(declarator);
  const child = node.namedChildren.find((one) => one && /declarator|_spec$|assignment|variable_list|identifier|definition|declaration|item$/.test(one.type));
  if (!child) return '';
  return child.namedChildCount === 0 ? child.text : nameOf(child);
}

function identifiers(node: Node, textOf: (node: Node) => string): Set<string> {
  const found = new Set<string>(), visit = (one: Node): void => {
    if (/identifier$|^constant$|^name$|^variable_name$/.test(one.type)) found.add(textOf(one));
    for (const child of one.namedChildren) if (child) visit(child);
  };
  visit(node);
  return found;
}

function reached(definitions: readonly Definition[], entry: string, also: readonly string[]): Definition[] {
  const byName = new Map(definitions.map((one) => [one.name, one])), names = new Set([entry, ...also]);
  for (const name of names) for (const need of byName.get(name)?.needs ?? []) names.add(need);
  return byName.has(entry) ? definitions.filter(({ name }) => names.has(name)) : [];
}
