/** What the 16 list families compute, written from their documentation and the slots; knows none of the templates. */
import type { Slots } from '../../src/synthetic/slots';

function holds(a: number, op: Slots['op'], b: number): boolean {
  switch (op) {
    case '>': return a > b;
    case '<': return a < b;
    case '>=': return a >= b;
    case '<=': return a <= b;
    case '==': return a === b;
    case '!=': return a !== b;
  }
}

function applied(a: number, ar: Slots['ar'], b: number): number {
  switch (ar) {
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    case '%': return a - b * Math.floor(a / b);
  }
}

const sum = (xs: number[]): number => xs.reduce((total, x) => total + x, 0);

/** The expected result of a list family on one argument list. */
export function expectedOutput(family: string, { op, ar, k }: Pick<Slots, 'op' | 'ar' | 'k'>, [xs, n]: [number[], number?]): unknown {
  const matching = xs.filter((x) => holds(x, op, k));
  switch (family) {
    case 'filter': return matching;
    case 'reject': return xs.filter((x) => !holds(x, op, k));
    case 'map': return xs.map((x) => applied(x, ar, k));
    case 'sum': return k + sum(xs);
    case 'sumif': return sum(matching);
    case 'count': return matching.length;
    case 'max': return xs.length > 0 ? [...xs].sort((a, b) => b - a)[0] : k;
    case 'min': return xs.length > 0 ? [...xs].sort((a, b) => a - b)[0] : k;
    case 'mean': return xs.length > 0 ? sum(xs) / xs.length : k;
    case 'product': return xs.reduce((product, x) => product * x, k) + 0;
    case 'find': return xs.indexOf(n!);
    case 'first': return matching.length > 0 ? matching[0] : null;
    case 'any': return matching.length > 0;
    case 'all': return matching.length === xs.length;
    case 'take': return xs.filter((_, i) => i < k);
    case 'skip': return xs.filter((_, i) => i >= k);
    default: throw new Error(`no list family ${family}`);
  }
}
