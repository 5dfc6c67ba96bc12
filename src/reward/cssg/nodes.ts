/** Finds the parts of a syntax node by field and by place, whatever a grammar calls them; knows no roles, scopes or sites. */

import type { TreeNode } from '../tree';

/** First named child under one of the fields, in the order of the fields. */
export function field(node: TreeNode, ...names: string[]): TreeNode | undefined {
  for (const name of names) for (const child of node.children) if (child.field === name && child.named) return child;
  return undefined;
}

export const namedChildren = (node: TreeNode): TreeNode[] => node.children.filter((child) => child.named);

/** Text of a subtree without white space. */
export const textOf = (node: TreeNode): string => (node.children.length === 0 ? node.text : node.children.map(textOf).join(''));

/** A name as written: PHP's variables are two leaves. */
export const nameOf = (node: TreeNode): string => {
  const name = node.children.length === 0 ? node.text : textOf(node);
  return name === '$this' ? 'self' : name;
};
/** By the spelling: what begins with a capital is taken for a class or a constructor. */
export const isConstructor = (name: string): boolean => /^\p{Lu}/u.test(name);

export function baseOf(node: TreeNode): TreeNode | undefined {
  return field(node, 'object', 'value', 'operand', 'argument', 'table', 'receiver', 'path', 'scope', 'array') ?? namedChildren(node)[0];
}

/** `a?.b`: given up where `a` is nothing. */
export const isOptional = (node: TreeNode): boolean => /^nullsafe/.test(node.kind) || node.children.some((child) => child.kind === 'optional_chain' || child.kind === '?.' || child.kind === '&.');

/** Words that say which end of a slice or an open range is given, and that `yield from` is no `yield`; [] for any other node. */
export function boundsOf(node: TreeNode): string[] {
  if (node.kind === 'yield') return node.children.some((child) => child.kind === 'from') ? ['op:from'] : [];
  if (node.kind !== 'slice' && node.kind !== 'slice_expression' && node.kind !== 'range_expression' && node.kind !== 'range') return [];
  const words: string[] = [];
  let place = 0;
  for (const child of node.children) {
    if (child.kind === ':' || child.kind === '..' || child.kind === '..=' || child.kind === '...') place++;
    else if (child.named && child.field !== 'operand') words.push(`bound:${place}`);
  }
  return words;
}

export function memberName(node: TreeNode): string {
  const name = field(node, 'property', 'attribute', 'field', 'method', 'name') ?? namedChildren(node).at(-1);
  return name ? textOf(name.children.length > 0 ? namedChildren(name).at(-1) ?? name : name) : '';
}

/** Name of the called thing when it is a plain name; used to find calls that never return, and loops in disguise. */
export function calleeName(node: TreeNode): string {
  const callee = field(node, 'function', 'method', 'macro', 'name', 'constructor', 'type');
  if (!callee || field(node, 'receiver', 'object')) return '';
  return callee.children.length === 0 || callee.kind === 'variable_name' ? nameOf(callee) : '';
}

export function targetsOf(node: TreeNode): TreeNode[] {
  const left = field(node, 'left', 'name', 'pattern', 'declarator') ?? namedChildren(node)[0];
  if (!left) return [];
  return node.kind === 'var_spec' || node.kind === 'const_spec' ? node.children.filter((child) => child.field === 'name' && child.named) : [left];
}

export function valueOf(node: TreeNode): TreeNode | undefined {
  const value = field(node, 'right', 'value', 'default_value');
  if (value) return value;
  const sign = node.children.findIndex((child) => !child.named && (child.kind === '=' || child.kind === ':='));
  return sign < 0 ? undefined : node.children.slice(sign + 1).find((child) => child.named);
}

export function bodyOf(node: TreeNode): TreeNode | undefined {
  return field(node, 'body', 'consequence');
}
