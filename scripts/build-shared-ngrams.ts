/** Writes src/reward/shared_ngrams.ts, the n-grams that all code of a language shares, from folders of sources; knows no metric. */

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SHARED, sharedNgrams } from '../src/reward/crystalbleu';
import { lex } from '../src/reward/lexer';
import type { Language } from '../src/types';

const ENDINGS: Readonly<Record<Exclude<Language, 'tsx'>, RegExp>> = {
  javascript: /\.m?js$/, typescript: /(?<!\.d)\.ts$/, python: /\.py$/, ruby: /\.rb$/, go: /(?<!_test)\.go$/, rust: /\.rs$/, java: /\.java$/,
  c: /\.[ch]$/, cpp: /\.(?:cc|cpp|h|hpp)$/, php: /\.php$/, lua: /\.lua$/,
};
/** Not the language as people write it: tests repeat themselves, generated tables are one n-gram, and vendored code is another corpus. */
const LEFT_OUT = /(?:^|\/)(?:tests?|testdata|vendor|deps|node_modules|encodings|pydoc_data|lib2to3|idlelib|turtledemo|unicode\w*|cmd\/compile)(?:\/|$)/;
const LARGEST_FILE = 200_000;
/** Characters a folder gives at most, spread over its files, so that a large one does not outvote the others. */
const MOST_CHARACTERS = 4_000_000;

/** Sources under `folder`, in order of path, every n-th of them where there are too many. */
function sources(folder: string, ending: RegExp): string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort().filter((path) => ending.test(path) && !LEFT_OUT.test(path))
    .filter((path) => { const file = statSync(join(folder, path)); return file.isFile() && file.size <= LARGEST_FILE; });
  const total = paths.reduce((sum, path) => sum + statSync(join(folder, path)).size, 0), every = Math.ceil(total / MOST_CHARACTERS);
  return paths.filter((_, i) => i % every === 0).map((path) => readFileSync(join(folder, path), 'utf8'));
}

/** `language=folder:origin`, repeatable for one language; `origin` is what the file's head says of it. */
export function main(args: string[]): number {
  const corpora = new Map<keyof typeof ENDINGS, { folders: string[][]; origins: string[] }>();
  for (const arg of args) {
    const [, language, folder, origin] = /^(\w+)=([^:]+):(.+)$/.exec(arg) ?? [];
    if (language === undefined || !Object.hasOwn(ENDINGS, language)) {
      console.error(`Usage: node scripts/run.mjs scripts/build-shared-ngrams.ts LANGUAGE=FOLDER:ORIGIN ...; not understood: ${arg}. Nothing was written.`);
      return 2;
    }
    const name = language as keyof typeof ENDINGS, corpus = corpora.get(name) ?? { folders: [], origins: [] };
    corpus.folders.push(sources(folder!, ENDINGS[name]));
    corpus.origins.push(origin!);
    corpora.set(name, corpus);
  }
  const missing = Object.keys(ENDINGS).filter((language) => !corpora.get(language as keyof typeof ENDINGS)?.folders.every((texts) => texts.length > 0));
  if (missing.length > 0) {
    console.error(`No sources for ${missing.join(', ')}: every language needs a list. Nothing was written.`);
    return 2;
  }
  let head = '/**\n * The 500 most frequent 1- to 4-grams of each language by src/reward/lexer.ts, one a line, most frequent first; knows nothing else.\n * An n-gram counts when every package named has it. Written by scripts/build-shared-ngrams.ts, tsx shares the list of typescript. Counted over:\n';
  let body = '';
  for (const language of Object.keys(ENDINGS) as (keyof typeof ENDINGS)[]) {
    const { folders, origins } = corpora.get(language)!, tokens = folders.map((texts) => texts.map((text) => lex(text, language)));
    const files = tokens.flat().length, count = tokens.flat().reduce((sum, list) => sum + list.length, 0);
    head += ` * ${language}: ${origins.join(', ')} (${files} files, ${count} tokens).\n`;
    // What stands in one folder alone is that project's own phrase, however often it stands there.
    const everywhere = tokens.map((folder) => new Set(sharedNgrams(folder, Infinity)));
    const shared = sharedNgrams(tokens.flat(), Infinity).filter((gram) => everywhere.every((grams) => grams.has(gram))).slice(0, SHARED);
    body += `  ${language}: \`${shared.join('\n').replace(/[\\`]|\$\{/g, '\\$&')}\`,\n`;
    console.log(`${language}: ${files} files, ${count} tokens`);
  }
  const path = fileURLToPath(new URL('../src/reward/shared_ngrams.ts', import.meta.url));
  writeFileSync(path, `${head} */\n\nexport const SHARED_NGRAMS = {\n${body}};\n`);
  console.log(`${path}: ${statSync(path).size} bytes`);
  return 0;
}
