/** Control and data dependence of random flow graphs against their definitions, followed path by path. */
import { describe, expect, it } from 'vitest';
import { dataDependence } from '../../../src/reward/cssg/dependence';
import { controlDependence, site } from '../../../src/reward/cssg/flow';
import type { Procedure, Site, Variable } from '../../../src/reward/cssg/flow';

/** Small deterministic draws. */
function draws(seed: number): (n: number) => number {
  let state = seed * 2654435761 >>> 0;
  return (n) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) >>> 0;
    return (state >>> 8) % n;
  };
}

/** Entry, then sites with one or two ways on; some never reach the exit, some are never reached. */
function randomSites(seed: number, count: number): Site[] {
  const draw = draws(seed);
  return Array.from({ length: count }, (_, i) => {
    const one = site(i === 0 ? 'entry' : 'statement', 's');
    one.next.push(draw(4) > 0 ? Math.min(i + 1, count) * 2 : draw(count) * 2 + 2);
    if (i > 0 && draw(3) === 0) one.next.push((1 + draw(count)) * 2 + 1);
    return one;
  });
}

/** Sites from which the exit can be reached without passing `without`. */
function reaching(sites: readonly Site[], without: number): Set<number> {
  const found = new Set([sites.length]);
  for (let grown = true; grown;) {
    grown = false;
    sites.forEach(({ next }, i) => {
      if (i !== without && !found.has(i) && next.some((edge) => found.has(edge >> 1) && edge >> 1 !== without)) { found.add(i); grown = true; }
    });
  }
  return found;
}

describe('control dependence', () => {
  it('is its definition on 300 random graphs: B post-dominates a successor of A and not A itself', () => {
    let edges = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const sites = randomSites(seed, 3 + seed % 9);
      if (reaching(sites, -1).size !== sites.length + 1) continue;
      const found = new Set<string>();
      controlDependence(sites, (a, b, polarity) => { found.add(`${a} ${b} ${polarity}`); });
      const expected = new Set<string>(), held = new Set<number>();
      for (let b = 1; b < sites.length; b++) {
        const around = reaching(sites, b);
        const always = (from: number): boolean => from === b || !around.has(from);
        for (let a = 0; a < sites.length; a++) {
          if (a === b) continue;
          // The entry has a second edge, to the exit.
          if ((sites[a] as Site).next.length < 2 && a > 0) continue;
          if (a > 0 && always(a)) continue;
          for (const edge of (sites[a] as Site).next) if (edge >> 1 < sites.length && always(edge >> 1)) { expected.add(`${a} ${b} ${edge & 1}`); held.add(b); }
        }
      }
      for (let b = 1; b < sites.length; b++) if (!held.has(b)) expected.add(`0 ${b} 0`);
      expect([...found].sort(), `seed ${seed}`).toEqual([...expected].sort());
      edges += found.size;
    }
    expect(edges).toBeGreaterThan(1000);
  });

  it('gives every site a parent even when no way leads to the exit', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const sites = randomSites(seed + 1000, 3 + seed % 9), parents = new Set<number>();
      controlDependence(sites, (_, b) => { parents.add(b); });
      expect(parents.size).toBe(sites.length - 1);
    }
  });
});

describe('data dependence', () => {
  it('is its definition on 300 random graphs: a way from the write to the read without another write in between', () => {
    let edges = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const draw = draws(seed + 5000), sites = randomSites(seed, 4 + seed % 40), procedure: Procedure = { sites };
      const variables = Array.from({ length: 3 }, (): Variable => ({ kind: 'local', owner: procedure, callee: undefined }));
      for (const one of sites) {
        if (draw(2)) one.uses.push(variables[draw(3)] as Variable);
        if (draw(3) === 0) one.defs.push(variables[draw(3)] as Variable);
        if (draw(4) === 0) one.weak.push(variables[draw(3)] as Variable);
      }
      const found = new Set<string>();
      dataDependence([procedure], (_, i, __, j) => { found.add(`${i} ${j}`); return true; });
      const expected = new Set<string>();
      sites.forEach((one, i) => {
        for (const variable of [...one.defs, ...one.weak]) {
          const seen = new Set<number>(), todo = one.next.map((edge) => edge >> 1);
          for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
            if (at >= sites.length || seen.has(at)) continue;
            seen.add(at);
            const there = sites[at] as Site;
            if (there.uses.includes(variable)) expected.add(`${i} ${at}`);
            if (!there.defs.includes(variable)) todo.push(...there.next.map((edge) => edge >> 1));
          }
        }
      });
      expect([...found].sort(), `seed ${seed}`).toEqual([...expected].sort());
      edges += found.size;
    }
    expect(edges).toBeGreaterThan(1000);
  });
});
