/** Reads an expression into a site: its label, what it uses, writes and calls; knows no statements and lays out no control flow. */

import type { Language } from '../../types';
import type { TreeNode } from '../tree';
import { readCall, readMacro } from './calls';
import { appendTo, readBinary, readCollection, readComprehension, readConstruct, readInstanceof, readMember, readPair, readReference, readString, readUnary } from './expressions';
import type { Procedure, Site, Variable } from './flow';
import { booleanWord, numberWord } from './labels';
import { note } from './names';
import type { Meeting, Scope } from './names';
import { boundsOf, isOptional, namedChildren, nameOf } from './nodes';
import { IMPLICIT_SELF, LIBRARY_METHODS, OPERATORS, OWN_OPERATORS, rolesOf } from './syntax';
import type { Role } from './syntax';
import { assignInside, update } from './targets';

export abstract class Reader {
  readonly language: Language;
  readonly roles: ReadonlyMap<string, Role>;
  private readonly ownOperators: ReadonlyMap<string, string> | undefined;
  readonly procedures: Procedure[] = [];
  /** Methods of the snippet by name: calls on an object find them. */
  readonly methods = new Map<string, Procedure>();
  private readonly pending: { scope: Scope; name: string; at: Site; how: Meeting }[] = [];
  private readonly pendingMethods: { name: string; at: Site; self: boolean }[] = [];
  abstract scope: Scope;
  /** Targets of the value being bound that were met so far. */
  place = 0;
  /** Scope of the function being read, and of the whole snippet. */
  abstract functionScope: Scope;
  abstract rootScope: Scope;

  constructor(language: Language) {
    this.language = language;
    this.roles = rolesOf(language);
    this.ownOperators = OWN_OPERATORS[language];
  }

  /** Lays out an expression with control flow in it ahead of the site and returns where its value is kept. */
  abstract hoist(node: TreeNode): Variable;
  /** Lays out a function without a name of its own. */
  abstract closure(node: TreeNode): Procedure;
  /** Lays out classes and methods that stand inside an expression. */
  abstract inner(node: TreeNode): void;

  role(node: TreeNode): Role | undefined { return node.named ? this.roles.get(node.kind) : undefined; }
  operator(text: string): string | undefined { return this.ownOperators?.get(text) ?? OPERATORS.get(text); }

  /** What the expression does to the site. `discarded`: it is the whole statement, so a method call on a variable probably changes it. */
  read(node: TreeNode, at: Site, discarded = false): void {
    if (!node.named) {
      const word = this.operator(node.kind);
      if (word) at.details.push(`op:${word}`);
      return;
    }
    switch (this.roles.get(node.kind)) {
      case 'skip': case 'type': case 'part': case 'fieldName': case 'wildcard': case 'import': return;
      case 'name': this.mention(nameOf(node), at, this.language === 'ruby' && node.kind === 'identifier' ? 'bare' : 'use'); return;
      case 'self': if (node.kind === 'super' && this.language === 'ruby') at.details.push('call:super'); else this.mentionSelf(at); return;
      case 'instance': at.details.push('field'); this.mentionSelf(at); return;
      case 'number': at.details.push(numberWord(node.text)); return;
      case 'string': readString(this, node, at); return;
      case 'boolean': at.details.push(booleanWord(node)); return;
      case 'null': at.details.push('null'); return;
      case 'regex': at.details.push('regex'); return;
      case 'symbol': at.details.push('symbol'); return;
      case 'list': case 'map': readCollection(this, node, at); return;
      case 'pair': readPair(this, node, at); return;
      case 'call': readCall(this, node, at, discarded); return;
      case 'macro': readMacro(this, node, at); return;
      case 'construct': readConstruct(this, node, at); return;
      case 'member': readMember(this, node, at); return;
      case 'index': at.details.push('op:index', ...(isOptional(node) ? ['optional'] : []), ...boundsOf(node)); this.parts(node, at); return;
      case 'unary': readUnary(this, node, at); return;
      case 'reference': readReference(this, node, at); return;
      case 'cast': at.details.push('op:cast'); this.parts(node, at); return;
      case 'instanceof': readInstanceof(this, node, at); return;
      case 'spread': at.details.push(/^(dictionary|hash)/.test(node.kind) ? 'op:spread:map' : 'op:spread'); for (const child of namedChildren(node)) this.read(child, at); return;
      case 'comprehension': readComprehension(this, node, at); return;
      case 'closure': at.details.push('function'); at.calls.push(this.closure(node)); return;
      case 'function': case 'class': this.inner(node); return;
      case 'assign': case 'bind': assignInside(this, node, at); return;
      case 'update': update(this, node, at); return;
      case 'await': at.details.push('op:await'); for (const child of namedChildren(node)) this.read(child, at, discarded); return;
      case 'if': case 'unless': case 'switch': case 'block': case 'loop': case 'while': case 'try': case 'each':
        at.details.push('local'); at.uses.push(this.hoist(node)); return;
      case 'throw': case 'return': case 'break': case 'continue': at.details.push(`op:${this.roles.get(node.kind) as Role}`); this.parts(node, at); return;
      case 'binary': if (discarded) appendTo(this, node, at); readBinary(this, node, at); return;
      default: at.details.push(...boundsOf(node)); this.parts(node, at);
    }
  }

  parts(node: TreeNode, at: Site): void {
    for (const child of node.children) if (child.field !== 'type') this.read(child, at);
  }

  mention(name: string, at: Site, how: Meeting): void {
    const variable = this.scope.find(name);
    if (variable) note(variable, at, how); else this.pending.push({ scope: this.scope, name, at, how });
  }

  /** A method called on an object; `self`: on the own one, where a name as common as a library's is meant, too. */
  mentionMethod(name: string, at: Site, self: boolean): void { this.pendingMethods.push({ name, at, self }); }

  self(): Variable | undefined { return this.scope.find('self'); }

  mentionSelf(at: Site): void {
    const variable = this.self();
    at.details.push('self');
    if (variable) at.uses.push(variable);
  }

  /** Names that were not known where they stood: functions further down, variables of an outer function set later, and the world outside. */
  settle(): void {
    for (const { scope, name, at, how } of this.pending) {
      const variable = scope.find(name);
      const method = variable ? undefined : this.methods.get(name);
      if (variable) note(variable, at, how);
      else if (method && how !== 'use' && IMPLICIT_SELF.has(this.language)) {
        at.details.push('call:own');
        at.calls.push(method);
      } else at.details.push(how === 'use' ? 'global' : name.startsWith('$') ? 'call:global' : `call:${name}`);
    }
    for (const { name, at, self } of this.pendingMethods) {
      const method = self || !LIBRARY_METHODS.has(name) ? this.methods.get(name) : undefined;
      at.details.push(method ? 'call:own' : `call:${name}`);
      if (method) at.calls.push(method);
    }
  }

  abstract openScope(): Scope;
  abstract closeScope(outer: Scope): void;
}
