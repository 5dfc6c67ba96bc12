/** Draws JSON values of a shape, its edges first; knows the literals of a function, not the function. */
import { choose, randomInt } from '../../rng';
import type { Literals } from './literals';
import type { Shape } from './shape';

export type Random = () => number;

/** A text longer than most limits, and a list too. */
const LONG = 15;

const unique = (values: readonly unknown[]): unknown[] => {
  const seen = new Set<string>();
  return values.filter((value) => { const text = JSON.stringify(value); return !seen.has(text) && seen.add(text); });
};

/** Values for one function: its literals and their neighbours stand among the drawn ones. */
export class Values {
  private readonly random: Random;
  private readonly numbers: number[];
  private readonly strings: string[];
  private readonly letters: string[];
  private readonly lengths: number[];

  constructor(random: Random, literals: Literals) {
    this.random = random;
    this.numbers = literals.numbers;
    this.strings = literals.strings;
    this.letters = [...new Set(literals.strings.filter((text) => [...text].length === 1))];
    this.lengths = [...new Set(literals.numbers.filter((value) => Number.isInteger(value) && value >= 0 && value <= 24).flatMap((value) => [value - 1, value, value + 1]).filter((value) => value >= 0))];
  }

  /** Values at which functions change their minds, the plainest first. */
  edges(shape: Shape, depth = 0): unknown[] {
    switch (shape.kind) {
      case 'integer': return this.numberEdges(true);
      case 'number': return this.numberEdges(false);
      case 'string': return this.stringEdges();
      case 'boolean': return [true, false];
      case 'null': return [null];
      case 'literal': return [shape.value];
      case 'list': return this.listEdges(shape.of, depth);
      case 'tuple': return Array.from({ length: 6 }, (_, i) => shape.of.map((part, p) => at(this.edges(part, depth + 1), i * (p + 1))));
      case 'map': case 'record': return this.recordEdges(shape, depth);
      case 'either': return unique(zip(shape.of.map((part) => this.edges(part, depth))));
      case 'any': return unique(zip([this.numberEdges(false), this.listEdges({ kind: 'number' }, depth + 1), this.stringEdges(), this.listEdges({ kind: 'string' }, depth + 1), [{ a: 1, b: 2 }, {}, null, true]]));
      case 'function': case 'other': return [{}];
    }
  }

  /** Any value of the shape; half of the time one that stands near a literal. */
  draw(shape: Shape, depth = 0): unknown {
    const { random } = this;
    switch (shape.kind) {
      case 'integer': case 'number': return this.number(shape.kind === 'integer');
      case 'string': return this.string();
      case 'boolean': return random() < 0.5;
      case 'null': return null;
      case 'literal': return shape.value;
      case 'list': return this.list(shape.of, depth);
      case 'tuple': return shape.of.map((part) => this.draw(part, depth + 1));
      case 'map': case 'record': return this.record(shape, depth);
      case 'either': return this.draw(choose(random, shape.of), depth);
      case 'any': return this.draw(choose<Shape>(random, depth > 1 ? [{ kind: 'number' }, { kind: 'string' }] : [{ kind: 'number' }, { kind: 'list', of: { kind: 'number' } }, { kind: 'string' }, { kind: 'list', of: { kind: 'string' } }, { kind: 'map', of: { kind: 'number' } }]), depth + 1);
      case 'function': case 'other': return {};
    }
  }

  private numberEdges(whole: boolean): number[] {
    const near = this.numbers.flatMap((value) => [value, value - 1, value + 1]);
    const more = this.numbers.filter((value) => value !== 0).flatMap((value) => [-value, 2 * value, ...(Math.abs(value) <= 100 ? [3 * value + 1] : [])]);
    const all = [0, 1, -1, ...near, 2, 7, ...more, 10, -3, 100, ...(whole ? [] : [0.5, -2.75])];
    return unique(whole ? all.map(Math.trunc) : all) as number[];
  }

  private number(whole: boolean): number {
    const { random, numbers } = this, r = random();
    if (r < 0.4 && numbers.length > 0) return Math.trunc(choose(random, numbers)) + randomInt(random, 5) - 2;
    if (r < 0.85) return randomInt(random, 25) - 5;
    if (r < 0.92 && !whole) return Math.round((random() * 40 - 10) * 4) / 4;
    return randomInt(random, 300) - 60;
  }

  private stringEdges(): string[] {
    const { strings, letters } = this;
    const around = strings.flatMap((text) => [text, `${text}ab`, `ab${text}`, `a${text}b${text}c`, text + text]);
    const cut = strings.filter((text) => text.length > 2).map((text) => text.slice(0, -1));
    const sized = this.lengths.map((length) => 'abcdefghijklmnopqrstuvwxyz'.slice(0, length));
    const upper = strings.filter((text) => text.toUpperCase() !== text || text.toLowerCase() !== text).map((text) => (text.toUpperCase() === text ? text.toLowerCase() : text.toUpperCase()));
    const mixed = letters.length > 1 ? [letters.join(''), [...letters].reverse().join('x'), letters.map((letter) => letter + letter).join('b')] : [];
    return unique(['', 'a', ...around, ...mixed, ...cut, ...upper, 'Hello World', ...sized, 'abcba', ' two  words ', 'b-a_c', '42', 'A1b2', 'été', 'aaabbc', 'x,y;z']) as string[];
  }

