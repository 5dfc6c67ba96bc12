/** What became better or worse between two evaluations, in sentences with numbers: plain data in, text out. */
import { mean } from '../../rl/advantage';
import type { MetricRow, StoryPage } from '../../types';
import { plural, value } from '../format';

const words = (text: string): number => text.split(/\s+/).filter(Boolean).length;

export interface Facts { similarity: number; shuffled: number; exact: number; length: number; named: number; refused: number }

/** Of the functions of one evaluation: means, and how many were rebuilt exactly, name all their parameters, were refused. */
export function factsOf({ entries }: StoryPage): Facts {
  const says = (text: string, name: string): boolean => new RegExp(`(^|[^\\w$])${name.replace(/[$]/g, '\\$&')}([^\\w$]|$)`).test(text);
  return {
    similarity: mean(entries.map(one => one.similarity)), shuffled: mean(entries.map(one => one.shuffled)),
    exact: entries.filter(one => one.exact).length, length: mean(entries.map(one => words(one.documentation))),
    named: entries.filter(one => one.params.length > 0 && one.params.every(name => says(one.documentation, name))).length,
    refused: entries.filter(one => one.rDoc === 0).length,
  };
}

/** A difference smaller than this is noise on ten functions. */
const NOTABLE = 0.03;

/** @param rows the evaluations' metrics at the same two steps, over all held-out functions; undefined where there are none */
export function changes(first: StoryPage, now: StoryPage, rows: { first: MetricRow | undefined; now: MetricRow | undefined }): string[] {
  const a = factsOf(first), b = factsOf(now), n = now.entries.length, said: string[] = [];
  const move = (from: number, to: number): string => (to - from > NOTABLE ? 'rose' : from - to > NOTABLE ? 'fell' : 'hardly moved');
  if (first.step === now.step) {
    return [`This is where it begins: on average ${value(a.similarity)} of a function comes back when only its documentation is read, ${a.exact} of ${n} exactly. The documentation has ${value(Math.round(a.length))} words, and ${a.named} of ${n} name every parameter.`];
  }
  said.push(`Rebuilt from its own documentation, a function came back by ${value(a.similarity)} at step ${first.step} and by ${value(b.similarity)} at step ${now.step}: it ${move(a.similarity, b.similarity)}. ${b.exact} of ${n} are exactly the original now, ${a.exact} at the start.`);
  said.push(`Documentation has ${value(Math.round(b.length))} words instead of ${value(Math.round(a.length))}; ${b.named} of ${n} name every parameter, ${a.named} at the start.${b.refused > 0 ? ` ${plural(b.refused, 'documentation was', 'documentations were')} refused.` : ''}`);
  const own = [rows.first?.['heldout/similarity'], rows.now?.['heldout/similarity']], control = [rows.first?.['heldout/shuffled'], rows.now?.['heldout/shuffled']];
  if ([...own, ...control].every(one => one !== undefined && Number.isFinite(one))) {
    const [o0, o1] = own as [number, number], [c0, c1] = control as [number, number];
    said.push(`Over all held-out functions: ${value(o0)} → ${value(o1)} with their own documentation, ${value(c0)} → ${value(c1)} with another function's. ${
      o1 - o0 <= NOTABLE ? 'Nothing was won yet.' : c1 - c0 > NOTABLE ? 'Both rose: part of the gain is guessing what functions usually look like, not reading.' : 'Only the first rose: the documentation is being read.'}`);
  }
  return said;
}
