/** Which sample an address means, which come before and after it, and what is missing when it is not there: plain data, no DOM. */
import type { Episode } from '../../types';
import type { EpisodeGroup } from '../episode_filter';
import type { Place } from '../place';

export interface Choice {
  episode: Episode | undefined;
  /** The neighbours among the shown samples, across groups. */
  before: Episode | undefined; after: Episode | undefined;
  /** What the address names and this step does not show; '' when all is there. */
  missing: string;
  /** Index of the chosen group among the shown ones. */
  group: number;
}

/** @param all every sample of the step, `groups` those under the filters. */
export function choose(all: readonly Episode[], groups: readonly EpisodeGroup[], here: Pick<Place, 'step' | 'item' | 'group'>): Choice {
  const group = Math.max(0, groups.findIndex(g => g.itemId === here.item));
  const wanted = groups[group]?.itemId === here.item || here.item === undefined ? groups[group]?.episodes.find(e => e.group === here.group) : undefined;
  const episode = wanted ?? groups[group]?.episodes[0];
  const shown = groups.flatMap(g => g.episodes), at = episode ? shown.indexOf(episode) : -1;
  return { episode, before: shown[at - 1], after: shown[at + 1], group, missing: wanted ? '' : missing(all, here) };
}

function missing(all: readonly Episode[], { step, item, group }: Pick<Place, 'step' | 'item' | 'group'>): string {
  if (item === undefined || all.length === 0) return '';
  const same = all.filter(e => e.itemId === item);
  if (same.length === 0) return `The address names a function that step ${step} has no sample of. It was made in another run or another step, or its run was done again from an earlier checkpoint. The first sample of the step is shown instead.`;
  if (group === undefined) return '';
  if (!same.some(e => e.group === group)) return `The address names sample ${group + 1} of ${same[0]!.name}, and step ${step} has ${same.length} of it. The first one is shown instead.`;
  return `The address names sample ${group + 1} of ${same[0]!.name}, which is hidden by the filters. Take them off to see it.`;
}
