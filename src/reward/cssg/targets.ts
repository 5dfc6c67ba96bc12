/** Writes: what an assignment, a pattern or a mutation does to the variables of a site; knows no control flow. */

import type { TreeNode } from '../tree';
import { site } from './flow';
import type { Site, Variable } from './flow';
import { baseOf, field, isConstructor, memberName, namedChildren, nameOf, targetsOf, textOf, valueOf } from './nodes';
import { operatorDetail } from './order';
import type { Reader } from './read';
import { FUNCTION_SCOPED, WRITE_DECLARES } from './syntax';

/** `define` writes a variable that may exist, `declare` makes one in this scope, `hoist` in this function; patterns hold constants and constructors, too. */
export type How = 'define' | 'declare' | 'hoist' | 'parameter' | 'pattern';

/** The variable behind `a.b[0].c`, if any: what a store or a mutating call changes in part. `sure`: a name from outside becomes a global variable. */
export function weaken(reader: Reader, node: TreeNode, at: Site, sure = false): void {
  let base: TreeNode | undefined = node;
  while (base) {
    const role = reader.role(base);
    if (role === 'name') {
      const name = nameOf(base);
      const variable = reader.scope.find(name) ?? (sure && !isConstructor(name) ? reader.rootScope.declare(name, 'global') : undefined);
      if (variable && variable.callee === undefined && variable.kind !== 'class') at.weak.push(variable);
      return;
    }
    if (role === 'self' || role === 'instance') {
      const variable = reader.self();
      if (variable) at.weak.push(variable);
      return;
    }
    if (role === 'call') base = field(base, 'object', 'receiver') ?? (field(base, 'function', 'name') as TreeNode | undefined);
    else if (role === 'member' || role === 'index') base = baseOf(base);
    else if (role === 'group' || role === 'unary' || role === 'reference' || role === 'cast') base = namedChildren(base).at(-1);
    else return;
  }
}

/** Operator of `x += 1` and its like, as a word; '' for a plain assignment. */
export function compoundOf(reader: Reader, node: TreeNode): string {
  for (const child of node.children) {
    if (child.named || child.children.length > 0 || !child.kind.endsWith('=') || child.kind === '=' || child.kind === ':=') continue;
    const text = child.kind.slice(0, -1);
    return reader.operator(text) ?? text;
  }
  return '';
}

export function assignInside(reader: Reader, node: TreeNode, at: Site): void {
  const value = valueOf(node), word = compoundOf(reader, node);
  if (value) reader.read(value, at);
  for (const target of targetsOf(node)) {
    if (word) { at.details.push(operatorDetail(reader, word, target, value)); reader.read(target, at); }
    const fresh = reader.role(node) === 'bind' || node.children.some((child) => child.kind === ':=' && reader.language === 'go');
    bind(reader, target, at, node.kind === 'let_condition' ? 'pattern' : fresh ? 'declare' : 'define');
  }
}

export function update(reader: Reader, node: TreeNode, at: Site): void {
  const target = field(node, 'argument') ?? namedChildren(node)[0];
  const down = node.children.some((child) => child.kind === '--');
  at.details.push(down ? 'op:-' : 'op:+', 'number:1');
  if (!target) return;
  reader.read(target, at);
  bind(reader, target, at, 'define');
}

/** Writes to a target or a pattern: names are defined, fields and elements change their variable in part. `place`: targets of the same value before it. */
export function bind(reader: Reader, node: TreeNode, at: Site, how: How, place = 0): void {
  const before = reader.place;
  reader.place = place;
  reach(reader, node, at, how);
  reader.place = before;
}

