/** The function behind every name of the table; heavy to load, and wanted only where pairs are scored. */

import { bleuSimilarity } from './bleu';
import { chrfSimilarity } from './chrf';
import { codebleu, codebleuFixed } from './codebleu/codebleu';
import { crystalbleuSimilarity } from './crystalbleu';
import { cssgSimilarity } from './cssg/cssg';
import { editSimilarity } from './edit';
import { exactSimilarity } from './exact';
import { rougeSimilarity } from './rouge';
import { structureSimilarity } from './structure';
import { tokenF1 } from './token_f1';
import { tsed, tsedFull } from './tsed/tsed';
import type { Metric } from './metric';
import type { MetricName } from './table';

export const METRIC_OF: Readonly<Record<MetricName, Metric>> = {
  cssg: cssgSimilarity, edit: editSimilarity, f1: tokenF1, chrf: chrfSimilarity, structure: structureSimilarity, bleu: bleuSimilarity,
  crystalbleu: crystalbleuSimilarity, rouge: rougeSimilarity, tsed, tsed_full: tsedFull, codebleu, codebleu_fixed: codebleuFixed, exact: exactSimilarity,
};
