/** Knows how to colour code off the page's thread, the model's own broken code included; knows nothing of views. */
import * as Comlink from 'comlink';
import { colourCode } from '../src/corpus/colours';
import { createParser, fetchedGrammars } from '../src/corpus/parser';
import type { Parser } from '../src/corpus/parser';
import type { Language } from '../src/types';

let parser: Promise<Parser> | undefined;

const colour = {
  /** See colourCode. `grammars` is the absolute address of the folder of .wasm files. Rejects when a grammar cannot be had or broke down. */
  async colour(language: Language, code: string, grammars: string): Promise<Uint32Array> {
    parser ??= createParser(fetchedGrammars(grammars)).catch((cause: unknown) => { parser = undefined; throw cause; });
    const ready = await parser;
    await ready.load([language]);
    const spans = colourCode(ready, language, code);
    return Comlink.transfer(spans, [spans.buffer as ArrayBuffer]);
  },
};

export type ColourApi = typeof colour;
Comlink.expose(colour);
