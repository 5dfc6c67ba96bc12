/** Lowers statements to sites and control flow, one procedure per function; knows roles, not grammars, and no dependence. */

import type { Language } from '../../types';
import type { TreeNode } from '../tree';
import { Flow, site } from './flow';
import type { Procedure, Site, Variable } from './flow';
import { Scope } from './names';
import { field, namedChildren, nameOf, Reader } from './read';
import type { How } from './read';
import { ENDING, FUNCTION_SCOPED, IMPLICIT_RETURN, ITERATORS, THROWING } from './syntax';
import { textOf } from './labels';

/** What becomes of a value: nothing, the function's result, or a definition of targets. */
type Sink =
  | { kind: 'discard' }
  | { kind: 'return' }
  | { kind: 'assign'; targets: readonly { node: TreeNode; how: How }[]; operator: string; scope: Scope; kept?: Variable };

const DISCARD: Sink = { kind: 'discard' };
const RETURN: Sink = { kind: 'return' };

/** One way through a switch: what is tested, a guard, what is done. */
interface Arm { tests: TreeNode[]; guard: TreeNode | undefined; body: TreeNode[]; otherwise: boolean; pattern: boolean }

/** Grammars whose case bodies run on into the next one. */
const FALLING: ReadonlySet<string> = new Set(['switch_case', 'switch_default', 'case_statement', 'default_statement', 'switch_block_statement_group']);

export class Lowering extends Reader {
  protected scope: Scope;
  protected functionScope: Scope;
  protected readonly rootScope: Scope;
  private flow: Flow;
  /** Sinks of the value-giving switches and loops around, for Java's `yield` and Rust's `break value`. */
  private readonly sinks: Sink[] = [];
  private depthOfClass = 0;
  private results: readonly Variable[] = [];

  constructor(language: Language) {
    super(language);
    this.flow = new Flow(site('root', 'root'));
    this.procedures.push({ sites: this.flow.sites });
    this.scope = this.functionScope = this.rootScope = new Scope(undefined, this.procedures[0] as Procedure);
  }

  /** Lowers a whole snippet; `procedures[0]` holds its loose statements. */
  snippet(nodes: readonly TreeNode[]): readonly Procedure[] {
    this.sequence(nodes, DISCARD);
    this.flow.finish();
    this.settle();
    return this.procedures;
  }

  // ---- functions ---------------------------------------------------------------------------------------------------------

  private lowerFunction(node: TreeNode, procedure: Procedure, isClosure: boolean): void {
    const { flow, scope, functionScope, depthOfClass, results } = this;
    this.depthOfClass = 0;
    const entry = procedure.sites[0] as Site;
    this.flow = new Flow(entry);
    procedure.sites = this.flow.sites;
    const ruby = this.language === 'ruby', php = this.language === 'php';
    this.scope = this.functionScope = new Scope(scope, procedure, (ruby && !isClosure) || (php && node.kind !== 'arrow_function'));
    for (const child of node.children) if (child.kind === 'async' || child.kind === '*') entry.details.push(child.kind === '*' ? 'generator' : 'async');
    if (!isClosure || node.kind === 'function_expression') this.implicitSelf(node, entry);
    this.parameters(node, scope, entry);
    this.initializers(node);
    this.body(node);
    this.flow.finish();
    this.flow = flow;
    this.scope = scope;
    this.functionScope = functionScope;
    this.depthOfClass = depthOfClass;
    this.results = results;
  }

  private implicitSelf(node: TreeNode, entry: Site): void {
    const { language } = this;
    if (language === 'python' || language === 'rust' || language === 'go' || language === 'c') return;
    if (language === 'lua' && field(node, 'name')?.kind !== 'method_index_expression') return;
    entry.defs.push(this.scope.declare('self', 'self'));
  }

  private parameters(node: TreeNode, outer: Scope, entry: Site): void {
    const receiver = field(node, 'receiver');
    if (receiver) {
      this.bind(receiver, entry, 'parameter');
      const variable = entry.defs.at(-1);
      if (variable) { variable.kind = 'self'; entry.details[entry.details.length - 1] = 'self'; }
    }
    const list = field(node, 'parameters', 'parameter') ?? this.declaratorParameters(node);
    if (list) this.bind(list, entry, 'parameter');
    // Go's named results are variables that a bare return hands back.
    const result = this.language === 'go' ? field(node, 'result') : undefined, before = entry.defs.length;
    if (result?.kind === 'parameter_list') this.bind(result, entry, 'declare');
    this.results = entry.defs.slice(before);
    for (const child of node.children) {
      if (child.kind !== 'anonymous_function_use_clause') continue;
      const take = (part: TreeNode): void => {
        if (part.kind !== 'variable_name') { part.children.forEach(take); return; }
        const variable = outer.find(nameOf(part)) ?? outer.declare(nameOf(part), 'local');
        this.scope.set(nameOf(part), variable);
      };
      take(child);
    }
  }

  /** C and C++ keep the parameters inside the declarator. */
  private declaratorParameters(node: TreeNode): TreeNode | undefined {
    let inner = field(node, 'declarator');
    while (inner && !field(inner, 'parameters')) inner = field(inner, 'declarator') ?? namedChildren(inner).at(-1);
    return inner && field(inner, 'parameters');
  }

