/** Knows how to read JSON from strangers (size, depth, keys) into objects without a prototype; does not know what any of it means. */
import { labError, type ErrorName } from '../types';

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject { [key: string]: Json }

export interface JsonLimits {
  /** Bytes of UTF-8; default 1 MiB. */
  maxBytes?: number;
  /** Nested arrays and objects; default 16. */
  maxDepth?: number;
  /** Name of the error thrown; default BadModel. */
  error?: ErrorName;
  /** What is being read, for the message: "config.json". */
  what?: string;
}

/** Keys that reach an object's machinery when something later copies the record carelessly. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Parses UTF-8 JSON whose top level is an object.
 * Throws `limits.error` for invalid UTF-8 or JSON, a size or depth over the limit, a repeated key (JSON.parse would silently
 * keep the last) and the keys `__proto__`, `constructor`, `prototype`.
 */
export function parseStrictJson(source: Uint8Array | string, limits: JsonLimits = {}): JsonObject {
  const { maxBytes = 1 << 20, maxDepth = 16, error = 'BadModel', what = 'the JSON' } = limits;
  const fail = (reason: string) => labError(error, `${what} was refused: ${reason}. Nothing was loaded. Check that the file is whole and from a source you trust.`);
  // A string of n UTF-16 units is at least n bytes, so this bounds both forms before anything is decoded.
  if (source.length > maxBytes) throw fail(`it has ${source.length} bytes, the limit is ${maxBytes}`);
  let text: string;
  if (typeof source === 'string') text = source;
  else {
    try {
      text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(source);
    } catch {
      throw fail('it is not valid UTF-8');
    }
  }
  const fault = scanFault(text, maxDepth);
  if (fault) throw fail(fault);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fail(`it is not valid JSON (${cause instanceof Error ? cause.message.slice(0, 120) : 'syntax'})`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fail('its top level is not an object');
  return bare(value as JsonObject) as JsonObject;
}

/** One walk over the raw text for what JSON.parse hides: depth, repeated keys, forbidden keys. '' when clean. */
function scanFault(text: string, maxDepth: number): string {
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '{' || char === '[') {
      if (open.push(char === '{' ? new Set() : null) > maxDepth) return `it is nested more than ${maxDepth} deep`;
    } else if (char === '}' || char === ']') {
      open.pop();
    } else if (char === '"') {
      let end = at + 1;
      while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
      let after = end + 1;
      while (after < text.length && ' \t\r\n'.includes(text[after]!)) after++;
      const keys = open.at(-1);
      if (keys && text[after] === ':') {
        let key: string;
        try {
          key = JSON.parse(text.slice(at, end + 1)) as string;
        } catch {
          return 'it has a key that is not a valid string';
        }
        const shown = JSON.stringify(key.slice(0, 80));
        if (FORBIDDEN.has(key)) return `the key ${shown} is not allowed`;
        if (keys.has(key)) return `the key ${shown} appears twice`;
        keys.add(key);
      }
      at = end;
    }
  }
  return '';
}

/** The same value with every object's prototype removed, so that a missing key is undefined and never something inherited. */
function bare(value: Json): Json {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.create(null) as JsonObject;
  for (const [key, inner] of Object.entries(value)) copy[key] = bare(inner);
  return copy;
}
