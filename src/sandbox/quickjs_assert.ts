/** What tests of the published benchmarks ask `require` for in JavaScript, as a program for the sandbox; knows no test. */

/**
 * Node's `assert` as far as such tests use it, with the loose equality of `deepEqual`. Everything it needs is taken before the program runs.
 * A value that answers for itself (a proxy, a getter) has to answer right: what is expected is never handed to it.
 */
export const ASSERT = `(() => {
  const { Error, Map, Set, Number, Array, Symbol, String } = globalThis, { is, keys, getPrototypeOf } = Object, { isArray } = Array, { apply, ownKeys } = Reflect, { stringify } = JSON;
  const has = Object.prototype.hasOwnProperty, tagOf = Object.prototype.toString, mapGet = Map.prototype.get, mapHas = Map.prototype.has, mapEach = Map.prototype.forEach, setHas = Set.prototype.has, setEach = Set.prototype.forEach;
  const mapSize = Reflect.getOwnPropertyDescriptor(Map.prototype, 'size').get, setSize = Reflect.getOwnPropertyDescriptor(Set.prototype, 'size').get;
  const boxed = { '[object Number]': Number.prototype.valueOf, '[object String]': String.prototype.valueOf, '[object Boolean]': Boolean.prototype.valueOf, '[object Date]': Date.prototype.getTime, '[object RegExp]': RegExp.prototype.toString };
  // What a value of a kind of its own holds beside its properties.
  const held = (x, tag) => tag === '[object Error]' ? x.name + ': ' + x.message : apply(has, boxed, [tag]) ? apply(boxed[tag], x, []) : undefined;
  let counted = 0, failed = '';
  const isObject = (x) => typeof x === 'object' && x !== null;
  const isMap = (x) => { try { apply(mapSize, x, []); return true } catch { return false } };
  const isSet = (x) => { try { apply(setSize, x, []); return true } catch { return false } };
  const same = (a, b, strict, depth) => {
    if (depth > 200) return false;
    if (!isObject(a) || !isObject(b)) {
      if (isObject(a) || isObject(b) || typeof a === 'function') return a === b;
      return strict ? is(a, b) : a === b || (a !== a && b !== b) || a == b;
    }
    if (isArray(a) !== isArray(b) || isMap(a) !== isMap(b) || isSet(a) !== isSet(b)) return false;
    const tag = apply(tagOf, b, []);
    if (apply(tagOf, a, []) !== tag || !is(held(a, tag), held(b, tag))) return false;
    if (strict && getPrototypeOf(a) !== getPrototypeOf(b)) return false;
    if (isMap(b)) {
      if (apply(mapSize, a, []) !== apply(mapSize, b, [])) return false;
      let equal = true;
      apply(mapEach, b, [(value, key) => { equal = equal && apply(mapHas, a, [key]) && same(apply(mapGet, a, [key]), value, strict, depth + 1) }]);
      return equal;
    }
    if (isSet(b)) {
      if (apply(setSize, a, []) !== apply(setSize, b, [])) return false;
      let equal = true;
      apply(setEach, b, [(value) => {
        let found = apply(setHas, a, [value]);
        if (!found && isObject(value)) apply(setEach, a, [(other) => { found = found || same(other, value, strict, depth + 1) }]);
        equal = equal && found;
      }]);
      return equal;
    }
    if (isArray(b) && a.length !== b.length) return false;
    const names = keys(b);
    if (keys(a).length !== names.length) return false;
    for (let i = 0; i < names.length; i++) if (!apply(has, a, [names[i]]) || !same(a[names[i]], b[names[i]], strict, depth + 1)) return false;
    return true;
  };
  const shown = (x) => { try { const text = stringify(x); return text === undefined ? typeof x : text.length > 300 ? text.slice(0, 300) + '…' : text } catch { return typeof x } };
  const fail = (message, fallback) => { failed = typeof message === 'string' ? message : fallback; throw new Error(failed) };
  const must = (holds, message, fallback) => { counted++; if (!holds) fail(message, fallback()) };
  const assert = (value, message) => must(!!value, message, () => 'A test failed.');
  assert.ok = assert;
  const compare = (strict, wanted) => (actual, expected, message) => must(same(actual, expected, strict, 0) === wanted, message, () => 'got ' + shown(actual) + ', expected ' + (wanted ? '' : 'other than ') + shown(expected));
  assert.deepEqual = compare(false, true);
  assert.deepStrictEqual = compare(true, true);
  assert.notDeepEqual = compare(false, false);
  assert.notDeepStrictEqual = compare(true, false);
  const simple = (test, wanted) => (actual, expected, message) => must(test(actual, expected) === wanted, message, () => 'got ' + shown(actual) + ', expected ' + (wanted ? '' : 'other than ') + shown(expected));
  const loose = (a, b) => a === b || (!isObject(a) && !isObject(b) && (a == b || (a !== a && b !== b)));
  assert.equal = simple(loose, true);
  assert.notEqual = simple(loose, false);
  assert.strictEqual = simple(is, true);
  assert.notStrictEqual = simple(is, false);
  assert.throws = (f) => { let threw = false; try { f() } catch { threw = true } must(threw, undefined, () => 'expected an error, and none was thrown') };
  assert.strict = assert;
  return {
    require: (name) => { if (name === 'assert' || name === 'node:assert' || name === 'node:assert/strict') return assert; throw new Error("There is no module '" + name + "' here.") },
    count: () => counted,
    // The last comparison that failed, once.
    failed: () => { const said = failed; failed = ''; return said },
  };
})()`;
