/** The exact distance against brute force, by hand, and against networkx (fixtures/reward/ged.json). */
import { describe, expect, it } from 'vitest';
import { costsOf } from '../../../src/reward/cssg/costs';
import { exactMatching } from '../../../src/reward/cssg/exact';
import type { Graph, GraphNode } from '../../../src/reward/cssg/graph';
import { profileOf } from '../../../src/reward/cssg/refinement';
import ged from '../../fixtures/reward/ged.json';
import { draws, edited, graphOf, randomGraph, sameByBruteForce, shuffled } from './random_graphs';

const fromFixture = ({ nodes, edges }: (typeof ged.cases)[number]['one']): Graph =>
  ({ nodes: nodes as GraphNode[], from: Int32Array.from(edges, (edge) => edge[0]!), to: Int32Array.from(edges, (edge) => edge[1]!), type: Uint8Array.from(edges, (edge) => edge[2]!) });
const costs = costsOf({ cssgClassCost: 0.5 });
const exact = (a: Graph, b: Graph, with_ = costs): number => exactMatching(profileOf(a), profileOf(b), with_).cost;

describe('exact distance', () => {
  it('by hand', () => {
    const base = graphOf(['root', 'entry f', 'statement assign +,var', 'statement return var'], [[0, 1, 0], [1, 2, 0], [1, 3, 0], [2, 3, 2]]);
    expect(exact(base, base)).toBe(0);
    // One of two details differs on each side, a share of 1 - 2 * 1 / 4: three quarters of the label cost.
    const minus = graphOf(['root', 'entry f', 'statement assign -,var', 'statement return var'], [[0, 1, 0], [1, 2, 0], [1, 3, 0], [2, 3, 2]]);
    expect(exact(base, minus)).toBeCloseTo(0.375, 12);
    // Another operation with equal details: half-way between label cost 0.5 and node cost 1.
    const call = graphOf(['root', 'entry f', 'statement call +,var', 'statement return var'], [[0, 1, 0], [1, 2, 0], [1, 3, 0], [2, 3, 2]]);
    expect(exact(base, call)).toBeCloseTo(0.75, 12);
    // An edge costs both its ends; an edge of another type is one edge less and one more.
    const bare = graphOf(['root', 'entry f', 'statement assign +,var', 'statement return var'], [[0, 1, 0], [1, 2, 0], [1, 3, 0]]);
    expect(exact(base, bare)).toBe(1);
    const turned = graphOf(['root', 'entry f', 'statement assign +,var', 'statement return var'], [[0, 1, 0], [1, 2, 1], [1, 3, 0], [2, 3, 2]]);
    expect(exact(base, turned)).toBe(2);
    // A statement less, with its two edges.
    const less = graphOf(['root', 'entry f', 'statement return var'], [[0, 1, 0], [1, 2, 0]]);
    expect(exact(base, less)).toBe(3);
    // A statement never becomes a predicate: out and in.
    expect(exact(graphOf(['statement x'], []), graphOf(['predicate x'], []))).toBe(2);
  });

  it('agrees with an enumeration of all matchings in Python and with networkx, on graphs and costs of their own', () => {
    let met = 0;
    for (const [k, { one, other, costs: theirs, distance, networkx }] of ged.cases.entries()) {
      const [a, b] = [fromFixture(one), fromFixture(other)];
      expect(exact(a, b, theirs), `case ${k}`).toBeCloseTo(distance, 9);
      expect(exact(b, a, theirs), `case ${k} turned round`).toBeCloseTo(distance, 9);
      // Any edit path bounds the distance; networkx does not always find the cheapest (its issue 8099).
      expect(networkx).toBeGreaterThan(distance - 1e-9);
      if (networkx < distance + 1e-9) met++;
    }
    expect(ged.cases.length).toBe(60);
    expect(met).toBeGreaterThanOrEqual(55);
    expect(ged.cases.some(({ distance }) => distance === 0) && ged.cases.some(({ distance }) => distance > 5)).toBe(true);
  });

  it('is 0 exactly where brute force finds a renumbering, and symmetric, on 300 small graphs', () => {
    const next = draws(11);
    let same = 0;
    for (let k = 0; k < 300; k++) {
      const a = randomGraph(next, 2 + Math.floor(next() * 5)), b = k % 3 === 0 ? randomGraph(next, a.nodes.length) : shuffled(edited(a, next, k % 3 === 1 ? 0 : 1), next);
      if (b.nodes.length > 6) continue;
      const cost = exact(a, b);
      expect(cost === 0, `pair ${k}`).toBe(sameByBruteForce(a, b));
      expect(exact(b, a), `pair ${k}`).toBeCloseTo(cost, 9);
      if (cost === 0) same++;
    }
    expect(same).toBeGreaterThan(80);
  });

  it('obeys the triangle inequality: it is a distance', () => {
    const next = draws(12);
    for (let k = 0; k < 60; k++) {
      const [a, b, c] = [0, 1, 2].map(() => randomGraph(next, 3 + Math.floor(next() * 4))) as [Graph, Graph, Graph];
      expect(exact(a, c)).toBeLessThanOrEqual(exact(a, b) + exact(b, c) + 1e-9);
    }
  });

  it('says when it was cut short, and finds nothing where nothing is cheaper than the bound', () => {
    const next = draws(13), a = profileOf(randomGraph(next, 9)), b = profileOf(randomGraph(next, 9));
    const full = exactMatching(a, b, costs);
    expect(full.complete).toBe(true);
    expect(exactMatching(a, b, costs, { states: 3 }).complete).toBe(false);
    expect(exactMatching(a, b, costs, { below: full.cost })).toMatchObject({ map: undefined, complete: true });
    expect(exactMatching(a, b, costs, { below: full.cost + 0.01 }).cost).toBeCloseTo(full.cost, 9);
  });
});
