/** What stands inside Lua around a program and around its tests, as programs of Lua; knows no job. */

/**
 * Taken before the program runs: a writer of plain data (see plain.ts) and the libraries without their doors. A program may change what it
 * likes in its own room: it changes its own answers only. `__gc` goes because no clock runs in it, binary chunks because nothing checks them.
 */
const COMMON = `
local type, next, pcall, error, select, rawlen, rawget, tostring, load, setmetatable = type, next, pcall, error, select, rawlen, rawget, tostring, load, setmetatable
local format, gsub, byte, concat, unpack, sort = string.format, string.gsub, string.byte, table.concat, table.unpack, table.sort
local mathtype, ulen = math.type, utf8.len
local function escaped(c) return format('\\\\u%04x', byte(c)) end
local room
local function write(v, out, n, depth)
  local t = type(v)
  if n > 60000 or depth > 100 then error('no output', 0) end
  if t == 'nil' then out[n] = 'null'
  elseif t == 'boolean' then out[n] = v and 'true' or 'false'
  elseif t == 'number' then
    if mathtype(v) == 'integer' then
      if v > -9007199254740992 and v < 9007199254740992 then out[n] = format('%d', v) else out[n] = format('["i","%d"]', v) end
    else out[n] = v ~= v and '["f","nan"]' or format('["f","%.17g"]', v) end
  elseif t == 'string' then
    room = room - #v
    if room < 0 or not ulen(v) then error('no output', 0) end
    out[n] = '"' .. gsub(v, '[%c"\\\\]', escaped) .. '"'
  elseif t == 'table' then
    local size, keys = rawlen(v), 0
    for _ in next, v do keys = keys + 1 end
    local list = keys == size
    if list then for i = 1, size do if rawget(v, i) == nil then list = false break end end end
    out[n] = list and '["a"' or '["h"'
    n = n + 1
    if list then
      for i = 1, size do out[n] = ','; n = write(rawget(v, i), out, n + 1, depth + 1) end
    else
      for k, w in next, v do
        out[n] = ','
        n = write(k, out, n + 1, depth + 1)
        out[n] = ','
        n = write(w, out, n + 1, depth + 1)
      end
    end
    out[n] = ']'
  else error('no output', 0) end
  return n + 1
end
-- Several values at once are a list of them.
local function written(...)
  local out, n = { '["a"' }, 2
  room = 100000
  for i = 1, select('#', ...) do out[n] = ','; n = write((select(i, ...)), out, n + 1, 1) end
  out[n] = ']'
  return concat(out, '', 1, n)
end
local function failure(why) return 'E' .. (type(why) == 'string' and why or 'an error that is a ' .. type(why)) end
string.dump, dofile, loadfile, package = nil, nil, nil, nil
_G.load = function(chunk, name, mode, ...) return load(chunk, name, 't', ...) end
_G.setmetatable = function(t, meta)
  if type(meta) == 'table' and rawget(meta, '__gc') ~= nil then error('There is no __gc here.', 2) end
  return setmetatable(t, meta)
end
require = function(name) error("There is no module '" .. tostring(name) .. "' here.", 2) end
debug = { traceback = debug.traceback }
os = { time = os.time, clock = os.clock, difftime = os.difftime, getenv = function() end, exit = os.exit }
io = { write = io.write, read = io.read, stdout = io.stdout, stderr = io.stderr }
`;

/** The program's room; it asks nothing. `define`: the program with its names at the end of it, and as it is; `call`: arguments as a text. */
export const LUA_CODE = `${COMMON}
local target
local gmatch = string.gmatch
local function only(found, declared)
  local one
  for name in gmatch(declared, '[^ ]+') do
    local f = rawget(found, name)
    if type(f) == 'function' then
      if one and one ~= f then return nil end
      one = f
    end
  end
  return one
end
return function(act, a, b, name, declared)
  if act == 'define' then
    local chunk, bare = load(a, '=program', 't'), false
    if not chunk then
      local why
      bare = true
      chunk, why = load(b, '=program', 't')
      if not chunk then return 'U' .. why end
    end
    local ok, found = pcall(chunk)
    if not ok then return failure(found) end
    if bare and type(found) == 'function' then target = found
    elseif type(found) == 'table' then
      target = rawget(found, name)
      if bare and type(target) ~= 'function' then target = rawget(found, (gsub(name, '^.*[.:]', ''))) end
      if type(target) ~= 'function' then target = only(found, declared) end
    end
    if type(target) ~= 'function' and bare then target = rawget(_G, name) end
    return type(target) == 'function' and 'V' or 'U'
  end
  local arguments = load('return ' .. a, '=arguments', 't', {})
  if not arguments then return 'EThe arguments are no data of Lua.' end
  return (function(ok, ...)
    if not ok then return failure((...)) end
    local fine, text = pcall(written, ...)
    return fine and 'V' .. text or failure(text)
  end)(pcall(function() return target(arguments()) end))
end`;

/**
 * The tests' room. The program is not in it: a call of its function is asked of the world, and a copy of its result comes back. So there is
 * nothing that the program could redefine, and what is expected is never where it is. luaunit as far as such tests use it.
 */
