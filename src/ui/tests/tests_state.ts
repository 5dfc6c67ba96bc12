/** What the Tests tab shows and is set to, and what its buttons do; draws nothing. */
import { computed, signal } from '@preact/signals';
import type { Taking } from '../../benchmark/answer';
import { TAKINGS } from '../../benchmark/answer';
import type { Problem } from '../../benchmark/problem';
import { readBenchmark, sameName } from '../../benchmark/read';
import type { ReadFile } from '../../benchmark/read';
import type { Measurement } from '../../benchmark/results';
import { loadSuite } from '../../benchmark/suite';
import type { SuiteProblem } from '../../benchmark/suite';
import { DEFAULT_TEMPLATE } from '../../benchmark/template';
import type { Template } from '../../benchmark/template';
import { LANGUAGE_NAMES } from '../../corpus/languages';
import { between, object, oneOf, table, text, truth, whole, type Check } from '../../store/schema';
import type { MeasurementInfo } from '../../store/measurements';
import type { ShelfEntry } from '../../store/shelf';
import type { Language } from '../../types';
import type { Actions } from '../actions';
import { describeFailure } from '../failures';
import { beforeAndAfter, modelEntries } from '../models/model_state';
import { recall, remember } from '../remembered';
import { announcement, failure, run, toast } from '../state';
import { LANGUAGES as RUN_HERE } from '../../sandbox/languages';
import type { Progress } from './measuring';

export interface TestSettings { n: number; temperature: number; topP: number; longest: number; seed: number; /** Problems at most, 0 = all. */ most: number; taking: Taking; fileTaking: Taking; template: Template }

export const DEFAULTS: TestSettings = { n: 10, temperature: 0.8, topP: 0.95, longest: 128, seed: 0, most: 0, taking: 'evalplus', fileTaking: 'whole', template: DEFAULT_TEMPLATE };

/** Number boxes with their bounds. */
export const BOXES: readonly { key: 'n' | 'temperature' | 'topP' | 'longest' | 'seed' | 'most'; label: string; min: number; max: number; step: number; meaning: string }[] = [
  { key: 'n', label: 'Samples a problem', min: 1, max: 200, step: 1, meaning: 'pass@k needs at least k of them.' },
  { key: 'temperature', label: 'Temperature', min: 0, max: 2, step: 0.05, meaning: '0 takes the likeliest token: one sample a problem is enough then.' },
  { key: 'topP', label: 'Top-p', min: 0.05, max: 1, step: 0.05, meaning: 'Only the likeliest tokens that make up this share; 1 = all.' },
  { key: 'longest', label: 'Longest answer, tokens', min: 8, max: 2048, step: 1, meaning: 'An answer is cut there.' },
  { key: 'most', label: 'Problems at most, 0 = all', min: 0, max: 20_000, step: 1, meaning: 'Fewer are taken evenly over the list.' },
  { key: 'seed', label: 'Seed', min: 0, max: 999_999, step: 1, meaning: 'The same seed gives the same answers again.' },
];

const STORED = 'batcoder.tests', takings = oneOf(...Object.keys(TAKINGS) as Taking[]);
const template: Check<Template> = (value, at) => {
  const { form, documentation, given, texts } = object<{ form: 'reader' | 'text'; documentation: string; given: boolean; texts: Record<string, string> }>({ form: oneOf('reader', 'text'), documentation: text(20_000), given: truth, texts: table(text(20_000), 20) })(value, at);
  return { form, documentation, given, texts: Object.fromEntries(Object.entries(texts).filter(([language]) => LANGUAGE_NAMES.includes(language as Language))) };
};
const shape = object<TestSettings>({ n: between(1, 200), temperature: between(0, 2), topP: between(0.05, 1), longest: between(8, 2048), seed: whole, most: between(0, 20_000), taking: takings, fileTaking: takings, template });

function recalled(): TestSettings {
  try {
    return shape(JSON.parse(recall(STORED) ?? ''), 'settings');
  } catch {
    return DEFAULTS;
  }
}

