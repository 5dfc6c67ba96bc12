/** Lays out try, its handlers and what throws or ends the program; where control then goes is for the flow to know. */

import type { TreeNode } from '../tree';
import { site } from './flow';
import type { Site } from './flow';
import type { Lowering } from './lower';
import { calleeName, field, namedChildren } from './nodes';
import { DISCARD } from './sink';
import type { Sink } from './sink';
import { ENDING, SCRIPTS, THROWING } from './syntax';
import { bind } from './targets';

export function tryStatement(lower: Lowering, node: TreeNode, sink: Sink): void {
  const outer = lower.openScope();
  const resources = field(node, 'resources');
  if (resources) for (const one of namedChildren(resources)) lower.statement(one);
  const body = field(node, 'body');
  const others = namedChildren(node).filter((child) => child !== body && child !== resources);
  guarded(lower, [...(body ? [body] : []), ...others], sink);
  lower.closeScope(outer);
}

/** Statements, handlers, an else, a finally: in this order among the nodes. */
export function guarded(lower: Lowering, nodes: readonly TreeNode[], sink: Sink): void {
  const handlers = nodes.filter((node) => lower.role(node) === 'catch');
  const finale = nodes.find((node) => lower.role(node) === 'finally');
  const otherwise = nodes.find((node) => lower.role(node) === 'else');
  const body = nodes.filter((node) => !handlers.includes(node) && node !== finale && node !== otherwise);
  lower.flow.guarded(site('predicate', 'try'), () => {
    lower.sequence(body, otherwise ? DISCARD : sink);
    if (otherwise) lower.evaluate(otherwise, sink);
  }, handlers.length > 0 ? () => { layHandlers(lower, handlers, sink); } : undefined, finale ? () => { lower.sequence(finale.children, DISCARD); } : undefined);
}

function layHandlers(lower: Lowering, handlers: readonly TreeNode[], sink: Sink): void {
  const ends: number[] = [];
  handlers.forEach((handler, i) => {
    const outer = lower.openScope();
    const last = i === handlers.length - 1;
    const at = site(last ? 'statement' : 'predicate', 'catch');
    const body = field(handler, 'body') ?? namedChildren(handler).findLast((child) => lower.role(child) === 'block');
    for (const child of namedChildren(handler)) if (child !== body) caught(lower, child, at);
    const index = lower.flow.append(at);
    if (body) lower.evaluate(body, sink);
    ends.push(...lower.flow.open);
    lower.flow.open = last ? [] : [index * 2 + 1];
    lower.closeScope(outer);
  });
  lower.flow.open = ends;
}

/** Types in a catch clause by name (they are rarely the programmer's), the variable as a definition. */
function caught(lower: Lowering, node: TreeNode, at: Site): void {
  const types = (part: TreeNode): void => {
    if (part.children.length === 0 && part.named) mentionType(lower, part.text, at); else part.children.forEach(types);
  };
  if (node.kind === 'as_pattern') {
    const [type, alias] = namedChildren(node);
    if (type) types(type);
    if (alias) bind(lower, alias, at, 'declare');
  } else if (/type|^exceptions$/.test(node.kind) || (lower.language === 'python')) types(node);
  else if (/^(catch_formal_parameter|parameter_list)$/.test(node.kind)) {
    for (const child of namedChildren(node)) {
      if (child.field === 'name') bind(lower, child, at, 'declare'); else caught(lower, child, at);
    }
  } else if (node.kind === 'parameter_declaration') {
    for (const child of namedChildren(node)) if (child.field === 'declarator') bind(lower, child, at, 'declare'); else types(child);
  } else if (lower.role(node) !== 'skip') bind(lower, node, at, 'declare');
}

function mentionType(lower: Lowering, name: string, at: Site): void { at.details.push(lower.scope.find(name) ? 'class' : `type:${name}`); }

export function throwStatement(lower: Lowering, node: TreeNode): void { throwing(lower, namedChildren(node)); }

/** A throw of these values. */
function throwing(lower: Lowering, values: readonly TreeNode[]): void {
  const at = site('statement', 'throw');
  for (const value of values) lower.read(value, at);
  lower.flow.append(at);
  lower.flow.throw();
}

/** Calls that stand for a throw (Ruby's raise, Go's panic) or end the program. */
export function ending(lower: Lowering, node: TreeNode): boolean {
  const name = calleeName(node);
  if (name === '' || lower.scope.find(name)) return false;
  if (THROWING[lower.language]?.has(name)) {
    throwing(lower, namedChildren(node).filter((child) => !/^(function|method|name|macro)$/.test(child.field)));
    return true;
  }
  if (!ENDING.has(name) || SCRIPTS.has(lower.language)) return false;
  lower.leaf(node, DISCARD);
  lower.flow.return();
  return true;
}
