/** Which syntax makes data flow, per language: the rules of CodeBLEU's extractors as tables; walks nothing. */

import type { Language } from '../../types';
import type { TreeNode } from '../tree';

export type Kinds = ReadonlySet<string>;
const kinds = (...names: string[]): Kinds => new Set(names);

/** Two sides of a definition or an assignment; `undefined` where the grammar has none there. */
export interface Sides { left: TreeNode | undefined; right: TreeNode | undefined }

export interface FlowRules {
  /** A name and the value it begins with: the name comes from each token of the value. */
  definitions: Kinds;
  define(node: TreeNode): Sides;
  /** What an assigned name is computed from. `joined`: from all tokens of its right side at once, else one link for each. */
  assignments: Kinds;
  assign(node: TreeNode): Sides[] | 'skip';
  joined: boolean;
  /** `x++`: computed from itself, without a walk into it. */
  increments: Kinds;
  branches: Kinds;
  /** Children of a branch that start from the state before it. `sticky`: and all children after the first of them. */
  elsewhere: Kinds;
  sticky: boolean;
  /** Whether the state before counts behind the branch as well: always, only when no child is an `else`. */
  keepsBefore: 'always' | 'without else';
  /** Every child twice. */
  loops: Kinds;
  /** Every child, then again those behind the first child of kind `marker` (its `update` field before them). */
  counted: Kinds;
  marker: string;
  /** Value, name, body, twice over. */
  each: Kinds;
  iterate(node: TreeNode): { sides: Sides[]; body: TreeNode | 'none' | undefined };
  /** Children of this kind are walked before their siblings. */
  first: string;
}

export const field = (node: TreeNode, name: string): TreeNode | undefined => node.children.find((child) => child.field === name);

/** Name by name where both sides have as many parts, else the sides as wholes. An attribute `a.b` has three parts, too. */
function pairs({ left, right }: Sides): Sides[] {
  if (!left || !right) return [{ left, right }];
  const parts = (node: TreeNode): TreeNode[] => node.children.filter((child) => child.kind !== ',');
  const lefts = parts(left), rights = parts(right);
  if (lefts.length !== rights.length || lefts.length === 0) return [{ left, right }];
  return lefts.map((part, k) => ({ left: part, right: rights[k] }));
}

const sides = (node: TreeNode, left: string, right: string): Sides => ({ left: field(node, left), right: field(node, right) });

/** Java's rules; the other languages say where they differ. */
const JAVA: FlowRules = {
  definitions: kinds('variable_declarator'),
  define: (node) => sides(node, 'name', 'value'),
  assignments: kinds('assignment_expression'),
  assign: (node) => [sides(node, 'left', 'right')],
  joined: false,
  increments: kinds('update_expression'),
  branches: kinds('if_statement', 'else'),
  elsewhere: kinds('if_statement', 'else'),
  sticky: true,
  keepsBefore: 'without else',
  loops: kinds('while_statement'),
  counted: kinds('for_statement'),
  marker: 'local_variable_declaration',
  each: kinds('enhanced_for_statement'),
  iterate: (node) => ({ sides: [sides(node, 'name', 'value')], body: field(node, 'body') }),
  first: '',
};

const PYTHON: FlowRules = {
  ...JAVA,
  definitions: kinds('default_parameter'),
  assignments: kinds('assignment', 'augmented_assignment', 'for_in_clause'),
  assign(node) {
    if (node.kind === 'for_in_clause') return [{ left: field(node, 'left'), right: node.children.at(-1) }];
    return field(node, 'right') ? pairs(sides(node, 'left', 'right')) : 'skip';
  },
  joined: true,
  increments: kinds(),
  branches: kinds('if_statement'),
  elsewhere: kinds('elif_clause', 'else_clause'),
  sticky: false,
  counted: kinds(),
  each: kinds('for_statement'),
  // The body is looked for in the last place, so a loop with an `else` has none.
  iterate: (node) => ({ sides: pairs(sides(node, 'left', 'right')), body: node.children.at(-1)?.kind === 'block' ? node.children.at(-1) : 'none' }),
  first: 'for_in_clause',
};

