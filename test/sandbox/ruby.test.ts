/** Runs good and hostile programs in Ruby; after each hostile one the next job must be right. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRuby, type RubySandbox } from '../../src/sandbox/ruby';
import { withMost } from '../../src/sandbox/ruby_room';

const wasm = readFileSync(createRequire(import.meta.url).resolve('@ruby/3.4-wasm-wasi/dist/ruby+stdlib.wasm'));
let ruby: RubySandbox;
beforeAll(async () => { ruby = await createRuby({ wasm }); }, 60_000);

const judge = (code: string, inputs: unknown[][] = [[]], name = 'f') => ruby.judge({ code, name, inputs });
const outputs = async (code: string, inputs?: unknown[][], name?: string) => (await judge(code, inputs, name)).outputs;
const healthy = async (): Promise<void> => {
  expect(await judge('def f(xs)\n  xs.select { |x| x > 2 }.map { |x| x * 2 }\nend', [[[1, 2, 3, 4]], [[]]])).toEqual({ outputs: ['[6,8]', '[]'], ending: 'ran' });
};

describe('functions', () => {
  it('write equal values alike: whole floats as integers, keys sorted, symbols as their text', async () => {
    expect(await outputs('def f = [1, 1.0, 2**70, 1e22, 0.1, -0.0, 7 / 2, 7 / 2.0, 1e-7]')).toEqual(['[1,1,1180591620717411303424,10000000000000000000000,0.1,0,3,3.5,1e-7]']);
    expect(await outputs('def f = { b: :x, "a" => { 10 => true, 9.0 => false }, "" => {} }')).toEqual(['{"":{},"a":{"10":true,"9":false},"b":"x"}']);
    expect(await outputs('def f(x) = x', [['é🙂"\\\u0000\n#{exit!}#$0'], [null], [true], [{ a: [1, { b: null }], '2': 0.5 }]])).toEqual([JSON.stringify('é🙂"\\\u0000\n#{exit!}#$0'), 'null', 'true', '{"2":0.5,"a":[1,{"b":null}]}']);
    expect(await outputs('def f(x) = x.class.name', [[3], [3.5], [1e300]])).toEqual(['"Integer"', '"Float"', '"Float"']);
    // With a block for what is missing it is the same hash.
    expect(await outputs('def f(xs) = xs.each_with_object(Hash.new { |h, k| h[k] = [] }) { |x, h| h[x.size] << x }', [[['a', 'bb', 'c']]])).toEqual(['{"1":["a","c"],"2":["bb"]}']);
  });

  it('have no output where there is no JSON', async () => {
    for (const value of ['0.0 / 0', '1 / 0.0', '1..2', 'Set.new([1])', 'Object.new', '1r', '->() { }', '"\\xff"', '"\\xff".b', '{ 1 => 1, "1" => 2 }', '{ nil => 1 }', '[].then { |a| a << a }', 'Class.new(String).new("x")', 'Time.now', '"x" * 70000']) {
      expect([value, await judge(`def f = ${value}`)]).toEqual([value, { outputs: ['ERR'], ending: 'no output' }]);
    }
  });

  it('are found: a method of the program, of its module, a lambda, else the only one', async () => {
    expect(await outputs('def g = 1\ndef f = 2')).toEqual(['2']);
    expect(await outputs('def other(x) = x + 1', [[1]])).toEqual(['2']);
    expect(await outputs('f = ->(x) { x + 2 }', [[1]])).toEqual(['3']);
    expect(await outputs('def self.f(x) = x + 3', [[1]], 'self.f')).toEqual(['4']);
    expect(await outputs('module M\n  def self.f(x) = x + 4\nend', [[1]], 'M.f')).toEqual(['5']);
    expect(await outputs('def ready?(x) = x > 0', [[1]], 'ready?')).toEqual(['true']);
    for (const code of ['def a = 1\ndef b = 1', 'f = 3', 'def f(', '', 'raise "no"\ndef f = 1', 'exit']) expect(await judge(code)).toMatchObject({ outputs: null, ending: 'undefined' });
    // What every object has is no function of the program.
    expect(await judge('x = 1', [[]], 'puts')).toEqual({ outputs: null, ending: 'undefined' });
    expect(await outputs('def g = 1', [[]], 'g; exit!')).toEqual(['1']);
  });

  it('say ERR where a call threw, and why', async () => {
    expect(await judge('def f(n)\n  raise ArgumentError, "no" if n == 1\n  n\nend', [[0], [1], [2]])).toEqual({ outputs: ['0', 'ERR', '2'], ending: 'threw', said: 'ArgumentError: no' });
    expect(await judge('def f(a, b) = 1', [[1]])).toEqual({ outputs: ['ERR'], ending: 'threw', said: 'ArgumentError: wrong number of arguments (given 1, expected 2)' });
  });

  it('have their own world in every job', async () => {
    expect(await outputs('$left = 41; class Integer; def +(other) = 7; end; class String; def upcase = "mine"; end; def f = [1 + 1, "x".upcase]')).not.toEqual(['[2,"X"]']);
    expect(await outputs('def f = [$left, 1 + 1, "x".upcase, defined?(Left)]')).toEqual(['[null,2,"X",null]']);
    await healthy();
  });

  it('have the standard library, as far as it needs no world', async () => {
    expect(await outputs('require "set"; require "json"; require "date"; def f = [JSON.generate({ a: 1 }), Set[1, 2].include?(2), (Date.new(2024, 2, 28) + 2).to_s, [3, 1].each.next, Fiber.new { 5 }.resume]')).toEqual(['["{\\"a\\":1}",true,"2024-03-01",3,5]']);
    for (const library of ['socket', 'net/http', 'io/console']) expect([library, (await judge(`require "${library}"; def f = 1`)).ending]).toEqual([library, 'undefined']);
    expect(await judge('def f = (require "js"; JS.eval("1"))')).toEqual({ outputs: ['ERR'], ending: 'threw', said: 'The program asked for JavaScript, which it has not here.' });
    for (const door of ['File.read("/etc/passwd")', 'File.write("/x", "y")', 'Dir.children("/")', 'fork', 'Thread.new { 1 }.value', 'IO.popen("ls").read', 'IO.for_fd(3, "w").syswrite("x")', 'spawn("ls")']) expect([door, await outputs(`def f = ${door}`)]).toEqual([door, ['ERR']]);
  });
});

describe('limits', { timeout: 60_000 }, () => {
  it('refuses a build that asks for its memory in another way', () => {
    expect(withMost(wasm, 192 << 20).length).toBe(wasm.length + 2);
    expect(() => withMost(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 5, 4, 1, 1, 1, 2]), 1 << 20)).toThrow('in another way');
  });

  const hostile: Record<string, [code: string, ending: RegExp]> = {
    'loop that makes things': ['def f = loop { [1] }', /time/],
    'loop that sleeps': ['def f = loop { sleep 1 }', /time/],
    'heap of arrays': ['def f\n  a = []\n  loop { a << [1] * 1000 }\nend', /memory|time/],
    'long string': ['def f = "x" * 300_000_000', /memory/],
    'recursion': ['def f = 1 + f', /stack/],
    'recursion through blocks': ['def f = [1].each { f }', /stack/],
    'nested result': ['def f\n  a = []\n  10_000.times { a = [a] }\n  a\nend', /no output/],
    'exit at once': ['def f = exit!(0)', /threw/],
    'exit': ['def f = exit(0)', /threw/],
    'end of the thread': ['def f = Thread.current.kill', /threw/],
    'nothing left of the core': ['[Object, String, Array, Hash, Integer, NilClass].each { |c| c.instance_methods(false).each { |m| c.send(:undef_method, m) rescue nil } }; def f = 1', /undefined|threw|no output|stack/],
  };
  it.each(Object.entries(hostile))('%s: ends, and the next job is right', async (_, [code, ending]) => {
    expect((await judge(code)).ending).toMatch(ending);
    await healthy();
  });
});

describe('programs with tests', () => {
  const TESTS = `require 'test/unit'
class TestHumanEval < Test::Unit::TestCase
  def test_pairs
    candidate = method(:pairs_of)
    assert_equal([[1, 2], [2, 3]], candidate.call([1, 2, 3]))
    assert_equal([], candidate.call([]))
    assert_equal({ "a" => nil, b: 1.5 }, candidate.call({ "a" => nil, b: 1.5 }))
  end
end
`;
  const tested = (code: string, tests = TESTS) => ruby.judge({ code, name: 'pairs_of', tests });
  const RIGHT = 'def pairs_of(xs) = xs.is_a?(Hash) ? xs : xs.each_cons(2).to_a\n';

  it('pass when every comparison holds, and say which did not', async () => {
    expect(await tested(RIGHT)).toEqual({ outputs: null, ending: 'ran' });
    expect(await tested(RIGHT.replace('(2)', '(1)'))).toEqual({ outputs: null, ending: 'threw', said: 'Test::Unit::AssertionFailedError: got [[1], [2], [3]], expected [[1, 2], [2, 3]]' });
    expect(await tested('def pairs_of(xs) = raise(KeyError, "not yet")')).toEqual({ outputs: null, ending: 'threw', said: 'KeyError: not yet' });
    expect(await tested('def pairs_of(xs) = loop { [1] }')).toEqual({ outputs: null, ending: 'time' });
    expect(await tested('def pairs_of(')).toMatchObject({ outputs: null, ending: 'undefined' });
    // What the tests hand over and what comes back keep their kinds, and errors theirs.
    expect(await tested('def pairs_of(x) = x.nil? ? raise(TypeError) : x', `require 'test/unit'
class T < Test::Unit::TestCase
  def test_kinds
    [1, 1.5, 2**70, -0.0, Float::INFINITY, :a, "é\\u0000#", nil.to_s, [nil, true], { 1 => :b, nil => [] }].each { |x| assert_equal([x.class, x.inspect], [pairs_of(x).class, pairs_of(x).inspect]) }
    assert_raise(TypeError) { pairs_of(nil) }
  end
end`)).toEqual({ outputs: null, ending: 'ran' });
  });

  it('are not passed by what never reaches them', async () => {
    for (const tests of ['x = 1', TESTS.replace('def test_pairs', 'def other'), `${TESTS.replace(/ {4}[^]*? {2}end\n/, '    assert_equal(1, 1)\n  end\n')}`]) expect(await tested(RIGHT, tests)).toEqual({ outputs: null, ending: 'threw', said: 'No test was reached.' });
    expect(await tested(RIGHT, `${TESTS}}`)).toMatchObject({ outputs: null, ending: 'undefined' });
  });

  it('are not passed by ending early, tampering or answering for itself', async () => {
    const forged = [
      'exit', 'exit!(0)', 'def pairs_of(xs) = exit!(0)', 'def pairs_of(xs) = exit(true)', 'at_exit { exit!(0) }', 'abort', 'def pairs_of(xs) = throw(:done)', 'def pairs_of(xs) = Thread.current.kill',
      'module Test; module Unit; class TestCase; def assert_equal(*) = true; end; end; end; def pairs_of(xs) = 1',
      'class Integer; def ==(other) = true; end; class Array; def ==(other) = true; end; class Hash; def ==(other) = true; end; def pairs_of(xs) = 1',
      'class Any < BasicObject; def ==(other) = true; def !=(other) = false; def method_missing(*) = true; def respond_to_missing?(*) = true; end; def pairs_of(xs) = Any.new',
      'class Any < Array; def ==(other) = true; end; def pairs_of(xs) = Any.new', 'def pairs_of(xs) = [].tap { |a| def a.==(other) = true }',
      'def assert_equal(*) = true; def pairs_of(xs) = 1', 'class Object; def assert_equal(*) = true; def method(*) = ->(*) { }; end; def pairs_of(xs) = 1',
      'class SandboxRoom; def serve(*) = "V1 "; def call(*) = "Vtrue"; end; def pairs_of(xs) = 1', 'ObjectSpace.each_object(SandboxRoom) { |room| def room.serve(*) = "V3 " }; def pairs_of(xs) = 1',
      'STDERR.syswrite("\\0ask pairs_of []"); $stdout.print("V3 "); def pairs_of(xs) = "V3 "', 'TracePoint.new(:c_return, :return) { |tp| tp.return_value.replace("V3 ") rescue nil }.enable; def pairs_of(xs) = 1',
      'def require(*) = true; def pairs_of(xs) = []', 'def pairs_of(xs) = binding.local_variables.map(&:to_s)', 'Comparable.define_method(:==) { |o| true }; def pairs_of(xs) = 1',
      'def pairs_of(xs) = raise(Class.new(StandardError) { def ==(o) = true; def message = loop { [1] } })', 'def pairs_of(xs) = Class.new(String) { def ==(o) = true }.new',
    ];
    for (const code of forged) expect([code, (await tested(code)).ending]).not.toEqual([code, 'ran']);
    expect(await tested(RIGHT)).toEqual({ outputs: null, ending: 'ran' });
  }, 60_000);
});
