/** Every similarity metric of the lab in one table: name, label, weight setting, source; knows no pair. */

import type { SettingKey } from '../config';
import { bleuSimilarity } from './bleu';
import { chrfSimilarity } from './chrf';
import { codebleu, codebleuFixed } from './codebleu/codebleu';
import { crystalbleuSimilarity } from './crystalbleu';
import { cssgSimilarity } from './cssg/cssg';
import { editSimilarity } from './edit';
import { exactSimilarity } from './exact';
import type { Metric } from './metric';
import { rougeSimilarity } from './rouge';
import { structureSimilarity } from './structure';
import { tokenF1 } from './token_f1';
import { tsed, tsedFull } from './tsed/tsed';

export interface MetricEntry {
  /** Short name for charts. */
  label: string;
  /** The setting that holds its share in the blend. */
  weight: SettingKey & `weight${string}`;
  /** One plain sentence: what it sees and what it does not. */
  meaning: string;
  metric: Metric;
}

/** In the order in which they are shown. */
export const METRICS = {
  cssg: { label: 'CSSG (our reading)', weight: 'weightCssg', meaning: 'Edit distance of program dependence graphs: what is computed from what; blind to names, and to values of one type.', metric: cssgSimilarity },
  edit: { label: 'Token edits', weight: 'weightEdit', meaning: 'Share of tokens that need no edit.', metric: editSimilarity },
  f1: { label: 'Exact tokens', weight: 'weightF1', meaning: 'F1 of the exact tokens; blind to order.', metric: tokenF1 },
  chrf: { label: 'chrF', weight: 'weightChrf', meaning: 'F-score of character n-grams.', metric: chrfSimilarity },
  structure: { label: 'Structure', weight: 'weightStructure', meaning: 'F1 of (parent, field, child) triples of the syntax tree, operators, literals and names in sight.', metric: structureSimilarity },
  bleu: { label: 'BLEU', weight: 'weightBleu', meaning: 'Sentence BLEU of sacrebleu on the text; blind to the language.', metric: bleuSimilarity },
  crystalbleu: { label: 'CrystalBLEU', weight: 'weightCrystalbleu', meaning: 'BLEU of the tokens without the 500 n-grams that all code of the language shares.', metric: crystalbleuSimilarity },
  rouge: { label: 'ROUGE-L', weight: 'weightRouge', meaning: 'F1 of the longest common subsequence of tokens.', metric: rougeSimilarity },
  tsed: { label: 'TSED', weight: 'weightTsed', meaning: 'Tree edit distance as published: named nodes only, blind to names, literals and most operators.', metric: tsed },
  tsed_full: { label: 'TSED, full tree', weight: 'weightTsedFull', meaning: 'Tree edit distance that sees operators, literals and names; names of values are numbered by first use.', metric: tsedFull },
  codebleu: { label: 'CodeBLEU', weight: 'weightCodebleu', meaning: 'CodeBLEU as published: mostly recall, and no matching data flow counts as a full match.', metric: codebleu },
  codebleu_fixed: { label: 'CodeBLEU, mended', weight: 'weightCodebleuFixed', meaning: 'CodeBLEU with both directions counted, on lexical tokens, without the free quarter.', metric: codebleuFixed },
  exact: { label: 'Exact match', weight: 'weightExact', meaning: '1 for equal code after normalisation, else 0.', metric: exactSimilarity },
} as const satisfies Readonly<Record<string, MetricEntry>>;

export type MetricName = keyof typeof METRICS;
/** Every name, in the table's order. */
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];
export const isMetric = (name: string): name is MetricName => Object.hasOwn(METRICS, name);
