/** Plain data as it crosses between a program's room and the world: how it is read, written as one text, and as a literal. Knows no engine. */

/** A name that is no string: Ruby's symbols. */
export class Name {
  readonly text: string;
  constructor(text: string) { this.text = text; }
}

/** Integers of any size are bigint, other numbers number: what a language tells apart stays apart. A Map is a table: its keys may be anything plain. */
export type Plain = null | boolean | bigint | number | string | Name | Plain[] | Map<Plain, Plain>;

/** Deeper is no data but a bomb. */
export const MOST_DEPTH = 100;

/**
 * Reads what an engine's writer wrote: JSON in which numbers are integers, and an array opens with its kind: a(rray), h(ash: keys and
 * values in turn), s(ymbol), i(nteger too large for JSON), f(loat). null where it is anything else: the writer stands beside hostile code.
 */
export function readPlain(wire: string): { value: Plain } | null {
  try {
    return { value: plainOf(JSON.parse(wire), 0) };
  } catch {
    return null;
  }
}

function plainOf(json: unknown, depth: number): Plain {
  if (depth > MOST_DEPTH) throw new Error('too deep');
  if (json === null || typeof json === 'boolean' || typeof json === 'string') return json;
  if (typeof json === 'number' && Number.isSafeInteger(json)) return BigInt(json);
  if (!Array.isArray(json)) throw new Error('not plain');
  const [kind, ...rest] = json as unknown[];
  if (kind === 'a') return rest.map(item => plainOf(item, depth + 1));
  if (kind === 'h' && rest.length % 2 === 0) {
    const table = new Map<Plain, Plain>();
    for (let i = 0; i < rest.length; i += 2) table.set(plainOf(rest[i], depth + 1), plainOf(rest[i + 1], depth + 1));
    return table;
  }
  const [text] = rest;
  if (rest.length !== 1 || typeof text !== 'string') throw new Error('not plain');
  if (kind === 's') return new Name(text);
  if (kind === 'i' && /^-?\d+$/.test(text)) return BigInt(text);
  if (kind === 'f' && (/^-?\d/.test(text) || /^(?:nan|-?inf)$/.test(text))) return floatOf(text);
  throw new Error('not plain');
}

function floatOf(text: string): number {
  if (text === 'nan') return NaN;
  if (text.endsWith('inf')) return text === 'inf' ? Infinity : -Infinity;
  const value = Number(text);
  if (Number.isNaN(value)) throw new Error('not plain');
  return value;
}

/**
 * JSON text, the same for equal values: 1 and 1.0 are equal in Ruby and in Lua and are both `1`; keys are sorted; a symbol is its text, a
 * number as a key its digits. null where there is none: a number that is not finite, a key that is a table, two keys of one text.
 */
export function canonical(value: Plain, longest: number): string | null {
  let room = longest;
  const spend = (text: string): string => {
    room -= text.length;
    if (room < 0) throw new Error('too long');
    return text;
  };
  const write = (one: Plain): string => {
    if (one === null || typeof one === 'boolean') return spend(String(one));
    if (typeof one === 'bigint' || typeof one === 'number') return spend(digits(one));
    if (typeof one === 'string') return spend(JSON.stringify(one));
    if (one instanceof Name) return spend(JSON.stringify(one.text));
    spend('[]');
    if (Array.isArray(one)) return `[${one.map(write).join(',')}]`;
    const entries = [...one].map(([key, held]): [string, string] => [keyText(key), write(held)]).sort(([a], [b]) => (a < b ? -1 : 1));
    if (entries.some(([key], i) => i > 0 && key === entries[i - 1]![0])) throw new Error('two keys of one text');
    return `{${entries.map(([key, held]) => `${spend(JSON.stringify(key))}:${held}`).join(',')}}`;
  };
  try {
    const text = write(value);
    return text.length > longest ? null : text;
  } catch {
    return null;
  }
}

function digits(value: bigint | number): string {
  if (typeof value === 'bigint') return String(value);
  if (!Number.isFinite(value)) throw new Error('no JSON');
  return Number.isInteger(value) ? String(BigInt(value)) : String(value);
}

function keyText(key: Plain): string {
  if (typeof key === 'string') return key;
  if (key instanceof Name) return key.text;
  if (typeof key === 'bigint' || typeof key === 'number') return digits(key);
  throw new Error('no key');
}

/** A value of JSON as plain data: whole numbers are integers. */
export function plainOfJson(json: unknown): Plain {
  if (json === null || json === undefined) return null;
  if (typeof json === 'number') return Number.isInteger(json) && Math.abs(json) <= Number.MAX_SAFE_INTEGER ? BigInt(json) : json;
  if (Array.isArray(json)) return json.map(plainOfJson);
  if (typeof json === 'object') return new Map(Object.entries(json).map(([key, value]) => [key, plainOfJson(value)]));
  return json as Plain;
}

/** How a language writes its constants. */
export interface Literals {
  none: string;
  text: (value: string) => string;
  name: (value: string) => string;
  float: (value: number) => string;
  integer: (value: bigint) => string;
  list: (items: string[]) => string;
  table: (entries: [key: string, value: string][]) => string;
}

/** The value as an expression of a language. */
export function literal(value: Plain, write: Literals): string {
  if (value === null) return write.none;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint') return write.integer(value);
  if (typeof value === 'number') return write.float(value);
  if (typeof value === 'string') return write.text(value);
  if (value instanceof Name) return write.name(value.text);
  if (Array.isArray(value)) return write.list(value.map(item => literal(item, write)));
  return write.table([...value].map(([key, held]) => [literal(key, write), literal(held, write)]));
}
