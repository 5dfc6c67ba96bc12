/** Runs good and hostile programs in Python as the sandbox would; after each hostile one the next job must be right. */
import { beforeAll, describe, expect, it } from 'vitest';
import { pythonFiles } from '../../scripts/node-sandbox';
import type { Verdict } from '../../src/sandbox/languages';
import { createPython, PYTHON_LIMITS, type PythonSandbox } from '../../src/sandbox/python';
import type { PythonFiles } from '../../src/sandbox/python_machine';

let files: PythonFiles, python: PythonSandbox;
beforeAll(async () => {
  files = await pythonFiles();
  python = await createPython({ files });
});

const judge = (code: string, inputs: unknown[][] = [[]]): Promise<Verdict> => python.judge({ code, name: 'f', inputs });
const outputs = async (code: string, inputs: unknown[][] = [[]]): Promise<string[] | null> => (await judge(code, inputs)).outputs;
/** What an expression is as output. */
const value = async (expression: string): Promise<string> => (await outputs(`def f():\n    return ${expression}`))![0]!;
const values = async (expressions: string[]): Promise<string[]> => {
  const found: string[] = [];
  for (const expression of expressions) found.push(await value(expression));
  return found;
};
const expectHealthy = async (): Promise<void> => {
  expect(await judge('import re\ndef f(xs):\n    return [x for x in xs if re.match("[3-9]", str(x))]', [[[1, 2, 3]], [[]], [[5]]])).toEqual({ outputs: ['[3]', '[]', '[5]'], ending: 'ran' });
};

describe('functions in Python', { timeout: 60000 }, () => {
  it('give canonical text: equal values have one, others have another', async () => {
    await expectHealthy();
    const equal = [['(1, [2])', '[1, [2]]'], ['2.0', '2'], ['-0.0', '0'], ['{"b": 1, "a": 2}', '{"a": 2, "b": 1}'], ['{3, 1, 2}', '{2, 1, 3}'], ['{"x", "yy", "z"}', '{"z", "x", "yy"}'], ['1e3', '1000'], ['{1: 2}', '{1.0: 2}'], ['__import__("collections").Counter("aab")', '{"b": 1, "a": 2}'], ['__import__("enum").IntEnum("E", "A").A', '1']];
    for (const [a, b] of equal) expect(await value(a!), a).toBe(await value(b!));
    const other = await values(['None', '0', 'True', '1', '[]', '{}', '""', '"1"', '1.5', 'float("nan")', 'float("inf")', '-float("inf")', '[[]]', '{"a": []}', '{"a": 1}', '"nan"', '10**30', '10**30 + 1', '0.1 + 0.2', '0.3']);
    expect(new Set(other).size).toBe(other.length);
    expect(other).not.toContain('ERR');
    expect(await values(['2**70', '1/3', '"é🙂\\n\\""', '"\\ud800"', '(1, 2.0, {3, 1})', 'float("nan")', '{(1, 2): None, True: 1}'])).toEqual(['1180591620717411303424', '0.3333333333333333', '"é🙂\\n\\""', '"\\ud800"', '[1,2,[1,3]]', '{"float":"nan"}', '{"[1,2]":null,"true":1}']);
  });

  it('give ERR where there is no JSON, and say of what kind the end was', async () => {
    for (const none of ['object()', 'b"x"', '1j', 'iter([])', '(x for x in [])', 'f', 'type', 'map(str, [])', '"x" * 100000', 'list(range(30000))', '10**5000', '(lambda a: (a.append(a), a)[1])([])']) expect([none, await judge(`def f():\n    return ${none}`)]).toEqual([none, { outputs: ['ERR'], ending: 'no output' }]);
    expect(await judge('def f(n):\n    return 10 // n', [[5], [0], [2]])).toEqual({ outputs: ['2', 'ERR', '5'], ending: 'threw', said: 'ZeroDivisionError: division by zero (line 2)' });
    expect(await judge('def f(:\n    pass')).toMatchObject({ outputs: null, ending: 'undefined', said: 'SyntaxError: invalid syntax (line 1)' });
    expect(await judge('raise KeyError("x")\ndef f(): pass')).toMatchObject({ outputs: null, ending: 'undefined', said: "KeyError: 'x' (line 1)" });
    expect(await judge('f = 3')).toMatchObject({ outputs: null, ending: 'undefined' });
    expect(await judge('def f(n):\n    return 1 + f(n)', [[1], [2]])).toMatchObject({ outputs: ['ERR', 'ERR'], ending: 'stack' });
    expect(await judge('def f(n):\n    return len("x" * n)', [[3], [2 ** 30], [4]])).toMatchObject({ outputs: ['3', 'ERR', '4'], ending: 'memory' });
  });

  it('find the function by name, else the only one; each call has its own arguments; a coroutine is run', async () => {
    expect(await outputs('def other(x):\n    return x + 1', [[1]])).toEqual(['2']);
    expect(await outputs('def a(): pass\ndef b(): pass')).toBeNull();
    expect(await outputs('f = lambda xs: (xs.sort(), xs)[1]', [[[2, 1]], [[2, 1]]])).toEqual(['[1,2]', '[1,2]']);
    expect(await outputs('async def g(): return 4\nasync def f(): return 1 + await g()')).toEqual(['5']);
    expect(await outputs('import random\ndef f(): return random.random()')).toEqual(await outputs('import random\ndef f(): return random.random()'));
    expect(await outputs('from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\ndef f(): return P(3).x')).toEqual(['3']);
  });

  it('end endless loops at the same place, whatever they swallow, and keep what came before', async () => {
    const patient = await createPython({ files, limits: { deadlineMs: 1e6, polls: 20000 } });
    const reached = async (turns: number): Promise<string[] | null> => patient.run({ code: `def f():\n    i = 0\n    while i < ${turns}:\n        i += 1\n    return i`, name: 'f', inputs: [[]] });
    for (let again = 0; again < 2; again++) {
      expect(await reached(900_000)).toEqual(['900000']);
      expect(await reached(1_200_000)).toEqual(['ERR']);
    }
    const start = performance.now();
    expect(await judge('def f(n):\n    while n:\n        try:\n            while True: pass\n        except BaseException: pass\n        finally: continue\n    return 7', [[0], [1], [0]])).toEqual({ outputs: ['7', 'ERR', 'ERR'], ending: 'time', said: 'It took too many steps.' });
    expect(performance.now() - start).toBeLessThan(PYTHON_LIMITS.deadlineMs + 2000);
    await expectHealthy();
  });

  it('end by the clock what waits, or searches without turning', async () => {
    const hurried = await createPython({ files, limits: { deadlineMs: 300 } });
    const start = performance.now();
    for (const body of ['import time\n    time.sleep(1000)', 'import re\n    return bool(re.match("(a+)+$", "a" * 60 + "b"))']) {
      expect(await hurried.judge({ code: `def f(n):\n    if n == 0: return 5\n    ${body}`, name: 'f', inputs: [[0], [1], [0]] })).toEqual({ outputs: ['5', 'ERR', 'ERR'], ending: 'time', said: 'It took too long.' });
    }
    expect(performance.now() - start).toBeLessThan(5000);
    expect(await hurried.run({ code: 'def f(): return 1', name: 'f', inputs: [[]] })).toEqual(['1']);
  });
});

