/** Every similarity metric of the lab in one table: name, label, weight setting, source; knows no pair and computes nothing, so that the page can name what only workers load. */

import type { SettingKey } from '../config';

export interface MetricEntry {
  /** Short name for charts. */
  label: string;
  /** The setting that holds its share in the blend. */
  weight: SettingKey & `weight${string}`;
  /** One plain sentence: what it sees and what it does not. */
  meaning: string;
}

/** In the order in which they are shown. */
export const METRICS = {
  cssg: { label: 'CSSG (our reading)', weight: 'weightCssg', meaning: 'Edit distance of program dependence graphs: what is computed from what; blind to names, and to values of one type.' },
  edit: { label: 'Token edits', weight: 'weightEdit', meaning: 'Share of tokens that need no edit.' },
  f1: { label: 'Exact tokens', weight: 'weightF1', meaning: 'F1 of the exact tokens; blind to order.' },
  chrf: { label: 'chrF', weight: 'weightChrf', meaning: 'F-score of character n-grams.' },
  structure: { label: 'Structure', weight: 'weightStructure', meaning: 'F1 of (parent, field, child) triples of the syntax tree, operators, literals and names in sight.' },
  bleu: { label: 'BLEU', weight: 'weightBleu', meaning: 'Sentence BLEU of sacrebleu on the text; blind to the language.' },
  crystalbleu: { label: 'CrystalBLEU', weight: 'weightCrystalbleu', meaning: 'BLEU of the tokens without the 500 n-grams that all code of the language shares.' },
  rouge: { label: 'ROUGE-L', weight: 'weightRouge', meaning: 'F1 of the longest common subsequence of tokens.' },
  tsed: { label: 'TSED', weight: 'weightTsed', meaning: 'Tree edit distance as published: named nodes only, blind to names, literals and most operators.' },
  tsed_full: { label: 'TSED, full tree', weight: 'weightTsedFull', meaning: 'Tree edit distance that sees operators, literals and names; names of values are numbered by first use.' },
  codebleu: { label: 'CodeBLEU', weight: 'weightCodebleu', meaning: 'CodeBLEU as published: mostly recall, and no matching data flow counts as a full match.' },
  codebleu_fixed: { label: 'CodeBLEU, mended', weight: 'weightCodebleuFixed', meaning: 'CodeBLEU with both directions counted, on lexical tokens, without the free quarter.' },
  exact: { label: 'Exact match', weight: 'weightExact', meaning: '1 for equal code after normalisation, else 0.' },
} as const satisfies Readonly<Record<string, MetricEntry>>;

export type MetricName = keyof typeof METRICS;
/** Every name, in the table's order. */
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];
export const isMetric = (name: string): name is MetricName => Object.hasOwn(METRICS, name);

/** Metrics that are computed beside the scoring pool, by what a run has at hand: a frozen model, a sandbox. */
export const METRICS_ASIDE = {
  embedding: { label: 'Embedding', weight: 'weightEmbedding', meaning: 'Cosine of the texts\' embeddings by a frozen model.' },
  execution: { label: 'Execution', weight: 'weightExecution', meaning: 'Share of inputs on which both give the same output; blind to everything else.' },
} as const satisfies Readonly<Record<string, MetricEntry>>;

/** What each metric is called and where its share stands, those beside the pool last. */
export const EVERY_ENTRY: Readonly<Record<string, MetricEntry>> = { ...METRICS, ...METRICS_ASIDE };
/** Name for people; a part that is no metric is called as it is. */
export const metricLabel = (name: string): string => (Object.hasOwn(EVERY_ENTRY, name) ? EVERY_ENTRY[name]!.label : name);
