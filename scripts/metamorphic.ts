/** Writes docs/metamorphic.md: what every similarity metric says of changes that keep a function's meaning and of changes that break it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { METRICS, METRIC_NAMES } from '../src/reward/table';
import { FAMILIES } from '../test/reward/metamorphic/families';
import { measure, separation, unseparated } from '../test/reward/metamorphic/measure';
import type { Row } from '../test/reward/metamorphic/measure';
import { RELATION_NAMES, RELATIONS } from '../test/reward/metamorphic/relations';
import type { Relation } from '../test/reward/metamorphic/relations';
import { realParser } from '../test/reward/grammars';

const LANGUAGES = FAMILIES.map((family) => family.language);
const MARKS = { keeps: '=', rewrites: '≈', breaks: '≠' };
/** The default and what makes changes inside one statement weigh about as much as those between statements. */
const LABEL_COSTS = [0.5, 1, 2, 5];
const mean = (values: readonly number[]): number => values.reduce((x, y) => x + y, 0) / values.length;
const shown = (value: number | undefined): string => (value === undefined || Number.isNaN(value) ? '–' : value.toFixed(3));
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

export async function main(): Promise<void> {
  const parser = await realParser(LANGUAGES), rows = measure(parser);
  const of = (relation: Relation): Row[] => rows.filter((row) => row.relation === relation);
  const kinds = [['keeps', 'Kept meaning: should be 1'], ['rewrites', 'The same behaviour from other statements: measured, nothing asked'], ['breaks', 'Broken meaning: should be lower']] as const;
  const overview = kinds.map(([kind, title]) => `### ${title}\n\n${table(['relation', ...METRIC_NAMES], RELATION_NAMES.filter((relation) => RELATIONS[relation] === kind).map((relation) =>
    [relation, ...METRIC_NAMES.map((name) => shown(mean(of(relation).flatMap((row) => row.scores[name] ?? []))))]))}`);
  const summary = table(['metric', 'separation', 'mean kept', 'lowest kept', 'mean broken', 'highest broken', 'not below every kept one'], METRIC_NAMES.map((name) => {
    const kept = rows.filter((row) => row.kind === 'keeps').flatMap((row) => row.scores[name] ?? []), broken = rows.filter((row) => row.kind === 'breaks').flatMap((row) => row.scores[name] ?? []);
    return [METRICS[name].label, shown(separation(rows, name)), shown(mean(kept)), shown(Math.min(...kept)), shown(mean(broken)), shown(Math.max(...broken)), `${unseparated(rows, name).length} of ${broken.length}`];
  }));
  const byLanguage = METRIC_NAMES.map((name) => `### ${METRICS[name].label}\n\n${table(['relation', ...LANGUAGES], RELATION_NAMES.map((relation) =>
    [`${MARKS[RELATIONS[relation]]} ${relation}`, ...LANGUAGES.map((language) => shown(of(relation).find((row) => row.language === language)?.scores[name]))]))}`);
  const weighed = LABEL_COSTS.map((cssgClassCost) => measure(parser, ['cssg'], { cssgClassCost }));
  const sensitivity = table(['relation', ...LABEL_COSTS.map((cost) => `label cost ${cost}`)], [
    ...RELATION_NAMES.map((relation) => [`${MARKS[RELATIONS[relation]]} ${relation}`, ...weighed.map((found) => shown(mean(found.filter((row) => row.relation === relation).flatMap((row) => row.scores.cssg ?? []))))]),
    ['separation', ...weighed.map((found) => shown(separation(found, 'cssg')))],
  ]);
  const misses = [
    ...rows.filter((row) => row.kind === 'keeps' && (row.scores.cssg ?? 1) < 0.97).map((row) => `- ${row.language}, ${row.relation}: ${shown(row.scores.cssg)}, though the meaning is kept.`),
    ...unseparated(rows, 'cssg').map((row) => `- ${row.language}, ${row.relation}: ${shown(row.scores.cssg)}, not below every variant that keeps the meaning.`),
  ];
  const text = `# What the metrics see: metamorphic relations

${FAMILIES.length} hand-written functions, one a language
(${LANGUAGES.join(', ')}), and ${rows.length} variants of them by ${RELATION_NAMES.length} relations. Some
relations keep the meaning: the score should be 1. Some break it: the score should be lower, and lower than whatever keeps it. Two rewrite the
function to the same behaviour. Original and variants stand in \`test/reward/metamorphic/\`; this page is written by \`node scripts/run.mjs scripts/metamorphic.ts\`.

## Separation

The chance that a variant that keeps the meaning scores above one that breaks it, in one language, ties counting half: 1 = told apart, 0.5 =
blind, below = misled. It depends on the relations chosen: every variant here is one change to one function, and renaming all variables moves a metric
of text further than any bug does. The last column counts broken variants that score no lower than the lowest kept one of their language.

${summary}

## Mean over languages

${overview.join('\n\n')}

## Where CSSG (our reading) misses

Labels hold classes of names, not names, and types of constants, as the paper describes them (arXiv 2601.04085); short numbers stand by their value, other
texts and long numbers do not. Nor does a graph of statements see that other statements do the same.

${misses.length > 0 ? misses.join('\n') : 'Nowhere in this suite.'}

A change inside one statement costs at most one label out of a whole function's nodes and edges, so that such scores stand near 1: order
them, do not read them as shares. The setting \`cssgClassCost\` says how near, without changing what is told apart. Means
over languages by label cost:

${sensitivity}

## By language

\`=\` keeps the meaning, \`≈\` keeps the behaviour by other statements, \`≠\` breaks it.

${byLanguage.join('\n\n')}
`;
  mkdirSync(join(import.meta.dirname, '../docs'), { recursive: true });
  writeFileSync(join(import.meta.dirname, '../docs/metamorphic.md'), text);
  console.log(summary);
}
