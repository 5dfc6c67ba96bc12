/** What is gathered of a value from how it is used, and the shape that speaks for; knows no language and no tree. */
import { ANY, either } from './shape';
import type { Shape } from './shape';

export interface Evidence {
  numbers: number;
  /** Held against another number or added to something: weak. */
  compared: number;
  strings: number;
  lists: number;
  booleans: number;
  /** Has a length or is looked up by a number: a text or a list. */
  sized: number;
  /** Any key may be asked for. */
  maps: number;
  /** Looked up by what may be a number or a key; and used to look something up. */
  keyed: number;
  keys: number;
  functions: number;
  /** Methods that no JSON value has. */
  methods: Set<string>;
  /** Values that it is held against. */
  literals: Set<string | number>;
  fields: Map<string, Evidence>;
  element: Evidence | null;
}

export function evidence(): Evidence {
  return { numbers: 0, compared: 0, strings: 0, lists: 0, booleans: 0, sized: 0, maps: 0, keyed: 0, keys: 0, functions: 0, methods: new Set(), literals: new Set(), fields: new Map(), element: null };
}

export const elementOf = (from: Evidence): Evidence => (from.element ??= evidence());

export function fieldOf(from: Evidence, key: string): Evidence {
  let found = from.fields.get(key);
  if (!found) from.fields.set(key, (found = evidence()));
  return found;
}

/** The likeliest shape; ANY where nothing was seen. */
export function shapeOf(seen: Evidence, depth = 0): Shape {
  if (depth > 4) return ANY;
  if (seen.functions > 0) return { kind: 'function' };
  const { element } = seen;
  const inner = element ? shapeOf(element, depth + 1) : ANY;
  const options: Shape[] = [];
  const record = seen.fields.size > 0 ? { kind: 'record' as const, fields: Object.fromEntries([...seen.fields].map(([key, value]) => [key, orNumber(shapeOf(value, depth + 1), value)])) } : null;
  if (record && seen.lists === 0) options.push(record);
  else if (seen.maps > 0 && seen.lists === 0) options.push({ kind: 'map', of: inner.kind === 'any' ? { kind: 'number' } : inner });
  const text = [...seen.literals].filter((value) => typeof value === 'string'), number = [...seen.literals].filter((value) => typeof value === 'number');
  const strings = seen.strings * 2 + text.length, numbers = seen.numbers * 2 + number.length + seen.compared;
  if (seen.lists > 0 && (seen.lists * 2 >= seen.strings)) options.push({ kind: 'list', of: listed(inner, element) });
  else if (strings > 0 && strings >= numbers) options.push({ kind: 'string' });
  else if (numbers > 0 && !record) options.push({ kind: 'number' });
  else if (seen.sized > 0 && !record) {
    // Its elements decide: what is computed with is a number, what is held against one letter is a text.
    if (inner.kind === 'string' && element!.fields.size === 0 && element!.literals.size > 0 && [...element!.literals].every((value) => typeof value === 'string' && [...value].length <= 1)) options.push(inner);
    else if (inner.kind !== 'any') options.push({ kind: 'list', of: inner });
    else options.push({ kind: 'list', of: ANY }, { kind: 'string' });
  } else if (seen.keyed > 0 && !record) options.push({ kind: 'map', of: inner.kind === 'any' ? { kind: 'number' } : inner });
  else if (seen.keys > 0 && !record) options.push({ kind: 'string' }, { kind: 'number' });
  else if (seen.booleans > 0 && !record) options.push({ kind: 'boolean' });
  if (options.length === 0 && seen.methods.size > 0) return { kind: 'other', name: [...seen.methods][0]! };
  return options.length === 0 ? ANY : either(options);
}

const listed = (inner: Shape, element: Evidence | null): Shape => (inner.kind === 'any' && element && element.compared > 0 ? { kind: 'number' } : inner);
/** A field of which nothing is known holds a number more often than anything else. */
const orNumber = (shape: Shape, value: Evidence): Shape => (shape.kind === 'any' && value.literals.size === 0 ? either([{ kind: 'number' }, { kind: 'string' }]) : shape);
