/** Knows how to write plain data and typed arrays as JSON without losing a number (NaN, infinities and -0 come back); knows no records. */
import { labError } from '../types';

/** A key no one uses by accident; it marks a number that JSON cannot say. */
const MARK = '\u0000number';
/** As above, for a typed array: its type and its numbers. */
const ARRAY_MARK = '\u0000array';
const ARRAYS = { Float32Array, Float64Array, Int32Array, Uint32Array, Uint16Array, Uint8Array };

type Replaced = Record<string, unknown>;

function exactNumber(value: number): unknown {
  return Number.isFinite(value) && !Object.is(value, -0) ? value : { [MARK]: Object.is(value, -0) ? '-0' : String(value) };
}

function stringify(value: unknown, special: (inner: object) => unknown): string {
  return JSON.stringify(value, (key, inner: unknown) => {
    if (typeof inner === 'number') return exactNumber(inner);
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) {
      const replaced = special(inner);
      if (replaced !== undefined) return replaced;
      const prototype: unknown = Object.getPrototypeOf(inner);
      if (prototype !== Object.prototype && prototype !== null) throw lossy(key, (inner.constructor as { name?: string } | undefined)?.name ?? 'object');
    }
    if (typeof inner === 'bigint' || typeof inner === 'function' || typeof inner === 'symbol') throw lossy(key, typeof inner);
    return inner;
  });
}

/** JSON text from which `parseExact` gives back the same data. Throws BadCheckpoint for values that JSON would silently change. */
export function stringifyExact(value: unknown): string {
  return stringify(value, () => undefined);
}

/** As `stringifyExact`, typed arrays too; `revived` brings them back. */
export function stringifyArrays(value: unknown): string {
  return stringify(value, inner => {
    const kind = Object.keys(ARRAYS).find(name => inner instanceof ARRAYS[name as keyof typeof ARRAYS]);
    if (kind === undefined) return undefined;
    // Nine digits tell any float32 from any other, and are half of what a float64 takes.
    const numbers = kind === 'Float32Array' ? Array.from(inner as Float32Array, number => (Number.isFinite(number) && number !== 0 ? Number(number.toPrecision(9)) : number)) : Array.from(inner as Float64Array);
    return { [ARRAY_MARK]: kind, numbers };
  });
}

function lossy(key: string, kind: string): Error {
  return labError('BadCheckpoint', `The state to save holds a ${kind} at "${key}", which would not come back as it was. Nothing was saved; the checkpoint before it stands. Please report this.`);
}

/** The reverse of `stringifyExact`. Throws SyntaxError. */
export function parseExact(text: string): unknown {
  return JSON.parse(text, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null) return inner;
    const mark = (inner as Record<string, unknown>)[MARK];
    return typeof mark === 'string' ? Number(mark) : inner;
  });
}

/** Fresh ordinary objects from what a strict parser gave, with marked numbers and arrays brought back. Throws a plain Error for a false mark. */
export function revived(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revived);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Replaced;
  if (Object.hasOwn(fields, MARK)) {
    if (Object.keys(fields).length !== 1 || !['NaN', 'Infinity', '-Infinity', '-0'].includes(fields[MARK] as string)) throw new Error('it marks something as a number that is none');
    return Number(fields[MARK]);
  }
  if (Object.hasOwn(fields, ARRAY_MARK)) {
    const kind = fields[ARRAY_MARK], numbers = revived(fields['numbers']);
    if (typeof kind !== 'string' || !Object.hasOwn(ARRAYS, kind) || !Array.isArray(numbers) || !numbers.every(number => typeof number === 'number')) throw new Error('it marks something as an array of numbers that is none');
    return ARRAYS[kind as keyof typeof ARRAYS].from(numbers as number[]);
  }
  return Object.fromEntries(Object.entries(fields).map(([key, inner]) => [key, revived(inner)]));
}
