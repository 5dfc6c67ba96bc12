/** Programs with their tests in JavaScript, in the form of MultiPL-E: the right ones pass, wrong ones fail, and none passes without reaching its tests. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/sandbox/languages';
import { createQuickJS, type QuickJSSandbox } from '../../src/sandbox/quickjs';

let sandbox: QuickJSSandbox;
beforeAll(async () => { sandbox = await createQuickJS(); });

const TESTS = `const assert = require('node:assert');
function test() {
  let candidate = pairs;
  assert.deepEqual(candidate([3, 1, 2]), [[3, 1], [1, 2]]);
  assert.deepEqual(candidate([]), []);
  assert.deepEqual(candidate([7]), []);
}
test();`;
const judge = (code: string, tests = TESTS): Promise<Verdict> => sandbox.judge({ code, name: 'pairs', tests });

describe('program jobs', { timeout: 30000 }, () => {
  it('pass when every comparison holds', async () => {
    expect(await judge('function pairs(xs) { return xs.slice(1).map((x, i) => [xs[i], x]); }')).toEqual({ outputs: null, ending: 'ran' });
    expect(await judge('const pairs = (xs) => { const out = []; for (let i = 1; i < xs.length; i++) out.push([xs[i - 1], xs[i]]); return out }')).toEqual({ outputs: null, ending: 'ran' });
  });

  it('fail otherwise, and say why', async () => {
    expect(await judge('function pairs(xs) { return xs.map((x, i) => [xs[i], x]); }')).toEqual({ outputs: null, ending: 'threw', said: 'Error: got [[3,3],[1,1],[2,2]], expected [[3,1],[1,2]]' });
    expect(await judge('function pairs(xs) { return xs.slic(1) }')).toEqual({ outputs: null, ending: 'threw', said: 'TypeError: not a function' });
    expect(await judge('function other(xs) { return [] }')).toMatchObject({ ending: 'threw', said: "ReferenceError: 'pairs' is not defined" });
    expect(await judge('function pairs(xs) {')).toMatchObject({ ending: 'undefined' });
    expect(await judge('function pairs(xs) { for (;;); }')).toMatchObject({ ending: 'time' });
  });

  it('compare as Node does', async () => {
    const compared = async (actual: string, expected: string): Promise<string> => (await judge(`function pairs() { return ${actual} }`, `require('assert').deepEqual(pairs(), ${expected})`)).ending;
    expect(await Promise.all([['null', 'undefined'], ['NaN', 'NaN'], ['1', '"1"'], ['{ a: [1, { b: 2 }] }', '{ a: [1, { b: 2 }] }'], ['new Map([[1, [2]]])', 'new Map([[1, [2]]])'], ['new Set([1, 2])', 'new Set([2, 1])'], ['new Date(5)', 'new Date(5)'], ['/a/g', '/a/g'], ['new Number(1)', 'new Number(1)']].map(([a, b]) => compared(a!, b!)))).toEqual(Array(9).fill('ran'));
    expect(await Promise.all([['[1]', '1'], ['{ a: 1, b: 2 }', '{ a: 1 }'], ['{}', '[]'], ['[1, 2]', '[2, 1]'], ['[undefined]', '[]'], ['new Map([[1, 2]])', 'new Map([[1, 3]])'], ['new Set([1])', 'new Set([2])'], ['() => 1', '1'], ['new Date(5)', 'new Date(6)'], ['new Date(5)', '{}'], ['/a/g', '/b/g'], ['new Number(1)', 'new Number(2)'], ['Promise.resolve(1)', '{}'], ['new Error("a")', 'new Error("b")']].map(([a, b]) => compared(a!, b!)))).toEqual(Array(14).fill('threw'));
  });

  it('of a promise are waited for', async () => {
    const waiting = `const assert = require('assert'); assert.ok(true); (async () => { assert.equal(await pairs(2), 4); })();`;
    expect(await judge('async function pairs(x) { await null; return 2 * x }', waiting)).toEqual({ outputs: null, ending: 'ran' });
    expect(await judge('async function pairs(x) { await null; return x }', waiting)).toEqual({ outputs: null, ending: 'threw', said: 'Error: got 2, expected 4' });
    expect(await judge('async function pairs(x) { await null; for (;;); }', waiting)).toMatchObject({ ending: 'time' });
  });

  it('no program passes by tampering, ending early or answering for itself', async () => {
    const forged = [
      'globalThis.require = () => ({ deepEqual() {} }); function pairs() {}',
      'Object.keys = () => []; Reflect.apply = () => true; Object.is = () => true; function pairs() { return {} }',
      'Array.isArray = () => true; Array.prototype.hasOwnProperty = () => true; Object.prototype.hasOwnProperty = () => true; function pairs() { return [] }',
      'function pairs() { return new Proxy([], { get: () => true, ownKeys: () => ["length"], has: () => true }) }',
      'function pairs() { return { valueOf: () => true, toString: () => "", toJSON: () => [] } }',
      'globalThis.test = () => {}; Object.freeze(globalThis); function pairs() {}',
      'Error = class { constructor() {} }; Function.prototype.call = () => true; function pairs() { return 1 }',
      'function pairs() { throw undefined }', 'function pairs() { throw null }',
      'function pairs() { return Promise.resolve([]) }',
      'Object.defineProperty(Object.prototype, "deepEqual", { value() {} }); function pairs() { return 3 }',
      'var test = 1; let candidate = () => []; function pairs(xs) { return xs.length ? [] : [] }',
      '} ; return ; {', 'async function pairs() { return [] }', 'function* pairs() { return [] }',
    ];
    for (const code of forged) expect([code, (await judge(code)).ending]).not.toEqual([code, 'ran']);
    // Nothing is paid for tests that are never reached.
    expect(await judge('function pairs() {}', 'const assert = require("assert"); if (pairs()) assert.equal(1, 2);')).toEqual({ outputs: null, ending: 'threw', said: 'No test was reached.' });
    expect(await judge('function pairs(xs) { return xs.slice(1).map((x, i) => [xs[i], x]); }')).toEqual({ outputs: null, ending: 'ran' });
  });
});
