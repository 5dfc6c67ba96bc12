/** Lays out loops of every form as a head that decides, a body and an update; knows not what leaves them early. */

import type { TreeNode } from '../tree';
import { predicate } from './branches';
import { assignTo, only } from './definitions';
import { site } from './flow';
import type { Lowering } from './lower';
import { Scope } from './names';
import { bodyOf, field, namedChildren, textOf } from './nodes';
import { DISCARD } from './sink';
import type { Sink } from './sink';
import { ITERATORS, SCRIPTS } from './syntax';
import { bind } from './targets';

/** Head (a predicate), body, what is done before the next round; the false end of the head is open afterwards. `otherwise`: Python's else. */
function layLoop(lower: Lowering, head: () => number, body: () => void, update?: () => void, otherwise?: TreeNode): void {
  let done = -1, start = 0;
  lower.flow.enter('loop', () => {
    start = lower.flow.here;
    done = head();
    body();
  }, () => {
    update?.();
    lower.flow.link(lower.flow.open, start);
    lower.flow.open = [done];
    if (otherwise) lower.evaluate(otherwise, DISCARD);
  });
}

function run(lower: Lowering, body: TreeNode | undefined): void { if (body) lower.statement(body); }

export function whileLoop(lower: Lowering, node: TreeNode, negated: boolean): void {
  const body = bodyOf(node);
  if (node.kind.endsWith('_modifier') && body?.kind === 'begin') { doLoop(lower, node, negated); return; }
  takeLabel(lower, node);
  const outer = lower.openScope();
  layLoop(lower, () => predicate(lower, 'loop', field(node, 'condition'), negated), () => { run(lower, body); }, undefined, field(node, 'alternative'));
  lower.closeScope(outer);
}

export function doLoop(lower: Lowering, node: TreeNode, negated = node.kind === 'repeat_statement'): void {
  const outer = lower.openScope();
  let start = 0, done = -1;
  lower.flow.enter('loop', () => {
    start = lower.flow.here;
    const body = bodyOf(node);
    // The condition of Lua's `until` sees the locals of the body.
    if (body && lower.language === 'lua') lower.sequence(body.children, DISCARD); else run(lower, body);
  }, () => {
    done = predicate(lower, 'loop', field(node, 'condition'), negated);
    lower.flow.link(lower.flow.open, start);
    lower.flow.open = [done];
  });
  lower.closeScope(outer);
}

export function forLoop(lower: Lowering, node: TreeNode): void {
  const outer = lower.openScope();
  const clause = field(node, 'clause') ?? namedChildren(node).find((child) => /^(for|range)_clause$/.test(child.kind));
  const body = bodyOf(node);
  if (clause?.kind === 'range_clause' || clause?.kind === 'for_generic_clause') each(lower, clause, body, undefined);
  else if (clause?.kind === 'for_numeric_clause') numeric(lower, clause, body);
  else {
    const parts = clause ?? node;
    const before = parts.children.filter((child) => child.named && /^(initializer|init|initialize)$/.test(child.field));
    const updates = parts.children.filter((child) => child.named && /^(update|increment)$/.test(child.field));
    const condition = parts.children.find((child) => child.named && child.field === 'condition' && lower.role(child) !== 'skip')
      ?? (lower.language === 'go' && !clause ? namedChildren(node).find((child) => child !== body && lower.role(child) !== 'skip') : undefined);
    for (const part of before) sequenceOf(lower, part);
    layLoop(lower, () => predicate(lower, 'loop', condition && only(lower, condition), false), () => { run(lower, body); }, () => { for (const part of updates) sequenceOf(lower, part); });
  }
  lower.closeScope(outer);
}

/** `i = 0, j = 1` in the head of a for loop: one site each. */
function sequenceOf(lower: Lowering, node: TreeNode): void {
  if (/^(comma_expression|sequence_expression)$/.test(node.kind)) for (const child of namedChildren(node)) sequenceOf(lower, child);
  else lower.statement(node);
}

