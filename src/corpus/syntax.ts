/** Knows the node names of each grammar that functions and facts are read from; holds no behaviour and parses nothing. */
import type { Language } from '../types';

export interface Syntax {
  /** Nodes that are a named function with a body. */
  functions: string[];
  /** Nodes that are a function without a name of its own. */
  closures: string[];
  /** A function may have no body node (an empty one). */
  emptyBody?: boolean;
  comments: string[];
  /** Call node -> field that holds what is called. */
  calls: Record<string, string>;
  /** Member access node -> [field of the object, field of the member]. */
  members: Record<string, [string, string]>;
  /** Text of the receiver whose members are fields. */
  self: string[];
  /** Nodes that throw. */
  raises: string[];
  /** Leaves that hold the text of a string, and numbers. */
  strings: string[];
  numbers: string[];
  /** Statement or expression node -> what a shape sentence says of it. */
  shape: Record<string, string>;
  /** Text around a piece of code that is no program by itself (a method, an entry of an object), tried in this order. */
  contexts: [string, string][];
}

const JS_SHAPE = {
  if_statement: 'an if', for_statement: 'a for loop', for_in_statement: 'a for loop', while_statement: 'a while loop',
  do_statement: 'a while loop', switch_statement: 'a switch', try_statement: 'a try', return_statement: 'a return',
  ternary_expression: 'a conditional', arrow_function: 'an inner function', function_expression: 'an inner function',
  function_declaration: 'an inner function', yield_expression: 'a yield', await_expression: 'an await',
};

const JAVASCRIPT: Syntax = {
  functions: ['function_declaration', 'generator_function_declaration', 'method_definition'],
  closures: ['arrow_function', 'function_expression', 'generator_function'],
  comments: ['comment'],
  calls: { call_expression: 'function', new_expression: 'constructor' },
  members: { member_expression: ['object', 'property'] },
  self: ['this'],
  raises: ['throw_statement'],
  strings: ['string_fragment'], numbers: ['number'],
  shape: JS_SHAPE,
  contexts: [['', ''], ['class _ {\n', '\n}'], ['(_ = {\n', '\n})']],
};

const C_SHAPE = {
  if_statement: 'an if', for_statement: 'a for loop', while_statement: 'a while loop', do_statement: 'a while loop',
  switch_statement: 'a switch', return_statement: 'a return', conditional_expression: 'a conditional', goto_statement: 'a goto',
};

