/** Data-flow triples of a piece of code as CodeBLEU extracts them; knows the rule tables, no pair. */

import type { TreeNode } from '../tree';
import { STRINGS } from './code_tree';
import { field } from './flow_rules';
import type { FlowRules, Sides } from './flow_rules';

/** A variable occurrence and what it has its value from: names, and the tokens that held them. */
interface Link { token: number; relation: 'comesFrom' | 'computedFrom'; names: readonly string[]; from: readonly number[] }
/** Tokens that a name may have its value from. */
type States = Map<string, readonly number[]>;

/** Triples `variable|relation|parents`, variables called by first use. `complete` false: nothing was extracted, the code is too large. */
export interface DataFlow { triples: string[]; complete: boolean }

/** The published walk visits a loop's body twice, so its time doubles with each level; from this level on we visit it once. */
const DEEPEST_DOUBLED = 6;
/** Visits and links after which the walk is given up. */
const MOST_STEPS = 1e5;

/** The published code meets a node that it cannot read, and drops all it has: a part is missing, or a leaf lies inside a string token. */
class Unreadable extends Error {}
class TooLarge extends Error {}

const union = <T>(one: readonly T[], other: readonly T[]): T[] => [...new Set([...one, ...other])];
const ascending = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

class Walk {
  private readonly rules: FlowRules;
  private readonly tokens = new Map<TreeNode, number>();
  readonly texts: string[] = [];
  private steps = 0;
  private nested = 0;

  constructor(root: TreeNode, rules: FlowRules) {
    this.rules = rules;
    const number = (node: TreeNode): void => {
      if (node.children.length > 0 && !STRINGS.has(node.kind)) { node.children.forEach(number); return; }
      this.tokens.set(node, this.texts.length);
      this.texts.push(node.text.replaceAll('\n', ''));
    };
    number(root);
  }

  /** Token number of a leaf. */
  private tokenOf(node: TreeNode): number {
    const token = this.tokens.get(node);
    if (token === undefined) throw new Unreadable();
    return token;
  }

  private spend(steps: number): void {
    this.steps += steps;
    if (this.steps > MOST_STEPS) throw new TooLarge();
  }

  /** Tokens below `node` that are no keyword or operator. */
  private variables(node: TreeNode | undefined, found: number[] = []): number[] {
    if (!node) throw new Unreadable();
    this.spend(1);
    if (node.children.length > 0 && !STRINGS.has(node.kind)) { for (const child of node.children) this.variables(child, found); return found; }
    const token = this.tokenOf(node);
    if (this.texts[token] !== node.kind) found.push(token);
    return found;
  }

  private link(token: number, relation: Link['relation'], from: readonly number[], out: Link[]): void {
    this.spend(1 + from.length);
    out.push({ token, relation, names: from.map((parent) => this.texts[parent]!), from });
  }

  /** Every token of `left` gets its links to those of `right`, and is from then on where its name comes from. */
  private connect({ left, right }: Sides, relation: Link['relation'], joined: boolean, states: States, out: Link[]): void {
    const names = this.variables(left), values = this.variables(right);
    for (const name of names) {
      if (joined) this.link(name, relation, values, out);
      else for (const value of values) this.link(name, relation, [value], out);
      states.set(this.texts[name]!, [name]);
    }
  }

  /** Runs `body` twice and joins the links that come back; once where loops are nested too deep. */
  private loop(out: Link[], body: (links: Link[], again: boolean) => void): void {
    const links: Link[] = [];
    this.nested++;
    body(links, false);
    if (this.nested <= DEEPEST_DOUBLED) body(links, true);
    this.nested--;
    this.spend(links.length);
    const joined = new Map<number, Link>();
    for (const link of links) {
      const key = link.token * 2 + (link.relation === 'comesFrom' ? 0 : 1), before = joined.get(key);
      joined.set(key, before ? { ...link, names: union(before.names, link.names), from: ascending(union(before.from, link.from)) } : link);
    }
    for (const link of joined.values()) out.push(link);
  }

  private branch(node: TreeNode, states: States, out: Link[]): void {
    const { rules } = this, before = new Map(states), ends: States[] = [];
    let hasElse = node.kind.includes('else'), passed = false;
    for (const child of node.children) {
      hasElse ||= child.kind.includes('else');
      if (!rules.elsewhere.has(child.kind) && !passed) { this.visit(child, states, out); continue; }
      passed = rules.sticky;
      this.spend(before.size);
      const other = new Map(before);
      this.visit(child, other, out);
      ends.push(other);
    }
    if (rules.keepsBefore === 'always' || !hasElse) ends.push(before);
    for (const end of ends) {
      this.spend(end.size);
      for (const [name, tokens] of end) {
        const here = states.get(name);
        // Branches share what none of them changed.
        if (here !== tokens) states.set(name, here ? ascending(union(here, tokens)) : tokens);
      }
    }
  }

