/**
 * What is kept of single tokens: what the update knew of them, and what it did to their log-probabilities. Knows samples and batches, no view.
 */
import { completionPlaces } from '../rl/batch';
import type { Row } from '../rl/batch';
import { pieceEnds } from '../tokenizer/pieces';
import type { TokenReport, TokenTrace, TokenizerApi } from '../types';
import { readerLogLikelihood, scoreCompletions } from './lab';
import type { Lab } from './lab';
import type { Reconstruction, Sample } from './samples';

/**
 * Completions of a step that are kept token by token: documentations in the order of the step, each with all that was rebuilt from it. All of a
 * demo step's, which takes 187 kB with their tokens and 85 kB without (measured); a larger step takes no more than that on top.
 */
export const TRACED = 128;

/** How many documentations of a step are kept token by token. */
export function tracedSamples(samples: readonly Sample[], reconstructions: number): Sample[] {
  return samples.slice(0, Math.max(1, Math.floor(TRACED / (1 + reconstructions))));
}

const completions = (samples: readonly Sample[]): (Sample | Reconstruction)[] => samples.flatMap((sample) => [sample, ...sample.reconstructions]);

/** Gives each sampled completion its part of the report. A row's completion is the very array of its sample; what was in no row has no report. */
export function shareReport(samples: readonly Sample[], rows: readonly Row[], report: TokenReport): void {
  const starts = new Map(completionPlaces(rows).map(({ row, start }) => [row.completion, start]));
  for (const made of completions(samples)) {
    const start = starts.get(made.tokens);
    if (start === undefined) continue;
    const part = <A extends Float32Array | Uint8Array>(values: A): A => values.slice(start, start + made.tokens.length) as A;
    made.report = {
      logps: part(report.logps), entropies: part(report.entropies), ratios: part(report.ratios), terms: part(report.terms), pushes: part(report.pushes), clipped: part(report.clipped),
    };
  }
}

/**
 * Follows the first groups of a step past its update: the log-probabilities that their tokens have now, and what each documentation is
 * worth to the reader beside none at all. Two scoring passes over a few rows.
 */
export async function follow(lab: Lab, samples: readonly Sample[]): Promise<void> {
  const { traceGroups, temperature } = lab.settings;
  const followed = samples.filter((sample) => sample.code < traceGroups);
  if (followed.length === 0) return;
  const made = completions(followed);
  const after = await scoreCompletions(lab, made.map(({ prompt, tokens }) => ({ prompt, completion: tokens })), 'policy', temperature);
  made.forEach((one, i) => { one.after = after[i]!; });
  const items = [...new Set(followed.map(({ item }) => item))];
  const likely = await readerLogLikelihood(lab, [...items.map((item) => ({ documentation: '', item })), ...followed.map(({ verdict, item }) => ({ documentation: verdict.text, item }))]);
  followed.forEach((sample, i) => { sample.lift = likely[items.length + i]! - likely[items.indexOf(sample.item)]!; });
}

/** Half as long where the numbers allow. */
function integers(values: ArrayLike<number>): Uint16Array | Int32Array {
  const fits = Array.prototype.every.call(values, (value: number) => value >= 0 && value < 65536);
  return fits ? Uint16Array.from(values) : Int32Array.from(values);
}

/** The trace of one completion, in arrays of its own: a view would take the whole readback with it into storage. */
export function traceOf(tokenizer: TokenizerApi, { tokens, logps, report, after }: Sample | Reconstruction): TokenTrace {
  const { text, ends } = pieceEnds(tokenizer, tokens);
  const trace: TokenTrace = { text, ids: integers(tokens), ends: integers(ends), logps: logps.slice() };
  if (report) {
    const { entropies, ratios, terms, pushes, clipped } = report;
    Object.assign(trace, { entropies, ratios, terms, pushes, clipped });
  }
  if (after) trace.after = after.slice();
  return trace;
}
