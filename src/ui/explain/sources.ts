/** Which run the Explain tab shows and what there is of it: the recorded one that came with the page, or the one that is open. Knows no view. */
import { computed, signal } from '@preact/signals';
import { presetSettings } from '../../config';
import type { Settings } from '../../config';
import type { Episode, MetricRow, StoryPage } from '../../types';
import { pageBase } from '../base';
import { MetricTable } from '../metric_table';
import { episodesVersion, episodeSteps, metricsVersion, run, settings, stories } from '../state';
import { OPEN_RUN, sourceOf } from '../train/chart_source';
import type { Source } from '../train/chart_source';
import { readRecording, recordedRows } from './recording';
import type { Moved, Recording } from './recording';

export type SourceKind = 'recorded' | 'open';

export interface Shown {
  kind: SourceKind;
  /** Another key means other steps and samples. */
  key: string;
  name: string;
  settings: Settings;
  curves: Source;
  stories: readonly StoryPage[];
  /** Steps that can be opened, ascending. */
  steps: number[];
  recording: Recording | null;
}

/** What a person chose; null = the open run where it has something to show. */
export const wanted = signal<SourceKind | null>(null);

const loaded = signal<{ recording: Recording; shown: Shown } | null>(null);
export const recordingProblem = signal('');
let asked = false;

/** Fetches the recorded run, once; a failure is kept as words and can be tried again. */
export async function loadRecording(): Promise<void> {
  if (asked) return;
  asked = true;
  recordingProblem.value = '';
  try {
    const answer = await fetch(new URL('recorded/run.json', pageBase()));
    if (!answer.ok) throw new Error(`The recorded run did not load (${answer.status}).`);
    const recording = readRecording(await answer.text()), table = new MetricTable();
    for (const row of recordedRows(recording.metrics)) table.add(row);
    loaded.value = {
      recording,
      shown: {
        kind: 'recorded', key: 'recorded', name: 'the recorded run', settings: { ...presetSettings('demo'), ...recording.settings }, curves: sourceOf(table),
        stories: recording.stories, steps: recording.steps.map(({ step }) => step), recording,
      },
    };
  } catch (error) {
    asked = false;
    recordingProblem.value = error instanceof Error ? error.message : String(error);
  }
}

/** Whether the open run has anything to explain yet. */
export const openHasData = computed(() => {
  void episodesVersion.value; void metricsVersion.value;
  return run.value.id !== '' && (stories.value.length > 0 || episodeSteps().length > 0);
});

/** What is shown; null while the recorded run is on its way. */
export const shown = computed<Shown | null>(() => {
  if ((wanted.value ?? (openHasData.value ? 'open' : 'recorded')) === 'recorded') return loaded.value?.shown ?? null;
  void episodesVersion.value;
  const { id, name, settings: own } = run.value;
  return { kind: 'open', key: id, name, settings: own ?? settings.value, curves: OPEN_RUN.loop, stories: stories.value, steps: episodeSteps(), recording: null };
});

export function recordedEpisodes({ recording }: Shown, step: number): Episode[] | undefined {
  return recording?.steps.find(one => one.step === step)?.episodes;
}

/** How far each part of the model moved in a step; null where that was not recorded. */
export function movedIn({ recording }: Shown, step: number): Moved[] | null {
  return recording?.steps.find(one => one.step === step)?.moved ?? null;
}

/** The numbers of one step. */
export function rowAt({ curves }: Shown, step: number): MetricRow | undefined {
  const table = curves.table(), at = table.steps().indexOf(step);
  return at < 0 ? undefined : table.rows(at, at + 1)[0];
}

/** The step that can be opened nearest to another. */
export function nearestStep(steps: readonly number[], to: number): number | undefined {
  return steps.reduce<number | undefined>((best, step) => (best === undefined || Math.abs(step - to) < Math.abs(best - to) ? step : best), undefined);
}
