/** Knows what each node of the grammars is for (its role), per language; holds no behaviour and no graph. */

import type { Language } from '../../types';

/** What a kind of syntax node is read as. A kind without a role is an expression of which only its parts matter. */
export type Role =
  // statements
  | 'skip' | 'group' | 'block' | 'if' | 'unless' | 'else' | 'while' | 'until' | 'do' | 'for' | 'each' | 'loop' | 'switch' | 'case' | 'default'
  | 'try' | 'catch' | 'finally' | 'with' | 'return' | 'throw' | 'break' | 'continue' | 'fallthrough' | 'label' | 'goto' | 'produce' | 'import'
  | 'assert' | 'delete' | 'defer' | 'echo' | 'exit' | 'global' | 'nonlocal' | 'declare' | 'function' | 'closure' | 'class'
  // expressions and targets
  | 'assign' | 'bind' | 'update' | 'binary' | 'unary' | 'reference' | 'name' | 'self' | 'fieldName' | 'instance' | 'number' | 'string' | 'part' | 'boolean'
  | 'null' | 'regex' | 'symbol' | 'list' | 'map' | 'pair' | 'call' | 'member' | 'index' | 'cast' | 'instanceof' | 'type' | 'comprehension' | 'spread'
  | 'macro' | 'await' | 'wildcard' | 'construct';

type Kinds = Partial<Record<Role, string>>;

