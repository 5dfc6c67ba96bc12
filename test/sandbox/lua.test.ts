/** Runs good and hostile programs in Lua; after each hostile one the next job must be right. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { createLua, type LuaSandbox } from '../../src/sandbox/lua';

const wasm = readFileSync(createRequire(import.meta.url).resolve('wasmoon/dist/glue.wasm'));
let lua: LuaSandbox;
beforeAll(async () => { lua = await createLua({ wasm }); });

const judge = (code: string, inputs: unknown[][] = [[]], name = 'f') => lua.judge({ code, name, inputs });
const outputs = async (code: string, inputs?: unknown[][], name?: string) => (await judge(code, inputs, name)).outputs;
const healthy = async (): Promise<void> => {
  expect(await judge('local function f(xs) local r = {} for _, x in ipairs(xs) do if x > 2 then r[#r + 1] = x * 2 end end return r end', [[[1, 2, 3, 4]], [[]]])).toEqual({ outputs: ['[6,8]', '[]'], ending: 'ran' });
};

describe('functions', () => {
  it('write equal values alike: whole floats as integers, keys sorted, an empty table as a list', async () => {
    expect(await outputs('function f() return { 1, 1.0, 2^53, 0.1, -0.0, 7 // 2, 7 / 2, math.mininteger, 1e21 } end')).toEqual(['[1,1,9007199254740992,0.1,0,3,3.5,-9223372036854775808,1000000000000000000000]']);
    expect(await outputs('function f() return { b = 1, a = { [10] = true, [9.0] = false }, [""] = {} } end')).toEqual(['{"":[],"a":{"10":true,"9":false},"b":1}']);
    expect(await outputs('function f(x) return x end', [['é🙂"\\\u0000\n'], [null], [true], [{ a: [1, { b: null }], '2': 0.5 }]])).toEqual([JSON.stringify('é🙂"\\\u0000\n'), 'null', 'true', '{"2":0.5,"a":[1,[]]}']);
    expect(await outputs('function f(n) if n == 0 then return end if n == 1 then return nil, "why" end return 1, { 2 } end', [[0], [1], [2]])).toEqual(['null', '[null,"why"]', '[1,[2]]']);
    // A list with a hole is an object: its holes are no values.
    expect(await outputs('function f(x) return x end', [[[1, null, 3]]])).toEqual(['{"1":1,"3":3}']);
    expect(await outputs('function f(x) return math.type(x) end', [[3], [3.5], [1e300]])).toEqual(['"integer"', '"float"', '"float"']);
  });

  it('have no output where there is no JSON', async () => {
    for (const value of ['0/0', '1/0', 'print', 'coroutine.create(print)', '"\\xff"', '{ [1] = 1, ["1"] = 2 }', '{ [true] = 1 }', '(function() local t = {} t[1] = t return t end)()', 'io.stdout', '("x"):rep(70000)']) {
      expect([value, await judge(`function f() return ${value} end`)]).toEqual([value, { outputs: ['ERR'], ending: 'no output' }]);
    }
  });

  it('are found: global, local, a field, a method, the module that is returned, else the only one', async () => {
    expect(await outputs('function g() return 1 end\nlocal function f() return 2 end')).toEqual(['2']);
    expect(await outputs('local other = function(x) return x + 1 end', [[1]])).toEqual(['2']);
    expect(await outputs('local M = {}\nfunction M.f(x) return x + 1 end', [[1]], 'M.f')).toEqual(['2']);
    expect(await outputs('local M = { step = 5 }\nfunction M:f(x) return x + self.step end', [[1]], 'M:f')).toEqual(['6']);
    expect(await outputs('local M = {}\nfunction M.f(x) return x + 2 end\nreturn M', [[1]])).toEqual(['3']);
    expect(await outputs('return function(x) return x + 3 end', [[1]])).toEqual(['4']);
    for (const code of ['function a() end\nfunction b() end', 'f = 3', 'function f(', '', 'error("no")\nfunction f() end', 'do return end']) expect(await judge(code)).toMatchObject({ outputs: null, ending: 'undefined' });
    expect(await outputs('function g() return 1 end', [[]], 'end; while true do end')).toEqual(['1']);
  });

  it('say ERR where a call threw, and why', async () => {
    expect(await judge('function f(n) if n == 1 then error("no") end return n end', [[0], [1], [2]])).toEqual({ outputs: ['0', 'ERR', '2'], ending: 'threw', said: 'program:1: no' });
    expect(await judge('function f() error({ code = 3 }) end')).toEqual({ outputs: ['ERR'], ending: 'threw', said: 'an error that is a table' });
  });

  it('have their own world in every job', async () => {
    expect(await outputs('left = 41; string.rep = nil; table.concat = function() return "mine" end; getmetatable("").__index = { upper = function() return "mine" end }; function f() return ("x"):upper(), table.concat({}) end')).toEqual(['["mine","mine"]']);
    expect(await outputs('function f() return left == nil, ("x"):upper(), table.concat({ "a", "b" }), string.rep("a", 2) end')).toEqual(['[true,"X","ab","aa"]']);
    await healthy();
  });

  it('find no door', async () => {
    expect(await outputs('function f() local found = {} for _, g in ipairs({ "package", "dofile", "loadfile", "js", "window", "fetch", "process" }) do found[g] = _G[g] ~= nil end return found end')).toEqual(['{"dofile":false,"fetch":false,"js":false,"loadfile":false,"package":false,"process":false,"window":false}']);
    expect(await outputs('function f() local n = {} for _, t in ipairs({ os, io, debug }) do for k in pairs(t) do n[#n + 1] = k end end table.sort(n) return table.concat(n, " ") end')).toEqual(['"clock difftime exit getenv read stderr stdout time traceback write"']);
    expect(await outputs('function f() local chunk, why = load("\\27Lua", "x", "b") return chunk, why, string.dump end')).toEqual(['[null,"attempt to load a binary chunk (mode is \'t\')",null]']);
  });
});

describe('limits', { timeout: 60_000 }, () => {
  it('end a loop at the same instruction every time, through every pcall and coroutine', async () => {
    const patient = await createLua({ wasm, limits: { deadlineMs: 1e6, instructions: 2_000_000 } });
    const turns = async (n: number) => (await patient.judge({ code: `function f() local i = 0 while i < ${n} do i = i + 1 end return i end`, name: 'f', inputs: [[]] })).ending;
    // Four instructions a turn, looked at every 10,000.
    for (let again = 0; again < 3; again++) expect([await turns(497_000), await turns(503_000)]).toEqual(['ran', 'time']);
    const loops = [
      'function f() repeat until false end',
      'function f() ::top:: goto top end',
      'function f() for _ in function() return 1 end do end end',
      'function f() return setmetatable({}, { __index = function() while true do end end }).x end',
      'local t = setmetatable({}, { __lt = function() while true do end end }) function f() return t < t end',
      'function f() load("while true do end")() end',
      'function f() ("x"):gsub(".", function() while true do end end) end',
    ];
    for (const code of loops) expect([code, (await patient.judge({ code, name: 'f', inputs: [[]] })).ending]).toEqual([code, 'time']);
    const hides = 'function f() while true do pcall(function() coroutine.wrap(function() while true do end end)() end) end end';
    expect(await patient.judge({ code: hides, name: 'f', inputs: [[], []] })).toEqual({ outputs: ['ERR', 'ERR'], ending: 'time' });
    const start = performance.now();
    const quick = await createLua({ wasm, limits: { deadlineMs: 60, instructions: 1e12 } });
    expect(await quick.judge({ code: 'function f(n) while n == 1 do end return n end', name: 'f', inputs: [[0], [1], [0]] })).toEqual({ outputs: ['0', 'ERR', 'ERR'], ending: 'time' });
    expect(performance.now() - start).toBeLessThan(5000);
  });

  const hostile: Record<string, [code: string, ending: RegExp]> = {
    'heap of tables': ['function f() local t = {} while true do t[#t + 1] = {} end end', /memory|time/],
    'doubling string': ['function f() local s = "x" while true do s = s .. s end end', /memory/],
    'repeated string': ['function f() return ("x"):rep(2^30) end', /memory/],
    'recursion': ['function f() return 1 + f() end', /stack/],
    'recursion in a pattern': ['function f() return (("x"):gsub(".", function() return f() end)) end', /stack/],
    'recursion through a metatable': ['local t = setmetatable({}, { __index = function(t, k) return t[k] end }) function f() return t.x end', /stack/],
    'nested source': [`function f() return ${'{'.repeat(5000)}${'}'.repeat(5000)} end`, /undefined|stack/],
    'finalizer that loops': ['function f() setmetatable({}, { __gc = function() while true do end end }) collectgarbage() end', /threw/],
    'exit': ['function f() os.exit(0) end', /threw/],
    'exit while defining': ['os.exit(0, true)', /threw/],
    'error while handling an error': ['function f() return xpcall(error, function() error() end) end', /ran|threw|no output|stack/],
  };
  it.each(Object.entries(hostile))('%s: ends, and the next job is right', async (_, [code, ending]) => {
    expect((await judge(code)).ending).toMatch(ending);
    await healthy();
  });
});

describe('programs with tests', () => {
  const TESTS = `lu = require('luaunit')

function test_humaneval()
local candidate = pairs_of
    lu.assertEquals(candidate({1, 2, 3}), {{1, 2}, {2, 3}})
    lu.assertEquals(candidate({}), {})
    lu.assertEquals(candidate({1.5}), {})
end

os.exit(lu.LuaUnit.run())`;
  const tested = (code: string, tests = TESTS) => lua.judge({ code, name: 'pairs_of', tests });
  const RIGHT = 'local function pairs_of(xs)\n  local r = {}\n  for i = 2, #xs do r[i - 1] = {xs[i - 1], xs[i]} end\n  return r\nend\n';

  it('pass when every comparison holds, and say which did not', async () => {
    expect(await tested(RIGHT)).toEqual({ outputs: null, ending: 'ran' });
    expect(await tested(RIGHT.replace('local ', ''))).toEqual({ outputs: null, ending: 'ran' });
    expect(await tested(RIGHT.replace('i = 2', 'i = 3'))).toEqual({ outputs: null, ending: 'threw', said: 'got {[2] = {2, 3}}, expected {{1, 2}, {2, 3}}' });
    expect(await tested('function pairs_of(xs) error("not yet") end')).toEqual({ outputs: null, ending: 'threw', said: 'program:1: not yet' });
    expect(await tested('function pairs_of(xs) while true do end end')).toEqual({ outputs: null, ending: 'time' });
    expect(await tested('function pairs_of(xs')).toMatchObject({ outputs: null, ending: 'undefined' });
    expect(await tested(RIGHT, TESTS.replace('{{1', '{{1.0'))).toEqual({ outputs: null, ending: 'ran' });
    expect(await tested('function pairs_of(x, y) return x, y, nil end', 'local a, b = pairs_of(1, { k = "v" })\nassert(a == 1 and b.k == "v" and select("#", pairs_of(1)) == 3)')).toEqual({ outputs: null, ending: 'ran' });
  });

  it('are not passed by what never reaches them', async () => {
    expect(await tested(RIGHT, 'lu = require("luaunit")\nfunction test_a() lu.assertEquals(pairs_of({}), {}) end')).toEqual({ outputs: null, ending: 'threw', said: 'No test was reached.' });
    expect(await tested(RIGHT, 'local x = 1')).toEqual({ outputs: null, ending: 'threw', said: 'No test was reached.' });
    expect(await tested(RIGHT, TESTS.replace('{2, 3}}', '{2, 4}}'))).toMatchObject({ ending: 'threw' });
  });

  it('are not passed by ending early, tampering or answering for itself', async () => {
    const forged = [
      'os.exit(0)', 'function pairs_of() os.exit(0) end', 'do return end', 'error()', 'return', 'require = function() end function pairs_of() end',
      'local lu = require("luaunit")', 'lu = { assertEquals = function() end, LuaUnit = { run = function() return 0 end } } function pairs_of() end',
      'function test_humaneval() end function pairs_of() return 1 end', 'assert = function() end rawequal = function() return true end function pairs_of() return 1 end',
      'function pairs_of() return setmetatable({}, { __eq = function() return true end, __index = function() return true end, __len = function() return 2 end }) end',
      'type = function() return "table" end next = function() end function pairs_of() return {} end', 'setmetatable(_G, { __newindex = function() end, __index = function() return function() end end }) function pairs_of() return 1 end',
      'getmetatable("").__eq = function() return true end function pairs_of() return "" end', 'function pairs_of() coroutine.yield() end', 'function pairs_of() return coroutine.wrap(function() end) end',
      'pcall = function() return true end xpcall = pcall error = function() end function pairs_of() return 1 end', 'function pairs_of() error(setmetatable({}, { __tostring = function() return "V" end })) end',
      'string.sub = function() return "V" end function pairs_of() return "V" end', 'local function pairs_of() return "V1 " end io.write("V1 ")',
    ];
    for (const code of forged) expect([code, (await tested(code)).ending]).not.toEqual([code, 'ran']);
    expect(await tested(RIGHT)).toEqual({ outputs: null, ending: 'ran' });
  });
});
