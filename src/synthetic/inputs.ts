/** Argument lists to run a sample function on; knows kinds and slots, not what a family computes. */
import { choose, randomInt } from '../rng';
import type { Family } from './family';
import { KEYS, type Slots } from './slots';

/** Argument lists per function. */
const LISTS = 10;

/**
 * Ten argument lists that sit on the edges of the slots (k - 1, k, k + 1, an empty list, a list of k, the field missing
 * and present, the character at an end), so that a wrong operator, constant, key or character shows in the outputs.
 * Where `%` is applied the numbers are not negative: languages differ there.
 */
export function drawInputs(random: () => number, family: Family, slots: Slots): unknown[][] {
  const [low, high] = family.range ?? [-3, 14];
  const uses = (slot: string): boolean => family.python.some((line) => line.includes(`$${slot}`));
  const lowest = uses('ar') && slots.ar === '%' ? Math.max(0, low) : low;
  const number = (): number => lowest + randomInt(random, high - lowest + 1);
  const within = (value: number): number => Math.min(high, Math.max(lowest, value));
  const lists = numberLists(random, slots.k, number, within);
  const numbers = edgeNumbers(slots, family, lowest, number);
  const texts = edgeTexts(random, slots);
  return Array.from({ length: LISTS }, (_, i) => family.takes.map((kind): unknown => {
    switch (kind) {
      case 'numbers': return lists[i]!;
      case 'number': return family.takes.length > 1 ? sought(random, lists[i]!, i) : numbers[i]!;
      case 'text': return texts[i]!;
      case 'record': return record(random, slots.key, i);
      case 'records': return records(random, slots, i);
    }
  }));
}

function numberLists(random: () => number, k: number, number: () => number, within: (value: number) => number): number[][] {
  const some = (length: number): number[] => Array.from({ length }, number);
  const edges = [within(k), number(), within(k - 1), within(k + 1), number(), within(k), number(), number()];
  return [shuffle(random, edges), [], [within(k - 1)], [within(k)], [within(k + 1)], some(k), some(k - 1), some(15), some(3 + randomInt(random, 7)), some(2)];
}

function shuffle<T>(random: () => number, list: T[]): T[] {
  for (let i = list.length - 1; i > 0; i--) {
    const j = randomInt(random, i + 1);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}

/** Edges of both limits; where the family has a range of its own, what of them lies inside and then the range itself. */
function edgeNumbers(slots: Slots, family: Family, lowest: number, number: () => number): number[] {
  const { k, k2 } = slots;
  const wanted = [k - 1, k, k + 1, k2 - 1, k2, k2 + 1, 2 * k, 2 * k + 1, 0, 1, lowest];
  const found = new Set<number>();
  if (family.range === undefined) {
    for (const value of wanted.filter((_, i) => i < 6 || i === 8)) found.add(value);
  } else {
    for (const value of wanted) if (value >= family.range[0] && value <= family.range[1] && found.size < 7) found.add(value);
    found.add(family.range[1]);
  }
  for (let tries = 0; found.size < LISTS && tries < 200; tries++) found.add(number());
  const list = [...found];
  while (list.length < LISTS) list.push(number());
  return list;
}

/** A number to look for: usually one of the list (its last occurrence need not be its first), sometimes none. */
function sought(random: () => number, list: number[], i: number): number {
  return list.length === 0 || i % 4 === 3 ? 40 + i : choose(random, list);
}

function edgeTexts(random: () => number, slots: Slots): string[] {
  const { k, key, c, c2 } = slots;
  const letters = (length: number): string => Array.from({ length }, () => 'abcxyzQRS'[randomInt(random, 9)]!).join('');
  const mixed = (): string => Array.from({ length: 3 + randomInt(random, 6) }, () => choose(random, [c, c, c2, 'ab', 'X', ' ', key, 'tag'])).join('');
  return [mixed(), '', letters(k - 1), letters(k), letters(k + 1), `${key}${c}${letters(3)}`, `${key}${letters(2)}`, `${c}a ${c} B${c2}b${c}${c}`, mixed(), `${letters(2)}${c}${letters(12)}`];
}

function record(random: () => number, key: string, i: number): Record<string, number> {
  const out: Record<string, number> = {};
  for (const field of KEYS) if (field !== key && random() < 0.4) out[field] = randomInt(random, 21);
  // Half of them have the field; once it is 0, which is a value and not a missing one.
  if (i % 2 === 0) out[key] = i === 2 ? 0 : 1 + randomInt(random, 20);
  return out;
}

function records(random: () => number, slots: Slots, i: number): Record<string, number>[] {
  const near = [slots.k - 1, slots.k, slots.k + 1];
  const row = (value: number): Record<string, number> => Object.fromEntries(KEYS.map((field) => [field, field === slots.key ? value : randomInt(random, 15)]));
  if (i === 0) return near.map(row);
  if (i === 1) return [];
  if (i < 5) return [row(near[i - 2]!)];
  return Array.from({ length: 2 + randomInt(random, 4) }, () => row(random() < 0.5 ? choose(random, near) : randomInt(random, 15)));
}
