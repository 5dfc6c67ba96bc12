/** The numbers that a token's push is made of, worked out again from what was recorded, for any method: plain data in and out, no view. */
import type { Settings } from '../../config';
import { deviation, mean, sampleAdvantages, whitensTokens, whitenTokens } from '../../rl/advantage';
import type { AdvantageKind } from '../../rl/advantage';
import { METHODS } from '../../rl/methods';
import type { Method } from '../../rl/methods';
import { paddingReport } from '../../reward/cheat_padding';
import type { Episode, TokenTrace } from '../../types';
import { signed, value } from '../format';

/** Below it, reconstructions of all documentations of a function are one group. */
const OWN_GROUP_FROM = 4;

/** One thing that got an advantage: a documentation, or one reconstruction. */
export interface Judged { episode: Episode; at: number | null; reward: number; group: string; length: number; advantage: number; trace: TokenTrace | undefined }

/** Every documentation of a step with its reward, in the order of the step. */
export function writerJudged(episodes: readonly Episode[]): Judged[] {
  return episodes.map(episode => ({ episode, at: null, reward: episode.reward, group: episode.itemId, length: episode.documentationTokens, advantage: episode.advantage, trace: episode.documentationTrace }));
}

/** Every reconstruction of a step with what it was paid: its similarity, less the price of padding. */
export function readerJudged(episodes: readonly Episode[], settings: Pick<Settings, 'paddingPenalty' | 'reconstructions'>): Judged[] {
  return episodes.flatMap(episode => episode.reconstructions.map((made, at) => ({
    episode, at, reward: Math.max(0, made.similarity - settings.paddingPenalty * paddingReport(episode.code, made.code, episode.language).score),
    group: settings.reconstructions >= OWN_GROUP_FROM ? `${episode.itemId} ${episode.group}` : episode.itemId, length: made.trace?.ids.length ?? 1, advantage: made.advantage, trace: made.trace,
  })));
}

/** Advantages of all, as a method would give them; KL charged to the reward is left out. Whitened ones are those of a sample's tokens, which are all alike. */
export function advantagesBy(kind: AdvantageKind, judged: readonly Judged[], epsilon: number): number[] {
  const names = [...new Set(judged.map(({ group }) => group))];
  const plain = sampleAdvantages(judged.map(({ reward }) => reward), judged.map(({ group }) => names.indexOf(group)), kind, epsilon);
  if (!whitensTokens(kind)) return plain;
  const rows = judged.map(({ length }, i) => new Float32Array(length).fill(plain[i]!));
  whitenTokens(rows, judged.map(({ reward }) => !Number.isFinite(reward)));
  return rows.map(row => row[0] ?? 0);
}

/** The advantage of one sample as a formula, and the same with its numbers. */
export function advantageText(kind: AdvantageKind, rewards: { own: number; group: readonly number[]; all: readonly number[] }, epsilon: number): { formula: string; numbers: string } {
  const finite = (values: readonly number[]): number[] => values.filter(Number.isFinite);
  const group = finite(rewards.group), all = finite(rewards.all), r = value(rewards.own), mu = value(mean(group)), n = group.length;
  switch (kind) {
    case 'group-std': return { formula: 'A = (r − mean of the group) / (deviation of the group + ε)', numbers: `(${r} − ${mu}) / (${value(deviation(group))} + ${value(epsilon)})` };
    case 'group-mean': return { formula: 'A = r − mean of the group', numbers: `${r} − ${mu}` };
    case 'leave-one-out': return { formula: 'A = r − mean of the others in the group', numbers: `${r} − ${value((mean(group) * n - rewards.own) / (n - 1))}` };
    case 'group-mean-batch-std': return { formula: 'A = (r − mean of the group) / (deviation of all + ε)', numbers: `(${r} − ${mu}) / (${value(deviation(all))} + ${value(epsilon)})` };
    case 'batch-mean': return { formula: 'A = r − mean of all samples', numbers: `${r} − ${value(mean(all))}` };
    case 'whiten': return { formula: 'A = r, then centred and scaled over all tokens of the batch', numbers: `${r}, whitened over ${all.length} samples` };
    case 'group-mean-whiten': return { formula: 'A = r − mean of the group, then scaled over all tokens of the batch', numbers: `${r} − ${mu}, whitened over ${all.length} samples` };
  }
}

/** The term of one token before its weight, as the shader has it, and whether a clip had the last word. */
export function surrogate({ ratio, clip, epsilonLow, epsilonHigh, dualClip }: Pick<Method, 'ratio' | 'clip' | 'epsilonLow' | 'epsilonHigh' | 'dualClip'>, A: number, rho: number, logp: number): { l: number; held: boolean; text: string } {
  if (clip === 'cispo') return { l: Math.min(rho, epsilonHigh) * A * logp, held: rho > epsilonHigh, text: `min(${value(rho)}, ${value(epsilonHigh)}) · ${signed(A)} · ${value(logp)}` };
  if (ratio === 'none') return { l: A * logp, held: false, text: `${signed(A)} · ${value(logp)}` };
  const clipped = Math.max(1 - epsilonLow, Math.min(1 + epsilonHigh, rho)) * A, own = rho * A;
  if (clip === 'none') return { l: own, held: false, text: `${value(rho)} · ${signed(A)}` };
  let l = Math.min(own, clipped), held = clipped < own;
  if (dualClip > 0 && A < 0 && dualClip * A > l) { l = dualClip * A; held = true; }
  return { l, held, text: `min(${value(rho)} · ${signed(A)}, clip(${value(rho)}, ${value(1 - epsilonLow)}, ${value(1 + epsilonHigh)}) · ${signed(A)})` };
}

export function surrogateFormula({ ratio, clip }: Pick<Method, 'ratio' | 'clip'>): string {
  if (clip === 'cispo') return 'l = min(ρ, cap) · A · log p, the first factor held fixed';
  if (ratio === 'none') return 'l = A · log p';
  return clip === 'none' ? 'l = ρ · A' : 'l = min(ρ · A, clip(ρ, 1 − low, 1 + high) · A)';
}

export const RATIO_WORDS: Record<Method['ratio'], string> = {
  none: 'no ratio', token: 'of the token', sequence: 'of the whole text, geometric mean', product: 'of the whole text, product',
};

export interface Side { name: string; method: Method; A: number; l: number; held: boolean }

/** What each named method would have made of one token of one sample, on the same samples. */
export function sideBySide(judged: readonly Judged[], own: Judged, t: number, epsilon: number): Side[] {
  const at = judged.indexOf(own), rho = own.trace?.ratios?.[t] ?? 1, logp = own.trace?.logps[t] ?? NaN;
  return Object.entries(METHODS).map(([name, method]) => {
    const A = advantagesBy(method.advantage, judged, epsilon)[at]!;
    return { name, method, A, ...surrogate(method, A, rho, logp) };
  });
}
