/** Lowers statements to sites and control flow, one procedure per function; knows roles, not grammars, and no dependence. */

import type { Language } from '../../types';
import type { TreeNode } from '../tree';
import { conditional, shortCircuit } from './branches';
import { isAct } from './calls';
import { assignment, chain, declaration, globals } from './definitions';
import { ending, guarded, throwStatement, tryStatement } from './exceptions';
import { Flow, site } from './flow';
import type { Procedure, Site, Variable } from './flow';
import { define, functionName, isMethod, lowerClass, lowerFunction, newProcedure } from './functions';
import { jump, labelled, returnStatement, yieldStatement } from './jumps';
import { doLoop, eachLoop, endless, forLoop, iterator, whileLoop } from './loops';
import { Scope } from './names';
import { field, namedChildren, textOf } from './nodes';
import { operatorDetail } from './order';
import { Reader } from './read';
import { DISCARD } from './sink';
import type { Sink } from './sink';
import { switchStatement } from './switches';
import { FUNCTION_SCOPED } from './syntax';
import { bind, compoundOf } from './targets';

export class Lowering extends Reader {
  scope: Scope;
  functionScope: Scope;
  readonly rootScope: Scope;
  flow: Flow;
  /** Sinks of the value-giving switches and loops around, for Java's `yield` and Rust's `break value`. */
  readonly sinks: Sink[] = [];
  depthOfClass = 0;
  results: readonly Variable[] = [];
  /** Python's methods without an object. */
  readonly statics = new Set<TreeNode>();
  private readonly worlds = new Map<Procedure, Variable>();

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

  closure(node: TreeNode): Procedure {
    const procedure = newProcedure(this);
    lowerFunction(this, node, procedure, true);
    return procedure;
  }

  inner(node: TreeNode): void {
    if (this.role(node) === 'class') lowerClass(this, node);
    else define(this, node, functionName(node), true);
  }

  openScope(): Scope {
    const outer = this.scope;
    if (!FUNCTION_SCOPED.has(this.language)) this.scope = new Scope(outer, outer.procedure);
    return outer;
  }

  closeScope(outer: Scope): void { this.scope = outer; }

  sequence(nodes: readonly TreeNode[], sink: Sink): void {
    const kids = nodes.filter((node) => node.named && this.role(node) !== 'skip');
    if (kids.some((kid) => this.role(kid) === 'catch' || this.role(kid) === 'finally')) { guarded(this, kids, sink); return; }
    kids.forEach((kid, i) => { if (sink.kind !== 'discard' && i === kids.length - 1) this.evaluate(kid, sink); else this.statement(kid); });
  }

  statement(node: TreeNode): void { this.evaluate(node, DISCARD); }

