/** The few lines of our own source that compute a number, read from the files when the page is built, so that they cannot go stale. Knows files and where to cut them. */
import advantageSource from '../../rl/advantage.ts?raw';
import batchSource from '../../rl/batch.ts?raw';
import methodsSource from '../../rl/methods.ts?raw';
import rewardSource from '../../loop/rewards.ts?raw';
import policySource from '../../../shaders/policy.wgsl?raw';

export interface Excerpt { file: string; line: number; code: string }

/** Lines from the first that holds `from` to the next that holds `to`, both included, without what they are all indented by. @throws when they are not there */
export function cut(file: string, source: string, from: string, to: string): Excerpt {
  const lines = source.split('\n'), start = lines.findIndex(line => line.includes(from)), end = lines.findIndex((line, i) => i >= start && line.includes(to));
  if (start < 0 || end < 0) throw new Error(`${file} has no lines from "${from}" to "${to}" any more.`);
  const chosen = lines.slice(start, end + 1), indent = Math.min(...chosen.filter(line => line.trim() !== '').map(line => line.length - line.trimStart().length));
  return { file, line: start + 1, code: chosen.map(line => line.slice(indent)).join('\n') };
}

const ADVANTAGE = 'src/rl/advantage.ts', POLICY = 'shaders/policy.wgsl';

export const EXCERPTS = {
  reward: cut('src/loop/rewards.ts', rewardSource, "if (settings.rDocMode === 'gate') {", 'return Math.max(0,'),
  advantage: cut(ADVANTAGE, advantageSource, 'for (const members of byGroup(rewards, groups).values()) {', 'else advantages[i] = centred;'),
  batchMean: cut(ADVANTAGE, advantageSource, "if (kind === 'batch-mean'", 'return advantages;'),
  whiten: cut(ADVANTAGE, advantageSource, 'const variance = count > 1', 'row[t] = skip[i]'),
  ratio: cut(POLICY, policySource, 'fn log_ratio(r: u32)', 'fn log_ratio(r: u32)'),
  term: cut(POLICY, policySource, 'let rho = exp(log_rho);', 'if (hyper.dual_clip > 0.0'),
  push: cut(POLICY, policySource, 'let push = w *', 'dstat[r] = select('),
  weight: cut('src/rl/batch.ts', batchSource, 'switch (aggregation) {', "case 'dr_grpo'"),
} as const;

/** The line of the method's own switches. */
export function methodLine(name: string): Excerpt {
  return cut('src/rl/methods.ts', methodsSource, name === 'grpo' ? 'const GRPO: Method' : `'${name}': {`, name === 'grpo' ? 'const GRPO: Method' : `'${name}': {`);
}

/** What is what in a line of TypeScript or WGSL; enough for a few lines. */
export interface Piece { kind: 'comment' | 'string' | 'number' | 'keyword' | 'plain'; text: string }
const PIECES = /(?<comment>\/\/[^\n]*)|(?<string>'[^'\n]*')|(?<number>\b\d[\d_.e]*u?\b)|(?<keyword>\b(?:const|let|var|fn|return|if|else|for|of|switch|case|continue|true|false|new)\b)/g;

export function piecesOf(code: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of code.matchAll(PIECES)) {
    if (found.index > at) pieces.push({ kind: 'plain', text: code.slice(at, found.index) });
    const [kind] = Object.entries(found.groups!).find(([, text]) => text !== undefined)!;
    pieces.push({ kind: kind as Piece['kind'], text: found[0] });
    at = found.index + found[0].length;
  }
  if (at < code.length) pieces.push({ kind: 'plain', text: code.slice(at) });
  return pieces;
}
