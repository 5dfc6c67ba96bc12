/** Knows how measured pass rates are kept, one file a measurement on a shelf, and holds what comes back against its shape; does not know how they are measured. */
import type { AnswerResult, FailedCall, How, KeptProblem, Measurement, ProblemResult, Subject } from '../benchmark/results';
import { LANGUAGE_NAMES } from '../corpus/languages';
import { labError } from '../types';
import type { KeyValue } from './key_value';
import { between, either, list, nothing, number, object, oneOf, text, truth, whole, type Check } from './schema';
import { createShelf, type Restore, type ShelfEntry } from './shelf';

/** What a list shows without reading the measurement. */
export interface MeasurementInfo {
  subjects: string[]; problems: number; n: number; partial: boolean;
  /** pass@1 of each subject, null where it has none. */
  pass: (number | null)[];
}

export interface Measurements {
  list(): Promise<ShelfEntry<MeasurementInfo>[]>;
  save(name: string, measurement: Measurement, info: MeasurementInfo): Promise<ShelfEntry<MeasurementInfo>>;
  /** @throws BadInput when it is gone, damaged, or of no shape that this page knows */
  load(id: string): Promise<Measurement>;
  rename(id: string, name: string): Promise<void>;
  remove(id: string): Promise<Restore>;
  purge(ageMs: number): Promise<void>;
}

const LONGEST = 220_000, MOST_PROBLEMS = 20_000, MOST_ANSWERS = 5_000, MOST_SUBJECTS = 50;

const failedCall = object<FailedCall>({ input: text(LONGEST), expected: text(LONGEST), got: text(LONGEST) });
const answer = object<AnswerResult>({ code: text(2 * LONGEST), count: whole, passed: truth, plus: truth, ending: text(40), said: text(LONGEST), failed: failedCall }, 'plus', 'failed');
const result = object<ProblemResult>({ n: whole, c: whole, plus: whole, answers: list(answer, MOST_ANSWERS), said: text(LONGEST) }, 'plus');
const problem = object<KeptProblem>({
  id: text(300), source: text(1000), language: oneOf(...LANGUAGE_NAMES), entry: text(300), description: text(LONGEST), prompt: text(LONGEST), reference: text(LONGEST), tests: text(LONGEST),
});
const subject = object<Subject>({ name: text(1000), ref: text(300), kind: oneOf('model', 'file') });
const how = object<How>({ n: whole, temperature: between(0, 100), topP: between(0, 1), longest: whole, seed: number, taking: text(40), template: text(LONGEST) });
const shape = object<Measurement>({
  subjects: list(subject, MOST_SUBJECTS), how, problems: list(problem, MOST_PROBLEMS), results: list(list(either(nothing, result), MOST_PROBLEMS), MOST_SUBJECTS), notes: list(text(LONGEST), 100), partial: truth,
});

/** A table of results with a row a subject and a place a problem, and no more right than there are samples. */
export const measurementShape: Check<Measurement> = (value, at) => {
  const found = shape(value, at);
  if (found.results.length !== found.subjects.length || found.results.some((row) => row.length !== found.problems.length)) throw new Error(`${at}.results is no table of its subjects and problems`);
  for (const row of found.results) for (const one of row) if (one && (one.c > one.n || (one.plus ?? 0) > one.c)) throw new Error(`${at}.results has more right than there are samples`);
  return found;
};

const FILE = 'measurement.json';

export function createMeasurements(store: KeyValue, options: { chunkBytes?: number; now?: () => number } = {}): Measurements {
  const shelf = createShelf<MeasurementInfo>(store, 'measurements', options);
  return {
    list: shelf.list, rename: shelf.rename, remove: shelf.remove, purge: shelf.purge,
    save: (name, measurement, info) => shelf.add(name, [{ name: FILE, bytes: new TextEncoder().encode(JSON.stringify(measurement)) }], info),
    load: async id => {
      const { entry, files } = await shelf.load(id), file = files.find(({ name }) => name === FILE);
      try {
        if (!file) throw new Error('its file is missing');
        return measurementShape(JSON.parse(new TextDecoder().decode(file.bytes)), 'measurement');
      } catch (cause) {
        throw labError('BadInput', `The results of "${entry.name}" cannot be read: ${(cause as Error).message}. They were not changed. Measure again, or delete them.`);
      }
    },
  };
}