  /** Lays out a statement or an expression whose value goes to the sink. */
  evaluate(node: TreeNode, sink: Sink): void {
    switch (this.role(node)) {
      case 'skip': case 'type': case 'wildcard': return;
      case 'group': this.group(node, sink); return;
      case 'block': case 'else': {
        const outer = this.openScope();
        this.sequence(node.children, sink);
        this.closeScope(outer);
        return;
      }
      case 'if': conditional(this, node, sink, false); return;
      case 'unless': conditional(this, node, sink, true); return;
      case 'while': whileLoop(this, node, false); return;
      case 'until': whileLoop(this, node, true); return;
      case 'do': doLoop(this, node); return;
      case 'for': forLoop(this, node); return;
      case 'each': eachLoop(this, node); return;
      case 'loop': endless(this, node, sink); return;
      case 'switch': switchStatement(this, node, sink); return;
      case 'try': tryStatement(this, node, sink); return;
      case 'with': this.withStatement(node, sink); return;
      case 'return': returnStatement(this, node); return;
      case 'throw': throwStatement(this, node); return;
      case 'break': jump(this, node, 'break'); return;
      case 'continue': jump(this, node, 'continue'); return;
      case 'fallthrough': return;
      case 'label': labelled(this, node); return;
      case 'goto': {
        this.flow.append(site('statement', 'goto'));
        this.flow.goto(textOf(namedChildren(node)[0] ?? node));
        return;
      }
      case 'produce': yieldStatement(this, node); return;
      case 'declare': declaration(this, node); return;
      case 'assign': if (sink.kind === 'assign' && !sink.operator && !compoundOf(this, node)) chain(this, node, sink); else assignment(this, node, sink, 'define'); return;
      case 'bind': if (node.kind === 'let_condition') break; assignment(this, node, sink, 'declare'); return;
      case 'function': define(this, node, functionName(node), isMethod(this, node)); return;
      case 'class': lowerClass(this, node); return;
      case 'global': case 'nonlocal': globals(this, node); return;
      case 'import': this.flow.append(site('statement', 'import')); return;
      case 'binary': if (sink.kind === 'discard' && shortCircuit(this, node)) return; break;
      case 'call': case 'macro': if (ending(this, node)) return; if (sink.kind !== 'assign' && iterator(this, node)) return; break;
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

  leaf(node: TreeNode, sink: Sink): void {
    // A string that stands alone is a docstring.
    if (sink.kind === 'discard' && this.role(node) === 'string') return;
    const at = site('statement', sink.kind === 'return' ? 'return' : sink.kind === 'assign' ? 'assign' : this.operationOf(node));
    this.read(node, at, sink.kind === 'discard');
    if (sink.kind === 'discard' && isAct(this, node)) this.act(at);
    this.complete(at, sink, node);
  }

  /** Adds the site and does with its value what the sink says. `value`: where there is one, as written. */
  complete(at: Site, sink: Sink, value?: TreeNode): void {
    if (sink.kind === 'assign') {
      // A branch of the value has a scope of its own, which the targets do not belong to.
      const inner = this.scope;
      this.scope = sink.scope;
      if (sink.kept) { at.details.push('to:local'); at.defs.push(sink.kept); }
      for (const { node, how } of sink.targets) {
        if (sink.operator) { at.details.push(operatorDetail(this, sink.operator, node, value)); this.read(node, at); }
        bind(this, node, at, how);
      }
      this.scope = inner;
    }
    this.flow.append(at);
    if (sink.kind === 'return') this.flow.return();
  }

  /** The order of what is done to the world counts: each such site of a function depends on the one before. */
  private act(at: Site): void {
    const { procedure } = this.functionScope;
    let world = this.worlds.get(procedure);
    if (!world) this.worlds.set(procedure, world = { kind: 'local', owner: procedure, callee: undefined });
    at.uses.push(world);
    at.defs.push(world);
  }

  hoist(node: TreeNode): Variable {
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
    if (role === 'delete' && node.children.some((child) => child.kind === '[')) at.details.push('list');
    for (const child of namedChildren(node)) {
      this.read(child, at, role === 'defer');
      if (role === 'delete') { const kill = site('statement', ''); bind(this, child, kill, 'define'); at.weak.push(...kill.defs, ...kill.weak, ...kill.parts.flatMap((part) => part.defs)); }
    }
    if (role === 'echo' || role === 'exit' || role === 'defer') this.act(at);
    this.flow.append(at);
    if (role === 'exit') this.flow.return();
  }

  // ---- switches ---------------------------------------------------------------------------------------------------------------------

  private withStatement(node: TreeNode, sink: Sink): void {
    const outer = this.openScope();
    const body = field(node, 'body');
    for (const child of namedChildren(node)) {
      if (child === body) continue;
      for (const item of child.kind === 'with_clause' ? namedChildren(child) : [child]) {
        const at = site('statement', 'with');
        const value = field(item, 'value') ?? item, alias = value.kind === 'as_pattern' ? field(value, 'alias') : undefined;
        this.read(alias ? namedChildren(value)[0] ?? value : value, at);
        if (alias) bind(this, alias, at, 'define');
        this.flow.append(at);
      }
    }
    if (body) this.evaluate(body, sink);
    this.closeScope(outer);
  }
}