const TESTS = 'def check(candidate):\n    assert candidate([3, 1, 2]) == [(3, 1), (1, 2)]\n    assert candidate([]) == []\n    assert candidate([7]) == []\ncheck(pairs)';
const PAIRS = 'def pairs(xs):\n    return list(zip(xs, xs[1:]))';
const tried = (code: string, tests = TESTS): Promise<Verdict> => python.judge({ code, name: 'pairs', tests });

/** Programs that want to pass TESTS without the pairs. */
const FORGED = [
  'class Yes:\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n    def __hash__(self): return 0\ndef pairs(xs): return Yes()',
  'class Yes(list):\n    def __eq__(self, other): return True\ndef pairs(xs): return Yes()',
  'class Yes(tuple):\n    def __eq__(self, other): return True\ndef pairs(xs): return [Yes(), Yes()]',
  'import sys\ndef pairs(xs): sys.exit(0)', 'import os\ndef pairs(xs): os._exit(0)', 'raise SystemExit(0)', 'import os\nos._exit(0)', 'def pairs(xs): raise SystemExit', 'def pairs(xs): raise KeyboardInterrupt', 'def pairs(xs): raise AssertionError', 'def pairs(xs): raise StopIteration',
  'import builtins\nbuiltins.AssertionError = None\nbuiltins.__build_class__ = None\ndef pairs(xs): return 0',
  'import builtins\nbuiltins.check = lambda f: None\ncheck = lambda f: None\ndef pairs(xs): return 0',
  'import __main__\n__main__.test = lambda text: \'{"ending":"ran"}\'\n__main__.asked = 1\ndef pairs(xs): return 0',
  'import __main__\n__main__.answer = lambda text: \'{"names":{"check":{"v":0},"__builtins__":{"v":{"d":[]}},"pairs":{"o":0}}}\'\ndef pairs(xs): return 0',
  'import __main__\n__main__.answer = lambda text: \'{"value":{"o":0}}\' if "call" in text else \'{"names":{"pairs":{"v":{"o":0}}}}\'\ndef pairs(xs): return 0',
  'import __main__\n__main__.answer = lambda text: "not JSON"\ndef pairs(xs): return 0', 'import __main__\n__main__.answer = lambda text: 3\ndef pairs(xs): return 0',
  'import __main__, json\n__main__.dumps = lambda *a, **k: \'{"ending":"ran"}\'\njson.dumps = __main__.dumps\ndef pairs(xs): return 0',
  'import sys\ndef pairs(xs):\n    frame = sys._getframe()\n    while frame:\n        frame.f_locals.update(ending="ran", value=[(3, 1), (1, 2)])\n        frame = frame.f_back\n    return 0',
  'import gc\nfor x in gc.get_objects():\n    if isinstance(x, dict) and "asked" in x: x["asked"] = 9\ndef pairs(xs): return 0',
  'import os\ntry: os.write(1000, b\'["names", []]\')\nexcept OSError: pass\ndef pairs(xs): return 0',
  'import os\ndef pairs(xs):\n    os.close(1); os.close(2)\n    return 0',
  'import ctypes\nctypes.string_at(0)\ndef pairs(xs): return 0', 'import ctypes\ndef pairs(xs):\n    (ctypes.c_char * 50_000_000).from_address(1024)[:] = b"x" * 50_000_000\n    return 0',
  'import sys\ndel sys.modules["_pyodide"], sys.modules["_pyodide_core"]\nimport _pyodide_core\ndef pairs(xs): return 0', 'import js\ndef pairs(xs): return 0', 'def pairs(xs):\n    import pyodide_js\n    return 0',
  'def pairs(xs): return None', 'def pairs(xs): yield from zip(xs, xs[1:])', 'pairs = 3', 'def pairs(xs', 'def other(xs): return []',
  'def pairs(xs):\n    import inspect\n    return [eval(l.split("==")[1]) for f in inspect.stack() for l in (f.code_context or []) if "==" in l][0]',
];

