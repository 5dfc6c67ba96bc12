/** Declarations and assignments of every form as sites that define; knows no branches but that of a `let ... else`. */

import type { TreeNode } from '../tree';
import { site } from './flow';
import { defineAs, lowerClass } from './functions';
import type { Lowering } from './lower';
import { field, namedChildren, nameOf, targetsOf, textOf, valueOf } from './nodes';
import { DISCARD, RETURN } from './sink';
import type { Sink } from './sink';
import { bind, compoundOf } from './targets';
import type { How } from './targets';

/** `const`, `int x = 1, y;`: one assignment per initialised name; a bare declaration does nothing but make its names known. */
export function declaration(lower: Lowering, node: TreeNode): void {
  const how: How = lower.depthOfClass === 0 && node.children.some((child) => child.kind === 'var' && lower.language !== 'go') ? 'hoist' : 'declare';
  const bare = site('statement', '');
  const loose = valueOf(node);
  for (const child of namedChildren(node)) {
    const role = lower.role(child);
    if (child.field === 'type' || role === 'type' || role === 'skip' || child === loose) { if (role === 'class') lowerClass(lower, child); continue; }
    if (role === 'bind') assignment(lower, child, DISCARD, how);
    else if (role === 'assign') assignment(lower, child, DISCARD, 'declare');
    else if (loose) assignTo(lower, [child], loose, how, '', DISCARD);
    else if (child.kind === 'var_spec_list') declaration(lower, child);
    else if (!field(child, 'parameters')) bind(lower, child, bare, how);
  }
}

export function assignment(lower: Lowering, node: TreeNode, sink: Sink, how: How): void {
  const value = valueOf(node), targets = targetsOf(node);
  const otherwise = node.kind === 'let_declaration' ? field(node, 'alternative') : undefined;
  if (otherwise && value) { letElse(lower, targets, value, otherwise); return; }
  if (!value) { const bare = site('statement', ''); for (const target of targets) bind(lower, target, bare, how); return; }
  assignTo(lower, targets, value, how, compoundOf(lower, node), sink);
}

export function assignTo(lower: Lowering, targets: TreeNode[], value: TreeNode, how: How, operator: string, sink: Sink): void {
  const [target] = targets;
  const closure = only(lower, value), place = target && only(lower, target);
  if (closure && lower.role(closure) === 'closure' && place && !operator && targets.length === 1) {
    // A function given to a name is a function of that name.
    const role = lower.role(place), loose = lower.functionScope === lower.rootScope;
    if ((role === 'name' && (how !== 'define' || !lower.scope.find(nameOf(place)))) || (loose && (role === 'member' || role === 'fieldName'))) {
      defineAs(lower, closure, textOf(place), role !== 'name' || lower.depthOfClass > 0);
      return;
    }
  }
  lower.evaluate(value, { kind: 'assign', targets: targets.map((one) => ({ node: one, how })), operator, scope: lower.scope });
  // Rust and the like give no value; elsewhere `return x = 1` assigns first.
  if (sink.kind === 'return' && lower.language !== 'ruby' && lower.language !== 'rust' && target) lower.leaf(target, RETURN);
  else if (sink.kind === 'assign' && target) lower.leaf(target, sink);
}

/** Through lists of one (Go's and Lua's expression lists) and parentheses. */
export function only(lower: Lowering, node: TreeNode): TreeNode {
  let inner = node;
  for (;;) {
    const kids = namedChildren(inner);
    if (kids.length !== 1 || (lower.role(inner) !== 'group' && !/^(expression_list|variable_list)$/.test(inner.kind))) return inner;
    inner = kids[0] as TreeNode;
  }
}

/** `a = b = 1`: one site that defines both. */
export function chain(lower: Lowering, node: TreeNode, sink: Sink & { kind: 'assign' }): void {
  const value = valueOf(node);
  if (!value) return;
  lower.evaluate(value, { ...sink, targets: [...sink.targets, ...targetsOf(node).map((one) => ({ node: one, how: 'define' as const }))] });
}

/** Rust `let P = value else { ... }`. */
function letElse(lower: Lowering, targets: TreeNode[], value: TreeNode, otherwise: TreeNode): void {
  const at = site('predicate', 'if');
  lower.read(value, at);
  for (const target of targets) bind(lower, target, at, 'pattern');
  const index = lower.flow.append(at), then = lower.flow.open;
  lower.flow.open = [index * 2 + 1];
  lower.evaluate(otherwise, DISCARD);
  lower.flow.open.push(...then);
}

export function globals(lower: Lowering, node: TreeNode): void {
  for (const child of namedChildren(node)) {
    const name = nameOf(child);
    const outer = lower.role(node) === 'nonlocal' ? lower.functionScope.parent?.find(name) : undefined;
    lower.functionScope.set(name, outer ?? lower.rootScope.own(name) ?? lower.rootScope.declare(name, 'global'));
  }
}
