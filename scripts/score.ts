/** `npm run score`: every similarity metric, and the reward, of pairs of code on the command line; knows files and arguments, no metric by name. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Parser as TreeSitter } from 'web-tree-sitter';
import { defaults, parseSetting, validate } from '../src/config';
import type { Settings } from '../src/config';
import { extractFunctions } from '../src/corpus/functions';
import { LANGUAGE_NAMES, LANGUAGES, languageOf } from '../src/corpus/languages';
import { createParser } from '../src/corpus/parser';
import type { GrammarSource, Parser } from '../src/corpus/parser';
import { SYNTAX } from '../src/corpus/syntax';
import { combine, lessPadding } from '../src/loop/rewards';
import { scoreOptions } from '../src/reward/blend';
import { PairScorer } from '../src/reward/scorer';
import { cheatReport } from '../src/reward/cheat';
import { METRIC_NAMES, isMetric } from '../src/reward/table';
import type { MetricName } from '../src/reward/table';
import { treeSitterParser } from '../src/reward/tree_sitter';
import { documentationRules, judgeDocumentation } from '../src/rl/document';
import type { CodeItem, Language, ScoredPair } from '../src/types';
import { root } from './build.mjs';
import { messageOf } from './page';
import { grammarFiles } from './vite-grammars';

export const USAGE = `Usage: npm run score -- [--metrics a,b] [--language L] [--documentation FILE] [--set key=value]... ORIGINAL RECONSTRUCTION
       npm run score -- [--metrics a,b] [--language L] [--set key=value]... --jsonl PAIRS
  ORIGINAL, RECONSTRUCTION  two files of code
  --jsonl PAIRS    a file ("-" = standard input) with one JSON object a line: original, reconstruction, language, optional documentation
  --metrics a,b    which to print: ${METRIC_NAMES.join(', ')} (default: all)
  --language L     ${LANGUAGE_NAMES.join(', ')}, or a file extension such as js, ts, py, rb; for two files
                   the extension of ORIGINAL decides without it, for a list it is that of lines that name none
  --documentation FILE  what the reconstruction was made from: adds the documentation check and the leak to the reward
  --set key=value  any setting of the page that scoring depends on, as often as needed (weightCssg=1, cssgEdgeCost=0.2, rDocMode=additive)
  Prints one JSON object a pair: metrics (null = does not apply to the pair), parts of metrics that have some, parses, exact, reason,
  r_doc, leak, similarity (the blend of the weights), reward. Without documentation r_doc is 1, leak 0, and the reward the similarity; with
  it the reward is that of a run: the similarity less the price of padding (padding), times r_doc, less the price of smuggled code (cheat).
  A line of PAIRS that cannot be read is {"line": N, "error": "..."} in its place and on standard error; the others are still scored.
  Exit status: 0 all scored, 1 a file or a line could not be read, 2 the command line is wrong and nothing was scored.`;

/** Names people use besides the lab's own and the file extensions. */
const ALIASES: Record<string, Language> = { 'node': 'javascript', 'golang': 'go', 'python3': 'python', 'rustlang': 'rust' };

/** The language that a name or an extension says (`JavaScript`, `js`, `.py`, `c++`), in any case; null when none. */
export function languageNamed(text: string): Language | null {
  const wanted = text.trim().toLowerCase().replace(/^\./, '');
  return LANGUAGE_NAMES.find((name) => name === wanted) ?? LANGUAGE_NAMES.find((name) => LANGUAGES[name].extensions.includes(wanted))
    ?? (Object.hasOwn(ALIASES, wanted) ? ALIASES[wanted]! : null);
}

export interface ScoreRequest {
  metrics: MetricName[];
  language: Language | null;
  settings: Settings;
  /** Absolute paths, '-' for standard input. */
  source: { jsonl: string } | { original: string; reconstruction: string; documentation: string | null };
}

