/** Knows how to cut a source file into its functions; knows nothing of folders, duplicates or splits. */
import type { Node } from 'web-tree-sitter';
import type { CodeItem, Language } from '../types';
import type { FunctionRecord } from './account';
import { commentTextAbove, description, docstring, tagsOf } from './documentation';
import { functionFacts } from './facts';
import { hash64 } from './hash';
import { parameterNames, plainName, quotedName } from './naming';
import type { Parser } from './parser';
import { SYNTAX } from './syntax';

/** A function of a file that was left out, and why. */
export type FunctionLeftOut = 'does not parse' | 'too long';

export interface ExtractOptions {
  /** Longest code of one item, in characters; longer functions are counted as 'too long'. */
  maxCharacters: number;
}

export interface Extraction {
  items: CodeItem[];
  leftOut: Partial<Record<FunctionLeftOut, number>>;
  /** The same by name, and declarations without a body beside them. */
  left: FunctionRecord[];
}

interface Found { name: string; fn: Node; /** What the item's code is. */ item: Node; /** Text put before it: the `const` of one declarator among several. */ prefix: string; /** Where the comment stands above. */ statement: Node }

/**
 * Every function, method and closure bound to a name in one file, in order of position; nested ones are items too. The code is
 * dedented to column 0 (lines inside string literals keep theirs) and parses by `Parser.parses`; its own documentation is split
 * off. `split` is 'train' until the corpus decides.
 * @param text the file's text; line ends are made `\n`.
 */
export function extractFunctions(parser: Parser, language: Language, path: string, text: string, options: ExtractOptions = { maxCharacters: 20_000 }): Extraction {
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const tree = parser.parseFile(language, source);
  const result: Extraction = { items: [], leftOut: {}, left: [] };
  const leave = (reason: FunctionLeftOut, { name, item }: Found) => {
    result.leftOut[reason] = (result.leftOut[reason] ?? 0) + 1;
    result.left.push({ name, line: item.startPosition.row + 1, reason });
  };
  try {
    const syntax = SYNTAX[language];
    for (const fn of tree.rootNode.descendantsOfType([...syntax.functions, ...syntax.closures, ...(language === 'ruby' ? ['call'] : [])])) {
      const found = identify(fn, language);
      if (!found) {
        const name = bodiless(fn, language);
        if (name) result.left.push({ name, line: fn.startPosition.row + 1, reason: 'no body' });
        continue;
      }
      if (found.item.endIndex - found.item.startIndex > options.maxCharacters) leave('too long', found);
      else if (found.item.hasError) leave('does not parse', found);
      else {
        const item = toItem(found, language, path, source);
        if (parser.parses(language, item.code)) result.items.push(item); else leave('does not parse', found);
      }
    }
  } finally {
    tree.delete();
  }
  result.items.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
  return result;
}

function toItem(found: Found, language: Language, path: string, source: string): CodeItem {
  const { fn, item, name } = found;
  const body = language === 'ruby' && fn.type === 'call' ? fn.childForFieldName('block') : fn.childForFieldName('body');
  const start = item.startIndex;
  let documentation = '', tags = '';
  let code = item.text;
  let skip: Node | null = null;
  if (language === 'python' && body && fn.type === 'function_definition') {
    const own = docstring(body);
    if (own) {
      documentation = own.text;
      tags = own.tags;
      skip = own.statement;
      code = own.only ? replace(code, own.statement.startIndex - start, own.statement.endIndex - start, 'pass') : cutLines(code, own.statement.startIndex - start, own.statement.endIndex - start);
    }
  }
  if (documentation === '') {
    const above = commentTextAbove(found.statement, language);
    documentation = description(above);
    tags ||= tagsOf(above);
  }
  const indent = /^[ \t]*/.exec(source.slice(source.lastIndexOf('\n', start - 1) + 1, start))![0];
  const dedented = found.prefix + dedent(code, indent, literalRows(item, skip));
  // The signature is cut from text that the docstring's removal did not move.
  const head = body ? item.text.slice(0, body.startIndex - start) : item.text.slice(0, (fn.childForFieldName('parameters') ?? fn.childForFieldName('name') ?? item).endIndex - start);
  const signature = found.prefix + dedent(head, indent, new Set()).trimEnd();
  const params = parameterNames(fn, language);
  const receiver = language === 'go' && fn.type === 'method_declaration' ? goReceiver(fn) : [];
  return {
    id: hash64(`${path}\0${name}\0${dedented}`),
    language, name, path,
    startLine: item.startPosition.row + 1, endLine: item.endPosition.row + (item.endPosition.column === 0 && item.endPosition.row > item.startPosition.row ? 0 : 1),
    code: dedented, signature, params, documentation, ...(tags === '' ? {} : { tags }), split: 'train',
    facts: functionFacts(language, name, params, body, receiver, skip),
  };
}

