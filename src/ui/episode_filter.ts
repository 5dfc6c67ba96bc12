/** Which samples of a step are shown and in which groups; plain data in and out, no DOM. */
import type { Episode } from '../types';

export const FILTERS = ['zero', 'refused', 'truncated', 'unparsable', 'unscored'] as const;
export type EpisodeFilter = (typeof FILTERS)[number];

export const FILTER_WORDS: Record<EpisodeFilter, string> = {
  zero: 'zero advantage', refused: 'documentation refused', truncated: 'truncated', unparsable: 'does not parse', unscored: 'not scored',
};

/** The filters a sample falls under; a sample may fall under several. */
export function marksOf(episode: Episode): EpisodeFilter[] {
  const marks: EpisodeFilter[] = [];
  if (episode.advantage === 0) marks.push('zero');
  if (episode.rDoc === 0) marks.push('refused');
  if (/truncat|no end|over-?long|too long/i.test(episode.rDocReason) || episode.reconstructions.some(r => !r.finished)) marks.push('truncated');
  if (episode.reconstructions.some(r => !r.parses)) marks.push('unparsable');
  if (!Number.isFinite(episode.reward) || episode.documentationTokens === 0) marks.push('unscored');
  return marks;
}

/** How many samples fall under each filter. */
export function countMarks(episodes: readonly Episode[]): Record<EpisodeFilter, number> {
  const counts = Object.fromEntries(FILTERS.map(filter => [filter, 0])) as Record<EpisodeFilter, number>;
  for (const episode of episodes) for (const mark of marksOf(episode)) counts[mark]++;
  return counts;
}

/** The same for a narrow column. */
export const MARK_WORDS: Record<EpisodeFilter, string> = { zero: 'zero', refused: 'refused', truncated: 'cut', unparsable: 'no parse', unscored: 'no score' };

export interface EpisodeGroup { itemId: string; name: string; path: string; language: string; mean: number; deviation: number; episodes: Episode[]; hidden: number }

/**
 * Episodes of one step by function, in order of first appearance, samples by index. With filters on, a sample is shown when it falls
 * under any of them; mean and sample standard deviation (n-1) are always of the whole group, as the advantages were.
 */
export function groupEpisodes(episodes: readonly Episode[], filters: ReadonlySet<EpisodeFilter>): EpisodeGroup[] {
  const groups = new Map<string, Episode[]>();
  for (const episode of episodes) {
    const group = groups.get(episode.itemId);
    if (group) group.push(episode); else groups.set(episode.itemId, [episode]);
  }
  const out: EpisodeGroup[] = [];
  for (const [itemId, all] of groups) {
    const rewards = all.map(e => e.reward).filter(Number.isFinite);
    const mean = rewards.length > 0 ? rewards.reduce((a, b) => a + b, 0) / rewards.length : NaN;
    const deviation = rewards.length > 1 ? Math.sqrt(rewards.reduce((a, r) => a + (r - mean) ** 2, 0) / (rewards.length - 1)) : 0;
    const shown = filters.size === 0 ? all : all.filter(e => marksOf(e).some(mark => filters.has(mark)));
    if (shown.length === 0) continue;
    const first = all[0]!;
    out.push({
      itemId, name: first.name, path: first.path, language: first.language, mean, deviation,
      episodes: [...shown].sort((a, b) => a.group - b.group), hidden: all.length - shown.length,
    });
  }
  return out;
}
