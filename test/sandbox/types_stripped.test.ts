/** TypeScript through the sandbox: the program behind the types runs, and what is no TypeScript does not. */
import { expect, test } from 'vitest';
import { createSandbox } from '../../src/sandbox/serve_quickjs';
import type { Language } from '../../src/types';

const sandbox = createSandbox();
const run = (code: string, inputs: unknown[][], language: Language = 'typescript') => sandbox.run({ language, code, name: 'f', inputs });
const ran = (...outputs: string[]) => ({ outputs, ending: 'ran' });

test.each<[what: string, code: string, output: string]>([
  ['annotations', 'function f(x: number, y?: string): string { const z: Array<Map<string, number>> = []; return (y ?? "n") + x + z.length }', '"n30"'],
  ['generics', 'const f = <T extends number, U = T[]>(x: T): [T, U | null] => [x, null]', '[3,null]'],
  ['interfaces and types', 'interface P { x: number }\ntype Q = P & { [k: string]: unknown };\ndeclare const outside: Q;\nexport type { Q };\nfunction f(x: number) { const p: P = { x }; return p }', '{"x":3}'],
  ['casts', 'function f(x: unknown) { return (x as number)! + (<number>x) + ({ a: 1 } satisfies object).a }', '7'],
  ['overloads', 'function f(x: string): string;\nfunction f(x: number): number;\nfunction f(x: any) { return x }', '3'],
  ['classes', 'abstract class A<T> { protected readonly a: number = 1; constructor(private b: number, public c?: T) {} abstract g(): void; sum(this: A<T>) { return this.a + this.b } }\nclass B extends A<string> implements Object { override g() {} }\nfunction f(x: number) { return new B(x).sum() }', '4'],
  ['enums', 'enum Colour { Red = 3, Green }\nfunction f(x: Colour) { return [Colour[x], Colour.Green] }', '["Red",4]'],
  ['guards', 'function is(x: unknown): x is number { return typeof x === "number" }\nfunction f(x: unknown): asserts x is number { if (!is(x)) throw 1; return 5 as never }', '5'],
  ['what looks like types', 'function f(x: number) { const a = x < 4, b = 2 > 1; return [a, b, x ? { k: "as number" } : 0, `${x as number}: string`] }', '[true,true,{"k":"as number"},"3: string"]'],
  ['modern JavaScript', 'async function f(x: number) { const o: { a?: { b: number } } = {}; o.a ??= { b: await x }; return o?.a?.b ** 2 }', '9'],
])('%s', async (_, code, output) => {
  expect(await run(code, [[3]])).toEqual(ran(output));
  expect(await run(code, [[3]], 'tsx')).toEqual(code.includes('<number>x') ? { outputs: null, ending: 'undefined' } : ran(output));
});

test('what is no TypeScript is no program, and JavaScript is left as it is', async () => {
  expect(await run('function f(x: ) { return x }', [[1]])).toMatchObject({ outputs: null, ending: 'undefined' });
  expect(await run('function f(x: number) { return x }', [[1]], 'javascript')).toMatchObject({ outputs: null, ending: 'undefined' });
  expect(await run('def f(x): return x', [[1]], 'python')).toMatchObject({ outputs: null, ending: 'undefined' });
  // Deep enough to end the parser's own stack.
  expect((await run(`const f = ${'('.repeat(200000)}`, [[1]])).outputs).toBeNull();
  expect(await run('function f(x: number) { return x }', [[1]])).toEqual(ran('1'));
});
