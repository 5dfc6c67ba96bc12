/** Functions and classes: their names, parameters and bodies, each function a procedure of its own; knows no other statement. */

import type { TreeNode } from '../tree';
import { Flow, site } from './flow';
import type { Procedure, Site } from './flow';
import type { Lowering } from './lower';
import { Scope } from './names';
import { field, namedChildren, nameOf, textOf } from './nodes';
import { DISCARD, RETURN } from './sink';
import { IMPLICIT_RETURN } from './syntax';
import { bind } from './targets';

/** Lays out parameters and body in the procedure; all that belongs to the function around it is put back afterwards. */
export function lowerFunction(lower: Lowering, node: TreeNode, procedure: Procedure, isClosure: boolean): void {
  const { flow, scope, functionScope, depthOfClass, results } = lower;
  lower.depthOfClass = 0;
  const entry = procedure.sites[0] as Site;
  lower.flow = new Flow(entry);
  procedure.sites = lower.flow.sites;
  const ruby = lower.language === 'ruby', php = lower.language === 'php';
  lower.scope = lower.functionScope = new Scope(scope, procedure, (ruby && !isClosure) || (php && node.kind !== 'arrow_function'));
  for (const child of node.children) if (child.kind === 'async' || child.kind === '*') entry.details.push(child.kind === '*' ? 'generator' : 'async');
  if (!isClosure || node.kind === 'function_expression') implicitSelf(lower, node, entry);
  if (lower.language === 'python' && depthOfClass > 0 && !isClosure && !lower.statics.has(node)) pythonReceiver(lower, node);
  bindParameters(lower, node, scope, entry);
  for (const part of entry.parts) lower.flow.append(part);
  initializers(lower, node);
  functionBody(lower, node);
  lower.flow.finish();
  lower.flow = flow;
  lower.scope = scope;
  lower.functionScope = functionScope;
  lower.depthOfClass = depthOfClass;
  lower.results = results;
}

function implicitSelf(lower: Lowering, node: TreeNode, entry: Site): void {
  const { language } = lower;
  if (language === 'python' || language === 'rust' || language === 'go' || language === 'c') return;
  if (language === 'lua' && field(node, 'name')?.kind !== 'method_index_expression') return;
  entry.defs.push(lower.scope.declare('self', 'self'));
}

/** The object that a method of Python's is called on is its first parameter, whatever its name. */
function pythonReceiver(lower: Lowering, node: TreeNode): void {
  const list = field(node, 'parameters'), first = list && namedChildren(list).find((child) => lower.role(child) !== 'skip');
  const name = first?.kind === 'typed_parameter' ? namedChildren(first)[0] : first;
  if (name?.kind === 'identifier') lower.scope.declare(nameOf(name), 'self');
}

function bindParameters(lower: Lowering, node: TreeNode, outer: Scope, entry: Site): void {
  const receiver = field(node, 'receiver');
  if (receiver) {
    bind(lower, receiver, entry, 'parameter');
    const variable = entry.parts.pop()?.defs[0];
    if (variable) { variable.kind = 'self'; entry.details.push('self'); entry.defs.push(variable); }
  }
  const list = field(node, 'parameters', 'parameter') ?? declaratorParameters(node);
  if (list) bind(lower, list, entry, 'parameter');
  // Go's named results are variables that a bare return hands back.
  const result = lower.language === 'go' ? field(node, 'result') : undefined, before = entry.defs.length, parts = entry.parts.length;
  if (result?.kind === 'parameter_list') bind(lower, result, entry, 'declare');
  lower.results = [...entry.defs.slice(before).filter((variable) => variable !== entry.whole), ...entry.parts.slice(parts).flatMap((part) => part.defs)];
  for (const child of node.children) {
    if (child.kind !== 'anonymous_function_use_clause') continue;
    const take = (part: TreeNode): void => {
      if (part.kind !== 'variable_name') { part.children.forEach(take); return; }
      const variable = outer.find(nameOf(part)) ?? outer.declare(nameOf(part), 'local');
      lower.scope.set(nameOf(part), variable);
    };
    take(child);
  }
}

/** C and C++ keep the parameters inside the declarator. */
function declaratorParameters(node: TreeNode): TreeNode | undefined {
  let inner = field(node, 'declarator');
  while (inner && !field(inner, 'parameters')) inner = field(inner, 'declarator') ?? namedChildren(inner).at(-1);
  return inner && field(inner, 'parameters');
}