function goReceiver(fn: Node): string[] {
  const name = fn.childForFieldName('receiver')?.firstNamedChild?.childForFieldName('name');
  return name ? [name.text] : [];
}

function replace(text: string, from: number, to: number, by: string): string { return text.slice(0, from) + by + text.slice(to); }

/** Takes out a statement with its whole line and the blank lines after it. */
function cutLines(text: string, from: number, to: number): string {
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const after = text.slice(to);
  // `def f(): "doc"; return 1` has code around it on the same line.
  if (text.slice(lineStart, from).trim() !== '' || !/^[ \t]*(?:\n|$)/.test(after)) return text.slice(0, from) + after.replace(/^[ \t]*;?[ \t]*/, '');
  return text.slice(0, lineStart) + after.replace(/^[ \t]*\n(?:[ \t]*\n)*/, '');
}

/** Rows, counted from the item's first line and after the docstring is gone, that start inside a string literal. */
function literalRows(item: Node, skip: Node | null): Set<number> {
  const rows = new Set<number>();
  if (item.startPosition.row === item.endPosition.row) return rows;
  const first = item.startPosition.row;
  for (const node of item.descendantsOfType(['string', 'template_string', 'string_literal', 'raw_string_literal', 'heredoc_body', 'encapsed_string', 'heredoc'])) {
    if (skip && node.startIndex >= skip.startIndex && node.endIndex <= skip.endIndex) continue;
    if (skip && node.startIndex > skip.endIndex) return new Set([...rows, ...afterDocstring(item, skip, first)]);
    for (let row = node.startPosition.row + 1; row <= node.endPosition.row; row++) rows.add(row - first);
  }
  return rows;
}

/** As `literalRows` for what stands behind a docstring: rows move up by the lines it took with it. */
function afterDocstring(item: Node, skip: Node, first: number): number[] {
  const next = skip.nextNamedSibling;
  if (!next) return [];
  const moved = next.startPosition.row === skip.endPosition.row ? skip.endPosition.row - skip.startPosition.row : next.startPosition.row - skip.startPosition.row;
  const rows: number[] = [];
  for (const node of item.descendantsOfType('string')) {
    if (node.startIndex <= skip.endIndex) continue;
    for (let row = node.startPosition.row + 1; row <= node.endPosition.row; row++) rows.push(row - first - moved);
  }
  return rows;
}

/** Removes up to `indent` from the start of every line but the first and those in `keep`. */
function dedent(text: string, indent: string, keep: Set<number>): string {
  if (indent === '') return text.trimEnd();
  return text.split('\n').map((line, row) => {
    if (row === 0 || keep.has(row)) return line;
    let n = 0;
    while (n < indent.length && line[n] === indent[n]) n++;
    return line.slice(n);
  }).join('\n').trimEnd();
}

/** The name of a function that is declared without a body (abstract, defaulted, defined elsewhere); null for any other node. */
function bodiless(fn: Node, language: Language): string | null {
  const syntax = SYNTAX[language];
  if (!syntax.functions.includes(fn.type) || syntax.emptyBody || fn.childForFieldName('body')) return null;
  return plainName(fn.childForFieldName(language === 'c' || language === 'cpp' ? 'declarator' : 'name'));
}