  /** C++ `A(int x) : y(x) {}`: each initializer is a store to a field. */
  private initializers(node: TreeNode): void {
    for (const list of node.children) {
      if (list.kind !== 'field_initializer_list') continue;
      for (const part of namedChildren(list)) {
        const at = site('statement', 'assign');
        at.details.push('to:field');
        for (const child of namedChildren(part).slice(1)) for (const value of namedChildren(child)) this.read(value, at);
        const self = this.self();
        if (self) { at.details.push('self'); at.uses.push(self); at.weak.push(self); }
        this.flow.append(at);
      }
    }
  }

  private body(node: TreeNode): void {
    const body = field(node, 'body');
    const sink = IMPLICIT_RETURN.has(this.language) ? RETURN : DISCARD;
    if (!body) {
      // A body that is not a field: Ruby's `begin`-less ones are, so this is a grammar that leaves the field out.
      const block = namedChildren(node).find((child) => this.role(child) === 'block');
      if (block) this.sequence(block.children, sink);
      return;
    }
    if (this.language === 'ruby' && node.kind === 'lambda') { const inner = field(body, 'body'); if (inner) this.evaluate(inner, RETURN); return; }
    const role = this.role(body);
    if (role === 'block') this.evaluate(body, sink);
    else if (body.kind === 'field_declaration_list') this.sequence(body.children, sink);
    else this.evaluate(body, RETURN);
  }

  private newProcedure(): Procedure {
    const procedure: Procedure = { sites: [site('entry', 'function')] };
    this.procedures.push(procedure);
    return procedure;
  }

  protected closure(node: TreeNode): Procedure {
    const procedure = this.newProcedure();
    this.lowerFunction(node, procedure, true);
    return procedure;
  }

  protected inner(node: TreeNode): void {
    if (this.role(node) === 'class') this.lowerClass(node);
    else this.define(node, this.functionName(node), true);
  }

  /** A function with a name: known to its scope, and to calls on objects when it is a method. */
  private define(node: TreeNode, name: string, method: boolean): void {
    const procedure = this.newProcedure();
    const parts = name.split(/[.:]+/);
    const last = parts.at(-1) ?? '';
    if (method || parts.length > 1 || this.language === 'ruby') { if (!this.methods.has(last)) this.methods.set(last, procedure); }
    if (!method || this.language === 'ruby') if (last) this.scope.set(last, { kind: 'function', owner: this.functionScope.procedure, callee: procedure });
    this.lowerFunction(node, procedure, node.kind === 'arrow_function');
  }

  private functionName(node: TreeNode): string {
    let name = field(node, 'name', 'declarator');
    while (name && name.children.length > 0) {
      const inner = field(name, 'declarator');
      if (!inner) break;
      name = inner;
    }
    return name ? textOf(name) : '';
  }

  private isMethod(node: TreeNode): boolean {
    return this.depthOfClass > 0 || node.kind === 'method_definition' || node.kind === 'method_declaration' || node.kind === 'constructor_declaration';
  }

  private lowerClass(node: TreeNode): void {
    const name = field(node, 'name'), body = field(node, 'body') ?? node;
    const first = this.procedures.length;
    const known = name && this.role(node) === 'class' && node.kind !== 'impl_item' ? this.scope.declare(textOf(name), 'class') : undefined;
    const outer = this.openScope();
    this.depthOfClass++;
    for (const member of body.children) {
      if (!member.named || member === name || member.field === 'name' || member.field === 'superclass' || member.field === 'superclasses' || member.field === 'type'
        || member.field === 'parameters' || member.field === 'trait' || member.field === 'interfaces') continue;
      this.statement(member);
    }
    this.depthOfClass--;
    this.closeScope(outer);
    if (known) known.callee = this.methods.get('constructor') ?? this.methods.get('__init__') ?? this.methods.get('__construct') ?? this.methods.get('initialize')
      ?? (name && this.methods.get(textOf(name)));
    if (known?.callee && this.procedures.indexOf(known.callee) < first) known.callee = undefined;
  }

  // ---- sequences and scopes -------------------------------------------------------------------------------------------------

  protected openScope(): Scope {
    const outer = this.scope;
    if (!FUNCTION_SCOPED.has(this.language)) this.scope = new Scope(outer, outer.procedure);
    return outer;
  }

  protected closeScope(outer: Scope): void { this.scope = outer; }

  private sequence(nodes: readonly TreeNode[], sink: Sink): void {
    const kids = nodes.filter((node) => node.named && this.role(node) !== 'skip');
    if (kids.some((kid) => this.role(kid) === 'catch' || this.role(kid) === 'finally')) { this.guarded(kids, sink); return; }
    kids.forEach((kid, i) => { if (sink.kind !== 'discard' && i === kids.length - 1) this.evaluate(kid, sink); else this.statement(kid); });
  }

  private statement(node: TreeNode): void { this.evaluate(node, DISCARD); }

