/** Draws the sample corpus: families times slots times languages, split by hash. Knows no model, no tokenizer, no file. */
import { choose, createRng } from '../rng';
import { labError, type CodeItem, type Fact, type Language, type Split } from '../types';
import type { Family } from './family';
import { LIST_FAMILIES } from './families/lists';
import { MORE_LIST_FAMILIES } from './families/more_lists';
import { NUMBER_FAMILIES } from './families/numbers';
import { RECORD_FAMILIES } from './families/records';
import { TEXT_FAMILIES } from './families/texts';
import { hash32, hashId } from './hash';
import { drawInputs } from './inputs';
import { drawSlots, fillCode, fillPhrase, functionName, nounOf, paramsOf, type SampleLanguage, type Slots } from './slots';

/** All families; a corpus of n families takes the first n. The first 16 are over one list of numbers. */
export const FAMILIES: readonly Family[] = [...LIST_FAMILIES, ...MORE_LIST_FAMILIES, ...NUMBER_FAMILIES, ...TEXT_FAMILIES, ...RECORD_FAMILIES];

export interface CorpusOptions {
  seed: number;
  /** Functions wanted, all with different code. */
  count: number;
  /** `combination`: one in 7 of the (family, noun, verb) triples. `variation`: one in 10 of the rest. `train`: the others. */
  split: Exclude<Split, 'heldout'>;
  /** Default: all three. */
  languages?: readonly Language[];
  /** The first so many families; default all. */
  families?: number;
}

/** An item with what it was drawn from, for those who check it. */
export interface Sample { item: CodeItem; family: Family; slots: Slots }

const LANGUAGES: readonly SampleLanguage[] = ['javascript', 'python', 'ruby'];
const EXTENSIONS: Readonly<Record<SampleLanguage, string>> = { javascript: 'js', python: 'py', ruby: 'rb' };
const STREAMS: Readonly<Record<Split, number>> = { train: 0, variation: 1, combination: 2, heldout: 3 };
/** Draws without a new code after which the families are taken to be used up. */
const PATIENCE = 5000;

/**
 * The sample corpus. The same options give the same items; a smaller count gives a prefix. The split of a function is a
 * property of its slots alone, so its twins in other languages are in the same split, and no two splits share a code.
 * @throws BadInput when no such corpus exists: an unknown language, no families, or fewer codes than wanted.
 */
export function generateCorpus(options: CorpusOptions): CodeItem[] {
  return generateSamples(options).map((sample) => sample.item);
}

/** `generateCorpus` with the family and the slots of every item. */
export function generateSamples(options: CorpusOptions): Sample[] {
  const families = FAMILIES.slice(0, options.families ?? FAMILIES.length);
  const languages = (options.languages ?? LANGUAGES) as readonly SampleLanguage[];
  const unknown = languages.find((language) => !LANGUAGES.includes(language));
  if (unknown !== undefined || languages.length === 0 || families.length === 0 || (options.families ?? 1) > FAMILIES.length) {
    throw labError('BadInput', `There is no sample corpus of ${options.families ?? FAMILIES.length} families in [${languages.join(', ')}]. Nothing was drawn; choose 1 to ${FAMILIES.length} families and languages among ${LANGUAGES.join(', ')}.`);
  }
  const random = createRng(options.seed, 0, STREAMS[options.split]);
  const samples: Sample[] = [];
  const codes = new Set<string>();
  const lines = new Map<string, number>();
  let fruitless = 0;
  while (samples.length < options.count) {
    if (fruitless++ > PATIENCE) {
      throw labError('BadInput', `The sample corpus has no ${options.count} different functions of this kind (${samples.length} were found). Nothing was kept; ask for fewer, or for more families or languages.`);
    }
    const family = choose(random, families);
    const language = choose(random, languages);
    const slots = drawSlots(random, family);
    const template = family[language];
    if (template === undefined) continue;
    const twin = fillCode(family.javascript, slots, 'javascript');
    if (splitOf(family, slots, twin) !== options.split) continue;
    const code = language === 'javascript' ? twin : fillCode(template, slots, language);
    if (codes.has(code)) continue;
    codes.add(code);
    fruitless = 0;
    samples.push({ item: makeItem(family, slots, language, code, twin, options.split, lines), family, slots });
  }
  return samples;
}

function splitOf(family: Family, slots: Slots, twin: string): Split {
  if (hash32(`${family.id} ${nounOf(family, slots)} ${slots.verb}`) % 7 === 0) return 'combination';
  return hash32(twin) % 10 === 0 ? 'variation' : 'train';
}

function makeItem(family: Family, slots: Slots, language: SampleLanguage, code: string, twin: string, split: Split, lines: Map<string, number>): CodeItem {
  const name = functionName(slots, language);
  const params = paramsOf(family, slots);
  const path = `sample/${family.id}.${EXTENSIONS[language]}`;
  // The items of a path stand below each other as in a file, one empty line between.
  const startLine = lines.get(path) ?? 1;
  const endLine = startLine + code.split('\n').length - 1;
  lines.set(path, endLine + 2);
  const id = hashId(`${path}\n${name}\n${code}`);
  const fill = (phrases: readonly string[]): string[] => phrases.flatMap((phrase) => fillPhrase(phrase, slots));
  return {
    id, language, name, path, startLine, endLine, code,
    signature: code.slice(0, code.indexOf('\n')),
    params,
    documentation: '',
    split,
    facts: factsOf(name, params, hash32(id)),
    phrases: { vague: fill(family.vague), medium: fill(family.medium), precise: fill(family.precise) },
    // Twins in other languages get the same inputs, so their outputs can be compared.
    inputs: drawInputs(createRng(hash32(twin), 1), family, slots),
  };
}

/** The function's name and its parameters, each in one of several wordings, chosen by the item's hash. */
function factsOf(name: string, params: string[], hash: number): Fact[] {
  const list = params.join(' and ');
  const names = [`Named ${name}.`, `Called ${name}.`, `The function is ${name}.`];
  const inputs = [`Takes ${list}.`, `Input is ${list}.`];
  return [
    { kind: 'name', sentence: names[hash % names.length]!, values: [name] },
    { kind: 'params', sentence: inputs[(hash >>> 8) % inputs.length]!, values: params },
  ];
}