  private string(): string {
    const { random, strings } = this;
    if (random() < 0.15 && this.lengths.length > 0) return this.word(choose(random, this.lengths));
    const pieces = 1 + randomInt(random, 5);
    return Array.from({ length: pieces }, () => {
      const r = random();
      if (r < 0.45 && strings.length > 0) return choose(random, strings);
      if (r < 0.75) return this.word(1 + randomInt(random, 4));
      return choose(random, [' ', '-', '_', '3', 'A', 'Q', '.', 'ab', 'Zz']);
    }).join('');
  }

  private word(length: number): string {
    return Array.from({ length }, () => 'abcdexyzRST'[randomInt(this.random, 11)]!).join('');
  }

  private listEdges(of: Shape, depth: number): unknown[][] {
    // Of anything: lists of one kind each, since few functions take a mixture.
    if (of.kind === 'any') return unique(zip([this.listEdges({ kind: 'number' }, depth), this.listEdges({ kind: 'string' }, depth), [[1, 'a', null, true, [2]], [[1, 2], [3, 4]], [{ a: 1 }, { a: 2 }]]])) as unknown[][];
    const inner = depth > 2 ? [1] : this.edges(of, depth + 1), some = (n: number): unknown[] => Array.from({ length: n }, () => this.element(of, depth));
    const ordered = (values: unknown[]): unknown[] => [...values].sort((a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1));
    const first = inner.slice(0, 8);
    return [
      inner.slice(0, 10), [], [first[0]], [at(inner, 3)], [at(inner, 4)], [at(inner, 1), at(inner, 1)], ordered(some(6)), ordered(some(5)).reverse(), some(2), some(3),
      [...first.slice(2, 7), ...first.slice(2, 7).reverse()], ...this.lengths.slice(0, 6).map(some), some(LONG), ordered(unique(inner).slice(0, 12)),
    ];
  }

  private element(of: Shape, depth: number): unknown {
    return depth < 3 && this.random() < 0.5 ? choose(this.random, this.edges(of, depth + 1)) : this.draw(of, depth + 1);
  }

  private list(of: Shape, depth: number): unknown[] {
    const { random } = this;
    if (of.kind === 'any') return this.list({ kind: random() < 0.55 ? 'number' : 'string' }, depth);
    const r = random();
    const length = r < 0.15 && this.lengths.length > 0 ? choose(random, this.lengths) : r < 0.9 ? 1 + randomInt(random, depth > 1 ? 3 : 7) : LONG - randomInt(random, 4);
    const list = Array.from({ length }, () => this.element(of, depth));
    // Repetitions and runs are what many functions look for.
    if (list.length > 1 && random() < 0.4) list[randomInt(random, list.length)] = list[randomInt(random, list.length)];
    if (random() < 0.2) list.sort((a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1));
    return list;
  }

  private recordEdges(shape: Shape & { kind: 'map' | 'record' }, depth: number): unknown[] {
    if (shape.kind === 'map') {
      const values = this.edges(shape.of, depth + 1), keys = this.keys();
      return [{}, { [keys[0]!]: at(values, 0) }, Object.fromEntries(keys.map((key, i) => [key, at(values, i)])), Object.fromEntries(keys.map((key, i) => [key, at(values, 3 * i + 2)])), Object.fromEntries(keys.slice(0, 2).map((key) => [key, at(values, 1)]))];
    }
    const names = Object.keys(shape.fields), values = names.map((name) => this.edges(shape.fields[name]!, depth + 1));
    const whole = (i: number): Record<string, unknown> => Object.fromEntries(names.map((name, n) => [name, at(values[n]!, i * (n + 1) + n)]));
    const full = Array.from({ length: 8 }, (_, i) => whole(i));
    // Then with one field missing each.
    return [...full, {}, ...names.map((name, i) => Object.fromEntries(Object.entries(whole(i + 1)).filter(([key]) => key !== name)))];
  }

  private record(shape: Shape & { kind: 'map' | 'record' }, depth: number): unknown {
    const { random } = this;
    if (shape.kind === 'map') return Object.fromEntries(this.keys().filter(() => random() < 0.6).map((key) => [key, this.element(shape.of, depth)]));
    const drop = random() < 0.2;
    return Object.fromEntries(Object.entries(shape.fields).filter(() => !drop || random() < 0.7).map(([key, of]) => [key, this.element(of, depth)]));
  }

  private keys(): string[] {
    return [...new Set([...this.strings.filter((text) => /^[\w-]{1,12}$/.test(text)).slice(0, 4), 'a', 'b', 'key'])];
  }
}

export const at = <T>(list: readonly T[], i: number): T => list[i % list.length]!;

/** The first of each, then the second of each, and so on. */
function zip(lists: readonly (readonly unknown[])[]): unknown[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
}