describe('programs with tests in Python', { timeout: 60000 }, () => {
  it('pass when every test holds, and fail otherwise with what was got', async () => {
    expect(await tried(PAIRS)).toEqual({ outputs: null, ending: 'ran' });
    expect(await tried('def pairs(xs):\n    return list(zip(xs, xs))')).toEqual({ outputs: null, ending: 'threw', said: 'AssertionError: assert candidate([3, 1, 2]) == [(3, 1), (1, 2)] (got [(3, 3), (1, 1), (2, 2)])' });
    expect(await tried('def pairs(xs):\n    return xs.slice(1)')).toEqual({ outputs: null, ending: 'threw', said: "AttributeError: 'list' object has no attribute 'slice' (line 2)" });
    expect(await tried('def pairs(xs):\n    while 1: pass')).toMatchObject({ ending: 'time' });
    expect(await tried('def pairs(xs):\n    return pairs(xs) + 1')).toMatchObject({ ending: 'stack' });
    expect(await tried(PAIRS, 'def check(candidate):\n    assert candidate([]) == 3')).toEqual({ outputs: null, ending: 'threw', said: 'No test was reached.' });
    expect(await tried(PAIRS, 'assert pairs([')).toMatchObject({ ending: 'undefined' });
  });

  it('hand over every kind of plain data unharmed, errors by their kind, and what tests need of the program', async () => {
    const same = ['None', '(1, [2.5, {"a": {3, 4}}])', 'frozenset({1})', 'b"\\xff"', 'bytearray(b"x")', '2**200', '-2**63', '1j', '{(1, 2): "x", None: [True]}', 'range(3)', '"\\ud800é"', 'float("inf")', '[[], (), set(), {}]'];
    const tests = same.map(x => `y = pairs(${x})\nassert y == ${x} and type(y) is type(${x})\nassert pairs(${x}, show=True) == repr(${x})`).join('\n');
    expect(await tried('def pairs(x, show=False): return repr(x) if show else x', tests)).toEqual({ outputs: null, ending: 'ran' });
    expect(await tried('def pairs(x): raise ValueError("no")', 'try:\n    pairs(1)\nexcept ValueError as e:\n    assert str(e) == "no"\nelse:\n    assert False')).toEqual({ outputs: null, ending: 'ran' });
    const stack = 'import math\nROOT = math.sqrt(16)\nclass Stack:\n    def __init__(self): self.items = []\n    def push(self, x): self.items.append(x)\n    def pop(self): return self.items.pop()\n    def __len__(self): return len(self.items)\ndef pairs(s): return s.pop() * 2\ndef count(n):\n    for i in range(n): yield i';
    expect(await tried(stack, 's = Stack()\ns.push(4); s.push(5)\nassert pairs(s) == 10 and s.items == [4] and len(s) == 1\nassert list(count(3)) == [0, 1, 2]\nassert ROOT == 4 and math.fabs(-1) == 1\nassert s == s and not s == Stack()')).toEqual({ outputs: null, ending: 'ran' });
  });

  it('no program passes by tampering, leaving early or answering for itself', async () => {
    const passed: string[] = [];
    for (const code of FORGED) if ((await tried(code)).ending === 'ran') passed.push(code);
    expect(passed).toEqual([]);
    // Whoever answers for the program may not bring names that nobody asked for: here one for `len`.
    const lie = 'import __main__\ndef lie(text):\n    return \'{"value":1}\' if "call" in text else \'{"names":{"pairs":{"v":{"o":0}},"len":{"v":{"o":1}}}}\'\n__main__.answer.__code__ = lie.__code__\ndef pairs(xs): return 0';
    expect(await tried(lie, 'assert len(pairs([1, 2])) == 1')).toMatchObject({ ending: 'threw', said: "TypeError: object of type 'int' has no len() (line 1)" });
    expect(await tried(PAIRS)).toEqual({ outputs: null, ending: 'ran' });
  });
});

