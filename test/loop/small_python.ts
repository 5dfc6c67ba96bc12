/** An interpreter of the small corpus's three kinds of Python functions: enough to run what a model warmed on it writes, and nothing else. */
import type { Executor } from '../../src/types';

/** def NAME(X):\n    return BODY */
const FUNCTION = /^def ([a-z_]+)\(([a-z]+)\):\n {4}return (.+)$/;
const KINDS: [RegExp, (v: number[], n: number) => unknown][] = [
  [/^\[v for v in ([a-z]+) if v > (\d)\]$/, (list, n) => list.filter(v => v > n)],
  [/^([a-z]+)\[(\d):\]$/, (list, n) => list.slice(n)],
  [/^\[v \* (\d) for v in ([a-z]+)\]$/, (list, n) => list.map(v => v * n)],
];

function run(code: string, name: string, inputs: unknown[][]): string[] | null {
  const [, defined, param, body = ''] = FUNCTION.exec(code) ?? [];
  if (defined !== name) return null;
  for (const [pattern, act] of KINDS) {
    const found = pattern.exec(body);
    if (!found) continue;
    const number = found.slice(1).find(part => /\d/.test(part))!, list = found.slice(1).find(part => !/\d/.test(part));
    // A name that is no parameter fails when it is called.
    return inputs.map(([value]) => (list === param && Array.isArray(value) ? JSON.stringify(act(value as number[], Number(number))) : 'ERR'));
  }
  return null;
}

export function smallPython(): Executor & { programs: number } {
  const executor = {
    languages: ['python' as const], programs: 0,
    run: (jobs: Parameters<Executor['run']>[0]) => {
      executor.programs += jobs.length;
      return Promise.resolve(jobs.map(({ code, name, inputs }) => run(code.trim(), name, inputs)));
    },
  };
  return executor;
}
