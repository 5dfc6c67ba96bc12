/** What must leave a graph as it is and what must not, in every language, on one program. */
import { beforeAll, describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/reward/cssg/build';
import { rolesOf } from '../../../src/reward/cssg/syntax';
import type { SyntaxParser, TreeNode } from '../../../src/reward/tree';
import type { Language } from '../../../src/types';
import { realParser } from '../grammars';
import { signature } from './graph_lines';

/** The same program everywhere; in PHP the variables are given their sign afterwards. */
const JAVASCRIPT = `function pick(items, limit) {
  let total = 0;
  let seen = 1;
  for (let i = 0; i < limit; i++) {
    if (items[i] > total) {
      total += items[i];
    } else {
      seen = seen * 3;
    }
  }
  if (!seen) {
    return null;
  }
  total = total + seen;
  seen = total * 7;
  return combine(total, seen);
}`;
const C_LIKE = JAVASCRIPT.replace(/let /g, 'int ');
const PROGRAMS: Record<Language, string> = {
  javascript: JAVASCRIPT,
  typescript: JAVASCRIPT.replace('(items, limit)', '(items: number[], limit: number): number | null'),
  tsx: JAVASCRIPT.replace('(items, limit)', '<T,>(items: T[], limit: number)'),
  python: `def pick(items, limit):
  total = 0
  seen = 1
  for i in range(0, limit):
    if items[i] > total:
      total += items[i]
    else:
      seen = seen * 3
  if not seen:
    return None
  total = total + seen
  seen = total * 7
  return combine(total, seen)`,
  ruby: `def pick(items, limit)
  total = 0
  seen = 1
  for i in 0...limit do
    if items[i] > total
      total += items[i]
    else
      seen = seen * 3
    end
  end
  if !seen
    return nil
  end
  total = total + seen
  seen = total * 7
  return combine(total, seen)
end`,
  go: JAVASCRIPT.replace('function pick(items, limit)', 'func pick(items []int, limit int) *int').replace(/let (\w+) =/g, '$1 :=').replace('if (!seen)', 'if !seen').replace('null', 'nil')
    .replace('for (i := 0; i < limit; i++)', 'for i := 0; i < limit; i++').replace('if (items[i] > total)', 'if items[i] > total'),
  rust: JAVASCRIPT.replace('function pick(items, limit)', 'fn pick(items: &[i32], limit: usize) -> Option<i32>').replace('for (let i = 0; i < limit; i++)', 'for i in 0..limit')
    .replace(/let /g, 'let mut ').replace('null', 'None').replace('if (items[i] > total)', 'if items[i] > total').replace('if (!seen)', 'if !seen'),
  java: C_LIKE.replace('function pick(items, limit)', 'public Integer pick(int[] items, int limit)'),
  c: C_LIKE.replace('function pick(items, limit)', 'static int *pick(const int *items, int limit)').replace('null', 'NULL'),
  cpp: C_LIKE.replace('function pick(items, limit)', 'int *pick(const std::vector<int> &items, int limit)').replace('null', 'nullptr'),
  php: JAVASCRIPT.replace(/let /g, ''),
  lua: `function pick(items, limit)
  local total = 0
  local seen = 1
  for i = 0, limit do
    if items[i] > total then
      total = total + items[i]
    else
      seen = seen * 3
    end
  end
  if not seen then
    return nil
  end
  total = total + seen
  seen = total * 7
  return combine(total, seen)
end`,
};
const LANGUAGES = Object.keys(PROGRAMS) as Language[];
const COMMENT: Partial<Record<Language, string>> = { python: '#', ruby: '#', lua: '--' };
const INDENTED: ReadonlySet<Language> = new Set(['python']);
const NAMES: Record<string, string> = { pick: 'choose', items: 'rows', limit: 'bound', total: 'acc', seen: 'flag', i: 'index' };

const finished = (language: Language, code: string): string =>
  (language === 'php' ? code.replace(/\b(items|limit|total|seen|i|rows|bound|acc|flag|index)\b/g, '$$$1') : code);

/** Exchanges two lines that are found by what they hold. */
function exchange(code: string, first: RegExp, second: RegExp): string {
  const lines = code.split('\n'), a = lines.findIndex((line) => first.test(line)), b = lines.findIndex((line) => second.test(line));
  [lines[a], lines[b]] = [lines[b] as string, lines[a] as string];
  return lines.join('\n');
}

const KEEP: Record<string, (code: string, language: Language) => string> = {
  'other names': (code) => code.replace(/\b(pick|items|limit|total|seen|i)\b/g, (name) => NAMES[name] as string),
  'other white space': (code, language) => (INDENTED.has(language) ? code.replace(/^ +/gm, (indent) => indent.repeat(3)).replace(/ ([=*+>]=?) /g, '  $1   ')
    : code.replace(/^ +/gm, '\t').replace(/ ([=*+>]=?) /g, '   $1  ').replace(/\n/g, '\n\n')),
  comments: (code, language) => code.split('\n').map((line, i) => (i % 3 === 0 ? `${line} ${COMMENT[language] ?? '//'} note ${i}` : line)).join('\n'),
  parentheses: (code) => code.replace('total = total + seen', 'total = (total + (seen))').replace('items[i] > total', '(items[i]) > (total)'),
  'independent statements exchanged': (code) => exchange(code, /total :?= 0/, /seen :?= 1/),
  'operands of a sum and a product exchanged': (code) => code.replace('total + seen', 'seen + total').replace('seen * 3', '3 * seen'),
};
const CHANGE: Record<string, (code: string) => string> = {
  'operands of a comparison exchanged': (code) => code.replace('items[i] > total', 'total > items[i]'),
  'a comparison': (code) => code.replace('items[i] > total', 'items[i] >= total'),
  'an arithmetic operator': (code) => code.replace('total + seen', 'total - seen'),
  "a constant's type": (code) => code.replace(/return (null|None|nil|NULL|nullptr)/, 'return "none"'),
  'a start of 1 for 0': (code) => code.replace(/total :?= 0/, (found) => found.replace('0', '1')),
  "a condition's sign": (code) => code.replace(/!seen|not seen/, 'seen'),
  'the branches exchanged': (code) => exchange(code, /total (\+= items|= total \+ items)/, /seen = seen/),
  "a loop's bound": (code) => code.replace(/i < limit|\b0, limit|\.\.limit/, (found) => found.replace('limit', 'limit - 1')),
  "a loop's start": (code) => code.replace(/\bi :?= 0|range\(0|in 0/, (found) => found.replace('0', '1')),
  'a call': (code) => code.replace('combine', 'merge'),
  'a variable used': (code) => code.replace('combine(total, seen)', 'combine(seen, seen)'),
  'a variable defined': (code) => code.replace('seen = total * 7', 'total = total * 7'),
  'a statement left out': (code) => code.replace(/\n *total = total \+ seen;?/, ''),
  'an argument left out': (code) => code.replace('combine(total, seen)', 'combine(total)'),
  'a parameter left out': (code) => code.replace(/,( int| \w+:)? ?limit(: \w+| int)?(?=\))/, ''),
  'dependent statements exchanged': (code) => exchange(code, /total = total \+ seen/, /seen = total \* 7/),
};

let parser: SyntaxParser;
beforeAll(async () => { parser = await realParser(LANGUAGES); });
const graph = (language: Language, code: string): string[] => {
  const tree = parser.parse(language, finished(language, code));
  if (!tree) throw new Error(`does not parse as ${language}:\n${finished(language, code)}`);
  return signature(buildGraph(tree, language));
};

describe.each(LANGUAGES)('%s', (language) => {
  const program = PROGRAMS[language];
  it.each(Object.keys(KEEP))('is not changed by %s', (name) => {
    const other = (KEEP[name] as (code: string, language: Language) => string)(program, language);
    expect(other).not.toBe(program);
    expect(graph(language, other)).toEqual(graph(language, program));
  });
  it.each(Object.keys(CHANGE))('is changed by %s', (name) => {
    const other = (CHANGE[name] as (code: string) => string)(program);
    expect(other).not.toBe(program);
    expect(graph(language, other)).not.toEqual(graph(language, program));
  });
});

describe('names', () => {
  const js = (code: string): string[] => graph('javascript', code);
  it('of methods, fields, labels and captured variables do not count; of what is called outside do', () => {
    const text = `class A { m(x) { this.f = x; return this.m(this.f); } n(g) { out: for (const k of g) { if (k) break out; } return () => g; } }`;
    const other = `class B { w(y) { this.h = y; return this.w(this.h); } v(u) { end: for (const z of u) { if (z) break end; } return () => u; } }`;
    expect(js(other)).toEqual(js(text));
    expect(js('function f(x) { return x.push(1); }')).not.toEqual(js('function f(x) { return x.pop(1); }'));
    expect(js('function f(x) { return parse(x); }')).not.toEqual(js('function f(x) { return parseInt(x); }'));
  });
  it('of a local function do not count, which of two is called does', () => {
    const both = (called: string): string => `function a(x) { return x + 1; } function b(x) { return x * 2; } function c(x) { return ${called}(x); }`;
    expect(js(both('a'))).not.toEqual(js(both('b')));
    expect(js(both('a').replace(/\b([abc])\b/g, 'fn_$1'))).toEqual(js(both('a')));
  });
});

describe('the order of operands', () => {
  const js = (body: string): string[] => graph('javascript', `function f(a, b, xs) { let i = g(a), k = g(b); ${body} return b; }`);
  const ORDERED = ['-', '/', '%', '**', '<<', '>>', '<', '>', '<=', '>=', '??', 'in', 'instanceof'], FREE = ['+', '*', '&', '|', '^', '==', '!=', '===', '&&'];
  it.each(ORDERED)('shows in %s: of two classes, of two parameters, of two places in one array, of a group', (sign) => {
    for (const [left, right] of [['a', 'i'], ['i', '2'], ['a', 'b'], ['xs[i]', 'xs[i + 1]'], ['xs[a]', 'xs[b]'], ['h(i)', 'xs.n'], ['h(i)', 'h(i, a)'], ['(a * i)', '-1']]) {
      expect(js(`xs.push(${left} ${sign} ${right});`), left).not.toEqual(js(`xs.push(${right} ${sign} ${left});`));
      expect(js(`xs.push(${left} ${sign} ${right});`), left).toEqual(js(`xs.push((${left}) ${sign} ((${right})));`));
    }
  });
  it.each(FREE)('does not show in %s', (sign) => { expect(js(`xs.push(a ${sign} i);`)).toEqual(js(`xs.push(i ${sign} a);`)); });
  it('shows how a difference is grouped', () => { expect(js('xs.push(b - a - a);')).not.toEqual(js('xs.push(b - (a - a));')); });
  it('is the same in x -= y as in x = x - y', () => {
    for (const [target, value] of [['b', 'a'], ['a', 'b'], ['i', 'a'], ['a', 'i'], ['a', '-1'], ['xs[i]', 'b']]) {
      expect(js(`${target} -= ${value};`), target).toEqual(js(`${target} = ${target} - ${value};`));
      expect(js(`if ((${target} -= ${value})) g();`), target).toEqual(js(`if ((${target} = ${target} - ${value})) g();`));
      expect(js(`${target} -= ${value};`), target).not.toEqual(js(`${target} = ${value} - ${target};`));
    }
  });
  it('is not known of two locals: an edit of what one of them is given must not change the label of every statement that compares them', () => {
    expect(js('xs.push(i - k);')).toEqual(js('xs.push(k - i);'));
  });
});

describe('code that was made to stall', () => {
  const shapes: Record<string, (n: number) => string> = {
    'nested deeper than the tree': (n) => `${'if (a) {'.repeat(n)}f(a);${'}'.repeat(n)}`,
    'nested expressions': (n) => `return ${'('.repeat(n)}a${' + 1)'.repeat(n)};`,
    'one variable, written and read everywhere': (n) => 'if (a) a = a + 1;'.repeat(n),
    'a loop of breaks': (n) => `while (a) { ${'if (a) { a = g(a); break; }'.repeat(n)} }`,
    closures: (n) => `${'a += 1;'.repeat(n)} return () => { ${'f(a);'.repeat(n)} };`,
    'a switch': (n) => `switch (a) { ${Array.from({ length: n }, (_, i) => `case ${i}: b = ${i};`).join('\n')} }`,
  };
  it.each(Object.keys(shapes))('%s: whole in well under a second', (name) => {
    const tree = parser.parse('javascript', `function f(a, b) { ${(shapes[name] as (n: number) => string)(1000)} }`);
    expect(tree).toBeTruthy();
    const start = performance.now();
    const { nodes, from, to, type } = buildGraph(tree ?? [], 'javascript');
    expect(performance.now() - start).toBeLessThan(1000);
    expect(nodes.length).toBeGreaterThan(2);
    expect([to.length, type.length]).toEqual([from.length, from.length]);
    for (let e = 0; e < from.length; e++) {
      expect((from[e] as number) < nodes.length && (to[e] as number) < nodes.length && (to[e] as number) > 0 && (type[e] as number) < 4).toBe(true);
    }
  });
});

describe('trees of any shape', () => {
  it.each(LANGUAGES)('%s: kinds, fields and children at random give a whole graph', (language) => {
    // A role first, then one of its kinds: there are more kinds of types than of everything else.
    const byRole = new Map<string, string[]>();
    for (const [kind, role] of rolesOf(language)) if (!/^(skip|type|part)$/.test(role)) byRole.set(role, [...byRole.get(role) ?? [], kind]);
    const kinds = [...byRole.values()], fields = ['', '', '', 'body', 'condition', 'left', 'right', 'value', 'name', 'alternative', 'consequence', 'pattern', 'declarator',
      'parameters', 'function', 'arguments', 'object', 'type', 'clause', 'block', 'method', 'label'];
    const marks = ['=', '+=', '!', '<', '&&', ':=', '--', 'async', 'in', 'break', '*', '&', '=>', '<<', 'default'];
    let state = 7;
    const draw = (n: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return (state >>> 8) % n;
    };
    const grow = (depth: number): TreeNode => {
      const named = draw(5) > 0, children = named && depth > 0 ? Array.from({ length: draw(5) }, () => grow(depth - 1)) : [];
      const some = kinds[draw(kinds.length)] as string[], kind = (named ? some[draw(some.length)] : marks[draw(marks.length)]) as string;
      return { kind, field: fields[draw(fields.length)] as string, named, text: children.length > 0 ? '' : named ? ['a', 'B', '1', '$c', 'self', ''][draw(6)] as string : kind, children };
    };
    let edges = 0;
    for (let i = 0; i < 300; i++) {
      const { nodes, from, to } = buildGraph(Array.from({ length: 1 + draw(4) }, () => grow(5)), language);
      for (let e = 0; e < from.length; e++) expect((from[e] as number) < nodes.length && (to[e] as number) < nodes.length).toBe(true);
      expect(new Set(to).size).toBeGreaterThanOrEqual(nodes.length - 1);
      edges += from.length;
    }
    expect(edges).toBeGreaterThan(1000);
  });
});
