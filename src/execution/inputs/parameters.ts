/** The parameters of a function as its tree declares them; knows no use of them and no documentation. */
import type { Node } from 'web-tree-sitter';
import { plainName } from '../../corpus/naming';
import { SYNTAX } from '../../corpus/syntax';
import type { Language } from '../../types';

export interface Parameter {
  /** '' where it is taken apart at once. */
  name: string;
  /** The type as it stands there; '' when it has none. */
  type: string;
  optional: boolean;
  rest: boolean;
  /** Names that an object or a list is taken apart into, with the keys they stand under. */
  fields?: { key: string; name: string }[];
  parts?: string[];
  /** Can only be given by name. */
  keyword: boolean;
  /** The text of its default. */
  fallback: string;
}

/** The function of an item's code: the outermost one. */
export function functionNode(root: Node, language: Language): Node | null {
  const { functions, closures } = SYNTAX[language];
  return root.descendantsOfType([...functions, ...closures])[0] ?? null;
}

export function bodyOf(fn: Node): Node | null {
  return fn.childForFieldName('body') ?? fn.childForFieldName('block') ?? fn.namedChildren.find((child) => /body|block/.test(child.type)) ?? null;
}

const REST = /rest|splat|variadic|spread|vararg/;
const KEYWORD = /^(?:keyword_parameter|hash_splat_parameter|dictionary_splat_pattern|block_parameter)$/;
const SEPARATOR = /^(?:keyword_separator|positional_separator|comment|line_comment|block_comment|attribute_item|self_parameter)$/;

export function parametersOf(fn: Node, language: Language): Parameter[] {
  let list = fn.childForFieldName('parameters');
  const single = fn.childForFieldName('parameter');
  if (!list && single) return [declared(single, language)];
  if (!list && (language === 'c' || language === 'cpp')) {
    for (let at = fn.childForFieldName('declarator'); at; at = at.childForFieldName('declarator')) if (/function_declarator$/.test(at.type)) list = at.childForFieldName('parameters');
  }
  if (!list) return [];
  let keywords = false;
  const found: Parameter[] = [];
  for (const node of list.namedChildren) {
    if (node.type === 'keyword_separator') keywords = true;
    if (SEPARATOR.test(node.type)) continue;
    // Go: `a, b int`.
    const names = language === 'go' ? node.childrenForFieldName('name') : [];
    if (names.length > 1) found.push(...names.map((name) => ({ ...declared(node, language), name: name.text })));
    else found.push({ ...declared(node, language), ...(keywords ? { keyword: true } : {}) });
    // After `*args` everything is given by name.
    if (language === 'python' && found.at(-1)!.rest) keywords = true;
  }
  return found.filter(({ type }) => !(type === 'void'));
}

function declared(node: Node, language: Language): Parameter {
  const type = node.childForFieldName('type')?.text.replace(/^:\s*/, '') ?? '';
  const value = node.childForFieldName('value') ?? node.childForFieldName('right') ?? node.childForFieldName('default_value');
  const pattern = node.childForFieldName('pattern') ?? node.childForFieldName('left') ?? node.childForFieldName('name') ?? node.childForFieldName('declarator') ?? (/pattern|parameter/.test(node.type) && !/^(?:object|array)_pattern$/.test(node.type) ? node.firstNamedChild : null) ?? node;
  const inner = REST.test(pattern.type) ? pattern.firstNamedChild ?? pattern : pattern;
  const own: Parameter = {
    name: plainName(inner) ?? (inner.type === 'variable_name' ? inner.text.replace(/^\$/, '') : /identifier|pattern/.test(inner.type) && inner.namedChildCount === 0 ? inner.text : ''),
    type: pointed(pattern, language) && type !== '' ? `${type}*` : type,
    optional: value !== null || node.type === 'optional_parameter', rest: REST.test(node.type) || REST.test(pattern.type),
    keyword: KEYWORD.test(node.type) || KEYWORD.test(pattern.type), fallback: value?.text ?? '',
  };
  if (inner.type === 'object_pattern') {
    own.fields = inner.namedChildren.flatMap((child) => {
      if (child.type === 'shorthand_property_identifier_pattern') return [{ key: child.text, name: child.text }];
      if (child.type === 'object_assignment_pattern') { const key = child.firstNamedChild?.text ?? ''; return key === '' ? [] : [{ key, name: key }]; }
      if (child.type === 'pair_pattern') return [{ key: child.childForFieldName('key')?.text ?? '', name: plainName(child.childForFieldName('value')) ?? '' }];
      return [];
    });
    own.name = '';
  } else if (inner.type === 'array_pattern') {
    own.parts = inner.namedChildren.map((child) => plainName(child) ?? '');
    own.name = '';
  }
  return own;
}

function pointed(node: Node, language: Language): boolean {
  return (language === 'c' || language === 'cpp') && /pointer|array/.test(node.type);
}
