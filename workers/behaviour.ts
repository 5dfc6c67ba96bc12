/** Reads functions as trees for those who judge behaviour: inputs to run them on, insecure patterns in them. Runs none of them, and knows no run and no page. */
import * as Comlink from 'comlink';
import { createParser, fetchedGrammars, type Parser } from '../src/corpus/parser';
import { planInputs, type Described, type InputPlan } from '../src/execution/inputs/inputs';
import { introduced, type Finding } from '../src/safety/insecure';
import type { Language } from '../src/types';

let parser: Promise<Parser> | undefined;

const shared = (grammars: string): Promise<Parser> => (parser ??= createParser(fetchedGrammars(grammars)).catch((cause: unknown) => { parser = undefined; throw cause; }));

const behaviour = {
  /** Argument lists of each function. `grammars`: address of the folder of the .wasm files. @throws BadInput when a grammar does not load */
  async plan(grammars: string, items: Described[], count: number): Promise<InputPlan[]> {
    const ready = await shared(grammars);
    await ready.load(items.map(({ language }) => language));
    return items.map((item) => planInputs(ready, item, count));
  },

  /** Insecure patterns of each reconstruction that its original has not. @throws BadInput when a grammar does not load */
  async introduced(grammars: string, pairs: { language: Language; original: string; reconstruction: string }[]): Promise<Finding[][]> {
    const ready = await shared(grammars);
    await ready.load(pairs.map(({ language }) => language));
    return pairs.map(({ language, original, reconstruction }) => introduced(ready, language, original, reconstruction));
  },
};

export type BehaviourApi = typeof behaviour;
Comlink.expose(behaviour);
