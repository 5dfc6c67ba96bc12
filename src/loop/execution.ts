/** Whether reconstructions behave like the originals on the corpus's inputs; knows the sandbox only by its interface. */

import { FAILED } from '../sandbox/languages';
import type { CodeItem, Language } from '../types';
import type { Lab } from './lab';

const DEFINITION: Partial<Record<Language, RegExp>> = {
  javascript: /(?:function\s*\*?\s*([\p{L}_$][\p{L}\p{N}_$]*)|(?:const|let|var)\s+([\p{L}_$][\p{L}\p{N}_$]*)\s*=)/u,
  python: /def\s+([\p{L}_][\p{L}\p{N}_]*)/u,
  ruby: /def\s+(?:self\.)?([\p{L}_][\p{L}\p{N}_]*[!?]?)/u,
  lua: /function\s+([\p{L}_][\p{L}\p{N}_.:]*)/u,
};

/**
 * `wanted` where the code defines a function of that name, else the first that it defines: a wrong name is no wrong behaviour, and functions
 * before the one that was asked for are parts of it. `wanted` too where none is seen.
 */
export function definedName(code: string, language: Language, wanted: string): string {
  const pattern = DEFINITION[language] ?? (language === 'typescript' || language === 'tsx' ? DEFINITION.javascript : undefined);
  const names = pattern === undefined ? [] : [...code.matchAll(new RegExp(pattern, 'gu'))].map((match) => match[1] ?? match[2]!);
  return names.includes(wanted) ? wanted : names[0] ?? wanted;
}

/**
 * For each candidate list (one code per item): 1 where its outputs equal the original's on every input, else 0. The inputs are the item's own,
 * or made ones. Items without either, in a language that cannot be run, or whose original does not run, are left out of every list.
 */
export async function executionPasses({ executor, behaviour }: Pick<Lab, 'executor' | 'behaviour'>, items: readonly CodeItem[], candidates: readonly (readonly string[])[]): Promise<number[][]> {
  const empty = candidates.map(() => [] as number[]);
  if (!executor) return empty;
  const known = items.map((item, i) => ({ item, i })).filter(({ item }) => executor.languages.includes(item.language));
  const own = known.flatMap(({ item, i }) => ((item.inputs?.length ?? 0) > 0 ? [{ item, i, inputs: item.inputs! }] : []));
  const bare = known.filter(({ item }) => (item.inputs?.length ?? 0) === 0);
  const made = behaviour && bare.length > 0 ? await behaviour.tried(bare.map(({ item }) => item)) : [];
  const runnable = [...own, ...made.flatMap((one, k) => ('reason' in one ? [] : [{ ...bare[k]!, inputs: one.inputs }]))].sort((a, b) => a.i - b.i);
  if (runnable.length === 0) return empty;
  const jobs = [null, ...candidates].flatMap((list) => runnable.map(({ item, i, inputs }) => {
    const code = list ? list[i]! : item.code;
    return { language: item.language, code, name: list ? definedName(code, item.language, item.name) : item.name, inputs };
  }));
  const outputs = await executor.run(jobs);
  const n = runnable.length;
  for (let k = 0; k < n; k++) {
    const expected = outputs[k];
    // Where the original fails on every input, failing is all that there is to equal.
    if (!expected || expected.every((output) => output === FAILED)) continue;
    candidates.forEach((_, c) => {
      const found = outputs[(c + 1) * n + k];
      empty[c]!.push(found && found.length === expected.length && found.every((output, i) => output === expected[i]) ? 1 : 0);
    });
  }
  return empty;
}
