/** The reward worker for Node's threads: the scorer of workers/reward.ts on Node's kind of port, with grammars from node_modules. */
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { Parser } from 'web-tree-sitter';
import { PairScorer } from '../src/reward/scorer';
import { treeSitterParser } from '../src/reward/tree_sitter';
import { labError } from '../src/types';
import type { Language, Rewarder } from '../src/types';

/** Paths of grammars. */
const { grammars } = workerData as { grammars: Partial<Record<Language, string>> };

/** The scorer once its grammars are there. */
const opened = Parser.init().then(() => treeSitterParser(Object.fromEntries(Object.entries(grammars).map(([language, file]) => [language, new Uint8Array(readFileSync(file))]))))
  .then((parser) => new PairScorer(parser));

const rewarder = {
  /** Resolves when pairs can be scored. @throws what web-tree-sitter throws for a grammar that is none */
  async open(): Promise<void> { await opened; },
  /** @throws OutOfMemory when the parser broke down: this thread must be replaced */
  async score(pairs, options) {
    const scorer = await opened, scores = await scorer.score(pairs, options);
    if (scorer.failure !== undefined) throw labError('OutOfMemory', `${scorer.failure}. These pairs were not scored; score them in a new thread.`);
    return scores;
  },
} satisfies Rewarder & { open: unknown };

export type RewardThread = typeof rewarder;
Comlink.expose(rewarder, nodeEndpoint(parentPort!));