/** Reads the command line. @throws with every problem and the usage; nothing is scored */
export function readArguments(args: string[], cwd: string): ScoreRequest {
  const problems: string[] = [];
  let values: { metrics?: string; language?: string; jsonl?: string; documentation?: string; set?: string[] } = {}, files: string[] = [];
  try {
    const text = { type: 'string' } as const;
    ({ values, positionals: files } = parseArgs({ args, allowPositionals: true, options: { metrics: text, language: text, jsonl: text, documentation: text, set: { ...text, multiple: true } } }));
  } catch (error) {
    throw new Error(`${messageOf(error)}\n${USAGE}`, { cause: error });
  }
  const names = values.metrics === undefined ? METRIC_NAMES : [...new Set(values.metrics.split(',').map((name) => name.trim()))];
  for (const name of names) if (!isMetric(name)) problems.push(`There is no metric called "${name.slice(0, 40)}"; there are ${METRIC_NAMES.join(', ')}.`);
  const language = values.language === undefined ? null : languageNamed(values.language);
  if (values.language !== undefined && language === null) problems.push(`There is no language called "${values.language.slice(0, 40)}"; there are ${LANGUAGE_NAMES.join(', ')}.`);
  const settings = defaults();
  for (const pair of values.set ?? []) {
    const at = pair.indexOf('=');
    const read = at < 1 ? { error: `--set wants key=value, not "${pair}".` } : parseSetting(pair.slice(0, at), pair.slice(at + 1));
    if ('error' in read) problems.push(read.error);
    else Object.assign(settings, { [pair.slice(0, at)]: read.value });
  }
  if (settings.reward === 'log-likelihood') problems.push('The log-likelihood reward asks a model; a pair of texts has only a similarity.');
  if (settings.identificationWeight > 0 || settings.frozenWeight > 0) problems.push('Identification and the frozen reader ask a model; leave their weights at 0 here.');
  if (settings.factWeight > 0) problems.push('Facts are checked against a corpus; leave factWeight at 0 here.');
  if (settings.lengthCost > 0) problems.push('The length cost counts tokens of a model; a pair of texts has none.');
  if (settings.weightEmbedding > 0) problems.push('The embedding is computed by a model in the page; leave weightEmbedding at 0 here.');
  if (problems.length === 0) problems.push(...validate(settings));
  if (values.jsonl === undefined && files.length !== 2) problems.push(`Two files are compared; ${files.length === 1 ? '1 is' : `${files.length} are`} given.`);
  if (values.jsonl !== undefined && (files.length > 0 || values.documentation !== undefined)) problems.push('--jsonl brings its own pairs: leave out the files.');
  if (problems.length > 0) throw new Error(`${problems.join('\n')}\n${USAGE}`);
  const place = (path: string): string => (path === '-' ? path : resolve(cwd, path));
  return {
    metrics: names.filter(isMetric), language, settings,
    source: values.jsonl !== undefined ? { jsonl: place(values.jsonl) }
      : { original: place(files[0]!), reconstruction: place(files[1]!), documentation: values.documentation === undefined ? null : place(values.documentation) },
  };
}

/** A pair to score; `documentation` undefined = none is judged. */
export interface Pair extends ScoredPair { documentation?: string }