  /** Lays out a statement or an expression whose value goes to the sink. */
  private evaluate(node: TreeNode, sink: Sink): void {
    switch (this.role(node)) {
      case 'skip': case 'type': case 'wildcard': return;
      case 'group': this.group(node, sink); return;
      case 'block': case 'else': {
        const outer = this.openScope();
        this.sequence(node.children, sink);
        this.closeScope(outer);
        return;
      }
      case 'if': this.conditional(node, sink, false); return;
      case 'unless': this.conditional(node, sink, true); return;
      case 'while': this.whileLoop(node, false); return;
      case 'until': this.whileLoop(node, true); return;
      case 'do': this.doLoop(node); return;
      case 'for': this.forLoop(node); return;
      case 'each': this.eachLoop(node); return;
      case 'loop': this.endless(node, sink); return;
      case 'switch': this.switch(node, sink); return;
      case 'try': this.tryStatement(node, sink); return;
      case 'with': this.withStatement(node, sink); return;
      case 'return': this.returns(node); return;
      case 'throw': this.throws(node); return;
      case 'break': this.jump(node, 'break'); return;
      case 'continue': this.jump(node, 'continue'); return;
      case 'fallthrough': return;
      case 'label': this.labelled(node); return;
      case 'goto': {
        this.flow.append(site('statement', 'goto'));
        this.flow.goto(textOf(namedChildren(node)[0] ?? node));
        return;
      }
      case 'produce': this.produces(node); return;
      case 'declare': this.declaration(node); return;
      case 'assign': if (sink.kind === 'assign' && !sink.operator && !this.compoundOf(node)) this.chain(node, sink); else this.assignment(node, sink, 'define'); return;
      case 'bind': if (node.kind === 'let_condition') break; this.assignment(node, sink, 'declare'); return;
      case 'function': this.define(node, this.functionName(node), this.isMethod(node)); return;
      case 'class': this.lowerClass(node); return;
      case 'global': case 'nonlocal': this.globals(node); return;
      case 'import': this.flow.append(site('statement', 'import')); return;
      case 'binary': if (sink.kind === 'discard' && this.shortCircuit(node)) return; break;
      case 'call': case 'macro': if (this.ending(node)) return; if (sink.kind !== 'assign' && this.iterator(node)) return; break;
      case 'echo': case 'exit': case 'delete': case 'assert': case 'defer': this.plain(node); return;
      default:
    }
    this.leaf(node, sink);
  }

  private group(node: TreeNode, sink: Sink): void {
    const directive = node.kind.startsWith('preproc_');
    const kids = namedChildren(node).filter((child) => this.role(child) !== 'skip' && this.role(child) !== 'type' && !(directive && /^(name|condition)$/.test(child.field)));
    // In Rust the semicolon throws the value away.
    const thrown = this.language === 'rust' && sink.kind === 'return' && node.kind === 'expression_statement' && node.children.some((child) => child.kind === ';');
    if (kids.length === 1) this.evaluate(kids[0] as TreeNode, thrown ? DISCARD : sink);
    else {
      const body = field(node, 'body', 'declaration', 'definition');
      if (body) this.evaluate(body, sink); else this.sequence(kids, sink);
    }
  }

  private operationOf(node: TreeNode): string {
    const role = this.role(node);
    if (role === 'await') { const inner = namedChildren(node)[0]; return inner ? this.operationOf(inner) : 'expression'; }
    if (role === 'call' || role === 'macro') return node.kind === 'yield' ? 'yield' : 'call';
    if (role === 'update') return 'assign';
    return node.kind.startsWith('yield') ? 'yield' : 'expression';
  }

  private leaf(node: TreeNode, sink: Sink): void {
    // A string that stands alone is a docstring.
    if (sink.kind === 'discard' && this.role(node) === 'string') return;
    const at = site('statement', sink.kind === 'return' ? 'return' : sink.kind === 'assign' ? 'assign' : this.operationOf(node));
    this.read(node, at, sink.kind === 'discard');
    this.complete(at, sink);
  }

  /** Adds the site and does with its value what the sink says. */
  private complete(at: Site, sink: Sink): void {
    if (sink.kind === 'assign') {
      // A branch of the value has a scope of its own, which the targets do not belong to.
      const inner = this.scope;
      this.scope = sink.scope;
      if (sink.kept) { at.details.push('to:local'); at.defs.push(sink.kept); }
      for (const { node, how } of sink.targets) {
        if (sink.operator) { at.details.push(`op:${sink.operator}`); this.read(node, at); }
        this.bind(node, at, how);
      }
      this.scope = inner;
    }
    this.flow.append(at);
    if (sink.kind === 'return') this.flow.return();
  }

  protected hoist(node: TreeNode): Variable {
    const kept: Variable = { kind: 'local', owner: this.functionScope.procedure, callee: undefined };
    this.evaluate(node, { kind: 'assign', targets: [], operator: '', scope: this.scope, kept });
    return kept;
  }

  /** A statement that is its own operation over all its parts. */
  private plain(node: TreeNode): void {
    const role = this.role(node) as string;
    const at = site('statement', role === 'echo' || role === 'exit' ? 'call' : role === 'defer' ? node.kind.replace('_statement', '') : role);
    if (role === 'echo') at.details.push('call:print');
    if (role === 'exit') at.details.push('call:exit');
    for (const child of namedChildren(node)) {
      this.read(child, at, role === 'defer');
      if (role === 'delete') { const kill = site('statement', ''); this.bind(child, kill, 'define'); at.weak.push(...kill.defs, ...kill.weak); }
    }
    this.flow.append(at);
    if (role === 'exit') this.flow.return();
  }

  // ---- definitions ------------------------------------------------------------------------------------------------------------

