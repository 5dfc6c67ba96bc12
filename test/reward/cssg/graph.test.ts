/** Graphs worked out by hand, every node and every edge. */
import { beforeAll, describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/reward/cssg/build';
import type { SyntaxParser } from '../../../src/reward/tree';
import type { Language } from '../../../src/types';
import { realParser } from '../grammars';
import { graphLines, signature } from './graph_lines';

let parser: SyntaxParser;
beforeAll(async () => { parser = await realParser(['javascript', 'typescript', 'python', 'ruby', 'go', 'rust', 'java', 'c', 'cpp', 'php', 'lua']); });

const graphOf = (language: Language, code: string) => {
  const tree = parser.parse(language, code);
  if (!tree) throw new Error(`does not parse as ${language}:\n${code}`);
  return buildGraph(tree, language);
};
const lines = (language: Language, code: string): string[] => graphLines(graphOf(language, code));
const isSame = (language: Language, a: string, b: string): void => { expect(signature(graphOf(language, a)), `${a}\n---\n${b}`).toEqual(signature(graphOf(language, b))); };

describe('JavaScript', () => {
  it('loop, continue, early return', () => {
    expect(lines('javascript', `function total(xs, n) {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        if (xs[i] < 0) continue;
        sum += xs[i];
      }
      if (!sum) return null;
      return sum;
    }`)).toEqual([
      '0 root [] | control+ 1',
      '1 function [] | control+ 2, control+ 3, control+ 4, control+ 5, control+ 6, control+ 11',
      '2 parameter [p0] | data 7, data 9',
      '3 parameter [p1] | data 6',
      '4 assign [number:0 to:local] | data 9, data 11, data 13',
      '5 assign [number:0 to:local] | data 6, data 7, data 9, data 10',
      '6 loop? [local op:< parameter] | control+ 7, control+ 10',
      '7 if? [local number:0 op:< op:index parameter] | control+ 8, control- 9',
      '8 continue [] |',
      '9 assign [local local op:+ op:index parameter to:local] | data 9, data 11, data 13',
      '10 assign [local number:1 op:+ to:local] | data 6, data 7, data 9, data 10',
      '11 if? [local op:!] | control+ 12, control- 13',
      '12 return [null] |',
      '13 return [local] |',
    ]);
  });

  it('closures: a function of their own, fed by every outer definition, and feeding back', () => {
    expect(lines('javascript', `function counter(start) {
      let count = start;
      function step(by) { count += by; }
      step(1);
      return () => count;
    }`)).toEqual([
      '0 root [] | control+ 1, control+ 6, control+ 9',
      '1 function [] | control+ 2, control+ 3, control+ 4, control+ 5',
      '2 parameter [p0] | data 3',
      '3 assign [parameter to:local] | data 8, data 10',
      '4 call [call:own number:1] | call 6',
      '5 return [function] | call 9',
      '6 function [] | control+ 7, control+ 8',
      '7 parameter [p0] | data 8',
      '8 assign [local op:+ parameter to:local] | data 10',
      '9 function [] | control+ 10',
      '10 return [local] |',
    ]);
  });

  it('switch that runs on, and one that returns', () => {
    expect(lines('javascript', `function f(k) {
      switch (k) {
        case 'a': k = 1;
        case 'b': return k;
        default: throw new Error('no');
      }
    }`)).toEqual([
      '0 root [] | control+ 1',
      '1 function [] | control+ 2, control+ 3, control+ 4',
      '2 parameter [p0] | data 3, data 7',
      '3 switch [parameter] | data 4, data 6',
      '4 case? [string] | control+ 5, control+ 7, control- 6',
      '5 assign [number:1 to:parameter] | data 7',
      '6 case? [string] | control+ 7, control- 8',
      '7 return [parameter] |',
      '8 throw [call:Error op:new string] |',
    ]);
  });

  it('try, catch, finally: the handler hangs on the false branch and sees what the body wrote', () => {
    expect(lines('javascript', `function f(x) {
      let y = 0;
      try { y = load(x); check(y); } catch (error) { warn(error, y); } finally { close(x); }
      return y;
    }`)).toEqual([
      '0 root [] | control+ 1',
      '1 function [] | control+ 2, control+ 3, control+ 4, control+ 9, control+ 10',
      '2 parameter [p0] | data 5, data 9',
      '3 assign [number:0 to:local] | data 8, data 10',
      '4 try? [] | control+ 5, control+ 6, control- 7, control- 8',
      '5 assign [call:load parameter to:local] | data 6, data 8, data 10',
      '6 call [call:check local] | data 8, data 9',
      '7 catch [to:local] | data 8',
      '8 call [call:warn local local] | data 9',
      '9 call [call:close parameter] |',
      '10 return [local] |',
    ]);
  });

  it('a class: methods share what they do to the object, calls on it find them', () => {
    expect(lines('javascript', `class Bag {
      add(x) { this.items.push(x); this.count = this.size(); return this; }
      size() { return this.items.length; }
    }`)).toEqual([
      '0 root [] | control+ 1, control+ 6',
      '1 function [] | control+ 2, control+ 3, control+ 4, control+ 5, data 3, data 4, data 5',
      '2 parameter [p0] | data 3',
      '3 call [call:push field parameter self] | data 4, data 5',
      '4 assign [call:own self self to:field] | data 5, call 6',
      '5 return [self] |',
      '6 function [] | control+ 7, data 7',
      '7 return [field field:length self] |',
    ]);
  });

  it('loose statements hang under the root', () => {
    expect(lines('javascript', 'const a = [1]; if (a) { g(a); }')).toEqual([
      '0 root [] | control+ 1, control+ 2',
      '1 assign [list number:1 to:local] | data 2, data 3',
      '2 if? [local] | control+ 3',
      '3 call [call:g local] |',
    ]);
  });
});

describe('Python', () => {
  it('elif, for with break and else, comprehension', () => {
    expect(lines('python', `def f(a, b=2):
    """Says what it does."""
    if a > b:
        c = 1
    elif not a:
        return []
    else:
        c = "x"
    for i, v in enumerate(b):
        if v is None:
            break
        c += v
    return [c * x for x in b if x]
`)).toEqual([
      '0 root [] | control+ 1',
      '1 function [] | control+ 2, control+ 3, control+ 4',
      '2 parameter [p0] | data 4, data 6',
      '3 parameter [number:2 p1] | data 4, data 9, data 14',
      '4 if? [op:> parameter parameter] | control+ 5, control+ 9, control+ 14, control- 6',
      '5 assign [number:1 to:local] | data 13, data 14',
      '6 if? [op:! parameter] | control+ 7, control- 8, control- 9, control- 14',
      '7 return [list:empty] |',
      '8 assign [string to:local] | data 13, data 14',
      '9 each? [call:enumerate parameter to:local] | control+ 10, control+ 11, data 10',
      '10 assign [part:1 to:local] | data 11, data 13',
      '11 if? [local null op:is] | control+ 12, control- 9, control- 13',
      '12 break [] |',
      '13 assign [local local op:+ to:local] | data 13, data 14',
      '14 return [comprehension for if local local local op:* parameter] |',
    ]);
  });

  it('try, with, multiple assignment, stores to elements', () => {
    expect(lines('python', `def g(path, table):
    try:
        with open(path) as handle:
            x, y = parse(handle)
            table[x] = y
    except (OSError, ValueError) as error:
        raise Failure(path) from error
    return table
`)).toEqual([
      '0 root [] | control+ 1',
      '1 function [] | control+ 2, control+ 3, control+ 4',
      '2 parameter [p0] | data 5, data 10',
      '3 parameter [p1] | data 8, data 11',
      '4 try? [] | control+ 5, control+ 6, control+ 7, control+ 8, control+ 11, control- 9, control- 10',
      '5 with [call:open parameter to:local] | data 6',
      '6 assign [call:parse local to:local] | data 7, data 8',
      '7 assign [part:1 to:local] | data 8',
      '8 assign [local local parameter to:element] | data 11',
      '9 catch [to:local type:OSError type:ValueError] | data 10',
      '10 throw [call:Failure local parameter] |',
      '11 return [parameter] |',
    ]);
  });

  it('recursion and a walrus', () => {
    expect(lines('python', `def fact(n):
    while (m := n - 1) > 0:
        n = m
    return fact(n)
`)).toEqual([
      '0 root [] | control+ 1',
      '1 function [] | control+ 2, control+ 3, control+ 5',
      '2 parameter [p0] | data 3, data 5',
      '3 loop? [number:0 number:1 op:- op:> parameter to:local] | control+ 4, data 4',
      '4 assign [local to:parameter] | data 3, data 5',
      '5 return [call:own parameter] | call 1',
    ]);
  });
});

describe('Ruby', () => {
  it('each is a loop, next and modifiers branch, the last value is returned', () => {
    expect(lines('ruby', `def total(items, bonus = 0)
  sum = bonus
  items.each do |item|
    next if item.nil?
    sum += item
  end
  raise "none" unless sum
  sum
end`)).toEqual([
      '0 root [] | control+ 1',
      '1 function [] | control+ 2, control+ 3, control+ 4, control+ 5, control+ 9',
      '2 parameter [p0] | data 5',
      '3 parameter [number:0 p1] | data 4',
      '4 assign [parameter to:local] | data 8, data 9, data 11',
      '5 each? [parameter to:local] | control+ 6, data 6, data 8',
      '6 if? [call:nil? local] | control+ 7, control- 8',
      '7 continue [] |',
      '8 assign [local local op:+ to:local] | data 8, data 9, data 11',
      '9 if? [local op:!] | control+ 10, control- 11',
      '10 throw [string] |',
      '11 return [local] |',
    ]);
  });

  it('blocks whose value counts are functions; instance variables are fields; rescue guards the method', () => {
    expect(lines('ruby', `def load(path)
  @rows = parse(path).map { |row| row * 2 }
  case @rows
  when 1, 2 then :few
  else nil
  end
rescue IOError => e
  warn e
end`)).toEqual([
      '0 root [] | control+ 1, control+ 11',
      '1 function [] | control+ 2, control+ 3, data 4, data 5',
      '2 parameter [p0] | data 4',
      '3 try? [] | control+ 4, control+ 5, control+ 6, control- 9, control- 10',
      '4 assign [call:map call:parse function parameter self to:field] | data 5, call 11',
      '5 switch [field self] | data 6',
      '6 case? [number:1 number:2] | control+ 7, control- 8',
      '7 return [symbol] |',
      '8 return [null] |',
      '9 catch [to:local type:IOError] | data 10',
      '10 return [call:warn local] |',
      '11 function [] | control+ 12, control+ 13',
      '12 parameter [p0] | data 13',
      '13 return [number:2 op:* parameter] |',
    ]);
  });
});

describe('Go', () => {
  it('receiver, named results, range with break, if with a statement, switch without subject, panic', () => {
    expect(lines('go', `func (s *Stack) find(xs []int, want int) (at int, err error) {
	at = -1
	for i, x := range xs {
		if x == want && s.deep {
			at = i
			break
		}
	}
	if v, ok := s.cache[want]; ok {
		return v, nil
	}
	switch {
	case at < 0:
		panic("none")
	}
	return
}`)).toEqual([
      '0 root [] | control+ 1',
      '1 function [self to:local] | control+ 2, control+ 3, control+ 4, control+ 5, control+ 6, control+ 11, control+ 12, control+ 13, data 4, data 8, data 11',
      '2 parameter [p0] | data 6',
      '3 parameter [p1] | data 8, data 11',
      '4 assign [part:1 to:local] | data 17',
      '5 assign [number:-1 to:local] | data 15, data 17',
      '6 each? [parameter to:local] | control+ 7, control+ 8, data 7, data 9',
      '7 assign [part:1 to:local] | data 8',
      '8 if? [field local op:&& op:== parameter self] | control+ 9, control+ 10, control- 6',
      '9 assign [local to:local] | data 15, data 17',
      '10 break [] |',
      '11 assign [field op:index parameter self to:local] | data 12, data 14',
      '12 assign [part:1 to:local] | data 13',
      '13 if? [local] | control+ 14, control- 15',
      '14 return [local null] |',
      '15 if? [local number:0 op:<] | control+ 16, control- 17',
      '16 throw [string] |',
      '17 return [] |',
    ]);
  });

  it('three-part loop, shadowing in an inner scope, a goroutine over captured variables', () => {
    expect(lines('go', `func sum(n int) int {
	total := 0
	for i := 0; i < n; i++ {
		total := i
		use(total)
	}
	go func() { total += n }()
	return total
}`)).toEqual([
      '0 root [] | control+ 1, control+ 11',
      '1 function [] | control+ 2, control+ 3, control+ 4, control+ 5, control+ 9, control+ 10',
      '2 parameter [p0] | data 5, data 12',
      '3 assign [number:0 to:local] | data 10, data 12',
      '4 assign [number:0 to:local] | data 5, data 6, data 8',
      '5 loop? [local op:< parameter] | control+ 6, control+ 7, control+ 8',
      '6 assign [local to:local] | data 7',
      '7 call [call:use local] | data 7, data 9',
      '8 assign [local number:1 op:+ to:local] | data 5, data 6, data 8',
      '9 go [call:closure] | call 11',
      '10 return [local] |',
      '11 function [] | control+ 12',
      '12 assign [local op:+ parameter to:local] | data 10',
    ]);
  });
});

describe('other languages', () => {
  it('Rust: if let, match as a value, macros, tail expressions', () => {
    expect(lines('rust', `fn f(xs: &mut Vec<i32>, key: Option<i32>) -> i32 {
    let width = match xs.len() { 0 => return -1, n if n > 2 => n, _ => 2 };
    if let Some(k) = key { xs.push(k); }
    println!("{}", width);
    width
}`)).toEqual([
      '0 root [] | control+ 1',
      '1 function [] | control+ 2, control+ 3, control+ 4, control+ 5',
      '2 parameter [p0] | data 4, data 11',
      '3 parameter [p1] | data 10',
      '4 switch [call:len parameter] | data 5, data 7',
      '5 case? [number:0] | control+ 6, control- 7, control- 10, control- 12, control- 13',
      '6 return [number:-1] |',
      '7 case? [local number:2 op:> to:local] | control+ 8, control- 9, data 8',
      '8 assign [local to:local] | data 12, data 13',
      '9 assign [number:2 to:local] | data 12, data 13',
      '10 if? [parameter pattern:Some to:local] | control+ 11, data 11',
      '11 call [call:push local parameter] |',
      '12 call [call:println local string] |',
      '13 return [local] |',
    ]);
  });

  it('C: do-while, pointers, goto', () => {
    expect(lines('c', `int copy(char *to, const char *from, int n) {
  int i = 0;
  do { to[i] = from[i]; if (!from[i]) goto done; i++; } while (i < n);
done:
  return i;
}`)).toEqual([
      '0 root [] | control+ 1',
      '1 function [] | control+ 2, control+ 3, control+ 4, control+ 5, control+ 6, control+ 7, control+ 11',
      '2 parameter [p0] | data 6',
      '3 parameter [p1] | data 6, data 7',
      '4 parameter [p2] | data 10',
      '5 assign [number:0 to:local] | data 6, data 7, data 9, data 11',
      '6 assign [local local op:index parameter parameter to:element] | data 6',
      '7 if? [local op:! op:index parameter] | control+ 8, control- 9, control- 10',
      '8 goto [] |',
      '9 assign [local number:1 op:+ to:local] | data 6, data 7, data 9, data 10, data 11',
      '10 loop? [local op:< parameter] | control+ 6, control+ 7',
      '11 return [local] |',
    ]);
  });

});

describe('the same program written in another way', () => {
  it.each<[string, Language, string, string]>([
    ['x++, x += 1, x = x + 1', 'javascript', 'function f(x) { x++; return x; }', 'function f(x) { x = x + 1; return x; }'],
    ['compound assignment', 'python', 'def f(x, y):\n    x -= y\n    return x', 'def f(x, y):\n    x = x - y\n    return x'],
    ['a function given to a name', 'javascript', 'const f = (x) => x + 1;', 'function f(x) { return x + 1; }'],
    ['a choice as a value', 'javascript', 'function f(x) { return x > 1 ? g(x) : 2; }', 'function f(x) { if (x > 1) return g(x); return 2; }'],
    ['a choice assigned', 'python', 'def f(x):\n    y = 1 if x else 0\n    return y', 'def f(x):\n    if x:\n        y = 1\n    else:\n        y = 0\n    return y'],
    ['a choice declared', 'javascript', 'function f(x) { const y = x ? 1 : 0; return y; }', 'function f(x) { let y; if (x) { y = 1; } else { y = 0; } return y; }'],
    ['short circuit', 'javascript', 'function f(x) { x && g(x); }', 'function f(x) { if (x) g(x); }'],
    ['for and while', 'javascript', 'function f(n) { for (let i = 0; i < n; i++) g(i); }', 'function f(n) { let i = 0; while (i < n) { g(i); i++; } }'],
    ['unless', 'ruby', 'def f(x)\n  g(x) unless x\n  1\nend', 'def f(x)\n  if !x\n    g(x)\n  end\n  1\nend'],
    ['until', 'ruby', 'def f(x)\n  until x\n    x = g(x)\n  end\n  x\nend', 'def f(x)\n  while !x\n    x = g(x)\n  end\n  x\nend'],
    ['implicit return', 'ruby', 'def f(x)\n  if x then 1 else 2 end\nend', 'def f(x)\n  if x\n    return 1\n  end\n  return 2\nend'],
    ['tail expression', 'rust', 'fn f(x: i32) -> i32 { if x < 2 { 1 } else { x } }', 'fn f(x: i32) -> i32 { if x < 2 { return 1; } return x; }'],
    ['types', 'typescript', 'function f(x: number): string { const y: any = x as any; return y!; }', 'function f(x) { const y = x as string; return y; }'],
    ['elif and else if', 'php', 'function f($x) { if ($x) return 1; elseif ($x > 1) return 2; return 0; }', 'function f($x) { if ($x) return 1; else if ($x > 1) return 2; return 0; }'],
    ['a method of a table', 'lua', 'function M.f(x) return x end', 'M.f = function(x) return x end'],
    ['a declaration apart', 'c', 'int f(int n) { int x; x = n; return x; }', 'int f(int n) { int x = n; return x; }'],
    ['a bare docstring', 'python', 'def f(x):\n    "Gives x."\n    return x', 'def f(x):\n    return x'],
  ])('%s (%s)', (_, language, a, b) => { isSame(language, a, b); });

  it('a captured variable of an outer block, and a name that hides it', () => {
    isSame('javascript', 'function f(x) { let y = x; { let y = 1; g(y); } return y; }', 'function f(x) { let y = x; { let z = 1; g(z); } return y; }');
    isSame('rust', 'fn f(x: i32) -> i32 { let y = x; { let y = y + 1; g(y); } y }', 'fn f(x: i32) -> i32 { let y = x; { let z = y + 1; g(z); } y }');
  });
});