it('has no way out but the few that are named: what else the interpreter could ask of its host is refused below the language', { timeout: 60000 }, async () => {
  const WALL = 'There is no way to JavaScript here.';
  const said = async (body: string): Promise<string | undefined> => (await judge(`def f():\n    ${body.replaceAll('\n', '\n    ')}`)).said;
  expect(await said('import js')).toMatch(/^ModuleNotFoundError: import of js halted/);
  expect(await said('import sys\ndel sys.modules["_pyodide"], sys.modules["_pyodide_core"]\nimport _pyodide_core')).toBe(WALL);
  expect(await said('import ctypes\nctypes.CDLL(None).getpid()')).toBe(WALL);
  expect(await said('import ctypes\nctypes.CFUNCTYPE(ctypes.c_int)(lambda: 1)')).toBe(WALL);
  expect(await said('import socket\nsocket.socket()')).toMatch(/^PermissionError/);
  expect(await said('import socket\nsocket.getaddrinfo("localhost", 80)')).toMatch(/^gaierror/);
  expect(await said('open("x", "w")')).toMatch(/^OSError: \[Errno 69\] Read-only file system/);
  expect(await said('import os\nos.mkdir("x")')).toMatch(/^PermissionError/);
  expect(await said('import os\nos.remove("/lib/python314.zip")')).toMatch(/^PermissionError/);
  expect(await said('import os\nos._exit(0)')).toBe('The program left the interpreter.');
  expect(await said('import os\nos.write(1000, b"[]")')).toMatch(/^OSError: \[Errno 8\] Bad file descriptor/);
});

/** Programs that change what the next would find, if anything were left. */
const SPOILERS = [
  'import builtins\nbuiltins.len = lambda x: 0\nbuiltins.str = None\ndef f(): pass',
  'import re, json, math\nre.match = lambda *a: None\njson.loads = json.dumps = None\nmath.pi = 3\ndef f(): pass',
  'import sys\nfor name in list(sys.modules): del sys.modules[name]\ndef f(): pass', 'import sys\nsys.setrecursionlimit(60)\nsys.path.clear()\nsys.meta_path.clear()\ndef f(): pass',
  'import gc\ngc.disable()\nimport random\nrandom.seed(5)\ndef f(): pass', 'import os\ndef f():\n    fs = [open("/lib/python314.zip", "rb") for _ in range(200)]\n    os.close(0); os.close(1)\n    globals()["kept"] = fs',
  'import os\nos.environ.clear()\ndef f():\n    os._exit(3)', 'import threading\ndef f():\n    threading.Thread(target=print).start()', 'import os\ndef f(): os.chdir("/")', 'def f(): open("x", "w").write("y")',
  'import ctypes\ndef f():\n    (ctypes.c_char * 30_000_000).from_address(64)[:] = b"x" * 30_000_000', 'def f():\n    kept = []\n    while True: kept.append("x" * 1_000_000)', 'import sys\nsys.setrecursionlimit(10**6)\ndef f(): return f()', 'import atexit\natexit.register(lambda: 1/0)\ndef f(): raise SystemExit',
];

it('no job finds anything of the one before', { timeout: 60000 }, async () => {
  const look = 'import sys, os, math, random, builtins, gc, re\nkept = sorted(os.environ), len(sys.modules), sys.getrecursionlimit(), math.pi, random.random(), gc.isenabled(), os.getcwd(), os.listdir("."), len(dir(builtins)), "kept" in globals(), os.open("/lib/python314.zip", os.O_RDONLY)\ndef f(): return kept';
  const fresh = await outputs(look);
  expect(fresh![0]).toMatch(/^\[\[.*1000,3\.14159/);
  for (const code of SPOILERS) {
    await judge(code);
    expect([code, await outputs(look)]).toEqual([code, fresh]);
    await expectHealthy();
  }
});
