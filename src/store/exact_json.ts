/** Knows how to write plain data as JSON without losing a number (NaN, infinities and -0 come back); knows no records. */
import { labError } from '../types';

/** A key no one uses by accident; it marks a number that JSON cannot say. */
const MARK = '\u0000number';

/** JSON text from which `parseExact` gives back the same data. Throws BadCheckpoint for values that JSON would silently change. */
export function stringifyExact(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) => {
    if (typeof inner === 'number') return Number.isFinite(inner) && !Object.is(inner, -0) ? inner : { [MARK]: Object.is(inner, -0) ? '-0' : String(inner) };
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) {
      const prototype: unknown = Object.getPrototypeOf(inner);
      if (prototype !== Object.prototype && prototype !== null) throw lossy(key, (inner.constructor as { name?: string } | undefined)?.name ?? 'object');
    }
    if (typeof inner === 'bigint' || typeof inner === 'function' || typeof inner === 'symbol') throw lossy(key, typeof inner);
    return inner;
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