/** C++ `A(int x) : y(x) {}`: each initializer is a store to a field. */
function initializers(lower: Lowering, node: TreeNode): void {
  for (const list of node.children) {
    if (list.kind !== 'field_initializer_list') continue;
    for (const part of namedChildren(list)) {
      const at = site('statement', 'assign');
      at.details.push('to:field');
      for (const child of namedChildren(part).slice(1)) for (const value of namedChildren(child)) lower.read(value, at);
      const self = lower.self();
      if (self) { at.details.push('self'); at.uses.push(self); at.weak.push(self); }
      lower.flow.append(at);
    }
  }
}

function functionBody(lower: Lowering, node: TreeNode): void {
  const body = field(node, 'body');
  const sink = IMPLICIT_RETURN.has(lower.language) ? RETURN : DISCARD;
  if (!body) {
    // A body that is not a field: Ruby's `begin`-less ones are, so this is a grammar that leaves the field out.
    const block = namedChildren(node).find((child) => lower.role(child) === 'block');
    if (block) lower.sequence(block.children, sink);
    return;
  }
  if (lower.language === 'ruby' && node.kind === 'lambda') { const inner = field(body, 'body'); if (inner) lower.evaluate(inner, RETURN); return; }
  const role = lower.role(body);
  if (role === 'block') lower.evaluate(body, sink);
  else if (body.kind === 'field_declaration_list') lower.sequence(body.children, sink);
  else lower.evaluate(body, RETURN);
}

export function newProcedure(lower: Lowering): Procedure {
  const procedure: Procedure = { sites: [site('entry', 'function')] };
  lower.procedures.push(procedure);
  return procedure;
}

/** A function with a name: known to its scope, and to calls on objects when it is a method. */
export function define(lower: Lowering, node: TreeNode, name: string, method: boolean): void {
  const procedure = newProcedure(lower);
  const parts = name.split(/[.:]+/);
  const last = parts.at(-1) ?? '';
  if (method || parts.length > 1 || lower.language === 'ruby') { if (!lower.methods.has(last)) lower.methods.set(last, procedure); }
  if (!method || lower.language === 'ruby') if (last) lower.scope.set(last, { kind: 'function', owner: lower.functionScope.procedure, callee: procedure });
  lowerFunction(lower, node, procedure, node.kind === 'arrow_function');
}

export function functionName(node: TreeNode): string {
  let name = field(node, 'name', 'declarator');
  while (name && name.children.length > 0) {
    const inner = field(name, 'declarator');
    if (!inner) break;
    name = inner;
  }
  return name ? textOf(name) : '';
}

export function isMethod(lower: Lowering, node: TreeNode): boolean {
  return lower.depthOfClass > 0 || node.kind === 'method_definition' || node.kind === 'method_declaration' || node.kind === 'constructor_declaration';
}

export function lowerClass(lower: Lowering, node: TreeNode): void {
  const name = field(node, 'name'), body = field(node, 'body') ?? node;
  const first = lower.procedures.length;
  const known = name && lower.role(node) === 'class' && node.kind !== 'impl_item' ? lower.scope.declare(textOf(name), 'class') : undefined;
  const outer = lower.openScope();
  lower.depthOfClass++;
  for (const member of body.children) {
    if (!member.named || member === name || member.field === 'name' || member.field === 'superclass' || member.field === 'superclasses' || member.field === 'type'
      || member.field === 'parameters' || member.field === 'trait' || member.field === 'interfaces') continue;
    const inner = member.kind === 'decorated_definition' ? field(member, 'definition') : undefined;
    if (inner && member.children.some((child) => child.kind === 'decorator' && textOf(child) === '@staticmethod')) lower.statics.add(inner);
    lower.statement(member);
  }
  lower.depthOfClass--;
  lower.closeScope(outer);
  if (known) known.callee = lower.methods.get('constructor') ?? lower.methods.get('__init__') ?? lower.methods.get('__construct') ?? lower.methods.get('initialize')
    ?? (name && lower.methods.get(textOf(name)));
  if (known?.callee && lower.procedures.indexOf(known.callee) < first) known.callee = undefined;
}

/** A function without a name of its own that is given to one; what a method was before is forgotten. */
export function defineAs(lower: Lowering, node: TreeNode, name: string, method: boolean): void {
  const procedure = newProcedure(lower);
  const last = name.split(/[.:]+/).at(-1) ?? '';
  if (method) lower.methods.set(last, procedure);
  else lower.scope.set(last, { kind: 'function', owner: lower.functionScope.procedure, callee: procedure });
  lowerFunction(lower, node, procedure, node.kind === 'arrow_function' || lower.language !== 'javascript');
}
