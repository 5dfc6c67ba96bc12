/** Wrong versions of a JavaScript function: each has one of its operators exchanged. Knows operators, not what they do in the function. */

/** The nearest wrong one: a boundary moved, a sign turned, one more or less. */
const FLIPS: Readonly<Record<string, string>> = {
  '<': '<=', '<=': '<', '>': '>=', '>=': '>', '===': '!==', '!==': '===', '+': '-', '-': '+', '*': '+', '/': '*', '%': '*', '&&': '||', '||': '&&',
  '+=': '-=', '-=': '+=', '*=': '+=', '/=': '*=', '>>': '<<', '<<': '>>', '>>=': '<<=', '^': '&', '&': '|', '++': '--', '--': '++',
};
/** Strings and regular expressions are passed over whole, the arrow and the spread too; then the longest operator. */
const TOKEN = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|(?<=[(=!]|return |&& )\/(?:\\.|\[[^\]]*\]|[^/\\\n])+\/|=>|\.\.\.|>>=|===|!==|<<|>>|<=|>=|&&|\|\||\+\+|--|[-+*/]=|[-+*/%<>^&]/g;

export interface Flip { code: string; /** The line that changed, as it is now. */ line: string }

export function operatorFlips(code: string): Flip[] {
  const flips: Flip[] = [];
  for (const match of code.matchAll(TOKEN)) {
    const flipped = FLIPS[match[0]];
    if (flipped === undefined) continue;
    const end = match.index + match[0].length;
    const changed = code.slice(0, match.index) + flipped + code.slice(end);
    const start = changed.lastIndexOf('\n', match.index - 1) + 1;
    const stop = changed.indexOf('\n', match.index);
    flips.push({ code: changed, line: changed.slice(start, stop < 0 ? undefined : stop).trim() });
  }
  return flips;
}