/** Reads one line of pairs. @throws with what is wrong with it */
export function readPair(line: string, language: Language | null): Pair {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (error) {
    throw new Error(`not JSON: ${messageOf(error)}`, { cause: error });
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw new Error('not a JSON object');
  const fields = row as Record<string, unknown>;
  for (const key of ['original', 'reconstruction']) if (typeof fields[key] !== 'string') throw new Error(`"${key}" must be a string`);
  const named = fields['language'] ?? null, documentation = fields['documentation'] ?? null;
  if (named !== null && typeof named !== 'string') throw new Error('"language" must be a string');
  if (documentation !== null && typeof documentation !== 'string') throw new Error('"documentation" must be a string');
  const found = named === null ? language : languageNamed(named);
  if (found === null) throw new Error(named === null ? 'without "language"; give it, or --language for all' : `there is no language called "${named.slice(0, 40)}"; there are ${LANGUAGE_NAMES.join(', ')}`);
  return { original: fields['original'] as string, reconstruction: fields['reconstruction'] as string, language: found, ...(documentation === null ? {} : { documentation }) };
}

/** Where a pair stands under every metric asked for; the JSON that is printed. */
export interface PairReport {
  metrics: Record<string, number | null>;
  parts: Record<string, Record<string, number>>;
  parses: boolean; exact: boolean; reason: string;
  /** Of the documentation; 1 and 0 without one. `r_doc_reason` is there only when a documentation falls short. */
  r_doc: number; r_doc_reason?: string; leak: number;
  /** How much the documentation hands the code over, and the reconstruction is padded; there with a documentation only. */
  cheat?: number; padding?: number;
  similarity: number; reward: number;
}

/** Node's packages, asked for as the page asks for its own files. */
const packaged = async (file: string): Promise<Uint8Array> => new Uint8Array(await readFile(join(root, 'node_modules', grammarFiles[file]!)));

/** Scores pairs of the given languages under one request. */
export async function pairScorer(languages: Iterable<Language>, request: Pick<ScoreRequest, 'metrics' | 'settings'>): Promise<(pair: Pair) => PairReport> {
  const wanted = [...new Set(languages)];
  const source: GrammarSource = { runtimeWasm: await packaged('web-tree-sitter.wasm'), grammar: packaged };
  const parser = await createParser(source);
  await parser.load(wanted);
  await TreeSitter.init();
  const scorer = new PairScorer(await treeSitterParser(Object.fromEntries(await Promise.all(wanted.map(async (language) => [language, await packaged(LANGUAGES[language].grammar)] as const)))));
  const { metrics, settings } = request;
  const options = scoreOptions(settings);
  const weighted = METRIC_NAMES.filter((name) => (options.weights[name] ?? 0) > 0);
  return (pair) => {
    const score = scorer.scorePair(pair, { ...options, metrics: [...new Set([...weighted, ...metrics])] });
    const parts: PairReport['parts'] = {};
    for (const [key, value] of Object.entries(score.parts)) {
      const [metric, part] = key.split(/\/(.*)/s);
      if (part !== undefined && metrics.some((name) => name === metric)) (parts[metric!] ??= {})[part] = value;
    }
    const report: PairReport = {
      metrics: Object.fromEntries(metrics.map((name) => [name, score.parts[name] ?? null])), parts,
      parses: score.parses, exact: score.exact, reason: score.reason, r_doc: 1, leak: 0, similarity: score.value, reward: score.value,
    };
    if (pair.documentation === undefined) return report;
    const item = functionOf(parser, pair.language, pair.original);
    const verdict = judgeDocumentation({
      text: pair.documentation, finished: true, structure: settings.documentationStructure, code: pair.original, params: item?.params ?? [],
      leakGate: settings.leakPenalty, rules: documentationRules(settings), ...(item ? { name: item.name, signature: item.signature } : {}),
    });
    // No tokens: the length cost, which alone counts them, is refused with the command line.
    const cheat = cheatReport(pair.original, verdict.text, pair.language).score, { padding, paid } = lessPadding(score.value, pair, settings);
    const reward = combine(paid, { verdict, tokens: [] }, settings, -settings.cheatPenalty * cheat);
    return { ...report, r_doc: verdict.rDoc, ...(verdict.reason === '' ? {} : { r_doc_reason: verdict.reason }), leak: verdict.leak.score, cheat, padding, reward };
  };
}

/** The first function in the code, found as the corpus finds it; a method is wrapped in what its language needs around it. */
export function functionOf(parser: Parser, language: Language, code: string): CodeItem | undefined {
  const tree = parser.parse(language, code);
  tree.delete();
  const [before, after] = SYNTAX[language].contexts.find(([text]) => text.length === tree.offset) ?? ['', ''];
  return extractFunctions(parser, language, 'original', before + code + after).items[0];
}

/** Bytes that are no UTF-8 become U+FFFD, which the scorer sees and gives as the reason. */
async function textOf(path: string): Promise<string> {
  if (path !== '-') return readFile(path, 'utf8');
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** @throws when a file cannot be read or its language is not known */
async function readFiles(source: { original: string; reconstruction: string; documentation: string | null }, language: Language | null): Promise<Pair> {
  const [original, reconstruction, documentation] = await Promise.all([textOf(source.original), textOf(source.reconstruction), source.documentation === null ? undefined : textOf(source.documentation)]);
  const found = language ?? languageOf(source.original, original) ?? languageOf(source.reconstruction, reconstruction);
  if (found === null) throw new Error(`The language of ${source.original} is not known from its name; say it with --language.`);
  return { original, reconstruction, language: found, ...(documentation === undefined ? {} : { documentation }) };
}

/** Exit status 0 only when every pair was scored. */
export async function main(args: string[]): Promise<number> {
  let request: ScoreRequest;
  try {
    request = readArguments(args, process.env['INIT_CWD'] ?? process.cwd());
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  const entries: { line: number; read: Pair | Error }[] = [];
  try {
    if ('jsonl' in request.source) {
      (await textOf(request.source.jsonl)).replace(/^\uFEFF/, '').split(/\r?\n/).forEach((text, i) => {
        if (text.trim() === '') return;
        let read: Pair | Error;
        try { read = readPair(text, request.language); } catch (error) { read = error as Error; }
        entries.push({ line: i + 1, read });
      });
    } else entries.push({ line: 0, read: await readFiles(request.source, request.language) });
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return 1;
  }
  const score = await pairScorer(entries.flatMap(({ read }) => (read instanceof Error ? [] : [read.language])), request);
  let failed = 0;
  for (const { line, read } of entries) {
    if (read instanceof Error) {
      failed += 1;
      process.stderr.write(`line ${line}: ${read.message}\n`);
      process.stdout.write(`${JSON.stringify({ line, error: read.message })}\n`);
    } else process.stdout.write(`${JSON.stringify(score(read))}\n`);
  }
  return failed > 0 ? 1 : 0;
}
