/** Reads calls into a site: what is called, whether it is of the snippet, and what it probably changes; knows no statements. */

import type { TreeNode } from '../tree';
import type { Site } from './flow';
import { baseOf, calleeName, field, isConstructor, isOptional, memberName, namedChildren, nameOf, textOf } from './nodes';
import type { Reader } from './read';
import { ARGUMENT_MUTATORS, MUTATORS } from './syntax';
import { weaken } from './targets';

export function readCall(reader: Reader, node: TreeNode, at: Site, discarded: boolean): void {
  const fresh = node.kind === 'new_expression' || node.kind === 'object_creation_expression';
  let receiver = field(node, 'object', 'receiver', 'scope');
  let callee = fresh ? field(node, 'constructor', 'type') ?? namedChildren(node)[0] : field(node, 'function', 'method', 'name', 'constructor') ?? namedChildren(node)[0];
  const whole = callee;
  if (fresh) at.details.push('op:new');
  if (isOptional(node) || (whole && isOptional(whole))) at.details.push('optional');
  while (callee && (reader.role(callee) === 'group' || callee.kind === 'generic_function' || callee.kind === 'template_function' || callee.kind === 'generic_type')) {
    callee = field(callee, 'function', 'name') ?? namedChildren(callee)[0];
  }
  if (!callee) return;
  let name = callee.children.length === 0 || callee.kind === 'variable_name' ? nameOf(callee) : '';
  if (!receiver && reader.role(callee) === 'member' && !fresh) {
    receiver = baseOf(callee);
    name = memberName(callee);
    if (receiver === callee) receiver = undefined;
  } else if (!name && fresh) name = memberName(callee) || textOf(callee);
  const firstWeak = ARGUMENT_MUTATORS.has(name) && (!receiver || reader.language === 'lua' || reader.language === 'go' || reader.language === 'cpp' || reader.language === 'java');
  if (receiver) {
    const role = reader.role(receiver), own = role === 'self' || (role === 'name' && isSelf(reader, nameOf(receiver)));
    const parent = receiver.kind === 'super' || receiver.kind === 'relative_scope' || (role === 'call' && calleeName(receiver) === 'super');
    if (parent) at.details.push(`call:${name}`); else reader.mentionMethod(name, at, own);
    if (receiver.kind !== 'super') reader.read(receiver, at);
    const mutator = MUTATORS.has(name) || name.endsWith('!');
    if (mutator || (discarded && role !== 'self' && !isClass(reader, receiver))) weaken(reader, receiver, at, mutator);
  } else if (callee.kind === 'super') at.details.push('call:super');
  else if (reader.role(callee) === 'name' || reader.role(callee) === 'type' || callee.kind === 'field_identifier') reader.mention(name || textOf(callee), at, 'call');
  else if (reader.role(callee) === 'closure') { at.details.push('call:closure'); at.calls.push(reader.closure(callee)); }
  else { at.details.push('call:value'); reader.read(callee, at); }
  for (const child of node.children) {
    if (!child.named || child === whole || child === receiver || child.field === 'type_arguments') continue;
    if (name === 'make' && reader.language === 'go' && child.field === 'arguments') for (const type of namedChildren(child)) if (MADE.test(type.kind)) at.details.push(`made:${type.kind}`);
    reader.read(child, at);
    const first = firstWeak && child.field === 'arguments' ? namedChildren(child)[0] : undefined;
    if (first) weaken(reader, reader.role(first) === undefined && first.children.length === 1 ? first.children[0] as TreeNode : first, at);
  }
}

/** Whether a statement is a call made for what it does outside: not one that is known to change what it is called on and nothing else. */
export function isAct(reader: Reader, node: TreeNode): boolean {
  const role = reader.role(node), inner = namedChildren(node)[0];
  if (role === 'await' || role === 'group') return inner !== undefined && isAct(reader, inner);
  if (role !== 'call') return role === 'macro' || node.kind === 'yield' || node.kind === 'yield_expression' || node.kind === 'send_statement';
  const callee = field(node, 'function', 'method', 'name');
  const name = !callee ? '' : reader.role(callee) === 'member' ? memberName(callee) : nameOf(callee);
  return !(MUTATORS.has(name) && (field(node, 'object', 'receiver') ?? (callee && reader.role(callee) === 'member')));
}

/** What Go's `make` makes, in its own syntax. */
const MADE = /^(slice|map|channel)_type$/;

function isSelf(reader: Reader, name: string): boolean { return reader.scope.find(name)?.kind === 'self'; }

function isClass(reader: Reader, node: TreeNode): boolean { return reader.role(node) === 'name' && isConstructor(nameOf(node)); }

/** Rust macros are token soup: names, members and operators are read off the tokens. */
export function readMacro(reader: Reader, node: TreeNode, at: Site): void {
  const name = field(node, 'macro'), tree = namedChildren(node).at(-1);
  const word = name ? textOf(name) : '';
  const tokens = tree && tree !== name ? tree.children.filter((child) => !/^[()[\]{},;]$/.test(child.kind)) : [];
  at.details.push(word === 'vec' ? `list${tokens.length === 0 ? ':empty' : ''}` : `call:${word}`);
  readTokens(reader, tree === name ? undefined : tree, at);
}

function readTokens(reader: Reader, tree: TreeNode | undefined, at: Site): void {
  const kids = tree?.children ?? [];
  for (let i = 0; i < kids.length; i++) {
    const kid = kids[i] as TreeNode, after = kids[i + 1];
    if (kid.kind === 'token_tree') readTokens(reader, kid, at);
    else if (kid.kind === 'identifier' && kids[i - 1]?.kind === '.') {
      if (after?.kind === 'token_tree') reader.mentionMethod(kid.text, at, false);
      else at.details.push('field');
    } else if (kid.kind === 'identifier') reader.mention(kid.text, at, after?.kind === 'token_tree' ? 'call' : 'use');
    else reader.read(kid, at);
  }
}
