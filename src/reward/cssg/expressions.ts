/** Reads constants, collections, operators and members into a site; knows neither calls nor what a write does to a name. */

import type { TreeNode } from '../tree';
import type { Site } from './flow';
import { numberWord, stringWord } from './labels';
import { baseOf, field, isOptional, memberName, namedChildren, nameOf, textOf } from './nodes';
import { operatorDetail } from './order';
import type { Reader } from './read';
import { ORDERED } from './syntax';
import { bind, weaken } from './targets';

/** `list << x` as a statement changes the list. */
export function appendTo(reader: Reader, node: TreeNode, at: Site): void {
  const left = field(node, 'left');
  if (left && node.children.some((child) => child.kind === '<<')) weaken(reader, left, at);
}

export function readString(reader: Reader, node: TreeNode, at: Site): void {
  at.details.push(stringWord(node));
  const visit = (part: TreeNode): void => {
    for (const child of part.children) {
      if (!child.named) continue;
      const role = reader.role(child);
      if (role === 'part' || role === 'string') visit(child);
      else { at.details.push('op:format'); reader.read(child, at); }
    }
  };
  visit(node);
}

export function readCollection(reader: Reader, node: TreeNode, at: Site): void {
  const kids = namedChildren(node).filter((child) => reader.role(child) !== 'skip' && reader.role(child) !== 'type');
  const keyed = reader.role(node) === 'map' || kids.some((child) => reader.role(child) === 'pair' && namedChildren(child).length > 1);
  at.details.push(`${keyed ? 'map' : node.kind.startsWith('tuple') ? 'tuple' : node.kind === 'set' ? 'set' : 'list'}${kids.length === 0 ? ':empty' : ''}`);
  for (const kid of kids) {
    // `{ total }` is `{ total: total }`.
    if (kid.kind === 'shorthand_property_identifier' || kid.kind === 'shorthand_field_initializer') at.details.push('key');
    reader.read(kid, at);
  }
}

/** `key: value`: a key that is a name is a field's, which the programmer chose; a key that is computed is read. */
export function readPair(reader: Reader, node: TreeNode, at: Site): void {
  const kids = namedChildren(node).filter((child) => reader.role(child) !== 'skip');
  const [first] = kids;
  if (kids.length === 1 && first) { reader.read(first, at); return; }
  for (const kid of kids) {
    const key = kid.field === 'key' || kid.field === 'field' || (kid === first && kid.field !== 'value');
    const leaf = kid.children.length === 1 && kid.kind === 'literal_element' ? kid.children[0] as TreeNode : kid;
    if (key && (leaf.kind.endsWith('identifier') || reader.role(leaf) === 'fieldName' || reader.role(leaf) === 'string')) at.details.push('key');
    else reader.read(kid, at);
  }
}

/** A literal of a named type: its fields and values; the type by name, as a called constructor would be. */
export function readConstruct(reader: Reader, node: TreeNode, at: Site): void {
  const type = field(node, 'name', 'type');
  const body = field(node, 'body', 'value');
  if (type && /identifier$/.test(type.kind)) reader.mention(textOf(type), at, 'call');
  if (body) readCollection(reader, { ...body, kind: type && type.kind !== 'map_type' && /identifier$/.test(type.kind) ? 'object' : body.kind }, at);
}

/** Two operands and what stands between them, in a comparison of Python's perhaps more. */
export function readBinary(reader: Reader, node: TreeNode, at: Site): void {
  for (const child of node.children) {
    if (child.field === 'type') continue;
    const word = child.named ? undefined : reader.operator(child.kind);
    if (word === undefined || !ORDERED.has(word)) { reader.read(child, at); continue; }
    const [left, right, ...more] = namedChildren(node).filter((one) => reader.role(one) !== 'skip');
    at.details.push(operatorDetail(reader, word, left, more.length > 0 ? undefined : right));
  }
}

export function readUnary(reader: Reader, node: TreeNode, at: Site): void {
  const operand = field(node, 'argument', 'operand') ?? namedChildren(node)[0];
  if (!operand) return;
  const sign = node.children.find((child) => child !== operand)?.kind ?? '';
  if (sign === '-' && reader.role(operand) === 'number') {
    const word = numberWord(operand.text);
    at.details.push(...(word === 'number:1' ? ['number:-1'] : ['op:neg', word]));
    return;
  }
  const word = sign === '-' ? 'neg' : sign === '*' ? 'deref' : sign === '&' ? 'ref' : sign === '+' ? '' : reader.operator(sign) ?? sign;
  if (word) at.details.push(`op:${word}`);
  reader.read(operand, at);
  if (sign === '&' || sign === 'delete') weaken(reader, operand, at, sign === 'delete');
}

/** `&x` hands the variable out, so it may come back changed; Rust says so only of `&mut x`. */
export function readReference(reader: Reader, node: TreeNode, at: Site): void {
  const operand = field(node, 'argument', 'value') ?? namedChildren(node).at(-1);
  if (!operand) return;
  const deref = node.children.some((child) => child.kind === '*');
  if (reader.language !== 'rust' && node.children.some((child) => child.kind === '*' || child.kind === '&')) at.details.push(deref ? 'op:deref' : 'op:ref');
  reader.read(operand, at);
  if (!deref && (reader.language !== 'rust' || node.children.some((child) => child.kind === 'mutable_specifier'))) weaken(reader, operand, at);
}

export function readInstanceof(reader: Reader, node: TreeNode, at: Site): void {
  at.details.push('op:instanceof');
  const left = field(node, 'left'), name = field(node, 'name'), pattern = field(node, 'pattern');
  if (left) reader.read(left, at);
  if (name) bind(reader, name, at, 'declare');
  if (pattern) bind(reader, pattern, at, 'pattern');
}

/** What a comprehension makes, where it is no list. */
const COLLECTED: Readonly<Record<string, string>> = { set_comprehension: ':set', dictionary_comprehension: ':map', generator_expression: ':generator' };

export function readComprehension(reader: Reader, node: TreeNode, at: Site): void {
  at.details.push(`comprehension${COLLECTED[node.kind] ?? ''}`);
  const outer = reader.openScope();
  const kids = namedChildren(node);
  for (const kid of kids) {
    const left = field(kid, 'left'), right = field(kid, 'right');
    if (kid.kind !== 'for_in_clause' || !left || !right) continue;
    at.details.push('for');
    if (kid.children.some((child) => child.kind === 'async')) at.details.push('op:await');
    reader.read(right, at);
    bindInside(reader, left);
  }
  for (const kid of kids) {
    if (kid.kind === 'for_in_clause') continue;
    if (kid.kind === 'if_clause') at.details.push('if');
    reader.read(kid, at);
  }
  reader.closeScope(outer);
}

/** Variables that live and die inside one site. */
function bindInside(reader: Reader, target: TreeNode): void {
  if (reader.role(target) === 'name') reader.scope.declare(nameOf(target), 'local');
  else for (const child of namedChildren(target)) bindInside(reader, child);
}

export function readMember(reader: Reader, node: TreeNode, at: Site): void {
  if (node.kind === 'qualified_identifier' || node.kind === 'scoped_identifier') { at.details.push('global'); return; }
  const base = baseOf(node), name = memberName(node);
  at.details.push(name === 'length' ? 'field:length' : 'field');
  if (isOptional(node)) at.details.push('optional');
  if (base) reader.read(base, at);
  const index = field(node, 'index');
  if (index) reader.read(index, at);
}
