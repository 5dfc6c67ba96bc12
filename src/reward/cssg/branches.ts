/** Lays out choices between two ways: if and its relatives, and operators that stand for one; knows no loops and no switches. */

import type { TreeNode } from '../tree';
import { site } from './flow';
import type { Site } from './flow';
import type { Lowering } from './lower';
import { field, namedChildren, targetsOf, valueOf } from './nodes';
import type { Sink } from './sink';
import { bind } from './targets';

/** Adds a predicate over the expression; its true end is open, the false one is returned. */
export function predicate(lower: Lowering, operation: string, condition: TreeNode | undefined, negated: boolean): number {
  const at = site('predicate', operation);
  if (negated) at.details.push('op:!');
  if (condition) readCondition(lower, condition, at); else at.details.push('boolean:true');
  return lower.flow.append(at) * 2 + 1;
}

/** C++ and Go may declare inside a condition. */
function readCondition(lower: Lowering, node: TreeNode, at: Site): void {
  const first = field(node, 'initializer');
  if (first && node.kind === 'condition_clause') lower.statement(first);
  const inner = node.kind === 'condition_clause' ? field(node, 'value') ?? node : node;
  const value = inner.kind === 'declaration' ? valueOf(inner) : undefined;
  if (value) {
    lower.read(value, at);
    for (const target of targetsOf(inner)) bind(lower, target, at, 'declare');
  } else lower.read(inner, at);
}

export function conditional(lower: Lowering, node: TreeNode, sink: Sink, negated: boolean): void {
  const outer = lower.openScope();
  const before = field(node, 'initializer');
  if (before) lower.statement(before);
  const kids = namedChildren(node).filter((child) => lower.role(child) !== 'skip');
  if (lower.language === 'python' && node.kind === 'conditional_expression') layBranch(lower, kids[1], kids[0], kids.slice(2), sink, false);
  else {
    const condition = field(node, 'condition');
    const then = field(node, 'consequence', 'body') ?? (node.kind === 'conditional_expression' ? condition : undefined);
    layBranch(lower, condition, then, node.children.filter((child) => child.named && child.field === 'alternative' && lower.role(child) !== 'skip'), sink, negated);
  }
  lower.closeScope(outer);
}

function layBranch(lower: Lowering, condition: TreeNode | undefined, then: TreeNode | undefined, others: readonly TreeNode[], sink: Sink, negated: boolean): void {
  const otherwise = predicate(lower, 'if', condition, negated);
  if (then) lower.evaluate(then, sink);
  const ends = lower.flow.open;
  lower.flow.open = [otherwise];
  const [next, ...rest] = others;
  if (next) {
    if (lower.role(next) === 'if' && rest.length > 0) {
      // A flat list of elif clauses.
      const own = next.children.filter((child) => child.named && child.field === 'alternative');
      layBranch(lower, field(next, 'condition'), field(next, 'consequence', 'body'), [...own, ...rest], sink, false);
    } else lower.evaluate(next, sink);
  }
  lower.flow.open = [...ends, ...lower.flow.open];
}

/** `a && f()` as a statement is `if (a) f()`. False when the operator is another. */
export function shortCircuit(lower: Lowering, node: TreeNode): boolean {
  const left = field(node, 'left'), right = field(node, 'right');
  const sign = node.children.find((child) => !child.named)?.kind ?? '';
  const word = lower.operator(sign);
  if (!left || !right || (word !== '&&' && word !== '||')) return false;
  const otherwise = predicate(lower, 'if', left, false);
  const then = lower.flow.open;
  lower.flow.open = word === '&&' ? then : [otherwise];
  lower.statement(right);
  lower.flow.open = [...lower.flow.open, ...(word === '&&' ? [otherwise] : then)];
  return true;
}