export const LUA_TESTS = `local ask = ...
${COMMON}
local counted, failed, said, code = 0, 0, '', nil
local EXIT = {}
os.exit = function(status) code = status; error(EXIT, 0) end
local function note(why) failed = failed + 1; if said == '' then said = type(why) == 'string' and why or 'a test failed' end end
local function same(a, b, depth)
  if a == b then return true end
  if type(a) ~= 'table' or type(b) ~= 'table' or depth > 100 then return false end
  for k, v in next, a do if not same(v, b[k], depth + 1) then return false end end
  for k in next, b do if a[k] == nil then return false end end
  return true
end
local function show(v, depth)
  if type(v) == 'string' then return '"' .. v .. '"' end
  if type(v) ~= 'table' then return tostring(v) end
  if depth > 5 then return '{...}' end
  local parts = {}
  for i, w in ipairs(v) do parts[i] = show(w, depth + 1) end
  local size = #parts
  for k, w in next, v do if not (mathtype(k) == 'integer' and k >= 1 and k <= size) then parts[#parts + 1] = '[' .. show(k, depth + 1) .. '] = ' .. show(w, depth + 1) end end
  return '{' .. concat(parts, ', ') .. '}'
end
local function shown(v)
  local text = show(v, 0)
  return #text > 300 and text:sub(1, 300) .. '...' or text
end
local function must(holds, text) counted = counted + 1; if not holds then error(text, 0) end end
local lu = {}
function lu.assertEquals(actual, expected) must(same(actual, expected, 0), 'got ' .. shown(actual) .. ', expected ' .. shown(expected)) end
function lu.assertNotEquals(actual, expected) must(not same(actual, expected, 0), 'got ' .. shown(actual) .. ', expected another') end
function lu.assertAlmostEquals(actual, expected, margin) must(type(actual) == 'number' and math.abs(actual - expected) <= (margin or 1e-12), 'got ' .. shown(actual) .. ', expected about ' .. shown(expected)) end
function lu.assertTrue(v) must(v == true, 'got ' .. shown(v) .. ', expected true') end
function lu.assertFalse(v) must(v == false, 'got ' .. shown(v) .. ', expected false') end
function lu.assertNil(v) must(v == nil, 'got ' .. shown(v) .. ', expected nil') end
function lu.assertNotNil(v) must(v ~= nil, 'got nil') end
function lu.assertEvalToTrue(v) must(v, 'got ' .. shown(v)) end
function lu.assertEvalToFalse(v) must(not v, 'got ' .. shown(v)) end
function lu.assertStrContains(text, part) must(type(text) == 'string' and text:find(part, 1, true), 'got ' .. shown(text) .. ', expected it to hold ' .. shown(part)) end
function lu.assertError(f, ...) must(not pcall(f, ...), 'expected an error, and there was none') end
function lu.fail(text) must(false, text or 'failed') end
lu.assertItemsEquals = function(actual, expected)
  local function texts(t) local all = {}; for _, v in next, t do all[#all + 1] = shown(v) end; sort(all); return all end
  must(type(actual) == 'table' and same(texts(actual), texts(expected), 0), 'got ' .. shown(actual) .. ', expected the items of ' .. shown(expected))
end
lu.assertIs, lu.assertIsTrue, lu.assertIsFalse, lu.assertIsNil, lu.assertErrors = lu.assertEquals, lu.assertTrue, lu.assertFalse, lu.assertNil, lu.assertError
lu.assert_equals, lu.assert_true, lu.assert_false, lu.assert_nil = lu.assertEquals, lu.assertTrue, lu.assertFalse, lu.assertNil
local function run()
  local tests = {}
  local function take(name, f) if type(f) == 'function' and type(name) == 'string' and name:find('^[Tt]est') then tests[#tests + 1] = { name, f } end end
  for name, v in next, _G do
    take(name, v)
    if type(v) == 'table' and type(name) == 'string' and name:find('^[Tt]est') then for inner, f in next, v do take(inner, function() if v.setUp then v:setUp() end f(v) end) end end
  end
  sort(tests, function(a, b) return a[1] < b[1] end)
  for _, test in ipairs(tests) do
    local ok, why = pcall(test[2])
    if not ok then if why == EXIT then error(EXIT, 0) end note(why) end
  end
  return failed
end
lu.LuaUnit = setmetatable({ run = run, runSuite = run, new = function() return lu.LuaUnit end }, {})
lu.run = run
local plain = require
require = function(name) if name == 'luaunit' then return lu end return plain(name) end
local function forward(name)
  return function(...)
    local reply = ask(name .. ' ' .. written(...))
    if reply:sub(1, 1) ~= 'V' then error(reply:sub(2), 0) end
    return load('return ' .. reply:sub(2), '=reply', 't', {})()
  end
end
return function(act, text)
  if act == 'forward' then
    local place, last = _G, text
    for part in text:gmatch('([%w_]+)[.:]') do
      place[part] = place[part] or {}
      place, last = place[part], text:match('[%w_]+$')
    end
    local f = forward(text)
    place[last] = text:find(':', 1, true) and function(_, ...) return f(...) end or f
    return ''
  end
  local chunk, why = load(text, '=tests', 't')
  if not chunk then return 'U' .. why end
  local ok, thrown = pcall(chunk)
  if not ok and thrown ~= EXIT then note(thrown) end
  if code ~= nil and code ~= 0 and code ~= true then note('The tests ended with ' .. tostring(code) .. '.') end
  return (failed == 0 and 'V' or 'E') .. format('%d ', counted) .. said
end`;
