/** Knows how to hold a stranger's data against a shape and copy what fits into fresh objects; does not know any shape itself. */

/** Gives back a fresh copy of the checked kind. Throws a plain Error that says where and why. */
export type Check<T> = (value: unknown, at: string) => T;

function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : typeof value === 'object' && value !== null ? (Array.isArray(value) ? 'a list' : 'an object') : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

const wrong = (at: string, value: unknown, wanted: string) => new Error(`${at} is ${shown(value)}, not ${wanted}`);

export const text = (most: number): Check<string> => (value, at) => {
  if (typeof value !== 'string') throw wrong(at, value, 'text');
  if (value.length > most) throw new Error(`${at} has ${value.length} characters, the limit is ${most}`);
  return value;
};

export const matching = (pattern: RegExp, wanted: string): Check<string> => (value, at) => {
  if (typeof value !== 'string' || !pattern.test(value)) throw wrong(at, value, wanted);
  return value;
};

export const oneOf = <T extends string>(...choices: readonly T[]): Check<T> => (value, at) => {
  if (!choices.includes(value as T)) throw wrong(at, value, `one of ${choices.join(', ')}`);
  return value as T;
};

/** Any number, NaN and infinities too. */
export const number: Check<number> = (value, at) => {
  if (typeof value !== 'number') throw wrong(at, value, 'a number');
  return value;
};

export const between = (least: number, most: number): Check<number> => (value, at) => {
  if (typeof value !== 'number' || !(value >= least && value <= most)) throw wrong(at, value, `a number from ${least} to ${most}`);
  return value;
};

export const whole: Check<number> = (value, at) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0 || Object.is(value, -0)) throw wrong(at, value, 'a whole number');
  return value as number;
};

export const truth: Check<boolean> = (value, at) => {
  if (typeof value !== 'boolean') throw wrong(at, value, 'true or false');
  return value;
};

export const either = <A, B>(first: Check<A>, second: Check<B>): Check<A | B> => (value, at) => {
  try {
    return first(value, at);
  } catch {
    return second(value, at);
  }
};

export const nothing: Check<null> = (value, at) => {
  if (value !== null) throw wrong(at, value, 'null');
  return null;
};

export const list = <T>(check: Check<T>, most: number): Check<T[]> => (value, at) => {
  if (!Array.isArray(value)) throw wrong(at, value, 'a list');
  if (value.length > most) throw new Error(`${at} has ${value.length} entries, the limit is ${most}`);
  return value.map((entry, i) => check(entry, `${at}[${i}]`));
};

export const floats = (most: number): Check<Float32Array> => (value, at) => {
  if (!(value instanceof Float32Array) || value.length > most) throw wrong(at, value, `at most ${most} numbers`);
  return value.slice();
};

/** Numbers in a plain list or any typed array. */
export const numbers = (most: number): Check<ArrayLike<number>> => (value, at) => {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const array = value as Float32Array;
    if (array.length > most) throw new Error(`${at} has ${array.length} numbers, the limit is ${most}`);
    return array.slice();
  }
  return list(number, most)(value, at);
};

function fieldsOf(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) throw wrong(at, value, 'an object');
  return value as Record<string, unknown>;
}

/** Names of anyone's choice, all with values of one kind. */
export const table = <T>(check: Check<T>, most: number): Check<Record<string, T>> => (value, at) => {
  const entries = Object.entries(fieldsOf(value, at));
  if (entries.length > most) throw new Error(`${at} has ${entries.length} entries, the limit is ${most}`);
  return Object.fromEntries(entries.map(([key, inner]) => {
    if (key.length > 200) throw new Error(`${at} has a name of ${key.length} characters`);
    return [key, check(inner, `${at}.${key.slice(0, 40)}`)];
  }));
};

type Checks<T> = { [K in keyof T]-?: Check<Exclude<T[K], undefined>> };
type OptionalKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

/** Fields by name; unknown ones stay behind, those in `optional` may be absent. */
export const object = <T extends object>(checks: Checks<T>, ...optional: OptionalKeys<T>[]): Check<T> => (value, at) => {
  const fields = fieldsOf(value, at);
  const made: [string, unknown][] = [];
  for (const [key, check] of Object.entries(checks) as [string, Check<unknown>][]) {
    if (Object.hasOwn(fields, key) && fields[key] !== undefined) made.push([key, check(fields[key], `${at}.${key}`)]);
    else if (!(optional as string[]).includes(key)) throw new Error(`${at}.${key} is missing`);
  }
  return Object.fromEntries(made) as T;
};

/** Any plain data; the parser before it bounds its depth and size. */
export const data: Check<Record<string, unknown>> = (value, at) => structuredClone(fieldsOf(value, at));