export const testSettings = signal<TestSettings>(recalled());
export function change(next: Partial<TestSettings>): void {
  testSettings.value = { ...testSettings.peek(), ...next };
  remember(STORED, JSON.stringify(testSettings.peek()));
}

/** Files that were dropped, until the page is closed. */
export const files = signal<ReadFile[]>([]);
export const fileProblem = signal('');
export const reading = signal('');
/** Our own problems; null until they are there. */
export const suite = signal<readonly SuiteProblem[] | null>(null);

/** A choice of problems: ours in one language, near the starter's corpus or beyond it, or a file's. `usual`: chosen unless a person says otherwise. */
export interface Source { key: string; name: string; problems: readonly Problem[]; runs: boolean; usual: boolean }

export const sources = computed((): Source[] => {
  const own = suite.value ?? [], loaded = files.value.filter(({ problems }) => problems.length > 0);
  const runs = (problems: readonly Problem[]): boolean => problems.some(({ language }) => RUN_HERE.includes(language));
  const ours = [...new Set(own.map(({ language }) => language))].sort().flatMap(language => [true, false].map((near): Source => {
    const problems = own.filter(one => one.language === language && one.subject.startsWith('starter') === near);
    // What is dropped is what is wanted now. Without that: what the starter has a chance at, in the language that needs no large download.
    return { key: `suite:${language}:${near ? 'near' : 'beyond'}`, name: `Our own in ${language}, ${near ? 'like the starter\'s corpus' : 'beyond it'}`, problems, runs: runs(problems), usual: near && language === 'javascript' && loaded.length === 0 };
  }));
  return [...loaded.map(({ name, problems, format }): Source => ({ key: `file:${name}`, name: `${name} (${format})`, problems, runs: runs(problems), usual: true })), ...ours];
});
export const sampleFiles = computed(() => files.value.filter(({ samples }) => samples.length > 0));

/** Keys that were chosen or put off by hand; others are as they come: what runs is chosen. */
export const picked = signal<ReadonlyMap<string, boolean>>(new Map());
export const isPicked = (key: string, usual: boolean): boolean => picked.value.get(key) ?? usual;
export function pick(key: string, on: boolean): void { picked.value = new Map(picked.peek()).set(key, on); }

export const chosenSources = computed(() => sources.value.filter(({ key, runs, usual }) => runs && isPicked(key, usual)));
export const chosenProblems = computed((): Problem[] => {
  const all = chosenSources.value.flatMap(({ problems }) => [...problems]), { most } = testSettings.value;
  return most === 0 || all.length <= most ? all : Array.from({ length: most }, (_, i) => all[Math.floor(i * all.length / most)]!);
});

const usualModels = computed(() => { const { left, right } = beforeAndAfter(modelEntries.value ?? [], run.value.id); return right === null ? [left] : [left, right]; });
/** References in the order they are measured; as they come: before and after training. None where files of answers are there. */
export const ownModels = signal<string[] | null>(null);
export const chosenModels = computed(() => ownModels.value ?? (sampleFiles.value.length > 0 ? [] : usualModels.value));
/** Files of answers to other problems than those that are chosen. */
export const strayFiles = computed(() => {
  const known = new Set(chosenProblems.value.map(({ id }) => sameName(id)));
  return sampleFiles.value.filter(({ samples }) => !samples.some(({ id }) => known.has(sameName(id)))).map(({ name }) => name);
});
export const chosenFiles = computed(() => sampleFiles.value.filter(({ name }) => isPicked(`answers:${name}`, true)));

export const progress = signal<Progress | null>(null);
export const entries = signal<ShelfEntry<MeasurementInfo>[] | null>(null);
/** What is shown: the one under way, or a kept one by its id. */
export const shown = signal<{ id: string; measurement: Measurement } | null>(null);
export const problem = signal('');
/** What became of a measurement that left nothing. */
export const ending = signal('');

