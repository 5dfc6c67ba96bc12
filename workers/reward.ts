/** The reward worker: scores pairs off the page's thread, with the grammars served beside the page; knows no model and no run. */

import * as Comlink from 'comlink';
import { Parser } from 'web-tree-sitter';
import type { Language, Rewarder, ScoredPair, ScoreOptions, SimilarityScore } from '../src/types';
import { PairScorer } from '../src/reward/scorer';
import { treeSitterParser } from '../src/reward/tree_sitter';
import { labError } from '../src/types';

let scorer: PairScorer | null = null;
/** How every WebAssembly file begins. */
const WASM = [0, 0x61, 0x73, 0x6d];

const rewarder = {
  /**
   * Loads the library and the grammars of the given languages (some are megabytes, so only what the corpus holds). `base` is the
   * page's address: the grammars lie under `grammars/` beside it. A language not opened is scored without the structure part.
   * Throws BadInput when a grammar does not load.
   */
  async open(base: string, languages: Language[]): Promise<void> {
    const address = (name: string): string => new URL(`grammars/${name}.wasm`, base).href;
    await Parser.init({ locateFile: () => address('web-tree-sitter') });
    const grammars: Partial<Record<Language, Uint8Array>> = {};
    await Promise.all(languages.map(async (language) => {
      const response = await fetch(address(`tree-sitter-${language}`));
      const bytes = new Uint8Array(await response.arrayBuffer());
      // Some hosts answer with a page where a file is missing.
      const said = response.ok ? 'no WebAssembly came' : `status ${response.status}`;
      if (!response.ok || !WASM.every((byte, i) => bytes[i] === byte)) throw labError('BadInput', `The grammar for ${language} did not load (${said}). Nothing was scored; reload the page, or build it again.`);
      grammars[language] = bytes;
    }));
    scorer = new PairScorer(await treeSitterParser(grammars));
  },

  /** Throws OutOfMemory when the parser broke down on one of them: this worker has no more trees to offer and must be replaced. */
  async score(pairs: ScoredPair[], options: ScoreOptions): Promise<SimilarityScore[]> {
    if (!scorer) throw labError('BadInput', 'The reward worker was asked for scores before it was opened. Nothing was scored; call open() first.');
    const scores = await scorer.score(pairs, options);
    if (scorer.failure !== undefined) throw labError('OutOfMemory', `${scorer.failure}. These pairs were not scored; score them in a new worker.`);
    return scores;
  },
} satisfies Rewarder & { open: unknown };

export type RewardApi = typeof rewarder;
Comlink.expose(rewarder);
