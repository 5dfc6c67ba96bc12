/** Reads functions as trees for those who judge behaviour: inputs to run them on. Runs none of them, and knows no run and no page. */
import * as Comlink from 'comlink';
import { createParser, fetchedGrammars, type Parser } from '../src/corpus/parser';
import { planInputs, type Described, type InputPlan } from '../src/execution/inputs/inputs';

let parser: Promise<Parser> | undefined;

const shared = (grammars: string): Promise<Parser> => (parser ??= createParser(fetchedGrammars(grammars)).catch((cause: unknown) => { parser = undefined; throw cause; }));

const behaviour = {
  /** Argument lists of each function. `grammars`: address of the folder of the .wasm files. @throws BadInput when a grammar does not load */
  async plan(grammars: string, items: Described[], count: number): Promise<InputPlan[]> {
    const ready = await shared(grammars);
    await ready.load(items.map(({ language }) => language));
    return items.map((item) => planInputs(ready, item, count));
  },
};

export type BehaviourApi = typeof behaviour;
Comlink.expose(behaviour);
