/** Reads expressions and targets into a site: its label, what it uses, writes and calls; knows no statements and lays out no control flow. */

import type { Language } from '../../types';
import type { TreeNode } from '../tree';
import type { Procedure, Site, Variable } from './flow';
import { booleanWord, numberWord, stringWord, textOf } from './labels';
import { note } from './names';
import type { Meeting, Scope } from './names';
import { ARGUMENT_MUTATORS, FUNCTION_SCOPED, IMPLICIT_SELF, LIBRARY_METHODS, MUTATORS, OPERATORS, OWN_OPERATORS, rolesOf, WRITE_DECLARES } from './syntax';
import type { Role } from './syntax';

/** `define` writes a variable that may exist, `declare` makes one in this scope, `hoist` in this function; patterns hold constants and constructors, too. */
export type How = 'define' | 'declare' | 'hoist' | 'parameter' | 'pattern';

/** First named child under one of the fields, in the order of the fields. */
export function field(node: TreeNode, ...names: string[]): TreeNode | undefined {
  for (const name of names) for (const child of node.children) if (child.field === name && child.named) return child;
  return undefined;
}
export const namedChildren = (node: TreeNode): TreeNode[] => node.children.filter((child) => child.named);
/** A name as written: PHP's variables are two leaves. */
export const nameOf = (node: TreeNode): string => {
  const name = node.children.length === 0 ? node.text : textOf(node);
  return name === '$this' ? 'self' : name;
};
const isConstructor = (name: string): boolean => /^\p{Lu}/u.test(name);

export abstract class Reader {
  readonly language: Language;
  protected readonly roles: ReadonlyMap<string, Role>;
  private readonly ownOperators: ReadonlyMap<string, string> | undefined;
  readonly procedures: Procedure[] = [];
  /** Methods of the snippet by name: calls on an object find them. */
  protected readonly methods = new Map<string, Procedure>();
  private readonly pending: { scope: Scope; name: string; at: Site; how: Meeting; mutates: boolean }[] = [];
  private readonly pendingMethods: { name: string; at: Site; self: boolean }[] = [];
  protected abstract scope: Scope;
  /** Scope of the function being read, and of the whole snippet. */
  protected abstract functionScope: Scope;
  protected abstract rootScope: Scope;

  constructor(language: Language) {
    this.language = language;
    this.roles = rolesOf(language);
    this.ownOperators = OWN_OPERATORS[language];
  }

  /** Lays out an expression with control flow in it ahead of the site and returns where its value is kept. */
  protected abstract hoist(node: TreeNode): Variable;
  /** Lays out a function without a name of its own. */
  protected abstract closure(node: TreeNode): Procedure;
  /** Lays out classes and methods that stand inside an expression. */
  protected abstract inner(node: TreeNode): void;

