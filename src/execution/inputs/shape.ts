/** What a value that a function takes looks like; knows no language and draws nothing. */

export type Shape =
  | { kind: 'any' } | { kind: 'integer' } | { kind: 'number' } | { kind: 'string' } | { kind: 'boolean' } | { kind: 'null' }
  | { kind: 'literal'; value: string | number | boolean }
  | { kind: 'list'; of: Shape } | { kind: 'tuple'; of: Shape[] } | { kind: 'map'; of: Shape }
  | { kind: 'record'; fields: Record<string, Shape> }
  | { kind: 'either'; of: Shape[] }
  /** No JSON value is one: a function, a class of the program's own. */
  | { kind: 'function' } | { kind: 'other'; name: string };

export const ANY: Shape = { kind: 'any' };

/** One of several, flat and without repetition. */
export function either(shapes: readonly Shape[]): Shape {
  const flat = shapes.flatMap((shape) => (shape.kind === 'either' ? shape.of : [shape]));
  const unique = flat.filter((shape, i) => flat.findIndex((other) => JSON.stringify(other) === JSON.stringify(shape)) === i);
  if (unique.length === 0 || unique.some(({ kind }) => kind === 'any')) return ANY;
  return unique.length === 1 ? unique[0]! : { kind: 'either', of: unique };
}

/** Whether JSON has a value of this shape. */
export function givable(shape: Shape): boolean {
  switch (shape.kind) {
    case 'function': case 'other': return false;
    case 'either': return shape.of.some(givable);
    case 'list': case 'map': return givable(shape.of);
    case 'tuple': return shape.of.every(givable);
    case 'record': return Object.values(shape.fields).every(givable);
    default: return true;
  }
}

/** Says more than nothing: what is known of a parameter's type need not be guessed from its use. */
export const known = (shape: Shape): boolean => shape.kind !== 'any' && shape.kind !== 'other';
