/** Pairs of real functions and changes of them, to measure the reward on; knows lodash's sources, no metric. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extractFunctions } from '../src/corpus/functions';
import { createParser } from '../src/corpus/parser';
import { createRng } from '../src/rng';
import type { ScoredPair } from '../src/types';
import { root } from './build.mjs';
import { grammarFiles } from './vite-grammars';

/** Reconstructions of one original: documentations times reconstructions of the Demo preset. */
const GROUP = 8;
const [FEWEST_LINES, MOST_LINES] = [14, 30];

type Change = (code: string, draw: (below: number) => number, other: string) => string;
const lineChange = (change: (lines: string[], at: number) => void): Change => (code, draw) => {
  const lines = code.split('\n');
  change(lines, 1 + draw(lines.length - 2));
  return lines.join('\n');
};
/** What samples look like: near misses mostly, some cut off, some another function. */
const CHANGES: readonly Change[] = [
  (code, draw) => { const names = [...new Set(code.match(/[a-z]\w{3,}/gi))], name = names[draw(names.length)]!; return code.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `${name}${draw(100)}`); },
  (code, draw) => code.replace(/[+<>-](?![=+>-])/g, (sign) => (draw(3) === 0 ? '*' : sign)).replace(/\d+/g, (n) => String(Number(n) + draw(3))),
  lineChange((lines, at) => { lines.splice(at, 1); }),
  lineChange((lines, at) => { [lines[at], lines[at + 1]] = [lines[at + 1] ?? '', lines[at]!]; }),
  lineChange((lines, at) => { lines.splice(at, 0, '  value = result[index] + length;'); }),
  (code, draw) => code.slice(0, Math.floor(code.length * (0.3 + draw(60) / 100))),
  (_code, draw, other) => other.replace(/\n/, `\n  var extra${draw(1000)} = null;\n`),
  (code, draw, other) => `${code.slice(0, code.length / 2)}${other.slice(other.length / 2)}// ${draw(1000)}`,
];

/** The first `count` of groups of eight: a function of 14 to 30 lines and eight changes of it, the same ones for the same count. */
export async function benchPairs(count: number): Promise<ScoredPair[]> {
  const packaged = async (file: string): Promise<Uint8Array> => new Uint8Array(await readFile(join(root, 'node_modules', grammarFiles[file]!)));
  const parser = await createParser({ runtimeWasm: await packaged('web-tree-sitter.wasm'), grammar: packaged });
  await parser.load(['javascript']);
  const folder = join(root, 'node_modules/lodash-es'), functions: string[] = [];
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.js') && !name.startsWith('lodash')).sort()) {
    const text = await readFile(join(folder, file), 'utf8');
    if (text.split('\n').length < FEWEST_LINES) continue;
    for (const { code } of extractFunctions(parser, 'javascript', file, text).items) {
      const lines = code.split('\n').length;
      if (lines >= FEWEST_LINES && lines <= MOST_LINES) functions.push(code);
    }
  }
  const originals = Math.ceil(count / GROUP);
  if (functions.length < originals) throw new Error(`lodash-es has ${functions.length} functions of ${FEWEST_LINES} to ${MOST_LINES} lines, fewer than the ${originals} that ${count} pairs need. Nothing was measured.`);
  return Array.from({ length: count }, (_, i) => {
    const at = Math.floor(i / GROUP), random = createRng(1, i, 0), original = functions[at]!;
    const reconstruction = CHANGES[i % CHANGES.length]!(original, (below) => Math.floor(random() * below), functions[(at + 7) % functions.length]!);
    return { original, reconstruction, language: 'javascript' };
  });
}
