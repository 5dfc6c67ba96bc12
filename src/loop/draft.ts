/** One episode of a step told while it comes about: the first documentation that ended, then its code, then its reward. Knows samples, no engine. */

import { LEAK_GATE } from '../reward/leak';
import { mean } from '../rl/advantage';
import type { CodeItem, Draft, MetricRow } from '../types';
import type { Sample } from './samples';

export interface DraftTeller { documented(sample: Sample): void; rebuilt(): void; judged(samples: readonly Sample[]): void }

/** Tells of the first function at once, and of every part of its episode when it is there; a handful of texts a step. */
export function draftOf(items: readonly CodeItem[], step: number, tell: (draft: Draft, row?: MetricRow) => void): DraftTeller {
  let chosen: Sample | null = null, rebuilt = false;
  const of = ({ id, language, name, path, code }: CodeItem): Draft => ({ step, itemId: id, language, name, path, code, group: chosen?.group ?? 0 });
  const told = (sample: Sample): Draft => ({ ...of(sample.item), documentation: sample.verdict.text, rDoc: sample.verdict.rDoc, rDocReason: sample.verdict.reason, leak: sample.verdict.leak.score });
  if (items[0]) tell(of(items[0]));
  return {
    documented(sample) {
      // A refused one is rebuilt from by nobody: the first that can go on is the better story.
      if (chosen && (chosen.verdict.rDoc > 0 || sample.verdict.rDoc === 0)) return;
      chosen = sample;
      tell(told(sample));
    },
    rebuilt() {
      const made = chosen?.reconstructions[0];
      if (!chosen || !made || rebuilt) return;
      rebuilt = true;
      tell({ ...told(chosen), reconstruction: made.code });
    },
    judged(samples) {
      if (!chosen) return;
      const made = chosen.reconstructions[0], rewards = samples.map((sample) => sample.reward).filter(Number.isFinite);
      tell({ ...told(chosen), reconstruction: made?.code ?? null, similarity: made?.score?.value ?? NaN, reward: chosen.reward, advantage: chosen.advantage },
        { step, 'reward/mean': mean(rewards), 'leak/rate': mean(samples.map((sample) => (sample.verdict.leak.score > LEAK_GATE ? 1 : 0))) });
    },
  };
}

/** Hears of samples as they end, counts them, and passes them on. */
export function following(total: number, told: ((done: number, total: number) => void) | undefined, next: (sample: Sample) => void): (sample: Sample) => void {
  let done = 0;
  return (sample) => {
    told?.(++done, total);
    next(sample);
  };
}
