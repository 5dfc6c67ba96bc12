/** Wrong versions of right Python programs, made by rule; knows no problem. */

/** What a body of four spaces becomes when it does nothing useful. */
export const EMPTIED = '    return None\n';

/** The program with the result of its function changed after its kind, so that it is never what it was. */
export const perturbed = (code: string, entry: string): string => `${code}
def __other(value):
    if value is None: return 0
    if isinstance(value, bool): return not value
    if isinstance(value, (int, float)): return value + 1
    if isinstance(value, str): return value + 'x'
    if isinstance(value, tuple): return (*value, 0)
    if isinstance(value, dict): return {**value, 'x': 0}
    return list(value) + [0]
__right = ${entry}
def ${entry}(*values):
    return __other(__right(*values))
`;

const FLIPS: readonly [RegExp, (found: string) => string][] = [
  [/ == | != /g, found => (found === ' == ' ? ' != ' : ' == ')],
  [/ <= | >= | < | > /g, found => ({ ' <= ': ' > ', ' >= ': ' < ', ' < ': ' >= ', ' > ': ' <= ' })[found]!],
  [/ \+ | - | \* | \/\/ | % /g, found => ({ ' + ': ' - ', ' - ': ' + ', ' * ': ' + ', ' // ': ' * ', ' % ': ' // ' })[found]!],
  [/ \+= | -= | \*= /g, found => ({ ' += ': ' -= ', ' -= ': ' += ', ' *= ': ' += ' })[found]!],
  [/\b(?:and|or)\b/g, found => (found === 'and' ? 'or' : 'and')],
  [/\b(?:True|False)\b/g, found => (found === 'True' ? 'False' : 'True')],
  [/\b(?:min|max)\(/g, found => (found === 'min(' ? 'max(' : 'min(')],
  [/(?<![\w.'"])\d+(?![\w.'"])/g, found => String(Number(found) + 1)],
  [/\[::-1\]|\.lower\(\)|\.upper\(\)|\.strip\(\)|reverse=True|sorted(?=\()|\bnot /g, found => (found === 'sorted' ? 'list' : found === 'reverse=True' ? 'reverse=False' : '')],
  [/(['"])(?:(?!\1).)*\1/g, found => `${found[0]}?${found[0]}`],
];

/** Every version of a body with one operator or constant exchanged. Comments and lines of text are left alone. */
export function flipped(body: string): string[] {
  const made: string[] = [];
  for (const [pattern, change] of FLIPS) {
    for (const match of body.matchAll(pattern)) {
      const before = body.slice(0, match.index);
      const line = before.slice(before.lastIndexOf('\n') + 1);
      const to = change(match[0]);
      if (line.includes('#') || to === match[0] || (/^ (?:not )?in $/.test(match[0]) && /\bfor\b/.test(line))) continue;
      made.push(before + to + body.slice(match.index + match[0].length));
    }
  }
  return made;
}
