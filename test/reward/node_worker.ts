/** A scoring thread with the real scorer that also hangs, dies or throws where a test asks for it, and says which thread scored a pair. */
import { readFileSync } from 'node:fs';
import { parentPort, threadId, workerData } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { Parser } from 'web-tree-sitter';
import { PairScorer } from '../../src/reward/scorer';
import { treeSitterParser } from '../../src/reward/tree_sitter';
import { labError } from '../../src/types';
import type { Rewarder } from '../../src/types';
import type { RewardThread } from '../../scripts/reward-thread';

/** `counts`: [times that ONCE may still go wrong, threads started, threads that refuse to start]. */
const { grammars, counts } = workerData as { grammars: Record<string, string>; counts: Int32Array };
Atomics.add(counts, 1, 1);
const opened = Parser.init().then(() => treeSitterParser({ javascript: new Uint8Array(readFileSync(grammars['javascript']!)) })).then((parser) => new PairScorer(parser));

Comlink.expose({
  async open() {
    if (Atomics.sub(counts, 2, 1) > 0) throw new Error('refused to start');
    await opened;
  },
  async score(pairs, options) {
    const scorer = await opened;
    return pairs.map((pair) => {
      const { reconstruction } = pair, wrong = !reconstruction.includes('ONCE') || Atomics.sub(counts, 0, 1) > 0;
      if (wrong && reconstruction.includes('HANG')) for (;;);
      if (wrong && reconstruction.includes('DIE')) process.exit(3);
      if (wrong && reconstruction.includes('THROW')) throw new Error('asked to throw');
      if (wrong && reconstruction.includes('SPENT')) throw labError('OutOfMemory', 'no trees any more');
      const score = scorer.scorePair(pair, options);
      return { ...score, parts: { ...score.parts, thread: threadId } };
    });
  },
} satisfies RewardThread & Rewarder, nodeEndpoint(parentPort!));