/** Files of a person: each is read wholly or refused with its reason. */
export async function takeFiles(list: readonly File[]): Promise<void> {
  fileProblem.value = '';
  const refused: string[] = [];
  for (const file of list) {
    reading.value = file.name;
    try {
      const found = await readBenchmark(file.name, file);
      files.value = [...files.value.filter(({ name }) => !found.some(one => one.name === name)), ...found];
      announcement.value = found.map(({ name, format, problems, samples }) => `${name}: ${format}, ${problems.length || samples.length} ${problems.length > 0 ? 'problems' : 'answers'}.`).join(' ');
    } catch (error) {
      refused.push(error instanceof Error ? error.message : String(error));
    }
  }
  reading.value = '';
  fileProblem.value = refused.join(' ');
}

export function dropFile(name: string): void { files.value = files.value.filter(file => file.name !== name); }

/** What a kept measurement is called until it is renamed: all of its sources where there is room, else the first. */
const nameOf = (names: readonly string[]): string => {
  const all = names.join(', '), more = `, and ${names.length - 1} more`;
  return all.length <= 80 || names.length === 1 ? all.slice(0, 80) : `${names[0]!.slice(0, 80 - more.length)}${more}`;
};

let drawn = 0;
export async function start(actions: Actions): Promise<void> {
  const { template: own, fileTaking, most: _most, ...options } = testSettings.peek();
  problem.value = '';
  ending.value = '';
  shown.value = null;
  const measuring = await actions.measuring(), before = entries.peek()?.[0]?.id;
  const names = [...new Set(chosenSources.peek().map(({ name }) => name.replace(/ \((?:EvalPlus|MultiPL-E|HumanEval|MBPP[^)]*)\)$/, '')))];
  try {
    const entry = await measuring.run({
      name: nameOf(names), problems: chosenProblems.peek(), models: chosenModels.peek(), files: chosenFiles.peek(), options: { ...options, template: own }, fileTaking,
    }, {
      progress: now => { progress.value = now; },
      measurement: measurement => {
        // Redrawn a few times a second, however fast results come.
        if (performance.now() - drawn < 400) return;
        drawn = performance.now();
        shown.value = { id: '', measurement: { ...measurement } };
      },
    });
    await refresh(actions);
    if (entry) await show(actions, entry.id);
    if (!entry) ending.value = 'Stopped before a problem was judged: nothing was kept.';
    announcement.value = entry ? 'The measurement has ended. Its rates are shown.' : 'The measurement was stopped before a problem was judged.';
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    await refresh(actions);
    const newest = entries.peek()?.[0];
    if (newest && newest.id !== before) await show(actions, newest.id);
    problem.value = said;
  } finally {
    progress.value = null;
  }
}

export async function stop(actions: Actions): Promise<void> { (await actions.measuring()).stop(); }

const guarded = async (work: () => Promise<void>): Promise<void> => { try { await work(); } catch (error) { failure.value = describeFailure(error); } };

export const refresh = (actions: Actions): Promise<void> => guarded(async () => { entries.value = await (await actions.measuring()).list(); });
export const show = (actions: Actions, id: string): Promise<void> => guarded(async () => {
  try {
    shown.value = { id, measurement: await (await actions.measuring()).load(id) };
    problem.value = '';
  } catch (error) {
    shown.value = null;
    problem.value = error instanceof Error ? error.message : String(error);
  }
});
export const rename = (actions: Actions, id: string, name: string): Promise<void> => guarded(async () => { await (await actions.measuring()).rename(id, name); await refresh(actions); });
export const remove = (actions: Actions, id: string): Promise<void> => guarded(async () => {
  const restore = await (await actions.measuring()).remove(id), name = entries.peek()?.find(entry => entry.id === id)?.name ?? 'The measurement';
  if (shown.peek()?.id === id) shown.value = null;
  await refresh(actions);
  toast.value = { text: `The results of "${name}" were deleted.`, undo: () => { void guarded(async () => { await restore(); await refresh(actions); }); } };
});

/** Our own problems are read when the tab is first looked at. */
export async function readSuite(): Promise<void> {
  if (suite.peek() === null) await guarded(async () => { suite.value = await loadSuite(); });
}