/** Kinds that mean the same in every grammar that has them. */
const SHARED: Kinds = {
  skip: 'comment line_comment block_comment empty_statement pass_statement package_clause package_declaration type_declaration type_definition '
    + 'type_alias_declaration interface_declaration function_signature abstract_method_signature ambient_declaration type_item use_declaration attribute_item '
    + 'preproc_def preproc_function_def preproc_include preproc_call preproc_directive using_declaration alias_declaration enum_specifier union_specifier access_specifier decorator '
    + 'marker_annotation annotation modifiers visibility_modifier php_tag text_interpolation namespace_use_declaration anonymous_function_use_clause '
    + 'superclass class_heritage base_clause base_class_clause friend_declaration static_assert_declaration inner_attribute_item '
    + 'mutable_specifier label optional_chain type_conversion format_specifier storage_class_specifier type_qualifier trait_bounds where_clause lifetime '
    + 'interfaces super_interfaces throws class_interface_clause heredoc_start heredoc_end function_signature_item struct_item enum_item union_item '
    + 'macro_definition extern_crate_declaration enum_constant enum_assignment',
  group: 'expression_statement parenthesized_expression parenthesized_statements decorated_definition export_statement template_declaration '
    + 'namespace_definition internal_module module mod_item declaration_list preproc_if preproc_ifdef preproc_else linkage_specification init_statement '
    + 'unsafe_block async_block const_block program source_file non_null_expression singleton_class argument pattern',
  block: 'statement_block block compound_statement statement_list body_statement block_body then do begin colon_block constructor_body static_initializer '
    + 'class_static_block begin_block',
  if: 'if_statement if_expression if elsif elif_clause elseif_statement else_if_clause if_modifier conditional_expression ternary_expression conditional',
  unless: 'unless unless_modifier',
  else: 'else else_clause else_statement',
  while: 'while_statement while_expression while while_modifier',
  until: 'until until_modifier',
  do: 'do_statement repeat_statement',
  for: 'for_statement',
  each: 'for_in_statement enhanced_for_statement for_range_loop foreach_statement for_expression for',
  loop: 'loop_expression',
  switch: 'switch_statement switch_expression expression_switch_statement type_switch_statement select_statement match_expression match_statement case case_match',
  case: 'switch_case switch_rule switch_block_statement_group case_statement expression_case type_case communication_case match_conditional_expression '
    + 'match_arm when in_clause case_clause',
  default: 'switch_default default_statement default_case match_default_expression',
  try: 'try_statement try_with_resources_statement',
  catch: 'catch_clause except_clause except_group_clause rescue',
  finally: 'finally_clause ensure',
  with: 'with_statement synchronized_statement',
  return: 'return_statement return_expression return co_return_statement',
  throw: 'throw_statement raise_statement throw_expression',
  break: 'break_statement break_expression break',
  continue: 'continue_statement continue_expression next',
  fallthrough: 'fallthrough_statement',
  label: 'labeled_statement label_statement',
  goto: 'goto_statement',
  produce: 'yield_statement',
  import: 'import_statement import_from_statement import_declaration future_import_statement',
  assert: 'assert_statement',
  delete: 'delete_statement unset_statement delete_expression',
  defer: 'defer_statement go_statement',
  echo: 'echo_statement print_intrinsic',
  exit: 'exit_statement',
  global: 'global_statement global_declaration',
  nonlocal: 'nonlocal_statement',
  declare: 'lexical_declaration variable_declaration local_variable_declaration declaration var_declaration const_declaration field_declaration '
    + 'property_declaration function_static_declaration var_spec_list',
  function: 'function_declaration generator_function_declaration method_definition function_definition function_item method_declaration '
    + 'constructor_declaration compact_constructor_declaration method singleton_method',
  closure: 'arrow_function function_expression generator_function lambda lambda_expression func_literal closure_expression anonymous_function '
    + 'anonymous_function_creation_expression',
  class: 'class_declaration abstract_class_declaration class_definition class class_specifier struct_specifier impl_item trait_item trait_declaration '
    + 'enum_declaration record_declaration class_body enum_body field_declaration_list enum_body_declarations interface_body',
  assign: 'assignment_expression assignment assignment_statement augmented_assignment augmented_assignment_expression operator_assignment '
    + 'compound_assignment_expr named_expression reference_assignment_expression receive_statement',
  bind: 'short_var_declaration variable_declarator init_declarator let_declaration let_condition var_spec const_spec const_item static_item '
    + 'field_definition public_field_definition property_element static_variable_declaration const_element resource',
  update: 'update_expression inc_statement dec_statement',
  binary: 'binary_expression boolean_operator comparison_operator binary_operator binary let_chain',
  unary: 'unary_expression unary_operator not_operator unary unary_op_expression',
  reference: 'pointer_expression reference_expression by_ref error_suppression_expression',
  name: 'identifier variable_name shorthand_property_identifier shorthand_property_identifier_pattern shorthand_field_identifier constant global_variable name '
    + 'dotted_name metavariable',
  self: 'this self super',
  fieldName: 'property_identifier private_property_identifier field_identifier hash_key_symbol statement_identifier label_name',
  instance: 'instance_variable class_variable',
  number: 'number integer float number_literal integer_literal float_literal int_literal decimal_integer_literal hex_integer_literal octal_integer_literal '
    + 'binary_integer_literal decimal_floating_point_literal hex_floating_point_literal imaginary_literal rational complex',
  string: 'string string_literal raw_string_literal interpreted_string_literal template_string encapsed_string char_literal character_literal rune_literal '
    + 'concatenated_string chained_string heredoc heredoc_body nowdoc bare_string character system_lib_string bare_symbol delimited_symbol',
  part: 'string_fragment string_content string_start string_end escape_sequence interpreted_string_literal_content raw_string_literal_content nowdoc_string '
    + 'raw_string_delimiter raw_string_content multiline_string_fragment escape_interpolation',
  boolean: 'true false boolean boolean_literal',
  null: 'null none nil undefined null_literal',
  regex: 'regex',
  symbol: 'simple_symbol',
  list: 'array list array_expression array_creation_expression initializer_list table_constructor set array_initializer string_array symbol_array literal_value '
    + 'tuple tuple_expression',
  map: 'object dictionary hash',
  pair: 'pair pair_pattern keyed_element field keyword_argument array_element_initializer field_initializer shorthand_field_initializer named_argument',
  call: 'call_expression call function_call method_invocation function_call_expression member_call_expression nullsafe_member_call_expression '
    + 'scoped_call_expression new_expression object_creation_expression explicit_constructor_invocation',
  construct: 'struct_expression composite_literal compound_literal_expression',
  member: 'member_expression attribute field_expression selector_expression field_access member_access_expression nullsafe_member_access_expression '
    + 'dot_index_expression method_index_expression scoped_identifier qualified_identifier scoped_property_access_expression class_constant_access_expression '
    + 'scope_resolution method_reference',
  index: 'subscript_expression subscript index_expression array_access element_reference bracket_index_expression slice_expression',
  cast: 'cast_expression type_cast_expression as_expression satisfies_expression type_assertion type_conversion_expression type_assertion_expression',
  instanceof: 'instanceof_expression',
  type: 'type_annotation type_arguments type_parameters type_descriptor type_identifier primitive_type generic_type predefined_type integral_type '
    + 'floating_point_type boolean_type void_type scoped_type_identifier array_type slice_type map_type pointer_type qualified_type function_type '
    + 'template_argument_list type_list named_type optional_type union_type type sized_type_specifier placeholder_type_specifier return_type cast_type '
    + 'template_parameter_list dimensions trailing_return_type attribute_list lambda_capture_specifier abstract_function_declarator abstract_pointer_declarator '
    + 'abstract_reference_declarator implicit_type channel_type struct_type interface_type',
  comprehension: 'list_comprehension set_comprehension dictionary_comprehension generator_expression',
  spread: 'spread_element list_splat dictionary_splat splat_argument hash_splat_argument variadic_unpacking variadic_argument base_field_initializer rest_pattern '
    + 'list_splat_pattern dictionary_splat_pattern splat_pattern splat_parameter hash_splat_parameter rest_assignment variadic_parameter spread_parameter '
    + 'variadic_parameter_declaration block_argument',
  macro: 'macro_invocation',
  await: 'await_expression await',
  wildcard: 'remaining_field_pattern vararg_expression variadic_placeholder',
};

