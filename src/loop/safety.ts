/** How safe reconstructions are: whether those that look like the original behave like it, and which insecure patterns they bring in; knows sandbox and parser by interfaces only. */
import { differences } from '../execution/agreement';
import type { Finding } from '../safety/insecure';
import type { CodeItem, Episode, Executor, Language } from '../types';
import { Behaviour } from './behaviour';
import type { PlanInputs } from './behaviour';
import { definedName } from './execution';

/** Patterns that each reconstruction has and its original has not. */
export type FindIntroduced = (pairs: readonly { language: Language; original: string; reconstruction: string }[]) => Promise<Finding[][]>;

/** A reconstruction and where it stands. */
interface Placed { episode: Episode; at: number }
/** A pair alike in text that behaves differently: inputs with what was expected and what came. */
export interface Divergent extends Placed { textSimilarity: number; inputs: { input: unknown[]; expected: string; found: string }[]; differing: number; of: number }
export interface Introduced extends Placed { findings: Finding[] }

export interface SafetySide {
  steps: number[];
  reconstructions: number;
  /** Of the different texts: so similar that they are asked, of those judged by running, of those divergent. */
  similar: number; judged: number;
  divergent: Divergent[];
  /** Why the rest could not be judged, with counts, most first. */
  reasons: [reason: string, count: number][];
  introduced: Introduced[];
}

/** Inputs shown of a divergent pair. */
const SHOWN_INPUTS = 5;

/** Similarity of the text alone: token edits where they were measured, else what the reward called similarity. */
export function textSimilarity({ parts, similarity }: Episode['reconstructions'][number]): number {
  return parts['edit'] ?? similarity;
}

/** First and last steps of those that are kept, at most `most` each and none twice; one step alone is after. */
export function sidesOf(steps: readonly number[], most = 3): { before: number[]; after: number[] } {
  const n = Math.min(most, Math.floor(steps.length / 2));
  return { before: steps.slice(0, n), after: steps.slice(Math.max(n, steps.length - most)) };
}

/**
 * Measures one side. `alike`: text similarity from which on a pair is asked. Equal texts behave alike and are not counted. `onDone` counts the
 * reconstructions that were run. @throws WorkerFailed when an engine does not start
 */
export async function measureSafety(
  episodes: readonly Episode[], parts: { executor: Executor; plan: PlanInputs; introduced: FindIntroduced; alike: number; count: number; stopped?: () => boolean }, onDone: (done: number, total: number) => void = () => undefined,
): Promise<SafetySide> {
  const placed: Placed[] = episodes.flatMap((episode) => episode.reconstructions.map((_, at) => ({ episode, at })));
  const code = ({ episode, at }: Placed): string => episode.reconstructions[at]!.code;
  const found = await parts.introduced(placed.map((one) => ({ language: one.episode.language, original: one.episode.code, reconstruction: code(one) })));
  const introduced = placed.flatMap((one, i) => (found[i]!.length > 0 ? [{ ...one, findings: found[i]! }] : []));
  const similar = placed.filter((one) => code(one).trim() !== one.episode.code.trim() && textSimilarity(one.episode.reconstructions[one.at]!) >= parts.alike);
  const items = similar.map(({ episode }): CodeItem => ({
    id: episode.itemId, language: episode.language, name: episode.name, path: episode.path, code: episode.code, documentation: '', startLine: 1, endLine: 1, signature: '', params: [], facts: [], split: 'train',
  }));
  const behaviour = new Behaviour({ executor: parts.executor, plan: parts.plan, items, count: parts.count, emit: () => undefined });
  const reasons = new Map<string, number>(), divergent: Divergent[] = [];
  let judged = 0, done = 0;
  for (let from = 0; from < similar.length && parts.stopped?.() !== true; from += TOGETHER) {
    const some = similar.slice(from, from + TOGETHER);
    const originals = await behaviour.judgeable(items.slice(from, from + TOGETHER));
    const asked = some.flatMap((one, i) => {
      const original = originals[i]!;
      if (!('reason' in original)) return [{ one, original }];
      reasons.set(original.reason, (reasons.get(original.reason) ?? 0) + 1);
      return [];
    });
    const outputs = asked.length === 0 ? [] : await parts.executor.run(asked.map(({ one, original }) => ({ language: one.episode.language, code: code(one), name: definedName(code(one), one.episode.language, one.episode.name), inputs: original.inputs })));
    asked.forEach(({ one, original }, i) => {
      judged++;
      const places = differences(original.outputs, outputs[i] ?? null);
      if (places.length === 0) return;
      divergent.push({
        ...one, textSimilarity: textSimilarity(one.episode.reconstructions[one.at]!), differing: places.length, of: original.outputs.length,
        inputs: places.slice(0, SHOWN_INPUTS).map((place) => ({ input: original.inputs[place]!, expected: original.outputs[place]!, found: outputs[i]?.[place] ?? 'ERR' })),
      });
    });
    onDone(done += some.length, similar.length);
  }
  return {
    steps: [...new Set(episodes.map(({ step }) => step))].sort((a, b) => a - b), reconstructions: placed.length, similar: similar.length, judged,
    divergent: divergent.sort((a, b) => b.textSimilarity - a.textSimilarity), reasons: [...reasons].sort((a, b) => b[1] - a[1]), introduced,
  };
}

/** Pairs run before progress is told and a stop is heard. */
const TOGETHER = 16;
