/** Why a sample taught nothing, or less than it could: in words for a person. Knows the rules of the loop, computes none of them. */
import type { Settings } from '../config';
import type { Reconstruction, Sample } from './samples';

type Rules = Pick<Settings, 'objective' | 'reward' | 'rDocMode' | 'writerWeight' | 'readerWeight'>;

const alike = (values: readonly number[]): boolean => values.length > 0 && values.every((value) => value === values[0]);

/** Sentences about a documentation; `group` are all of its function. '' when there is nothing to say. */
export function whyDocumentation(sample: Sample, group: readonly Sample[], settings: Rules): string {
  const { objective, rDocMode, writerWeight } = settings, { verdict, tokens, finished, reward, advantage } = sample;
  const said: string[] = [];
  if (tokens.length === 0) said.push('It has no token, so it did not enter the batch.');
  else if (!finished) said.push(`It was cut at ${tokens.length} tokens, before it had ended.`);
  if (verdict.rDoc === 0 && rDocMode === 'gate') said.push(`The documentation was refused (${verdict.reason}): its reward is 0, and nothing was rebuilt from it.`);
  if (objective === 'backtranslation') said.push('Back-translation learns without a reward: the reader was shown the original, the writer learned nothing.');
  else if (objective === 'ucoder') said.push('It is a problem of UCoder: what is learned are answers to it, not the text itself.');
  else if (!Number.isFinite(reward)) said.push('It was not scored, so it has no advantage and taught nothing.');
  else if (objective === 'rft') {
    const best = Math.max(...group.map((other) => other.reward).filter(Number.isFinite));
    if (advantage === 0) said.push(reward === best && verdict.rDoc < 1 ? 'It was the best of its group, but only documentation without a fault is learned.' : 'Only the best documentation of its group is learned, and this is not it.');
  } else if (advantage === 0) {
    const rewards = group.map((other) => other.reward).filter(Number.isFinite);
    said.push(rewards.length < 2 ? 'No other sample of its group was scored, so there was nothing to compare it with.'
      : alike(rewards) ? `All ${rewards.length} rewards of its group are the same: none is better than another, so its advantage is 0 and it taught nothing.` : 'Its reward is the mean of its group, so its advantage is 0 and it taught nothing.');
  }
  if (writerWeight === 0 && objective !== 'backtranslation' && objective !== 'ucoder') said.push('The writer weighs 0 in this run: its tokens were in no update.');
  return said.join(' ');
}

/** Sentences about a reconstruction. */
export function whyReconstruction({ finished, score, advantage, tokens }: Reconstruction, settings: Rules): string {
  const said: string[] = [];
  if (tokens.length === 0) said.push('It has no token, so it did not enter the batch.');
  else if (!finished) said.push(`It was cut at ${tokens.length} tokens, before it had ended.`);
  if (score && !score.parses) said.push('It does not parse.');
  if (settings.objective === 'ucoder') { if (advantage === 0) said.push('Another answer to this problem was learned, or none.'); }
  else if (settings.objective !== 'policy' || settings.reward === 'log-likelihood') said.push('It is only looked at: in this run the reader learns from the original code, not from its own.');
  else if (settings.readerWeight === 0) said.push('The reader weighs 0 in this run: its tokens were in no update.');
  else if (advantage === 0) said.push('Its score is that of its group, so its advantage is 0 and it taught nothing.');
  return said.join(' ');
}