const RUBY_BRANCHES = kinds('if', 'elsif', 'else', 'unless', 'when');
const RUBY: FlowRules = {
  ...PYTHON,
  definitions: kinds('keyword_parameter'),
  assignments: kinds('assignment', 'operator_assignment'),
  assign: (node) => (node.kind === 'operator_assignment' ? [{ left: node.children[0], right: node.children.at(-1) }] : pairs(sides(node, 'left', 'right'))),
  branches: RUBY_BRANCHES,
  elsewhere: RUBY_BRANCHES,
  loops: kinds('while_modifier', 'until'),
  each: kinds('for'),
  iterate: (node) => ({ sides: [sides(node, 'pattern', 'value')], body: field(node, 'body') }),
  first: '',
};

const GO: FlowRules = {
  ...JAVA,
  definitions: kinds('var_spec'),
  assignments: kinds('assignment_statement'),
  increments: kinds('inc_statement'),
  keepsBefore: 'always',
  loops: kinds(),
  marker: 'for_clause',
  each: kinds(),
};

const PHP: FlowRules = {
  ...JAVA,
  definitions: kinds('simple_parameter'),
  define: (node) => sides(node, 'name', 'default_value'),
  assignments: kinds('assignment_expression', 'augmented_assignment_expression'),
  branches: kinds('if_statement', 'else_clause'),
  elsewhere: kinds('if_statement', 'else_clause'),
  keepsBefore: 'always',
  marker: 'assignment_expression',
  each: kinds('foreach_statement'),
  iterate(node) {
    const [value, name] = node.children.filter((child) => child.kind === 'variable_name');
    return { sides: [{ left: name, right: value }], body: field(node, 'body') };
  },
};

const JAVASCRIPT: FlowRules = {
  ...JAVA,
  // A plain assignment is not among them.
  assignments: kinds('assignment_pattern', 'augmented_assignment_expression'),
  keepsBefore: 'always',
  marker: 'variable_declaration',
  each: kinds(),
};

const RUST: FlowRules = {
  ...JAVA,
  // A function is taken for a definition of its name by its parameters, and its body is not looked at.
  definitions: kinds('function_item'),
  define: (node) => ({ left: node.children[1], right: node.children[2] }),
  assignments: kinds('assignment_expression', 'compound_assignment_expr', 'let_expression'),
  increments: kinds(),
  branches: kinds('if_expression', 'if_let_expression', 'match_expression', 'else'),
  elsewhere: kinds('if_expression', 'if_let_expression', 'match_expression', 'else'),
  loops: kinds('while_expression', 'while_let_expression', 'loop_expression'),
  counted: kinds('for_expression'),
  each: kinds(),
};

/** The published code reads C and C++ by its rules for C#, which fit assignments, branches and `while` alone. */
const C: FlowRules = {
  ...JAVA,
  define: (node) => ({ left: node.children[0], right: node.children.length === 2 ? node.children[1] : undefined }),
  increments: kinds('postfix_unary_expression'),
  each: kinds('for_each_statement'),
  iterate: (node) => ({ sides: [sides(node, 'left', 'right')], body: field(node, 'body') }),
};

/** Ours, after Python's: the published code has no Lua. */
const LUA: FlowRules = {
  ...PYTHON,
  definitions: kinds(),
  assignments: kinds('assignment_statement', 'for_generic_clause', 'for_numeric_clause'),
  assign(node) {
    if (node.kind === 'for_numeric_clause') return [{ left: field(node, 'name'), right: field(node, 'end') }];
    const [left, right] = node.children.filter((child) => child.kind === 'variable_list' || child.kind === 'expression_list');
    return right ? pairs({ left, right }) : 'skip';
  },
  branches: kinds('if_statement'),
  elsewhere: kinds('elseif_statement', 'else_statement'),
  loops: kinds('while_statement', 'repeat_statement', 'for_statement'),
  each: kinds(),
  first: '',
};

export const FLOW_RULES: Readonly<Record<Language, FlowRules>> = {
  javascript: JAVASCRIPT, typescript: JAVASCRIPT, tsx: JAVASCRIPT, python: PYTHON, ruby: RUBY, go: GO, rust: RUST, java: JAVA, c: C, cpp: C, php: PHP, lua: LUA,
};
