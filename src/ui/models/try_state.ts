/** What the place for trying models out shows and remembers of this visit; results stay when another tab is looked at. Knows no engine. */
import { computed, signal } from '@preact/signals';
import { describe, ORACLE } from '../../corpus/describe';
import { createRng } from '../../rng';
import type { CodeItem, Language } from '../../types';
import type { Actions } from '../actions';
import { announcement, corpus, run, settings } from '../state';
import { beforeAndAfter, modelEntries } from './model_state';
import { NO_TRIAL, samplingOf } from './trial';
import type { Sampling, Task, Trial, TrialItem } from './trial';
import type { Side } from './tryout';

export const task = signal<Task>('document');
/** The chosen function of the corpus; its text may have been changed since. */
export const chosenItem = signal<CodeItem | null>(null);
export const code = signal('');
export const language = signal<Language>('javascript');
export const documentation = signal('');
/** Null = as in the settings of the run that is open. */
export const ownSampling = signal<Sampling | null>(null);
export const trials = { left: signal<Trial>(NO_TRIAL), right: signal<Trial>(NO_TRIAL) };
/** '' = not chosen by hand. */
export const chosenModel = { left: signal(''), right: signal('') };
/** Whether two models are asked; undefined = where there is something to compare. */
export const sideBySide = signal<boolean | undefined>(undefined);
export const against = signal<'original' | 'other'>('other');

const usual = computed(() => beforeAndAfter(modelEntries.value ?? [], run.value.id));
export const trialSettings = computed(() => run.value.settings ?? settings.value);
export const sampling = computed(() => ownSampling.value ?? { ...samplingOf(trialSettings.value), seed: 0 });
export const two = computed(() => sideBySide.value ?? usual.value.right !== null);
export const models = computed(() => ({
  left: chosenModel.left.value || (two.value ? usual.value.left : usual.value.right ?? usual.value.left),
  right: chosenModel.right.value || usual.value.right || 'starter-small',
}));
export const trying = computed(() => (['left', 'right'] as const).some(side => ['loading', 'writing', 'scoring'].includes(trials[side].value.state)));

/** Held-out functions first, the rest after them; what is too long for a run is too long here. */
export function pickable(items: readonly CodeItem[], search: string, most = 200): { heldOut: CodeItem[]; training: CodeItem[] } {
  const wanted = search.trim().toLowerCase();
  const found = items.filter(item => wanted === '' || item.name.toLowerCase().includes(wanted) || item.path.toLowerCase().includes(wanted) || item.code.toLowerCase().includes(wanted));
  const heldOut = found.filter(item => item.split !== 'train').slice(0, most);
  return { heldOut, training: found.filter(item => item.split === 'train').slice(0, most - heldOut.length) };
}

export function take(item: CodeItem): void {
  chosenItem.value = item;
  code.value = item.code;
  language.value = item.language;
  documentation.value = describe(item, createRng(1), ORACLE);
}

/** An example is there before anything was chosen: a short held-out function. */
export function fillExample(): void {
  if (code.peek() !== '') return;
  const items = corpus.peek()?.items ?? [];
  const example = items.find(item => item.split !== 'train' && item.code.length < 240) ?? items.find(item => item.code.length < 240) ?? items[0];
  if (example) take(example);
}

/** The function as it is asked about: one of the corpus keeps its name and signature until its text is changed. */
function itemNow(): TrialItem {
  const item = chosenItem.value;
  return item?.code === code.value ? item : { code: code.value, language: language.value, name: '', params: [], signature: '' };
}

let frame = 0;
const fresh = new Map<Side, Trial>();
/** Drawn with the screen's next picture, however fast tokens come; a hidden page gets the end of it. */
function show(side: Side, trial: Trial): void {
  fresh.set(side, trial);
  const flush = (): void => {
    cancelAnimationFrame(frame);
    frame = 0;
    for (const [of, newest] of fresh) trials[of].value = newest;
    fresh.clear();
  };
  if (trial.state !== 'writing' || document.hidden) flush();
  else if (frame === 0) frame = requestAnimationFrame(flush);
}

export async function write(actions: Actions): Promise<void> {
  const tryout = await actions.tryout(), input = { task: task.value, item: itemNow(), documentation: documentation.value, compare: code.value.trim() !== '' };
  const sides: Side[] = two.value ? ['left', 'right'] : ['left'];
  if (!two.value) trials.right.value = NO_TRIAL;
  await Promise.all(sides.map(side => tryout.run(side, models.value[side], input, sampling.value, trialSettings.value, trial => { show(side, trial); })));
  announcement.value = sides.map(side => `${trials[side].value.name || 'The model'}: ${trials[side].value.state === 'failed' ? trials[side].value.problem : trials[side].value.state}.`).join(' ');
}

export async function stopWriting(actions: Actions): Promise<void> {
  const tryout = await actions.tryout();
  for (const side of ['left', 'right'] as const) tryout.stop(side);
}
