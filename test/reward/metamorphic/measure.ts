/** Scores every variant of every family with every metric of the table; knows no file and passes no judgement. */
import { Prepared } from '../../../src/reward/metric';
import type { Constants } from '../../../src/reward/metric';
import { METRIC_OF } from '../../../src/reward/metrics';
import { METRIC_NAMES } from '../../../src/reward/table';
import type { MetricName } from '../../../src/reward/table';
import type { SyntaxParser } from '../../../src/reward/tree';
import type { Language } from '../../../src/types';
import { FAMILIES } from './families';
import { RELATION_NAMES, RELATIONS, variantOf } from './relations';
import type { Relation } from './relations';

/** One variant: its score by metric; a metric that does not apply is absent. */
export interface Row { language: Language; relation: Relation; kind: 'keeps' | 'rewrites' | 'breaks'; scores: Partial<Record<MetricName, number>> }

export function measure(parser: SyntaxParser, names: readonly MetricName[] = METRIC_NAMES, constants: Constants = {}): Row[] {
  return FAMILIES.flatMap((family) => {
    const original = new Prepared(family.original, family.language, parser);
    return RELATION_NAMES.flatMap((relation): Row[] => {
      const text = variantOf(family, relation);
      if (text === undefined) return [];
      const variant = new Prepared(text, family.language, parser);
      const scores = names.map((name) => [name, METRIC_OF[name](original, variant, constants)?.value] as const).filter(([, value]) => value !== undefined);
      return [{ language: family.language, relation, kind: RELATIONS[relation], scores: Object.fromEntries(scores) }];
    });
  });
}

/**
 * Chance that a variant that keeps the meaning scores above one of the same language that breaks it, ties counting half: the area under the
 * ROC curve, averaged over pairs. 1 = the metric separates them, 0.5 = it is blind. NaN where the metric applies to no pair.
 */
export function separation(rows: readonly Row[], name: MetricName): number {
  let won = 0, all = 0;
  for (const kept of rows) {
    if (kept.kind !== 'keeps') continue;
    for (const broken of rows) {
      if (broken.kind !== 'breaks' || broken.language !== kept.language) continue;
      const x = kept.scores[name], y = broken.scores[name];
      if (x === undefined || y === undefined) continue;
      all++;
      won += x > y ? 1 : x === y ? 0.5 : 0;
    }
  }
  return won / all;
}

/** Variants that break the meaning and score no lower than the lowest of their language that keeps it. */
export const unseparated = (rows: readonly Row[], name: MetricName): Row[] => rows.filter((row) => {
  const floor = Math.min(...rows.filter((kept) => kept.kind === 'keeps' && kept.language === row.language).map((kept) => kept.scores[name] ?? Infinity));
  return row.kind === 'breaks' && (row.scores[name] ?? -Infinity) >= floor - 1e-9;
});
