/** Lays out switches and matches as tests one after the other; knows not what their bodies do. */

import type { TreeNode } from '../tree';
import { site } from './flow';
import type { Variable } from './flow';
import type { Lowering } from './lower';
import { field, namedChildren, textOf } from './nodes';
import type { Sink } from './sink';
import { bind } from './targets';

/** One way through a switch: what is tested, a guard, what is done. */
interface Arm { tests: TreeNode[]; guard: TreeNode | undefined; body: TreeNode[]; otherwise: boolean; pattern: boolean }

/** Grammars whose case bodies run on into the next one. */
const FALLING: ReadonlySet<string> = new Set(['switch_case', 'switch_default', 'case_statement', 'default_statement', 'switch_block_statement_group']);

function armsOf(lower: Lowering, node: TreeNode): Arm[] {
  const arms: Arm[] = [];
  const visit = (child: TreeNode): void => {
    if (!child.named) return;
    const role = lower.role(child);
    if (role === 'case' || role === 'default' || (role === 'else' && lower.language === 'ruby')) arms.push(arm(lower, child, role));
    else if (/^(switch_body|switch_block|match_block|compound_statement|block)$/.test(child.kind)) child.children.forEach(visit);
  };
  node.children.forEach(visit);
  return arms;
}

function arm(lower: Lowering, node: TreeNode, role: string): Arm {
  const test = (child: TreeNode): boolean => /^(value|pattern|conditional_expressions|type|communication)$/.test(child.field) || child.kind === 'switch_label' || child.kind === 'case_pattern';
  const kids = namedChildren(node).filter((child) => lower.role(child) !== 'skip');
  const explicit = node.children.filter((child) => child.named && /^(body|consequence|return_expression)$/.test(child.field));
  const rust = node.kind === 'match_arm';
  const tests = rust ? kids.filter((child) => child.field === 'pattern') : kids.filter(test);
  const guard = field(node, 'guard') ?? (rust ? field(tests[0] ?? node, 'condition') : undefined);
  const body = rust ? kids.filter((child) => child.field === 'value') : explicit.length > 0 ? explicit : kids.filter((child) => !tests.includes(child) && child !== guard);
  const wild = tests.length > 0 && tests.every((one) => textOf(one) === '_' || textOf(one) === 'default') && !guard;
  const pattern = rust || /^(case_clause|in_clause)$/.test(node.kind);
  return { tests, guard, body, otherwise: role === 'default' || role === 'else' || wild || (tests.length === 0 && node.children[0]?.kind === 'default'), pattern };
}

/** The subject is a site of its own when there is one; each arm is a predicate over it, the next arm hangs on its false branch, the default is last. */
export function switchStatement(lower: Lowering, node: TreeNode, sink: Sink): void {
  const outer = lower.openScope();
  const before = field(node, 'initializer') ?? (field(node, 'condition')?.kind === 'condition_clause' ? field(field(node, 'condition') as TreeNode, 'initializer') : undefined);
  if (before) lower.statement(before);
  const given = field(node, 'value', 'condition', 'subject');
  const value = given?.kind === 'condition_clause' ? field(given, 'value') : given;
  let subject: Variable | undefined;
  if (value) {
    const at = site('statement', 'switch');
    lower.read(value, at);
    subject = { kind: 'local', owner: lower.functionScope.procedure, callee: undefined };
    at.defs.push(subject);
    const alias = field(node, 'alias');
    if (alias) bind(lower, alias, at, 'declare');
    lower.flow.append(at);
  }
  const arms = armsOf(lower, node), falls = namedChildren(node).some((child) => child.children.some((one) => FALLING.has(one.kind)));
  lower.sinks.push(sink);
  lower.flow.enter('switch', () => { layArms(lower, arms, subject, falls, sink, subject || node.kind === 'select_statement' ? 'case' : 'if'); });
  lower.sinks.pop();
  lower.closeScope(outer);
}

/** Tests first in their order, each followed by its body; where bodies run on, the end of one opens into the next. */
function layArms(lower: Lowering, arms: readonly Arm[], subject: Variable | undefined, falls: boolean, sink: Sink, operation: string): void {
  let otherwise = lower.flow.open;
  const ends: number[] = [];
  let running: number[] = [];
  const fallback = arms.findIndex((arm) => arm.otherwise);
  // The default is tested last wherever it stands; what runs into it or out of it is kept only when it stands last, as it nearly always does.
  const order = fallback < 0 ? arms : [...arms.filter((_, i) => i !== fallback), arms[fallback] as Arm];
  for (const arm of order) {
    const outer = lower.openScope();
    if (!arm.otherwise) {
      lower.flow.open = otherwise;
      const at = site('predicate', operation);
      if (subject) at.uses.push(subject);
      for (const test of arm.tests) {
        if (arm.pattern) bind(lower, test, at, 'pattern');
        else if (test.field === 'type') at.details.push(`pattern:${textOf(test)}`);
        else lower.read(test, at);
      }
      if (arm.guard) lower.read(arm.guard, at);
      const index = lower.flow.append(at);
      otherwise = [index * 2 + 1];
      lower.flow.open.push(...running);
    } else {
      lower.flow.open = [...otherwise, ...running];
      otherwise = [];
    }
    lower.sequence(arm.body, sink);
    const through = falls || arm.body.some((part) => lower.role(part) === 'fallthrough' || part.children.some((one) => lower.role(one) === 'fallthrough'));
    if (through) running = lower.flow.open;
    else { ends.push(...lower.flow.open); running = []; }
    lower.flow.open = [];
    lower.closeScope(outer);
  }
  lower.flow.open = [...ends, ...running, ...otherwise];
}