  /** `const`, `int x = 1, y;`: one assignment per initialised name; a bare declaration does nothing but make its names known. */
  private declaration(node: TreeNode): void {
    const how: How = this.depthOfClass === 0 && node.children.some((child) => child.kind === 'var' && this.language !== 'go') ? 'hoist' : 'declare';
    const bare = site('statement', '');
    const loose = this.valueOf(node);
    for (const child of namedChildren(node)) {
      const role = this.role(child);
      if (child.field === 'type' || role === 'type' || role === 'skip' || child === loose) { if (role === 'class') this.lowerClass(child); continue; }
      if (role === 'bind') this.assignment(child, DISCARD, how);
      else if (role === 'assign') this.assignment(child, DISCARD, 'declare');
      else if (loose) this.assignTo([child], loose, how, '', DISCARD);
      else if (child.kind === 'var_spec_list') this.declaration(child);
      else if (!field(child, 'parameters')) this.bind(child, bare, how);
    }
  }

  private assignment(node: TreeNode, sink: Sink, how: How): void {
    const value = this.valueOf(node), targets = this.targetsOf(node);
    const otherwise = node.kind === 'let_declaration' ? field(node, 'alternative') : undefined;
    if (otherwise && value) { this.letElse(targets, value, otherwise); return; }
    if (!value) { const bare = site('statement', ''); for (const target of targets) this.bind(target, bare, how); return; }
    this.assignTo(targets, value, how, this.compoundOf(node), sink);
  }

  private assignTo(targets: TreeNode[], value: TreeNode, how: How, operator: string, sink: Sink): void {
    const [target] = targets;
    const closure = this.only(value), place = target && this.only(target);
    if (closure && this.role(closure) === 'closure' && place && !operator && targets.length === 1) {
      // A function given to a name is a function of that name.
      const role = this.role(place), loose = this.functionScope === this.rootScope;
      if ((role === 'name' && (how !== 'define' || !this.scope.find(nameOf(place)))) || (loose && (role === 'member' || role === 'fieldName'))) {
        this.defineAs(closure, textOf(place), role !== 'name' || this.depthOfClass > 0);
        return;
      }
    }
    this.evaluate(value, { kind: 'assign', targets: targets.map((one) => ({ node: one, how })), operator, scope: this.scope });
    // Rust and the like give no value; elsewhere `return x = 1` assigns first.
    if (sink.kind === 'return' && this.language !== 'ruby' && this.language !== 'rust' && target) this.leaf(target, RETURN);
    else if (sink.kind === 'assign' && target) this.leaf(target, sink);
  }

  private defineAs(node: TreeNode, name: string, method: boolean): void {
    const procedure = this.newProcedure();
    const last = name.split(/[.:]+/).at(-1) ?? '';
    if (method) this.methods.set(last, procedure);
    else this.scope.set(last, { kind: 'function', owner: this.functionScope.procedure, callee: procedure });
    this.lowerFunction(node, procedure, node.kind === 'arrow_function' || this.language !== 'javascript');
  }

  /** Through lists of one (Go's and Lua's expression lists) and parentheses. */
  private only(node: TreeNode): TreeNode {
    let inner = node;
    for (;;) {
      const kids = namedChildren(inner);
      if (kids.length !== 1 || (this.role(inner) !== 'group' && !/^(expression_list|variable_list)$/.test(inner.kind))) return inner;
      inner = kids[0] as TreeNode;
    }
  }

  /** `a = b = 1`: one site that defines both. */
  private chain(node: TreeNode, sink: Sink & { kind: 'assign' }): void {
    const value = this.valueOf(node);
    if (!value) return;
    this.evaluate(value, { ...sink, targets: [...sink.targets, ...this.targetsOf(node).map((one) => ({ node: one, how: 'define' as const }))] });
  }

  /** Rust `let P = value else { ... }`. */
  private letElse(targets: TreeNode[], value: TreeNode, otherwise: TreeNode): void {
    const at = site('predicate', 'if');
    this.read(value, at);
    for (const target of targets) this.bind(target, at, 'pattern');
    const index = this.flow.append(at);
    this.flow.open = [index * 2 + 1];
    this.evaluate(otherwise, DISCARD);
    this.flow.open.push(index * 2);
  }

  private globals(node: TreeNode): void {
    for (const child of namedChildren(node)) {
      const name = nameOf(child);
      const outer = this.role(node) === 'nonlocal' ? this.functionScope.parent?.find(name) : undefined;
      this.functionScope.set(name, outer ?? this.rootScope.own(name) ?? this.rootScope.declare(name, 'global'));
    }
  }

  // ---- branches ------------------------------------------------------------------------------------------------------------------

  /** Adds a predicate over the expression; its true end is open, the false one is returned. */
  private predicate(operation: string, condition: TreeNode | undefined, negated: boolean): number {
    const at = site('predicate', operation);
    if (negated) at.details.push('op:!');
    if (condition) this.condition(condition, at); else at.details.push('boolean:true');
    return this.flow.append(at) * 2 + 1;
  }

  /** C++ and Go may declare inside a condition. */
  private condition(node: TreeNode, at: Site): void {
    const first = field(node, 'initializer');
    if (first && node.kind === 'condition_clause') this.statement(first);
    const inner = node.kind === 'condition_clause' ? field(node, 'value') ?? node : node;
    const value = inner.kind === 'declaration' ? this.valueOf(inner) : undefined;
    if (value) {
      this.read(value, at);
      for (const target of this.targetsOf(inner)) this.bind(target, at, 'declare');
    } else this.read(inner, at);
  }