/** Where a grammar gives one of these kinds another meaning. */
const OWN: Partial<Record<Language, Kinds>> = {
  python: { each: 'for_statement', call: 'call', with: 'with_statement', group: 'expression_statement parenthesized_expression decorated_definition module',
  },
  ruby: { closure: 'lambda block do_block', member: 'scope_resolution', class: 'class module singleton_class' },
  rust: { spread: 'base_field_initializer', group: 'parenthesized_expression expression_statement unsafe_block async_block const_block declaration_list mod_item source_file' },
  lua: { type: 'attribute', block: 'block do_statement', closure: 'function_definition', do: 'repeat_statement', label: 'label_statement' },
};

function tableOf(language: Language): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>();
  for (const kinds of [SHARED, OWN[language] ?? {}]) {
    for (const [role, names] of Object.entries(kinds)) for (const name of names.split(' ')) roles.set(name, role as Role);
  }
  return roles;
}

const TABLES = new Map<Language, ReadonlyMap<string, Role>>();
/** Kind of a named node -> role. Built at the first asking. */
export function rolesOf(language: Language): ReadonlyMap<string, Role> {
  let table = TABLES.get(language);
  if (!table) TABLES.set(language, table = tableOf(language));
  return table;
}

/**
 * Operators by their spelling -> the word in a label; the same word where languages spell the same operation differently. Assignment is no operator:
 * it is a definition.
 */
