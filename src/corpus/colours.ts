/** Knows which stretches of a function are comments, strings, keywords and names, by the grammars; knows no colour and no page. */
import type { Node } from 'web-tree-sitter';
import type { Language } from '../types';
import { COLOURS } from './colour_names';
import type { Colour } from './colour_names';
import type { Parser } from './parser';

const COMMENT = /comment/;
/** A literal as a whole: its quotes and escapes belong to it, what is put into it by name does not. */
const STRING = /^(?:string|template_string|string_literal|raw_string_literal|interpreted_string_literal|rune_literal|char_literal|character_literal|encapsed_string|heredoc|heredoc_body|nowdoc|regex|simple_symbol|hash_key_symbol|delimited_symbol|symbol_array|string_array|bare_string|system_lib_string|subshell|text_block)$/;
const INSIDE = /^(?:interpolation|template_substitution|format_expression)$/;
const NUMBER = /^(?:number|integer|float|number_literal|int_literal|float_literal|imaginary_literal|integer_literal|(?:decimal|hex|octal|binary)_(?:integer|floating_point)_literal|rational|complex)$/;
const CONSTANT = /^(?:true|false|null|nullptr|nil|none|undefined|boolean|boolean_literal|null_literal|this|self|super|vararg_expression)$/i;
const TYPE = /^(?:type_identifier|primitive_type|predefined_type|integral_type|floating_point_type|boolean_type|void_type|sized_type_specifier|named_type|class_name|namespace_identifier)$/;
const PROPERTY = /^(?:property_identifier|shorthand_property_identifier|private_property_identifier|field_identifier|instance_variable|class_variable|global_variable)$/;
const WORD = /^[A-Za-z_][A-Za-z_]*$/;
/** Parents whose `name`, `function`, `method` (and the like) is the name of a function. */
const NAMING = /^(?:function|generator_function|method|singleton_method|constructor|compact_constructor|local_function)(?:_declaration|_definition|_item|_declarator|_signature)?$|^function_|^method_/;
const CALLING = /^(?:call|call_expression|function_call|function_call_expression|member_call_expression|scoped_call_expression|nullsafe_member_call_expression|method_invocation|macro_invocation|new_expression|object_creation_expression)$/;
const CALLED = new Set(['function', 'method', 'name', 'macro', 'constructor']);
const LAST_PART = new Set(['property', 'field', 'attribute', 'name', 'method']);

function colourOf(node: Node, parent: Node | null, field: string | null): Colour | undefined {
  const { type } = node;
  // TypeScript's grammar has words called `string` and `number`: what has no name is a word or a sign, never a literal.
  if (node.isNamed) {
    if (COMMENT.test(type)) return 'comment';
    if (STRING.test(type)) return 'string';
    if (NUMBER.test(type)) return 'number';
    if (TYPE.test(type)) return 'type';
  }
  if (node.childCount > 0) return undefined;
  if (CONSTANT.test(node.isNamed ? type : node.text)) return 'constant';
  if (!node.isNamed) return WORD.test(type) ? 'keyword' : undefined;
  if (type === 'identifier' || type === 'name' || type === 'constant' || PROPERTY.test(type)) {
    if (parent && (CALLING.test(parent.type) && field !== null && CALLED.has(field) || NAMING.test(parent.type) && (field === 'name' || field === 'declarator'))) return 'function';
    // The b of a.b(): the last part of what is called.
    if (parent?.parent && field !== null && LAST_PART.has(field) && CALLING.test(parent.parent.type) && fieldOf(parent.parent, parent) !== 'arguments' && parent.parent.namedChild(0)?.id === parent.id) return 'function';
    if (type === 'constant') return 'type';
    if (PROPERTY.test(type) || field === 'attribute') return 'property';
  }
  return type.endsWith('modifier') || type === 'visibility_modifier' || type === 'storage_class_specifier' || type === 'type_qualifier' || type === 'mutable_specifier' ? 'keyword' : undefined;
}

function fieldOf(parent: Node, child: Node): string | null {
  for (let i = 0; i < parent.childCount; i++) if (parent.child(i)?.id === child.id) return parent.fieldNameForChild(i);
  return null;
}

/**
 * The coloured stretches of a piece of code in order, three numbers each: start, end (UTF-16 units, end excluded), place in COLOURS. Code
 * that does not parse is coloured as far as the grammar recovers. The language's grammar must be loaded.
 */
export function colourCode(parser: Parser, language: Language, code: string): Uint32Array {
  const tree = parser.parse(language, code);
  const spans: number[] = [];
  const put = (from: number, to: number, colour: Colour): void => {
    // What a wrapper brought with it lies outside.
    const start = Math.max(0, from - tree.offset), end = Math.min(code.length, to - tree.offset);
    if (end <= start) return;
    const place = COLOURS.indexOf(colour), last = spans.length - 3;
    if (last >= 0 && spans[last + 2] === place && spans[last + 1] === start) spans[last + 1] = end;
    else spans.push(start, end, place);
  };
  const visit = (node: Node, parent: Node | null, field: string | null): void => {
    const colour = colourOf(node, parent, field);
    if (colour === 'string') {
      let at = node.startIndex;
      for (const inside of node.descendantsOfType(['interpolation', 'template_substitution', 'format_expression']).filter((found) => outermost(found, node))) {
        put(at, inside.startIndex, 'string');
        visit(inside, node, null);
        at = inside.endIndex;
      }
      put(at, node.endIndex, 'string');
    } else if (colour) put(node.startIndex, node.endIndex, colour);
    else for (let i = 0; i < node.childCount; i++) visit(node.child(i)!, node, node.fieldNameForChild(i));
  };
  try {
    visit(tree.root, null, null);
  } finally {
    tree.delete();
  }
  return Uint32Array.from(spans);
}

/** No other thing put into the literal lies between. */
function outermost(node: Node, literal: Node): boolean {
  for (let at = node.parent; at && at.id !== literal.id; at = at.parent) if (INSIDE.test(at.type)) return false;
  return true;
}