  private conditional(node: TreeNode, sink: Sink, negated: boolean): void {
    const outer = this.openScope();
    const before = field(node, 'initializer');
    if (before) this.statement(before);
    const kids = namedChildren(node).filter((child) => this.role(child) !== 'skip');
    if (this.language === 'python' && node.kind === 'conditional_expression') this.branch(kids[1], kids[0], kids.slice(2), sink, false);
    else {
      const condition = field(node, 'condition');
      const then = field(node, 'consequence', 'body') ?? (node.kind === 'conditional_expression' ? condition : undefined);
      this.branch(condition, then, node.children.filter((child) => child.named && child.field === 'alternative' && this.role(child) !== 'skip'), sink, negated);
    }
    this.closeScope(outer);
  }

  private branch(condition: TreeNode | undefined, then: TreeNode | undefined, others: readonly TreeNode[], sink: Sink, negated: boolean): void {
    const otherwise = this.predicate('if', condition, negated);
    if (then) this.evaluate(then, sink);
    const ends = this.flow.open;
    this.flow.open = [otherwise];
    const [next, ...rest] = others;
    if (next) {
      if (this.role(next) === 'if' && rest.length > 0) {
        // A flat list of elif clauses.
        const own = next.children.filter((child) => child.named && child.field === 'alternative');
        this.branch(field(next, 'condition'), field(next, 'consequence', 'body'), [...own, ...rest], sink, false);
      } else this.evaluate(next, sink);
    }
    this.flow.open = [...ends, ...this.flow.open];
  }

  /** `a && f()` as a statement is `if (a) f()`. False when the operator is another. */
  private shortCircuit(node: TreeNode): boolean {
    const left = field(node, 'left'), right = field(node, 'right');
    const sign = node.children.find((child) => !child.named)?.kind ?? '';
    const word = this.operator(sign);
    if (!left || !right || (word !== '&&' && word !== '||')) return false;
    const otherwise = this.predicate('if', left, false);
    const then = this.flow.open;
    this.flow.open = word === '&&' ? then : [otherwise];
    this.statement(right);
    this.flow.open = [...this.flow.open, ...(word === '&&' ? [otherwise] : then)];
    return true;
  }

  // ---- loops ----------------------------------------------------------------------------------------------------------------------

  /** Head (a predicate), body, what is done before the next round; the false end of the head is open afterwards. `otherwise`: Python's else. */
  private loop(head: () => number, body: () => void, update?: () => void, otherwise?: TreeNode): void {
    let done = -1, start = 0;
    this.flow.enter('loop', () => {
      start = this.flow.here;
      done = head();
      body();
    }, () => {
      update?.();
      this.flow.link(this.flow.open, start);
      this.flow.open = [done];
      if (otherwise) this.evaluate(otherwise, DISCARD);
    });
  }

  private bodyOf(node: TreeNode): TreeNode | undefined {
    return field(node, 'body', 'consequence');
  }

  private run(body: TreeNode | undefined): void { if (body) this.statement(body); }

  private whileLoop(node: TreeNode, negated: boolean): void {
    const body = this.bodyOf(node);
    if (node.kind.endsWith('_modifier') && body?.kind === 'begin') { this.doLoop(node, negated); return; }
    this.takeLabel(node);
    const outer = this.openScope();
    this.loop(() => this.predicate('loop', field(node, 'condition'), negated), () => { this.run(body); }, undefined, field(node, 'alternative'));
    this.closeScope(outer);
  }

  private doLoop(node: TreeNode, negated = node.kind === 'repeat_statement'): void {
    const outer = this.openScope();
    let start = 0, done = -1;
    this.flow.enter('loop', () => {
      start = this.flow.here;
      const body = this.bodyOf(node);
      // The condition of Lua's `until` sees the locals of the body.
      if (body && this.language === 'lua') this.sequence(body.children, DISCARD); else this.run(body);
    }, () => {
      done = this.predicate('loop', field(node, 'condition'), negated);
      this.flow.link(this.flow.open, start);
      this.flow.open = [done];
    });
    this.closeScope(outer);
  }

  private forLoop(node: TreeNode): void {
    const outer = this.openScope();
    const clause = field(node, 'clause') ?? namedChildren(node).find((child) => /^(for|range)_clause$/.test(child.kind));
    const body = this.bodyOf(node);
    if (clause?.kind === 'range_clause' || clause?.kind === 'for_generic_clause') this.each(clause, body, undefined);
    else if (clause?.kind === 'for_numeric_clause') this.numeric(clause, body);
    else {
      const parts = clause ?? node;
      const before = parts.children.filter((child) => child.named && /^(initializer|init|initialize)$/.test(child.field));
      const updates = parts.children.filter((child) => child.named && /^(update|increment)$/.test(child.field));
      const condition = parts.children.find((child) => child.named && child.field === 'condition' && this.role(child) !== 'skip')
        ?? (this.language === 'go' && !clause ? namedChildren(node).find((child) => child !== body && this.role(child) !== 'skip') : undefined);
      for (const part of before) this.sequenceOf(part);
      this.loop(() => this.predicate('loop', condition && this.only(condition), false), () => { this.run(body); }, () => { for (const part of updates) this.sequenceOf(part); });
    }
    this.closeScope(outer);
  }