export const OPERATORS: ReadonlyMap<string, string> = new Map([
  ...'+ - * / % ** // << >> >>> & | ^ ~ ! < > <= >= == != && || ?? <=> =~ !~ in instanceof is typeof void await <- |> @'.split(' ').map((text): [string, string] => [text, text]),
  ['===', '=='], ['!==', '!='], ['~=', '!='], ['<>', '!='], ['and', '&&'], ['or', '||'], ['not', '!'], ['is not', 'is not'], ['not in', 'not in'], ['xor', 'xor'],
  ['..', 'range'], ['...', 'range'], ['..=', 'range='], ['?', 'try'], ['co_await', 'await'], ['sizeof', 'sizeof'], ['defined?', 'defined'],
]);
/** Operators, as words of a label, whose operands mean something else when they change places. `+` joins strings too, but adds more often. */
export const ORDERED: ReadonlySet<string> = new Set([...'- / % ** // << >> >>> < > <= >= <=> =~ !~ ?? in instanceof concat range range= @'.split(' '), 'not in']);
/** Where a language has two equalities they are two words. */
const STRICT: ReadonlyMap<string, string> = new Map([['===', '==='], ['!==', '!==']]);
export const OWN_OPERATORS: Partial<Record<Language, ReadonlyMap<string, string>>> = {
  lua: new Map([['..', 'concat'], ['^', '**'], ['#', 'length'], ['...', '']]),
  ruby: new Map([['..', 'range='], ['rescue', 'rescue']]),
  php: new Map([['.', 'concat'], ['throw', 'throw'], ['===', '==='], ['!==', '!==']]),
  javascript: STRICT, typescript: STRICT, tsx: STRICT,
};

/** JavaScript and what compiles to it. */
export const SCRIPTS: ReadonlySet<Language> = new Set(['javascript', 'typescript', 'tsx']);
/** Languages whose blocks do not open a scope for variables. */
export const FUNCTION_SCOPED: ReadonlySet<Language> = new Set(['python', 'ruby', 'php']);
/** Languages where writing an unknown name makes a local variable. */
export const WRITE_DECLARES = FUNCTION_SCOPED;
/** Languages where a call without a receiver may mean a method of the same object. */
export const IMPLICIT_SELF: ReadonlySet<Language> = new Set(['ruby', 'java', 'cpp']);
/** Languages where a function's last expression is its value. */
export const IMPLICIT_RETURN: ReadonlySet<Language> = new Set(['ruby', 'rust']);

/** Methods that change what they are called on, even where their value is used. */
export const MUTATORS: ReadonlySet<string> = new Set(('push pop shift unshift splice sort reverse fill append extend insert remove add addAll put putIfAbsent set delete '
  + 'clear update setdefault discard popleft appendleft push_back pop_back push_front pop_front emplace emplace_back erase push_str enqueue dequeue offer poll next '
  + 'concat! write truncate drain retain swap resize append! reverse! store').split(' '));
/** Functions that change their first argument. */
export const ARGUMENT_MUTATORS: ReadonlySet<string> = new Set(('sort rsort usort ksort uksort asort uasort shuffle heappush heappop heapify array_push array_pop '
  + 'array_shift array_unshift array_splice delete copy memcpy memset memmove strcpy strcat strncpy sprintf snprintf qsort swap insert remove reverse fill '
  + 'Sort Slice Strings Ints assign move').split(' '));
/** Methods so common in libraries that a method of this name in the snippet is not taken as the callee, unless it is called on the object itself. */
export const LIBRARY_METHODS: ReadonlySet<string> = new Set(('push pop shift unshift add append insert remove delete get set has put size length len count keys values items '
  + 'entries map filter reduce each forEach find sort reverse join split slice contains includes indexOf clear next toString equals compare close open read write '
  + 'print println update first last empty isEmpty call apply bind new').split(' '));
/** Calls that never return and stand for a throw. */
export const THROWING: Partial<Record<Language, ReadonlySet<string>>> = {
  ruby: new Set(['raise', 'fail']), go: new Set(['panic']), rust: new Set(['panic', 'unreachable', 'todo', 'unimplemented']), lua: new Set(['error']),
};
/** Calls that end the program. */
export const ENDING: ReadonlySet<string> = new Set(['exit', 'abort', '_exit']);
/** Ruby's iterators whose block is a loop body when their value is not used. */
export const ITERATORS: ReadonlySet<string> = new Set(('each each_with_index times upto downto step loop each_pair each_char each_line each_key each_value each_slice '
  + 'each_cons reverse_each each_index each_byte').split(' '));
