/** What is to be seen of each token of a completion, by mode: plain data in and out, no DOM. Never colour alone: every look has a line of its own and words. */
import type { TokenTrace } from '../../types';
import { signed, value } from '../format';

export const MODES = ['push', 'change', 'entropy', 'logp'] as const;
export type Mode = (typeof MODES)[number];

export const MODE_WORDS: Record<Mode, { label: string; legend: string }> = {
  push: { label: 'Objective term', legend: 'What the update pushed: the advantage is one number per completion, a token\'s term also has its ratio and weight.' },
  change: { label: 'Change of log-probability', legend: 'What came of it: the log-probability after the update less that before. All tokens share the weights, so a token may move against its own push.' },
  entropy: { label: 'Entropy', legend: 'How undecided the model was before this token, in nats: 0 is certain.' },
  logp: { label: 'Sampler\'s log-probability', legend: 'How likely the token was when it was drawn: the darker, the less likely.' },
};

/** `amount`: a size without a sign. `none`: nothing is recorded. */
export type Kind = 'up' | 'down' | 'clipped' | 'zero' | 'amount' | 'none';

/** `level` 1 (faint) to 4 (strong); 0 where the kind says all. */
export interface Look { text: string; kind: Kind; level: number; words: string }

/** Bounds between levels, for sizes that mean the same everywhere. */
const ENTROPY_LEVELS = [0.05, 0.5, 1, 2], SURPRISE_LEVELS = [0.05, 0.7, 2.3, 4.6];

export interface Scale { push: number; change: number }

/** The largest push and change among completions that are compared: what full strength means. */
export function scaleOf(traces: readonly (TokenTrace | undefined)[]): Scale {
  let push = 0, change = 0;
  for (const trace of traces) {
    if (!trace) continue;
    for (let t = 0; t < trace.ids.length; t++) {
      push = Math.max(push, Math.abs(trace.pushes?.[t] ?? 0) || 0);
      change = Math.max(change, Math.abs(changeOf(trace, t)) || 0);
    }
  }
  return { push, change };
}

/** After less before; NaN where it was not followed. */
export function changeOf(trace: TokenTrace, t: number): number {
  return (trace.after?.[t] ?? NaN) - trace.logps[t]!;
}

export function textOf(trace: TokenTrace, t: number): string {
  return trace.text.slice(trace.ends[t - 1] ?? 0, trace.ends[t]);
}

/** Which modes have something to show, and what the others lack. */
export function lacks(trace: TokenTrace, mode: Mode): string {
  if (mode === 'push' && !trace.pushes) return 'These tokens were in no update, so nothing pushed them.';
  if (mode === 'change' && !trace.after) return 'These tokens were not scored again after the update: the setting "Functions followed past the update" says for how many functions of each update that is done.';
  if (mode === 'entropy' && !trace.entropies) return 'Entropy is measured in the update, and these tokens were in none.';
  return '';
}

const step = (size: number, bounds: readonly number[]): number => bounds.filter(bound => size >= bound).length;
const share = (size: number, most: number): number => (most > 0 ? Math.max(1, Math.min(4, Math.ceil((4 * Math.abs(size)) / most))) : 1);

/** What became of a token in the update, in words; the kind of its look where the mode is `push`. */
export function fate(trace: TokenTrace, t: number): { kind: Kind; words: string } {
  const push = trace.pushes?.[t];
  if (push === undefined) return { kind: 'none', words: 'in no update' };
  if (trace.clipped?.[t] === 1) return { kind: 'clipped', words: push === 0 ? 'clipped: its ratio had moved far enough, and it was left alone' : 'clipped: its ratio was capped' };
  if (push > 0) return { kind: 'up', words: 'pushed up' };
  if (push < 0) return { kind: 'down', words: 'pushed down' };
  return { kind: 'zero', words: Number.isNaN(push) ? 'its term is no number' : 'not pushed: its advantage or weight is 0' };
}

export function looksOf(trace: TokenTrace, mode: Mode, scale: Scale): Look[] {
  return Array.from({ length: trace.ids.length }, (_, t): Look => {
    const text = textOf(trace, t);
    if (lacks(trace, mode) !== '') return { text, kind: 'none', level: 0, words: 'not recorded' };
    if (mode === 'push') {
      const { kind, words } = fate(trace, t);
      return { text, kind, level: kind === 'up' || kind === 'down' ? share(trace.pushes![t]!, scale.push) : 0, words: `${words}, ${signed(trace.pushes![t]!)}` };
    }
    if (mode === 'change') {
      const change = changeOf(trace, t);
      const kind: Kind = change > 0 ? 'up' : change < 0 ? 'down' : 'zero';
      return { text, kind, level: kind === 'zero' ? 0 : share(change, scale.change), words: `${kind === 'up' ? 'likelier' : kind === 'down' ? 'less likely' : 'unchanged'} after the update, ${signed(change)}` };
    }
    const size = mode === 'entropy' ? trace.entropies![t]! : -trace.logps[t]!;
    return { text, kind: 'amount', level: step(size, mode === 'entropy' ? ENTROPY_LEVELS : SURPRISE_LEVELS), words: mode === 'entropy' ? `entropy ${value(size)}` : `log-probability ${value(-size)}` };
  });
}

/** White space as marks, for a place where it has to be seen. */
export function spelled(text: string): string {
  return text === '' ? '(no text of its own)' : text.replaceAll(' ', '·').replaceAll('\n', '⏎').replaceAll('\t', '⇥');
}