function reach(reader: Reader, node: TreeNode, at: Site, how: How): void {
  if (!node.named) return;
  const role = reader.roles.get(node.kind);
  switch (role) {
    case 'skip': case 'type': case 'wildcard': case 'part': return;
    case 'name': write(reader, nameOf(node), at, how); return;
    case 'self': if (how !== 'parameter') reader.mentionSelf(at); else if (node.kind === 'self') write(reader, 'self', at, how); return;
    case 'instance': at.details.push('to:field'); reader.mentionSelf(at); weaken(reader, node, at); return;
    case 'fieldName': if (how === 'pattern') write(reader, node.text.replace(/:$/, ''), at, how); else at.details.push('to:field'); return;
    case 'number': case 'string': case 'boolean': case 'null': case 'regex': case 'symbol': case 'unary': case 'closure':
      if (role === 'unary' && how !== 'pattern') { at.details.push('to:target'); reader.read(node, at); weaken(reader, node, at, true); } else reader.read(node, at);
      return;
    case 'reference': at.details.push('to:target'); reader.read(node, at); weaken(reader, node, at, true); return;
    case 'member': {
      if (how === 'pattern') { at.details.push(`pattern:${memberName(node)}`); return; }
      at.details.push('to:field');
      const base = baseOf(node);
      if (base) reader.read(base, at);
      weaken(reader, node, at, true);
      return;
    }
    case 'index': at.details.push('to:element'); reader.parts(node, at); weaken(reader, node, at, true); return;
    case 'call': {
      const receiver = field(node, 'receiver', 'object');
      if (!receiver) { reader.read(node, at); return; }
      at.details.push('to:field');
      reader.read(receiver, at);
      weaken(reader, receiver, at, true);
      return;
    }
    case 'pair': {
      const value = field(node, 'value') ?? namedChildren(node).at(-1);
      if (value) reach(reader, value, at, how);
      return;
    }
    case 'spread': at.details.push('rest'); for (const child of namedChildren(node)) reach(reader, child, at, how); return;
    default: bindParts(reader, node, at, how);
  }
}

function bindParts(reader: Reader, node: TreeNode, at: Site, how: How): void {
  // `Point(x=0)`, `{ x: z }`: the name is a field's, the pattern behind it binds.
  const inner = field(node, 'pattern') ?? (node.kind === 'keyword_pattern' && reader.language === 'python' ? namedChildren(node).at(-1) : undefined);
  for (const child of node.children) {
    if (!child.named) continue;
    const { field: label } = child;
    if (label === 'condition' || (inner && child !== inner && (label === 'name' || node.kind === 'keyword_pattern'))) continue;
    if (label === 'type') { if (how === 'pattern' && node.kind !== 'parameter') at.details.push(`pattern:${textOf(child)}`); continue; }
    if (label === 'key' || label === 'parameters' || label === 'size' || label === 'return_type') {
      if (label === 'key' && !field(node, 'value')) reach(reader, child, at, how);
    } else if (label === 'default_value' || label === 'right' || (label === 'value' && how === 'parameter')) reader.read(child, (how === 'parameter' ? at.parts.at(-1) : undefined) ?? at);
    else reach(reader, child, at, how);
  }
}

function write(reader: Reader, name: string, at: Site, how: How): void {
  if (name === '_' && reader.language === 'go') { reader.place++; at.details.push('to:blank'); return; }
  if (how === 'pattern' && isConstructor(name) && reader.language !== 'php') { at.details.push(`pattern:${name}`); return; }
  const variable = variableOf(reader, name, how);
  if (how === 'parameter' && variable.kind === 'parameter') {
    variable.place = at.parts.length;
    part(at, 'parameter', [`p${at.parts.length}`], variable);
    return;
  }
  const place = reader.place++, word = how === 'parameter' ? variable.kind : `to:${variable.kind}`;
  if (place > 0) {
    if (!at.whole) at.defs.push(at.whole = { kind: 'local', owner: reader.functionScope.procedure, callee: undefined });
    part(at, 'assign', [`part:${place}`, word], variable).uses.push(at.whole);
    return;
  }
  at.details.push(word);
  at.defs.push(variable);
}

function part(at: Site, operation: string, details: string[], variable: Variable): Site {
  const one = site('statement', operation);
  one.details.push(...details);
  one.defs.push(variable);
  at.parts.push(one);
  return one;
}

function variableOf(reader: Reader, name: string, how: How): Variable {
  const blocks = !FUNCTION_SCOPED.has(reader.language);
  if (how === 'parameter') return reader.scope.declare(name, name === 'self' || (name === 'cls' && reader.language === 'python') ? 'self' : 'parameter');
  if (how === 'hoist' || (how !== 'define' && !blocks && reader.language !== 'ruby')) return reader.functionScope.declare(name, 'local');
  if (how !== 'define') return reader.scope.declare(name, 'local');
  const known = reader.scope.find(name);
  if (known && (reader.language !== 'python' || known.owner === reader.functionScope.procedure || reader.functionScope.own(name))) return known;
  if (WRITE_DECLARES.has(reader.language) && !name.startsWith('$$')) {
    return name.startsWith('$') && reader.language === 'ruby' ? reader.rootScope.declare(name, 'global') : (reader.language === 'ruby' ? reader.scope : reader.functionScope).declare(name, 'local');
  }
  return reader.rootScope.declare(name, 'global');
}