/** What a function node is called and which text is its item; null when it has no body or no name. */
function identify(fn: Node, language: Language): Found | null {
  const syntax = SYNTAX[language];
  if (language === 'ruby' && fn.type === 'call') {
    if (!/^(?:lambda|proc)$/.test(fn.childForFieldName('method')?.text ?? '') || !fn.childForFieldName('block') || fn.childForFieldName('receiver')) return null;
    return bound(fn, language);
  }
  if (syntax.closures.includes(fn.type) && !syntax.functions.includes(fn.type)) return bound(fn, language);
  if (!syntax.emptyBody && !fn.childForFieldName('body')) return null;
  const name = plainName(fn.childForFieldName(language === 'c' || language === 'cpp' ? 'declarator' : 'name'));
  if (!name) return null;
  let item = fn;
  if (item.parent?.type === 'decorated_definition' || item.parent?.type === 'template_declaration') item = item.parent;
  return { name, fn, item, prefix: '', statement: outward(item) };
}

/** The statement a comment would stand above: `export` and the like belong to it. */
function outward(node: Node): Node {
  let at = node;
  while (at.parent && /^(?:export_statement|ambient_declaration|expression_statement|modifiers)$/.test(at.parent.type)) at = at.parent;
  return at;
}

const PASS_THROUGH = /^(?:parenthesized_expression|as_expression|satisfies_expression|expression_list|literal_element|non_null_expression)$/;

/** A closure that a declaration, an assignment, a field or an object's key gives a name. */
function bound(fn: Node, language: Language): Found | null {
  let value = fn;
  while (value.parent && PASS_THROUGH.test(value.parent.type)) value = value.parent;
  const holder = value.parent;
  if (!holder) return null;
  const index = value.type === 'expression_list' ? value.namedChildren.findIndex((c) => c.startIndex <= fn.startIndex && fn.endIndex <= c.endIndex) : 0;
  const pick = (list: Node | null) => (list && /_list$/.test(list.type) ? list.namedChild(index) : list);
  let target: Node | null = null;
  let item = holder;
  switch (holder.type) {
    case 'variable_declarator': case 'init_declarator': {
      target = holder.childForFieldName('name') ?? holder.childForFieldName('declarator');
      const declaration = holder.parent;
      if (!declaration) return null;
      const siblings = declaration.namedChildren.filter((c) => c.type === holder.type);
      if (siblings.length > 1) {
        const name = plainName(target);
        const keyword = language === 'javascript' || language === 'typescript' || language === 'tsx' ? `${declaration.firstChild?.text ?? 'var'} ` : null;
        return name && keyword !== null && !/pattern/.test(target?.type ?? '') ? { name, fn, item: holder, prefix: keyword, statement: siblings[0].id === holder.id ? outward(declaration) : holder } : null;
      }
      item = declaration;
      break;
    }
    case 'let_declaration': target = holder.childForFieldName('pattern'); break;
    case 'static_item': case 'const_item': target = holder.childForFieldName('name'); break;
    case 'field_definition': target = holder.childForFieldName('property'); break;
    case 'public_field_definition': target = holder.childForFieldName('name'); break;
    case 'pair': case 'keyed_element': target = holder.childForFieldName('key') ?? holder.firstNamedChild; break;
    case 'array_element_initializer': target = holder.firstNamedChild; break;
    case 'field': target = holder.childForFieldName('name'); break; // a Lua table's
    case 'var_spec': target = pick(holder.childForFieldName('name')); item = holder.parent?.type === 'var_declaration' ? holder.parent : holder; break;
    case 'assignment_statement':
      target = language === 'lua' ? pick(holder.namedChildren.find((c) => c.type === 'variable_list') ?? null) : pick(holder.childForFieldName('left'));
      if (holder.parent?.type === 'variable_declaration') item = holder.parent;
      break;
    case 'assignment_expression': case 'assignment': case 'short_var_declaration':
      target = pick(holder.childForFieldName('left'));
      if (holder.parent?.type === 'expression_statement') item = holder.parent;
      break;
    default: return null;
  }
  if (!target || target.id === value.id || /pattern$/.test(target.type) && target.type !== 'pattern') return null;
  const name = plainName(target) ?? quotedName(target);
  return name ? { name, fn, item, prefix: '', statement: outward(item) } : null;
}