/** Lua `for i = a, b, step`: the same sites as a counting loop of C. */
function numeric(lower: Lowering, clause: TreeNode, body: TreeNode | undefined): void {
  const name = field(clause, 'name'), start = field(clause, 'start'), end = field(clause, 'end'), step = field(clause, 'step');
  if (!name || !start || !end) return;
  assignTo(lower, [name], start, 'declare', '', DISCARD);
  const head = (): number => {
    const at = site('predicate', 'loop');
    at.details.push('op:<=');
    lower.read(name, at);
    lower.read(end, at);
    return lower.flow.append(at) * 2 + 1;
  };
  layLoop(lower, head, () => { run(lower, body); }, () => {
    const at = site('statement', 'assign');
    at.details.push('op:+');
    if (step) lower.read(step, at); else at.details.push('number:1');
    lower.read(name, at);
    bind(lower, name, at, 'define');
    lower.flow.append(at);
  });
}

export function eachLoop(lower: Lowering, node: TreeNode): void {
  takeLabel(lower, node);
  const outer = lower.openScope();
  each(lower, node, bodyOf(node), field(node, 'alternative'));
  lower.closeScope(outer);
}

/** A predicate that takes the next element and defines the loop's variables; the collection is read at it. */
function each(lower: Lowering, node: TreeNode, body: TreeNode | undefined, otherwise: TreeNode | undefined): void {
  const kids = namedChildren(node).filter((child) => child !== body && lower.role(child) !== 'skip' && lower.role(child) !== 'type');
  const php = lower.language === 'php';
  const collection = php ? kids[0] : field(node, 'right', 'value') ?? kids.at(-1);
  const target = php ? kids[1] : field(node, 'left', 'pattern', 'name', 'declarator') ?? (kids.length > 1 ? kids[0] : undefined);
  const head = (): number => {
    const at = site('predicate', 'each');
    if (SCRIPTS.has(lower.language) && node.children.some((child) => child.kind === 'in')) at.details.push('op:in');
    if (node.children.some((child) => child.kind === 'async' || child.kind === 'await')) at.details.push('op:await');
    if (collection) lower.read(collection, at);
    const fresh = lower.language === 'go' ? node.children.some((child) => child.kind === ':=') : !SCRIPTS.has(lower.language) || node.children.some((child) => child.field === 'kind');
    if (target && php && target.kind === 'pair') namedChildren(target).forEach((part, i) => { bind(lower, part.kind === 'by_ref' ? namedChildren(part)[0] ?? part : part, at, 'declare', i); });
    else if (target) bind(lower, target.kind === 'by_ref' ? namedChildren(target)[0] ?? target : target, at, fresh ? 'declare' : 'define');
    return lower.flow.append(at) * 2 + 1;
  };
  layLoop(lower, head, () => { run(lower, body); }, undefined, otherwise);
}

export function endless(lower: Lowering, node: TreeNode, sink: Sink): void {
  takeLabel(lower, node);
  lower.sinks.push(sink);
  layLoop(lower, () => predicate(lower, 'loop', undefined, false), () => { run(lower, bodyOf(node)); });
  lower.sinks.pop();
}

/** Rust names a loop inside its node. */
function takeLabel(lower: Lowering, node: TreeNode): void {
  const label = node.children.find((child) => child.kind === 'label');
  if (label) lower.flow.label = textOf(label);
}

/** Ruby's `xs.each { |x| ... }` whose value is not used is a loop of this function, not a function of its own. */
export function iterator(lower: Lowering, node: TreeNode): boolean {
  if (lower.language !== 'ruby') return false;
  const block = field(node, 'block'), method = field(node, 'method')?.text ?? '';
  if (!block || !ITERATORS.has(method)) return false;
  const receiver = field(node, 'receiver'), parameters = field(block, 'parameters'), body = field(block, 'body'), rest = field(node, 'arguments');
  const outer = lower.scope;
  lower.scope = new Scope(outer, outer.procedure);
  layLoop(lower, () => {
    const at = site('predicate', method === 'loop' ? 'loop' : 'each');
    if (method === 'loop') at.details.push('boolean:true'); else if (method !== 'each') at.details.push(`call:${method}`);
    if (receiver) lower.read(receiver, at);
    if (rest) lower.read(rest, at);
    if (parameters) bind(lower, parameters, at, 'declare');
    return lower.flow.append(at) * 2 + 1;
  }, () => { run(lower, body); });
  lower.scope = outer;
  return true;
}
