/** Which samples are opened: of the chosen step, its chosen function, its chosen sample; reads back what has left memory. Draws nothing. */
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Episode } from '../../types';
import { useActions } from '../actions';
import { episodesOf } from '../state';
import { item, sample, step } from './chosen';
import { recordedEpisodes } from './sources';
import type { Shown } from './sources';

export interface Opened {
  /** undefined = this run has no step to open yet. */
  step: number | undefined;
  /** undefined = they are being read. */
  episodes: readonly Episode[] | undefined;
  /** One of each function, in the order of the step. */
  items: readonly Episode[];
  group: readonly Episode[];
  episode: Episode | undefined;
}

export function useOpened(shown: Shown): Opened {
  const actions = useActions();
  const read = useSignal<{ key: string; step: number; episodes: Episode[] } | null>(null);
  // Held where it was found: who reads a step of a run under way is not to have it replaced.
  const found = useRef<number>(undefined);
  found.current ??= shown.steps.at(-1);
  const at = step.value ?? found.current;
  const near = at === undefined ? undefined : shown.kind === 'recorded' ? recordedEpisodes(shown, at) ?? [] : episodesOf(at);
  const kept = read.value?.key === shown.key && read.value.step === at ? read.value.episodes : undefined;
  useEffect(() => {
    if (at === undefined || near || kept) return;
    void actions.episodes(shown.key, at).then(found => { read.value = { key: shown.key, step: at, episodes: found ?? [] }; });
  }, [shown.key, at, near === undefined]);
  const episodes = near ?? kept;
  const items = useMemo(() => [...new Map((episodes ?? []).map(e => [e.itemId, e])).values()], [episodes]);
  const first = items.find(e => e.itemId === item.value) ?? items[0];
  const group = useMemo(() => (episodes ?? []).filter(e => e.itemId === first?.itemId), [episodes, first]);
  const best = group.reduce<Episode | undefined>((a, b) => (a === undefined || b.reward > a.reward ? b : a), undefined);
  return { step: at, episodes, items, group, episode: group.find(e => e.group === sample.value) ?? best };
}
