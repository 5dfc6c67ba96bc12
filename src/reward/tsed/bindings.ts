/** Finds the names that a piece of code binds itself, as parameters or by definitions; knows no scopes: a name bound anywhere is bound. */

import type { TreeNode } from '../tree';

/** Kinds of names of values: the author of the code may choose those that it binds, so only where they come back matters. */
export const CHOSEN = new Set(['identifier', 'shorthand_property_identifier', 'shorthand_property_identifier_pattern']);
/** Fields under which nothing is bound by what stands above: initial values, types, bodies, and what a target is reached through. */
const USES = new Set(['value', 'right', 'type', 'body', 'return_type', 'default_value', 'size', 'condition', 'arguments', 'function', 'object', 'scope', 'guard', 'key']);
/** Fields under which a name is bound in every language that has them. */
const BINDS = new Set(['declarator', 'pattern', 'alias', 'parameter', 'parameters']);
/** Kinds of which `left` declares; elsewhere it is an operand, or a target that need not be the snippet's own. */
const LEFT = new Set(['assignment', 'for_statement', 'for_in_statement', 'for_in_clause', 'short_var_declaration', 'range_clause', 'receive_statement']);
/** Kinds of which `name` declares. */
const NAMED = /declarat|definition|parameter|_(?:item|spec|clause|def)$|^(?:method|singleton_method|function|class|function_expression|generator_function|named_expression|enhanced_for_statement|instanceof_expression|resource|enumerator|enum_variant|variable_list)$/;
/** Kinds of which every child declares that is no use. */
const LISTS = /param|^(?:case_pattern|as_pattern_target|exception_variable)$/;
/** Behind these a target is only used: `a[i] = 1` binds neither name, and no annotation binds. */
const BARRIER = /expression$|^(?:attribute|subscript|call|element_reference|array_access|field_access|decorator|annotation|marker_annotation|modifiers)/;
/** Variables that PHP gives; all others are the function's own. */
const GIVEN = /^(?:this|GLOBALS|_[A-Z]+)$/;

function binds(parent: TreeNode, child: TreeNode, above: boolean): boolean {
  const { kind } = parent, { field } = child;
  if (kind === 'pair_pattern' || kind === 'dict_pattern') return above && field === 'value';
  // `case Point(x=0)`: the class and its member are others'; so is `module.NAME`.
  if ((kind === 'class_pattern' && child.kind === 'dotted_name') || (kind === 'keyword_pattern' && child.kind === 'identifier') || (kind === 'dotted_name' && parent.children.length > 1)) return false;
  if (USES.has(field)) return false;
  if (BINDS.has(field) || (field === 'left' && LEFT.has(kind)) || (field === 'name' && NAMED.test(kind))) return true;
  return !BARRIER.test(kind) && (above || LISTS.test(kind));
}

/** The texts of all names bound in the tree. A capitalised name in a pattern is taken for a constant to compare with (`None`), as Rust's own style has it. */
export function boundNames(nodes: readonly TreeNode[]): Set<string> {
  const found = new Set<string>();
  const visit = (node: TreeNode, parent: string, bound: boolean): void => {
    if (node.children.length === 0) {
      if (CHOSEN.has(node.kind) ? bound && !(/_pattern$/.test(parent) && /^\p{Lu}/u.test(node.text)) : node.kind === 'name' && parent === 'variable_name' && !GIVEN.test(node.text)) found.add(node.text);
      return;
    }
    for (const child of node.children) visit(child, node.kind, binds(node, child, bound));
  };
  for (const node of nodes) visit(node, '', false);
  return found;
}
