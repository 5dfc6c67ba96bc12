/** Lays out what leaves a place early: returns, breaks, continues, labels; where they arrive is for the flow to know. */

import type { TreeNode } from '../tree';
import { only } from './definitions';
import { site } from './flow';
import type { Lowering } from './lower';
import { field, namedChildren, textOf } from './nodes';
import { DISCARD, RETURN } from './sink';

export function returnStatement(lower: Lowering, node: TreeNode): void {
  const kids = namedChildren(node).filter((child) => lower.role(child) !== 'skip');
  const value = kids.length === 1 ? only(lower, single(kids[0] as TreeNode)) : undefined;
  if (value) { lower.evaluate(value, RETURN); return; }
  const at = site('statement', 'return');
  for (const kid of kids) lower.read(kid, at);
  if (kids.length === 0) at.uses.push(...lower.results);
  lower.complete(at, RETURN);
}

/** Ruby wraps the value of a return in an argument list. */
function single(node: TreeNode): TreeNode {
  const kids = namedChildren(node);
  return node.kind === 'argument_list' && kids.length === 1 ? kids[0] as TreeNode : node;
}

export function jump(lower: Lowering, node: TreeNode, kind: 'break' | 'continue'): void {
  const kids = namedChildren(node);
  const label = kids.find((child) => /label|^statement_identifier$/.test(child.kind) || (lower.language === 'java' && child.kind === 'identifier'));
  const levels = lower.language === 'php' && kids[0]?.kind === 'integer' ? Number(kids[0].text) || 1 : 1;
  const value = lower.language === 'rust' || lower.language === 'ruby' ? kids.find((child) => child !== label) : undefined;
  const sink = lower.sinks.at(-1);
  const insideLoop = lower.flow.inLoop;
  if (kind === 'continue' && lower.language === 'ruby' && !insideLoop) { returnStatement(lower, node); return; }
  if (value && sink && sink.kind === 'assign') lower.evaluate(value, sink);
  else if (value && sink?.kind === 'return') { lower.evaluate(value, RETURN); return; }
  const at = site('statement', kind);
  if (value && !sink) lower.read(value, at);
  lower.flow.append(at);
  if (kind === 'break') lower.flow.break(label ? textOf(label) : '', levels); else lower.flow.continue(label ? textOf(label) : '', levels);
}

export function labelled(lower: Lowering, node: TreeNode): void {
  const label = field(node, 'label') ?? namedChildren(node)[0];
  const name = label ? textOf(label) : '';
  lower.flow.mark(name);
  const body = namedChildren(node).find((child) => child !== label && lower.role(child) !== 'skip');
  if (!body) return;
  lower.flow.label = name;
  if (/for|while|do_|loop/.test(body.kind)) lower.statement(body);
  else lower.flow.enter('block', () => { lower.statement(body); });
}

/** Java's `yield v` gives its switch a value. */
export function yieldStatement(lower: Lowering, node: TreeNode): void {
  const value = namedChildren(node)[0], sink = lower.sinks.at(-1) ?? DISCARD;
  if (value) lower.evaluate(value, sink);
  lower.flow.break('');
}