  /** `i = 0, j = 1` in the head of a for loop: one site each. */
  private sequenceOf(node: TreeNode): void {
    if (/^(comma_expression|sequence_expression)$/.test(node.kind)) for (const child of namedChildren(node)) this.sequenceOf(child);
    else this.statement(node);
  }

  /** Lua `for i = a, b, step`: the same sites as a counting loop of C. */
  private numeric(clause: TreeNode, body: TreeNode | undefined): void {
    const name = field(clause, 'name'), start = field(clause, 'start'), end = field(clause, 'end'), step = field(clause, 'step');
    if (!name || !start || !end) return;
    this.assignTo([name], start, 'declare', '', DISCARD);
    const head = (): number => {
      const at = site('predicate', 'loop');
      at.details.push('op:<=');
      this.read(name, at);
      this.read(end, at);
      return this.flow.append(at) * 2 + 1;
    };
    this.loop(head, () => { this.run(body); }, () => {
      const at = site('statement', 'assign');
      at.details.push('op:+');
      if (step) this.read(step, at); else at.details.push('number:1');
      this.read(name, at);
      this.bind(name, at, 'define');
      this.flow.append(at);
    });
  }

  private eachLoop(node: TreeNode): void {
    this.takeLabel(node);
    const outer = this.openScope();
    this.each(node, this.bodyOf(node), field(node, 'alternative'));
    this.closeScope(outer);
  }

  /** A predicate that takes the next element and defines the loop's variables; the collection is read at it. */
  private each(node: TreeNode, body: TreeNode | undefined, otherwise: TreeNode | undefined): void {
    const kids = namedChildren(node).filter((child) => child !== body && this.role(child) !== 'skip' && this.role(child) !== 'type');
    const php = this.language === 'php';
    const collection = php ? kids[0] : field(node, 'right', 'value') ?? kids.at(-1);
    const target = php ? kids[1] : field(node, 'left', 'pattern', 'name', 'declarator') ?? (kids.length > 1 ? kids[0] : undefined);
    const head = (): number => {
      const at = site('predicate', 'each');
      if (node.children.some((child) => child.kind === 'in' && (this.language === 'javascript' || this.language === 'typescript' || this.language === 'tsx'))) at.details.push('op:in');
      if (collection) this.read(collection, at);
      const fresh = this.language === 'go' ? node.children.some((child) => child.kind === ':=') : !/^javascript|typescript|tsx$/.test(this.language) || node.children.some((child) => child.field === 'kind');
      if (target && php && target.kind === 'pair') for (const part of namedChildren(target)) this.bind(part.kind === 'by_ref' ? namedChildren(part)[0] ?? part : part, at, 'declare');
      else if (target) this.bind(target.kind === 'by_ref' ? namedChildren(target)[0] ?? target : target, at, fresh ? 'declare' : 'define');
      return this.flow.append(at) * 2 + 1;
    };
    this.loop(head, () => { this.run(body); }, undefined, otherwise);
  }

  private endless(node: TreeNode, sink: Sink): void {
    this.takeLabel(node);
    this.sinks.push(sink);
    this.loop(() => this.predicate('loop', undefined, false), () => { this.run(this.bodyOf(node)); });
    this.sinks.pop();
  }

  /** Rust names a loop inside its node. */
  private takeLabel(node: TreeNode): void {
    const label = node.children.find((child) => child.kind === 'label');
    if (label) this.flow.label = textOf(label);
  }

  /** Ruby's `xs.each { |x| ... }` whose value is not used is a loop of this function, not a function of its own. */
  private iterator(node: TreeNode): boolean {
    if (this.language !== 'ruby') return false;
    const block = field(node, 'block'), method = field(node, 'method')?.text ?? '';
    if (!block || !ITERATORS.has(method)) return false;
    const receiver = field(node, 'receiver'), parameters = field(block, 'parameters'), body = field(block, 'body'), rest = field(node, 'arguments');
    const outer = this.scope;
    this.scope = new Scope(outer, outer.procedure);
    this.loop(() => {
      const at = site('predicate', method === 'loop' ? 'loop' : 'each');
      if (method === 'loop') at.details.push('boolean:true'); else if (method !== 'each') at.details.push(`call:${method}`);
      if (receiver) this.read(receiver, at);
      if (rest) this.read(rest, at);
      if (parameters) this.bind(parameters, at, 'declare');
      return this.flow.append(at) * 2 + 1;
    }, () => { this.run(body); });
    this.scope = outer;
    return true;
  }

  // ---- switches ---------------------------------------------------------------------------------------------------------------------

  private armsOf(node: TreeNode): Arm[] {
    const arms: Arm[] = [];
    const visit = (child: TreeNode): void => {
      if (!child.named) return;
      const role = this.role(child);
      if (role === 'case' || role === 'default' || (role === 'else' && this.language === 'ruby')) arms.push(this.arm(child, role));
      else if (/^(switch_body|switch_block|match_block|compound_statement|block)$/.test(child.kind)) child.children.forEach(visit);
    };
    node.children.forEach(visit);
    return arms;
  }

