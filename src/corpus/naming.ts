/** Knows how a syntax tree says a function's name and its parameters' names; knows nothing of documentation, facts or files. */
import type { Node } from 'web-tree-sitter';
import type { Language } from '../types';

/** Fields under which grammars keep the last part of a dotted, scoped or declared name. */
const LAST_PART = ['property', 'field', 'attribute', 'method', 'name', 'declarator', 'function', 'macro', 'type'];
const DOTTED = /^(?:qualified|scoped|scoped_type|nested|nested_type)_identifier$/;
const NAME_LEAF = /(?:^|_)identifier$|^(?:name|constant|operator|setter|destructor_name|operator_name|primitive_type|instance_variable|this|super|self)$/;

/**
 * The plain name at the end of a name-like node: `a.b.c` is c, `std::max` is max, `*f(int)` is f, `$x` is x.
 * null when it has none (a call on a call's result, a subscript, a computed name).
 */
export function plainName(node: Node | null): string | null {
  for (let at = node; at;) {
    if (at.type === 'variable_name' || at.type === 'qualified_name' || at.type === 'namespace_name') at = at.lastNamedChild;
    else if (NAME_LEAF.test(at.type) && !DOTTED.test(at.type)) return at.type === 'operator_name' ? at.text.replace(/\s+/g, '') : at.text.replace(/^@+/, '');
    else {
      const from: Node = at;
      at = null;
      if (/call|subscript|element|string|pair|function_expression|lambda|closure|literal/.test(from.type) && from.type !== 'template_function') return null;
      for (const field of LAST_PART) if ((at = from.childForFieldName(field))) break;
      // Wrappers without field names: (f), f as T, an initialiser's reference.
      if (!at && /parenthesized|reference_declarator|as_expression|non_null|_type$|literal_element/.test(from.type)) at = from.firstNamedChild;
    }
  }
  return null;
}

/** Text of a quoted key such as `'a-b'`; null for anything else. */
export function quotedName(node: Node): string | null {
  if (!/string/.test(node.type)) return null;
  const text = node.text.replace(/^['"]|['"]$/g, '');
  return text !== '' && !/['"\n]/.test(text) ? text : null;
}

function names(node: Node, skip: (child: Node, field: string | null) => boolean): string[] {
  if (/(?:^|_)identifier$|^shorthand_property_identifier_pattern$/.test(node.type) || node.type === 'variable_name') {
    return [plainName(node) ?? node.text];
  }
  const found: string[] = [];
  for (let i = 0; i < node.namedChildCount; i++) {
    const child = node.namedChild(i)!;
    if (!skip(child, node.fieldNameForNamedChild(i))) found.push(...names(child, skip));
  }
  return found;
}

/** Fields and nodes inside a parameter list that hold types, defaults and keys, not parameter names. */
const NOT_A_NAME_FIELD = new Set(['type', 'value', 'right', 'default_value', 'return_type', 'key', 'decorator', 'size', 'result']);
const NOT_A_NAME = /^(?:type_identifier|primitive_type|field_identifier|package_identifier|attribute_item|attribute_list|modifiers|type_annotation|comment|line_comment|block_comment|decorator|optional_type|union_type|variadic_type|scoped_type_identifier|generic_type|abstract_.*|type|mutable_specifier|scoped_identifier|visibility_modifier)$/;

/**
 * Names of a function's parameters in order, without types, defaults, stars, dots and `$`; destructured ones one by one.
 * `self` of Python and Rust is a parameter; the receiver of Go and the `this` type of TypeScript are not.
 */
export function parameterNames(fn: Node, language: Language): string[] {
  const list = parameterList(fn, language);
  if (!list) return [];
  if (language === 'javascript' && list.type === 'identifier') return [list.text];
  const found: string[] = [];
  const own = /^(?:identifier)$/.test(list.type) ? [list] : list.namedChildren;
  for (const parameter of own) {
    if (NOT_A_NAME.test(parameter.type) || parameter.type === 'type_identifier') continue;
    if (parameter.type === 'self_parameter') found.push('self');
    else if (language === 'c' || language === 'cpp') {
      const name = plainName(parameter.childForFieldName('declarator'));
      if (name) found.push(name);
    } else if (language === 'java' && parameter.type === 'spread_parameter') {
      const name = plainName(parameter.namedChildren.find((c) => c.type === 'variable_declarator') ?? null);
      if (name) found.push(name);
    } else found.push(...names(parameter, (child, field) => NOT_A_NAME.test(child.type) || (field !== null && NOT_A_NAME_FIELD.has(field) && !(field === 'value' && child.type.endsWith('_pattern')))));
  }
  return [...new Set(found)];
}

function parameterList(fn: Node, language: Language): Node | null {
  if (language === 'c' || language === 'cpp') {
    // int (*f(int x))(int): the innermost function_declarator is the function's own.
    let list: Node | null = null;
    for (let at = fn.childForFieldName('declarator'); at; at = at.childForFieldName('declarator') ?? (/parenthesized|reference/.test(at.type) ? at.firstNamedChild : null)) {
      if (/function_declarator$/.test(at.type)) list = at.childForFieldName('parameters');
    }
    return list;
  }
  const list = fn.childForFieldName('parameters') ?? fn.childForFieldName('parameter');
  if (list || language !== 'ruby' || fn.type !== 'call') return list;
  return fn.childForFieldName('block')?.childForFieldName('parameters') ?? null;
}