  protected role(node: TreeNode): Role | undefined { return node.named ? this.roles.get(node.kind) : undefined; }
  protected operator(text: string): string | undefined { return this.ownOperators?.get(text) ?? OPERATORS.get(text); }

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
      case 'string': this.string(node, at); return;
      case 'boolean': at.details.push(booleanWord(node)); return;
      case 'null': at.details.push('null'); return;
      case 'regex': at.details.push('regex'); return;
      case 'symbol': at.details.push('string'); return;
      case 'list': case 'map': this.collection(node, at); return;
      case 'pair': this.pair(node, at); return;
      case 'call': this.call(node, at, discarded); return;
      case 'macro': this.macro(node, at); return;
      case 'construct': this.construct(node, at); return;
      case 'member': this.member(node, at); return;
      case 'index': at.details.push('op:index'); this.parts(node, at); return;
      case 'unary': this.unary(node, at); return;
      case 'reference': this.reference(node, at); return;
      case 'cast': at.details.push('op:cast'); this.parts(node, at); return;
      case 'instanceof': this.instanceof(node, at); return;
      case 'spread': at.details.push('op:spread'); for (const child of namedChildren(node)) this.read(child, at); return;
      case 'comprehension': this.comprehension(node, at); return;
      case 'closure': at.details.push('function'); at.calls.push(this.closure(node)); return;
      case 'function': case 'class': this.inner(node); return;
      case 'assign': case 'bind': this.assignInside(node, at); return;
      case 'update': this.update(node, at); return;
      case 'await': at.details.push('op:await'); for (const child of namedChildren(node)) this.read(child, at, discarded); return;
      case 'if': case 'unless': case 'switch': case 'block': case 'loop': case 'while': case 'try': case 'each':
        at.details.push('local'); at.uses.push(this.hoist(node)); return;
      case 'throw': case 'return': case 'break': case 'continue': at.details.push(`op:${this.roles.get(node.kind) as Role}`); this.parts(node, at); return;
      case 'binary': if (discarded) this.appendTo(node, at); this.parts(node, at); return;
      default: this.parts(node, at);
    }
  }

  private parts(node: TreeNode, at: Site): void {
    for (const child of node.children) if (child.field !== 'type') this.read(child, at);
  }

  /** `list << x` as a statement changes the list. */
  private appendTo(node: TreeNode, at: Site): void {
    const left = field(node, 'left');
    if (left && node.children.some((child) => child.kind === '<<')) this.weaken(left, at);
  }

  // ---- names ---------------------------------------------------------------------------------------------------------

  protected mention(name: string, at: Site, how: Meeting, mutates = false): void {
    const variable = this.scope.find(name);
    if (!variable) { this.pending.push({ scope: this.scope, name, at, how, mutates }); return; }
    note(variable, at, how);
    if (mutates && variable.callee === undefined) at.weak.push(variable);
  }

  protected self(): Variable | undefined { return this.scope.find('self'); }

  private mentionSelf(at: Site): void {
    const variable = this.scope.find('self');
    at.details.push('self');
    if (variable) at.uses.push(variable);
  }

  /** Names that were not known where they stood: functions further down, variables of an outer function set later, and the world outside. */
  protected settle(): void {
    for (const { scope, name, at, how, mutates } of this.pending) {
      const variable = scope.find(name);
      const method = variable ? undefined : this.methods.get(name);
      if (variable) {
        note(variable, at, how);
        if (mutates && variable.callee === undefined) at.weak.push(variable);
      } else if (method && how !== 'use' && IMPLICIT_SELF.has(this.language)) {
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

  // ---- constants and collections --------------------------------------------------------------------------------------

  private string(node: TreeNode, at: Site): void {
    at.details.push(stringWord(node));
    const visit = (part: TreeNode): void => {
      for (const child of part.children) {
        if (!child.named) continue;
        const role = this.role(child);
        if (role === 'part' || role === 'string') visit(child);
        else { at.details.push('op:format'); this.read(child, at); }
      }
    };
    visit(node);
  }

  private collection(node: TreeNode, at: Site): void {
    const kids = namedChildren(node).filter((child) => this.role(child) !== 'skip' && this.role(child) !== 'type');
    const keyed = this.role(node) === 'map' || kids.some((child) => this.role(child) === 'pair' && namedChildren(child).length > 1);
    at.details.push(`${keyed ? 'map' : 'list'}${kids.length === 0 ? ':empty' : ''}`);
    for (const kid of kids) this.read(kid, at);
  }

  /** `key: value`: a key that is a name is a field's, which the programmer chose; a key that is computed is read. */
  private pair(node: TreeNode, at: Site): void {
    const kids = namedChildren(node).filter((child) => this.role(child) !== 'skip');
    const [first] = kids;
    if (kids.length === 1 && first) { this.read(first, at); return; }
    for (const kid of kids) {
      const key = kid.field === 'key' || kid.field === 'field' || (kid === first && kid.field !== 'value');
      const leaf = kid.children.length === 1 && kid.kind === 'literal_element' ? kid.children[0] as TreeNode : kid;
      if (key && (leaf.kind.endsWith('identifier') || this.role(leaf) === 'fieldName' || this.role(leaf) === 'string')) at.details.push('key');
      else this.read(kid, at);
    }
  }

  /** A literal of a named type: its fields and values; the type by name, as a called constructor would be. */
  private construct(node: TreeNode, at: Site): void {
    const type = field(node, 'name', 'type');
    const body = field(node, 'body', 'value');
    if (type && /identifier$/.test(type.kind)) this.mention(textOf(type), at, 'call');
    if (body) this.collection({ ...body, kind: type && type.kind !== 'map_type' && /identifier$/.test(type.kind) ? 'object' : body.kind }, at);
  }

  // ---- operations ------------------------------------------------------------------------------------------------------

  private unary(node: TreeNode, at: Site): void {
    const operand = field(node, 'argument', 'operand') ?? namedChildren(node)[0];
    if (!operand) return;
    const sign = node.children.find((child) => child !== operand)?.kind ?? '';
    if (sign === '-' && this.role(operand) === 'number') {
      const word = numberWord(operand.text);
      at.details.push(...(word === 'number:1' ? ['number:-1'] : ['op:neg', word]));
      return;
    }
    const word = sign === '-' ? 'neg' : sign === '*' ? 'deref' : sign === '&' ? 'ref' : sign === '+' ? '' : this.operator(sign) ?? sign;
    if (word) at.details.push(`op:${word}`);
    this.read(operand, at);
    if (sign === '&' || sign === 'delete') this.weaken(operand, at, sign === 'delete');
  }

  /** `&x` hands the variable out, so it may come back changed; Rust says so only of `&mut x`. */
  private reference(node: TreeNode, at: Site): void {
    const operand = field(node, 'argument', 'value') ?? namedChildren(node).at(-1);
    if (!operand) return;
    const deref = node.children.some((child) => child.kind === '*');
    if (this.language !== 'rust' && node.children.some((child) => child.kind === '*' || child.kind === '&')) at.details.push(deref ? 'op:deref' : 'op:ref');
    this.read(operand, at);
    if (!deref && (this.language !== 'rust' || node.children.some((child) => child.kind === 'mutable_specifier'))) this.weaken(operand, at);
  }

  private instanceof(node: TreeNode, at: Site): void {
    at.details.push('op:instanceof');
    const left = field(node, 'left'), name = field(node, 'name'), pattern = field(node, 'pattern');
    if (left) this.read(left, at);
    if (name) this.bind(name, at, 'declare');
    if (pattern) this.bind(pattern, at, 'pattern');
  }

  private comprehension(node: TreeNode, at: Site): void {
    at.details.push('comprehension');
    const outer = this.openScope();
    const kids = namedChildren(node);
    for (const kid of kids) {
      const left = field(kid, 'left'), right = field(kid, 'right');
      if (kid.kind !== 'for_in_clause' || !left || !right) continue;
      at.details.push('for');
      this.read(right, at);
      this.bindInside(left);
    }
    for (const kid of kids) {
      if (kid.kind === 'for_in_clause') continue;
      if (kid.kind === 'if_clause') at.details.push('if');
      this.read(kid, at);
    }
    this.closeScope(outer);
  }

  /** Variables that live and die inside one site. */
  private bindInside(target: TreeNode): void {
    if (this.role(target) === 'name') this.scope.declare(nameOf(target), 'local');
    else for (const child of namedChildren(target)) this.bindInside(child);
  }

  protected abstract openScope(): Scope;
  protected abstract closeScope(outer: Scope): void;

  private member(node: TreeNode, at: Site): void {
    if (node.kind === 'qualified_identifier' || node.kind === 'scoped_identifier') { at.details.push('global'); return; }
    const base = this.baseOf(node), name = this.memberName(node);
    at.details.push(name === 'length' ? 'field:length' : 'field');
    if (base) this.read(base, at);
    const index = field(node, 'index');
    if (index) this.read(index, at);
  }

  protected baseOf(node: TreeNode): TreeNode | undefined {
    return field(node, 'object', 'value', 'operand', 'argument', 'table', 'receiver', 'path', 'scope', 'array') ?? namedChildren(node)[0];
  }

  private memberName(node: TreeNode): string {
    const name = field(node, 'property', 'attribute', 'field', 'method', 'name') ?? namedChildren(node).at(-1);
    return name ? textOf(name.children.length > 0 ? namedChildren(name).at(-1) ?? name : name) : '';
  }

  /** The variable behind `a.b[0].c`, if any: what a store or a mutating call changes in part. `sure`: a name from outside becomes a global variable. */
  private weaken(node: TreeNode, at: Site, sure = false): void {
    let base: TreeNode | undefined = node;
    while (base) {
      const role = this.role(base);
      if (role === 'name') {
        const name = nameOf(base);
        const variable = this.scope.find(name) ?? (sure && !isConstructor(name) ? this.rootScope.declare(name, 'global') : undefined);
        if (variable && variable.callee === undefined && variable.kind !== 'class') at.weak.push(variable);
        return;
      }
      if (role === 'self' || role === 'instance') {
        const variable = this.scope.find('self');
        if (variable) at.weak.push(variable);
        return;
      }
      if (role === 'call') base = field(base, 'object', 'receiver') ?? (field(base, 'function', 'name') as TreeNode | undefined);
      else if (role === 'member' || role === 'index') base = this.baseOf(base);
      else if (role === 'group' || role === 'unary' || role === 'reference' || role === 'cast') base = namedChildren(base).at(-1);
      else return;
    }
  }

  // ---- calls -----------------------------------------------------------------------------------------------------------

  /** Name of the called thing when it is a plain name; used to find calls that never return, and loops in disguise. */
  protected calleeName(node: TreeNode): string {
    const callee = field(node, 'function', 'method', 'macro', 'name', 'constructor', 'type');
    if (!callee || field(node, 'receiver', 'object')) return '';
    return callee.children.length === 0 || callee.kind === 'variable_name' ? nameOf(callee) : '';
  }

  private call(node: TreeNode, at: Site, discarded: boolean): void {
    const fresh = node.kind === 'new_expression' || node.kind === 'object_creation_expression';
    let receiver = field(node, 'object', 'receiver', 'scope');
    let callee = fresh ? field(node, 'constructor', 'type') ?? namedChildren(node)[0] : field(node, 'function', 'method', 'name', 'constructor') ?? namedChildren(node)[0];
    const whole = callee;
    if (fresh) at.details.push('op:new');
    while (callee && (this.role(callee) === 'group' || callee.kind === 'generic_function' || callee.kind === 'template_function' || callee.kind === 'generic_type')) {
      callee = field(callee, 'function', 'name') ?? namedChildren(callee)[0];
    }
    if (!callee) return;
    let name = callee.children.length === 0 || callee.kind === 'variable_name' ? nameOf(callee) : '';
    if (!receiver && this.role(callee) === 'member' && !fresh) {
      receiver = this.baseOf(callee);
      name = this.memberName(callee);
      if (receiver === callee) receiver = undefined;
    } else if (!name && fresh) name = this.memberName(callee) || textOf(callee);
    const firstWeak = ARGUMENT_MUTATORS.has(name) && (!receiver || this.language === 'lua' || this.language === 'go' || this.language === 'cpp' || this.language === 'java');
    if (receiver) {
      const role = this.role(receiver), own = role === 'self' || (role === 'name' && this.isSelf(nameOf(receiver)));
      const parent = receiver.kind === 'super' || receiver.kind === 'relative_scope' || (role === 'call' && this.calleeName(receiver) === 'super');
      if (parent) at.details.push(`call:${name}`); else this.pendingMethods.push({ name, at, self: own });
      if (receiver.kind !== 'super') this.read(receiver, at);
      const mutator = MUTATORS.has(name) || name.endsWith('!');
      if (mutator || (discarded && role !== 'self' && !this.isClass(receiver))) this.weaken(receiver, at, mutator);
    } else if (callee.kind === 'super') at.details.push('call:super');
    else if (this.role(callee) === 'name' || this.role(callee) === 'type' || callee.kind === 'field_identifier') this.mention(name || textOf(callee), at, 'call');
    else if (this.role(callee) === 'closure') { at.details.push('call:closure'); at.calls.push(this.closure(callee)); }
    else { at.details.push('call:value'); this.read(callee, at); }
    for (const child of node.children) {
      if (!child.named || child === whole || child === receiver || child.field === 'type_arguments') continue;
      this.read(child, at);
      const first = firstWeak && child.field === 'arguments' ? namedChildren(child)[0] : undefined;
      if (first) this.weaken(this.role(first) === undefined && first.children.length === 1 ? first.children[0] as TreeNode : first, at);
    }
  }

  private isSelf(name: string): boolean { return this.scope.find(name)?.kind === 'self'; }
  private isClass(node: TreeNode): boolean { return this.role(node) === 'name' && isConstructor(nameOf(node)); }

  /** Rust macros are token soup: names, members and operators are read off the tokens. */
  private macro(node: TreeNode, at: Site): void {
    const name = field(node, 'macro'), tree = namedChildren(node).at(-1);
    const word = name ? textOf(name) : '';
    const tokens = tree && tree !== name ? tree.children.filter((child) => !/^[()[\]{},;]$/.test(child.kind)) : [];
    at.details.push(word === 'vec' ? `list${tokens.length === 0 ? ':empty' : ''}` : `call:${word}`);
    this.tokens(tree === name ? undefined : tree, at);
  }

  private tokens(tree: TreeNode | undefined, at: Site): void {
    const kids = tree?.children ?? [];
    for (let i = 0; i < kids.length; i++) {
      const kid = kids[i] as TreeNode, after = kids[i + 1];
      if (kid.kind === 'token_tree') this.tokens(kid, at);
      else if (kid.kind === 'identifier' && kids[i - 1]?.kind === '.') {
        if (after?.kind === 'token_tree') this.pendingMethods.push({ name: kid.text, at, self: false });
        else at.details.push('field');
      } else if (kid.kind === 'identifier') this.mention(kid.text, at, after?.kind === 'token_tree' ? 'call' : 'use');
      else this.read(kid, at);
    }
  }

  // ---- writes ------------------------------------------------------------------------------------------------------------

  /** Operator of `x += 1` and its like, as a word; '' for a plain assignment. */
  protected compoundOf(node: TreeNode): string {
    for (const child of node.children) {
      if (child.named || child.children.length > 0 || !child.kind.endsWith('=') || child.kind === '=' || child.kind === ':=') continue;
      const text = child.kind.slice(0, -1);
      return this.operator(text) ?? text;
    }
    return '';
  }

  protected targetsOf(node: TreeNode): TreeNode[] {
    const left = field(node, 'left', 'name', 'pattern', 'declarator') ?? namedChildren(node)[0];
    if (!left) return [];
    return node.kind === 'var_spec' || node.kind === 'const_spec' ? node.children.filter((child) => child.field === 'name' && child.named) : [left];
  }

  protected valueOf(node: TreeNode): TreeNode | undefined {
    const value = field(node, 'right', 'value', 'default_value');
    if (value) return value;
    const sign = node.children.findIndex((child) => !child.named && (child.kind === '=' || child.kind === ':='));
    return sign < 0 ? undefined : node.children.slice(sign + 1).find((child) => child.named);
  }

  private assignInside(node: TreeNode, at: Site): void {
    const value = this.valueOf(node), word = this.compoundOf(node);
    if (value) this.read(value, at);
    for (const target of this.targetsOf(node)) {
      if (word) { at.details.push(`op:${word}`); this.read(target, at); }
      const fresh = this.role(node) === 'bind' || node.children.some((child) => child.kind === ':=' && this.language === 'go');
      this.bind(target, at, node.kind === 'let_condition' ? 'pattern' : fresh ? 'declare' : 'define');
    }
  }

  protected update(node: TreeNode, at: Site): void {
    const target = field(node, 'argument') ?? namedChildren(node)[0];
    const down = node.children.some((child) => child.kind === '--');
    at.details.push(down ? 'op:-' : 'op:+', 'number:1');
    if (!target) return;
    this.read(target, at);
    this.bind(target, at, 'define');
  }

  /** Writes to a target or a pattern: names are defined, fields and elements change their variable in part. */
  bind(node: TreeNode, at: Site, how: How): void {
    if (!node.named) return;
    const role = this.roles.get(node.kind);
    switch (role) {
      case 'skip': case 'type': case 'wildcard': case 'part': return;
      case 'name': this.write(nameOf(node), at, how); return;
      case 'self': if (how !== 'parameter') this.mentionSelf(at); else if (node.kind === 'self') this.write('self', at, how); return;
      case 'instance': at.details.push('to:field'); this.mentionSelf(at); this.weaken(node, at); return;
      case 'fieldName': if (how === 'pattern') this.write(node.text.replace(/:$/, ''), at, how); else at.details.push('to:field'); return;
      case 'number': case 'string': case 'boolean': case 'null': case 'regex': case 'symbol': case 'unary': case 'closure':
        if (role === 'unary' && how !== 'pattern') { at.details.push('to:target'); this.read(node, at); this.weaken(node, at, true); } else this.read(node, at);
        return;
      case 'reference': at.details.push('to:target'); this.read(node, at); this.weaken(node, at, true); return;
      case 'member': {
        if (how === 'pattern') { at.details.push(`pattern:${this.memberName(node)}`); return; }
        at.details.push('to:field');
        const base = this.baseOf(node);
        if (base) this.read(base, at);
        this.weaken(node, at, true);
        return;
      }
      case 'index': at.details.push('to:element'); this.parts(node, at); this.weaken(node, at, true); return;
      case 'call': {
        const receiver = field(node, 'receiver', 'object');
        if (!receiver) { this.read(node, at); return; }
        at.details.push('to:field');
        this.read(receiver, at);
        this.weaken(receiver, at, true);
        return;
      }
      case 'pair': {
        const value = field(node, 'value') ?? namedChildren(node).at(-1);
        if (value) this.bind(value, at, how);
        return;
      }
      case 'spread': at.details.push('rest'); for (const child of namedChildren(node)) this.bind(child, at, how); return;
      default: this.bindParts(node, at, how);
    }
  }

  private bindParts(node: TreeNode, at: Site, how: How): void {
    // `Point(x=0)`, `{ x: z }`: the name is a field's, the pattern behind it binds.
    const inner = field(node, 'pattern') ?? (node.kind === 'keyword_pattern' && this.language === 'python' ? namedChildren(node).at(-1) : undefined);
    for (const child of node.children) {
      if (!child.named) continue;
      const { field: label } = child;
      if (label === 'condition' || (inner && child !== inner && (label === 'name' || node.kind === 'keyword_pattern'))) continue;
      if (label === 'type') { if (how === 'pattern' && node.kind !== 'parameter') at.details.push(`pattern:${textOf(child)}`); continue; }
      if (label === 'key' || label === 'parameters' || label === 'size' || label === 'return_type') {
        if (label === 'key' && !field(node, 'value')) this.bind(child, at, how);
      } else if (label === 'default_value' || label === 'right' || (label === 'value' && how === 'parameter')) this.read(child, at);
      else this.bind(child, at, how);
    }
  }

  private write(name: string, at: Site, how: How): void {
    if (name === '_' && this.language === 'go') { at.details.push('to:blank'); return; }
    if (how === 'pattern' && isConstructor(name) && this.language !== 'php') { at.details.push(`pattern:${name}`); return; }
    const variable = this.variable(name, how);
    at.details.push(how === 'parameter' ? variable.kind : `to:${variable.kind}`);
    at.defs.push(variable);
  }

  private variable(name: string, how: How): Variable {
    const blocks = !FUNCTION_SCOPED.has(this.language);
    if (how === 'parameter') return this.scope.declare(name, name === 'self' || (name === 'cls' && this.language === 'python') ? 'self' : 'parameter');
    if (how === 'hoist' || (how !== 'define' && !blocks && this.language !== 'ruby')) return this.functionScope.declare(name, 'local');
    if (how !== 'define') return this.scope.declare(name, 'local');
    const known = this.scope.find(name);
    if (known && (this.language !== 'python' || known.owner === this.functionScope.procedure || this.functionScope.own(name))) return known;
    if (WRITE_DECLARES.has(this.language) && !name.startsWith('$$')) {
      return name.startsWith('$') && this.language === 'ruby' ? this.rootScope.declare(name, 'global') : (this.language === 'ruby' ? this.scope : this.functionScope).declare(name, 'local');
    }
    return this.rootScope.declare(name, 'global');
  }
}