  private arm(node: TreeNode, role: string): Arm {
    const test = (child: TreeNode): boolean => /^(value|pattern|conditional_expressions|type|communication)$/.test(child.field) || child.kind === 'switch_label' || child.kind === 'case_pattern';
    const kids = namedChildren(node).filter((child) => this.role(child) !== 'skip');
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
  private switch(node: TreeNode, sink: Sink): void {
    const outer = this.openScope();
    const before = field(node, 'initializer') ?? (field(node, 'condition')?.kind === 'condition_clause' ? field(field(node, 'condition') as TreeNode, 'initializer') : undefined);
    if (before) this.statement(before);
    const given = field(node, 'value', 'condition', 'subject');
    const value = given?.kind === 'condition_clause' ? field(given, 'value') : given;
    let subject: Variable | undefined;
    if (value) {
      const at = site('statement', 'switch');
      this.read(value, at);
      subject = { kind: 'local', owner: this.functionScope.procedure, callee: undefined };
      at.defs.push(subject);
      const alias = field(node, 'alias');
      if (alias) this.bind(alias, at, 'declare');
      this.flow.append(at);
    }
    const arms = this.armsOf(node), falls = namedChildren(node).some((child) => child.children.some((one) => FALLING.has(one.kind)));
    this.sinks.push(sink);
    this.flow.enter('switch', () => { this.arms(arms, subject, falls, sink, subject || node.kind === 'select_statement' ? 'case' : 'if'); });
    this.sinks.pop();
    this.closeScope(outer);
  }

  /** Tests first in their order, each followed by its body; where bodies run on, the end of one opens into the next. */
  private arms(arms: readonly Arm[], subject: Variable | undefined, falls: boolean, sink: Sink, operation: string): void {
    let otherwise = this.flow.open;
    const ends: number[] = [];
    let running: number[] = [];
    const fallback = arms.findIndex((arm) => arm.otherwise);
    // The default is tested last wherever it stands; what runs into it or out of it is kept only when it stands last, as it nearly always does.
    const order = fallback < 0 ? arms : [...arms.filter((_, i) => i !== fallback), arms[fallback] as Arm];
    for (const arm of order) {
      const outer = this.openScope();
      if (!arm.otherwise) {
        this.flow.open = otherwise;
        const at = site('predicate', operation);
        if (subject) at.uses.push(subject);
        for (const test of arm.tests) {
          if (arm.pattern) this.bind(test, at, 'pattern');
          else if (test.field === 'type') at.details.push(`pattern:${textOf(test)}`);
          else this.read(test, at);
        }
        if (arm.guard) this.read(arm.guard, at);
        const index = this.flow.append(at);
        otherwise = [index * 2 + 1];
        this.flow.open = [index * 2, ...running];
      } else {
        this.flow.open = [...otherwise, ...running];
        otherwise = [];
      }
      this.sequence(arm.body, sink);
      const through = falls || arm.body.some((part) => this.role(part) === 'fallthrough' || part.children.some((one) => this.role(one) === 'fallthrough'));
      if (through) running = this.flow.open;
      else { ends.push(...this.flow.open); running = []; }
      this.flow.open = [];
      this.closeScope(outer);
    }
    this.flow.open = [...ends, ...running, ...otherwise];
  }

  // ---- exceptions ---------------------------------------------------------------------------------------------------------------------

  private tryStatement(node: TreeNode, sink: Sink): void {
    const outer = this.openScope();
    const resources = field(node, 'resources');
    if (resources) for (const one of namedChildren(resources)) this.statement(one);
    const body = field(node, 'body');
    const others = namedChildren(node).filter((child) => child !== body && child !== resources);
    this.guarded([...(body ? [body] : []), ...others], sink);
    this.closeScope(outer);
  }

  /** Statements, handlers, an else, a finally: in this order among the nodes. */
  private guarded(nodes: readonly TreeNode[], sink: Sink): void {
    const handlers = nodes.filter((node) => this.role(node) === 'catch');
    const finale = nodes.find((node) => this.role(node) === 'finally');
    const otherwise = nodes.find((node) => this.role(node) === 'else');
    const body = nodes.filter((node) => !handlers.includes(node) && node !== finale && node !== otherwise);
    this.flow.guarded(site('predicate', 'try'), () => {
      this.sequence(body, otherwise ? DISCARD : sink);
      if (otherwise) this.evaluate(otherwise, sink);
    }, handlers.length > 0 ? () => { this.handlers(handlers, sink); } : undefined, finale ? () => { this.sequence(finale.children, DISCARD); } : undefined);
  }

  private handlers(handlers: readonly TreeNode[], sink: Sink): void {
    const ends: number[] = [];
    handlers.forEach((handler, i) => {
      const outer = this.openScope();
      const last = i === handlers.length - 1;
      const at = site(last ? 'statement' : 'predicate', 'catch');
      const body = field(handler, 'body') ?? namedChildren(handler).findLast((child) => this.role(child) === 'block');
      for (const child of namedChildren(handler)) if (child !== body) this.caught(child, at);
      const index = this.flow.append(at);
      if (body) this.evaluate(body, sink);
      ends.push(...this.flow.open);
      this.flow.open = last ? [] : [index * 2 + 1];
      this.closeScope(outer);
    });
    this.flow.open = ends;
  }

  /** Types in a catch clause by name (they are rarely the programmer's), the variable as a definition. */
  private caught(node: TreeNode, at: Site): void {
    const types = (part: TreeNode): void => {
      if (part.children.length === 0 && part.named) this.mentionType(part.text, at); else part.children.forEach(types);
    };
    if (node.kind === 'as_pattern') {
      const [type, alias] = namedChildren(node);
      if (type) types(type);
      if (alias) this.bind(alias, at, 'declare');
    } else if (/type|^exceptions$/.test(node.kind) || (this.language === 'python')) types(node);
    else if (/^(catch_formal_parameter|parameter_list)$/.test(node.kind)) {
      for (const child of namedChildren(node)) {
        if (child.field === 'name') this.bind(child, at, 'declare'); else this.caught(child, at);
      }
    } else if (node.kind === 'parameter_declaration') {
      for (const child of namedChildren(node)) if (child.field === 'declarator') this.bind(child, at, 'declare'); else types(child);
    } else if (this.role(node) !== 'skip') this.bind(node, at, 'declare');
  }

  private mentionType(name: string, at: Site): void { at.details.push(this.scope.find(name) ? 'class' : `type:${name}`); }

  private withStatement(node: TreeNode, sink: Sink): void {
    const outer = this.openScope();
    const body = field(node, 'body');
    for (const child of namedChildren(node)) {
      if (child === body) continue;
      for (const item of child.kind === 'with_clause' ? namedChildren(child) : [child]) {
        const at = site('statement', 'with');
        const value = field(item, 'value') ?? item, alias = value.kind === 'as_pattern' ? field(value, 'alias') : undefined;
        this.read(alias ? namedChildren(value)[0] ?? value : value, at);
        if (alias) this.bind(alias, at, 'define');
        this.flow.append(at);
      }
    }
    if (body) this.evaluate(body, sink);
    this.closeScope(outer);
  }

  // ---- jumps ------------------------------------------------------------------------------------------------------------------------------

  private returns(node: TreeNode): void {
    const kids = namedChildren(node).filter((child) => this.role(child) !== 'skip');
    const value = kids.length === 1 ? this.only(this.single(kids[0] as TreeNode)) : undefined;
    if (value) { this.evaluate(value, RETURN); return; }
    const at = site('statement', 'return');
    for (const kid of kids) this.read(kid, at);
    if (kids.length === 0) at.uses.push(...this.results);
    this.complete(at, RETURN);
  }

  /** Ruby wraps the value of a return in an argument list. */
  private single(node: TreeNode): TreeNode {
    const kids = namedChildren(node);
    return node.kind === 'argument_list' && kids.length === 1 ? kids[0] as TreeNode : node;
  }

  private throws(node: TreeNode): void {
    const at = site('statement', 'throw');
    for (const child of namedChildren(node)) this.read(child, at);
    this.flow.append(at);
    this.flow.throw();
  }

  /** Calls that stand for a throw (Ruby's raise, Go's panic) or end the program. */
  private ending(node: TreeNode): boolean {
    const name = this.calleeName(node);
    if (name === '' || this.scope.find(name)) return false;
    if (THROWING[this.language]?.has(name)) {
      const at = site('statement', 'throw');
      for (const child of namedChildren(node)) if (child.field !== 'function' && child.field !== 'method' && child.field !== 'name' && child.field !== 'macro') this.read(child, at);
      this.flow.append(at);
      this.flow.throw();
      return true;
    }
    if (!ENDING.has(name) || this.language === 'javascript' || this.language === 'typescript' || this.language === 'tsx') return false;
    this.leaf(node, DISCARD);
    this.flow.return();
    return true;
  }

  private jump(node: TreeNode, kind: 'break' | 'continue'): void {
    const kids = namedChildren(node);
    const label = kids.find((child) => /label|^statement_identifier$/.test(child.kind) || (this.language === 'java' && child.kind === 'identifier'));
    const levels = this.language === 'php' && kids[0]?.kind === 'integer' ? Number(kids[0].text) || 1 : 1;
    const value = this.language === 'rust' || this.language === 'ruby' ? kids.find((child) => child !== label) : undefined;
    const sink = this.sinks.at(-1);
    const insideLoop = this.flow.inLoop;
    if (kind === 'continue' && this.language === 'ruby' && !insideLoop) { this.returns(node); return; }
    if (value && sink && sink.kind === 'assign') this.evaluate(value, sink);
    else if (value && sink?.kind === 'return') { this.evaluate(value, RETURN); return; }
    const at = site('statement', kind);
    if (value && !sink) this.read(value, at);
    this.flow.append(at);
    if (kind === 'break') this.flow.break(label ? textOf(label) : '', levels); else this.flow.continue(label ? textOf(label) : '', levels);
  }

  private labelled(node: TreeNode): void {
    const label = field(node, 'label') ?? namedChildren(node)[0];
    const name = label ? textOf(label) : '';
    this.flow.mark(name);
    const body = namedChildren(node).find((child) => child !== label && this.role(child) !== 'skip');
    if (!body) return;
    this.flow.label = name;
    if (/for|while|do_|loop/.test(body.kind)) this.statement(body);
    else this.flow.enter('block', () => { this.statement(body); });
  }

  /** Java's `yield v` gives its switch a value. */
  private produces(node: TreeNode): void {
    const value = namedChildren(node)[0], sink = this.sinks.at(-1) ?? DISCARD;
    if (value) this.evaluate(value, sink);
    this.flow.break('');
  }
}
