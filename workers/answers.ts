/** Finds the programs in answers off the page's thread; knows grammars and no model. */
import * as Comlink from 'comlink';
import { sanitise } from '../src/benchmark/sanitise';
import { createParser, fetchedGrammars } from '../src/corpus/parser';
import type { Parser } from '../src/corpus/parser';
import type { Language } from '../src/types';

let parser: Promise<Parser> | undefined;

const answers = {
  /** See sanitise. `grammars` is the absolute address of the folder of .wasm files. Rejects when a grammar cannot be had or broke down. */
  async sanitise(list: { text: string; entry: string; language: Language; also: string[] }[], grammars: string): Promise<string[]> {
    parser ??= createParser(fetchedGrammars(grammars)).catch((cause: unknown) => { parser = undefined; throw cause; });
    const ready = await parser;
    await ready.load(list.map(({ language }) => language));
    return list.map(({ text, entry, language, also }) => sanitise(ready, text, entry, language, also));
  },
};

export type AnswersApi = typeof answers;
Comlink.expose(answers);