  /** Walks `node`, adds its links to `out` and leaves in `states` what holds behind it. */
  visit(node: TreeNode | undefined, states: States, out: Link[]): void {
    if (!node) throw new Unreadable();
    this.spend(1);
    const { rules } = this, { kind } = node;
    if (node.children.length === 0 || STRINGS.has(kind)) {
      const token = this.tokenOf(node), name = this.texts[token]!;
      if (kind === name) return;
      const known = states.get(name);
      if (!known && kind === 'identifier') states.set(name, [token]);
      out.push({ token, relation: 'comesFrom', names: known ? [name] : [], from: known ?? [] });
    } else if (rules.definitions.has(kind)) {
      const { left, right } = rules.define(node);
      if (right) {
        this.visit(right, states, out);
        this.connect({ left, right }, 'comesFrom', false, states, out);
      } else for (const name of this.variables(left)) {
        this.link(name, 'comesFrom', [], out);
        states.set(this.texts[name]!, [name]);
      }
    } else if (rules.assignments.has(kind)) {
      const parts = rules.assign(node);
      if (parts === 'skip') return;
      for (const { right } of parts) this.visit(right, states, out);
      for (const part of parts) this.connect(part, 'computedFrom', rules.joined, states, out);
    } else if (rules.increments.has(kind)) this.connect({ left: node, right: node }, 'computedFrom', false, states, out);
    else if (rules.branches.has(kind)) this.branch(node, states, out);
    else if (rules.counted.has(kind)) {
      this.loop(out, (links, again) => {
        const marked = again ? node.children.findIndex((child) => child.kind === rules.marker) : -1;
        if (again && marked < 0) return;
        const update = again && rules.marker === 'for_clause' ? field(node.children[marked]!, 'update') : undefined;
        if (update) this.visit(update, states, links);
        for (const child of node.children.slice(marked + 1)) this.visit(child, states, links);
      });
    } else if (rules.each.has(kind)) {
      const { sides, body } = rules.iterate(node);
      this.loop(out, (links) => {
        for (const { right } of sides) this.visit(right, states, links);
        for (const part of sides) this.connect(part, 'computedFrom', rules.joined, states, links);
        if (body !== 'none') this.visit(body, states, links);
      });
    } else if (rules.loops.has(kind)) this.loop(out, (links) => { for (const child of node.children) this.visit(child, states, links); });
    else {
      for (const child of node.children) if (child.kind === rules.first) this.visit(child, states, out);
      for (const child of node.children) if (child.kind !== rules.first) this.visit(child, states, out);
    }
  }
}

/** Links of tokens that give or take a value, one for each token, in the order of the code. */
function merged(links: readonly Link[]): Link[] {
  const involved = new Set(links.flatMap((link) => (link.from.length > 0 ? [link.token, ...link.from] : [])));
  const byToken = new Map<number, Link>();
  for (const link of [...links].sort((a, b) => a.token - b.token)) {
    if (!involved.has(link.token)) continue;
    const before = byToken.get(link.token);
    byToken.set(link.token, before ? { ...before, names: union(before.names, link.names), from: union(before.from, link.from) } : link);
  }
  return [...byToken.values()];
}

/**
 * Where two parents of one variable are joined the published order is that of a Python set of strings, another in every process; here it
 * is that of first use.
 */
export function dataFlow(root: TreeNode, rules: FlowRules): DataFlow {
  const walk = new Walk(root, rules), links: Link[] = [];
  try {
    walk.visit(root, new Map(), links);
  } catch (error) {
    if (error instanceof TooLarge || error instanceof Unreadable) return { triples: [], complete: error instanceof Unreadable };
    throw error;
  }
  const names = new Map<string, number>();
  const call = (name: string): number => {
    if (!names.has(name)) names.set(name, names.size);
    return names.get(name)!;
  };
  const triples = merged(links).map((link) => {
    const parents = link.names.map(call);
    return `${call(walk.texts[link.token]!)}|${link.relation}|${parents.join(',')}`;
  });
  return { triples, complete: true };
}