export const SYNTAX: Record<Language, Syntax> = {
  javascript: JAVASCRIPT,
  typescript: JAVASCRIPT,
  tsx: JAVASCRIPT,
  python: {
    functions: ['function_definition'], closures: ['lambda'], comments: ['comment'],
    calls: { call: 'function' }, members: { attribute: ['object', 'attribute'] }, self: ['self', 'cls'],
    raises: ['raise_statement'], strings: ['string_content'], numbers: ['integer', 'float'],
    shape: {
      if_statement: 'an if', for_statement: 'a for loop', while_statement: 'a while loop', try_statement: 'a try',
      with_statement: 'a with', return_statement: 'a return', list_comprehension: 'a comprehension',
      dictionary_comprehension: 'a comprehension', set_comprehension: 'a comprehension', generator_expression: 'a comprehension',
      lambda: 'an inner function', function_definition: 'an inner function', yield: 'a yield', await: 'an await',
      conditional_expression: 'a conditional', match_statement: 'a switch',
    },
    contexts: [['', '']],
  },
  ruby: {
    functions: ['method', 'singleton_method'], closures: ['lambda'], emptyBody: true, comments: ['comment'],
    calls: { call: 'method' }, members: {}, self: ['self'],
    raises: [], strings: ['string_content'], numbers: ['integer', 'float'],
    shape: {
      if: 'an if', unless: 'an if', if_modifier: 'an if', unless_modifier: 'an if', for: 'a for loop', while: 'a while loop',
      until: 'a while loop', while_modifier: 'a while loop', until_modifier: 'a while loop', case: 'a switch', rescue: 'a try',
      return: 'a return', conditional: 'a conditional', yield: 'a yield', block: 'a block', do_block: 'a block',
      lambda: 'an inner function', method: 'an inner function',
    },
    contexts: [['', '']],
  },
  go: {
    functions: ['function_declaration', 'method_declaration'], closures: ['func_literal'], comments: ['comment'],
    calls: { call_expression: 'function' }, members: { selector_expression: ['operand', 'field'] }, self: [],
    raises: [], strings: ['interpreted_string_literal_content', 'raw_string_literal_content'], numbers: ['int_literal', 'float_literal'],
    shape: {
      if_statement: 'an if', for_statement: 'a for loop', expression_switch_statement: 'a switch', type_switch_statement: 'a switch',
      select_statement: 'a select', return_statement: 'a return', defer_statement: 'a defer', go_statement: 'a goroutine',
      func_literal: 'an inner function',
    },
    contexts: [['', ''], ['var _ = _{\n', ',\n}']],
  },
  rust: {
    functions: ['function_item'], closures: ['closure_expression'], comments: ['line_comment', 'block_comment'],
    calls: { call_expression: 'function', macro_invocation: 'macro' }, members: { field_expression: ['value', 'field'] }, self: ['self'],
    raises: [], strings: ['string_content'], numbers: ['integer_literal', 'float_literal'],
    shape: {
      if_expression: 'an if', for_expression: 'a for loop', while_expression: 'a while loop', loop_expression: 'a loop',
      match_expression: 'a switch', return_expression: 'a return', closure_expression: 'an inner function',
      function_item: 'an inner function', try_expression: 'a question mark', await_expression: 'an await',
    },
    contexts: [['', ''], ['impl _ {\n', '\n}']],
  },
  java: {
    functions: ['method_declaration', 'constructor_declaration', 'compact_constructor_declaration'], closures: ['lambda_expression'],
    comments: ['line_comment', 'block_comment'],
    calls: { method_invocation: 'name', object_creation_expression: 'type' }, members: { field_access: ['object', 'field'] }, self: ['this'],
    raises: ['throw_statement'], strings: ['string_fragment'],
    numbers: ['decimal_integer_literal', 'hex_integer_literal', 'decimal_floating_point_literal'],
    shape: {
      if_statement: 'an if', for_statement: 'a for loop', enhanced_for_statement: 'a for loop', while_statement: 'a while loop',
      do_statement: 'a while loop', switch_expression: 'a switch', try_statement: 'a try', try_with_resources_statement: 'a try',
      return_statement: 'a return', ternary_expression: 'a conditional', lambda_expression: 'an inner function',
    },
    contexts: [['', ''], ['class _ {\n', '\n}']],
  },
  c: {
    functions: ['function_definition'], closures: [], comments: ['comment'],
    calls: { call_expression: 'function' }, members: { field_expression: ['argument', 'field'] }, self: [],
    raises: [], strings: ['string_content'], numbers: ['number_literal'], shape: C_SHAPE,
    contexts: [['', '']],
  },
  cpp: {
    functions: ['function_definition'], closures: ['lambda_expression'], comments: ['comment'],
    calls: { call_expression: 'function', new_expression: 'type' }, members: { field_expression: ['argument', 'field'] }, self: ['this'],
    raises: ['throw_statement'], strings: ['string_content'], numbers: ['number_literal'],
    shape: { ...C_SHAPE, for_range_loop: 'a for loop', try_statement: 'a try', lambda_expression: 'an inner function' },
    contexts: [['', ''], ['class _ {\n', '\n};']],
  },
  php: {
    functions: ['function_definition', 'method_declaration'], closures: ['anonymous_function', 'arrow_function'], comments: ['comment'],
    calls: {
      function_call_expression: 'function', member_call_expression: 'name', nullsafe_member_call_expression: 'name',
      scoped_call_expression: 'name', object_creation_expression: '',
    },
    members: { member_access_expression: ['object', 'name'], nullsafe_member_access_expression: ['object', 'name'] }, self: ['$this'],
    raises: ['throw_expression'], strings: ['string_content'], numbers: ['integer', 'float'],
    shape: {
      if_statement: 'an if', for_statement: 'a for loop', foreach_statement: 'a for loop', while_statement: 'a while loop',
      do_statement: 'a while loop', switch_statement: 'a switch', match_expression: 'a switch', try_statement: 'a try',
      return_statement: 'a return', conditional_expression: 'a conditional', anonymous_function: 'an inner function',
      arrow_function: 'an inner function', yield_expression: 'a yield',
    },
    contexts: [['<?php\n', ''], ['<?php\nclass _ {\n', '\n}'], ['<?php\n$_ = [\n', '\n];']],
  },
  lua: {
    functions: ['function_declaration'], closures: ['function_definition'], emptyBody: true, comments: ['comment'],
    calls: { function_call: 'name' }, members: { dot_index_expression: ['table', 'field'] }, self: ['self'],
    raises: [], strings: ['string_content'], numbers: ['number'],
    shape: {
      if_statement: 'an if', for_statement: 'a for loop', while_statement: 'a while loop', repeat_statement: 'a while loop',
      return_statement: 'a return', function_definition: 'an inner function', function_declaration: 'an inner function',
      goto_statement: 'a goto',
    },
    contexts: [['', ''], ['_ = {\n', '\n}']],
  },
};

/** Every phrase a shape sentence can hold: "Has an if and a return." */
export const SHAPES = new Set(Object.values(SYNTAX).flatMap((syntax) => Object.values(syntax.shape)));
