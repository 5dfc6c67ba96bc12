/** What each objective trains on: rows with advantages for the writer, the reader and the anchor; knows no engine. */

import { requireGroup, returnsToGo, sampleAdvantages, whitenTokens, whitensTokens } from '../rl/advantage';
import type { Row } from '../rl/batch';
import { createRng } from '../rng';
import type { CodeItem } from '../types';
import { STREAM, readerDetail, scoreCompletions, writerDetail } from './lab';
import type { Lab } from './lab';
import { chargesKl } from './sampler';
import type { Reconstruction, Sample } from './samples';

/** Of each function, so many documentations are shown to the reader with the original when the reward is a log-likelihood. Measured. */
const SUPERVISED_PER_CODE = 2;
/** A group of one documentation's reconstructions is large enough from here on; below, all of a function's are one group. */
const OWN_GROUP_FROM = 4;

/** Refuses settings whose groups are too small for the method. Throws BadInput. */
export function checkGroups(lab: Pick<Lab, 'settings' | 'method'>): void {
  if (lab.settings.objective === 'policy' || lab.settings.objective === 'in-turn') requireGroup(lab.method.advantage, lab.settings.documentations);
}

/** Rows of one update. */
export async function trainingRows(lab: Lab, items: readonly CodeItem[], samples: readonly Sample[], step: number): Promise<Row[]> {
  const { settings } = lab;
  const rows: Row[] = [];
  if (settings.objective === 'policy') rows.push(...await policyRows(lab, samples));
  else if (settings.objective === 'rft') rows.push(...bestOfGroup(lab, samples));
  else if (settings.objective === 'backtranslation') rows.push(...samples.map((sample) => toOriginal(lab, sample.verdict.text, sample.item, 'reader')));
  else rows.push(...supervisedRows(lab, items, step));
  rows.push(...anchorRows(lab, step));
  const wanted = rows.filter((row) => (row.stage === 'writer' ? settings.writerWeight > 0 : row.stage !== 'reader' || settings.readerWeight > 0));
  // A second update on the same rows needs the first policy's view of all of them: what was sampled has it, what was not is scored.
  const unseen = settings.updatesPerBatch > 1 ? wanted.filter((row) => !row.oldLogps) : [];
  (await scoreCompletions(lab, unseen, 'policy', settings.temperature)).forEach((logps, i) => { unseen[i]!.oldLogps = logps; });
  if (lab.method.kl !== 'none' && lab.method.klIn === 'loss') (await scoreCompletions(lab, wanted, 'frozen', settings.temperature)).forEach((logps, i) => { wanted[i]!.refLogps = logps; });
  return wanted;
}

interface Trained { prompt: number[]; tokens: Int32Array; logps: Float32Array }

/** A sampled row. It brings its log-probabilities along where a later update on it will ask what they were. */
function sampledRow(lab: Lab, { prompt, tokens, logps }: Trained, advantage: Row['advantage'], stage: string): Row {
  return { prompt, completion: tokens, advantage, stage, ...(lab.settings.updatesPerBatch > 1 ? { oldLogps: logps } : {}) };
}

/** Advantages of one stage: KL in the reward where the method has it there, group or batch baseline, whitening over tokens at last. */
async function stageAdvantages(lab: Lab, trained: readonly Trained[], rewards: readonly number[], groups: readonly number[]): Promise<{ sample: number[]; token: (number | Float32Array)[] }> {
  const { method, settings } = lab;
  let k1: Float32Array[] | null = null;
  if (chargesKl(method)) {
    const reference = await scoreCompletions(lab, trained.map(({ prompt, tokens }) => ({ prompt, completion: tokens })), 'frozen', settings.temperature);
    k1 = trained.map(({ logps }, i) => logps.map((logp, t) => logp - reference[i]![t]!));
  }
  if (!whitensTokens(method.advantage)) {
    // Without a per-token return the whole penalty belongs to the sample.
    const charged = k1 ? rewards.map((reward, i) => reward - method.klBeta * k1[i]!.reduce((sum, value) => sum + value, 0)) : rewards;
    const advantages = sampleAdvantages(charged, groups, method.advantage, settings.advantageEpsilon);
    return { sample: advantages, token: advantages };
  }
  const sample = sampleAdvantages(rewards, groups, method.advantage, settings.advantageEpsilon);
  const token = trained.map(({ tokens }, i) => returnsToGo(sample[i]!, tokens.length, k1?.[i], method.klBeta));
  whitenTokens(token, rewards.map((reward) => !Number.isFinite(reward)));
  return { sample: token.map((row) => row[0] ?? 0), token };
}

async function policyRows(lab: Lab, samples: readonly Sample[]): Promise<Row[]> {
  const { settings } = lab;
  const writer = await stageAdvantages(lab, samples, samples.map((sample) => sample.reward), samples.map((sample) => sample.code));
  const rows: Row[] = samples.map((sample, i) => {
    sample.advantage = writer.sample[i]!;
    return sampledRow(lab, sample, writer.token[i]!, 'writer');
  });
  if (settings.reward === 'log-likelihood') {
    // The reader sees the original itself: sampling its own guesses is what made it generic.
    const shown = samples.filter((sample) => sample.group < SUPERVISED_PER_CODE && sample.verdict.rDoc > 0);
    return [...rows, ...shown.map((sample) => toOriginal(lab, sample.verdict.text, sample.item, 'reader'))];
  }
  const rebuilt: { sample: Sample; at: number; reconstruction: Reconstruction }[] = samples.flatMap((sample, at) => sample.reconstructions.map((reconstruction) => ({ sample, at, reconstruction })));
  const groups = rebuilt.map(({ sample, at }) => (settings.reconstructions >= OWN_GROUP_FROM ? at : sample.code));
  const reader = await stageAdvantages(lab, rebuilt.map(({ reconstruction }) => reconstruction), rebuilt.map(({ reconstruction }) => reconstruction.paid), groups);
  rebuilt.forEach(({ reconstruction }, i) => {
    reconstruction.advantage = reader.sample[i]!;
    rows.push(sampledRow(lab, reconstruction, reader.token[i]!, 'reader'));
  });
  return rows;
}

/** Best documentation of each function by reward: the writer learns it, the reader learns the original from it. */
function bestOfGroup(lab: Lab, samples: readonly Sample[]): Row[] {
  const best = new Map<number, Sample>();
  for (const sample of samples) {
    const held = best.get(sample.code);
    if (Number.isFinite(sample.reward) && (!held || sample.reward > held.reward)) best.set(sample.code, sample);
  }
  const rows: Row[] = [];
  for (const sample of best.values()) {
    // The best of a bad group is not learned: bad form would be taught, not selected away.
    if (sample.verdict.rDoc < 1) continue;
    sample.advantage = 1;
    rows.push(sampledRow(lab, sample, 1, 'writer'), toOriginal(lab, sample.verdict.text, sample.item, 'reader'));
  }
  return rows;
}

/** Documentation to original code, supervised. */
function toOriginal(lab: Lab, documentation: string, item: CodeItem, stage: string): Row {
  const { prompts } = lab;
  return { prompt: prompts.reader(prompts.documentation(documentation), item.language), completion: prompts.completion(item.code), advantage: 1, stage };
}

/** Fresh warm-start pairs for the drawn functions, as many as sampling would make: a comparison that has the data but no reward. */
function supervisedRows(lab: Lab, items: readonly CodeItem[], step: number): Row[] {
  const { prompts, settings } = lab;
  const rng = createRng(settings.seed, step, STREAM.supervised);
  return items.flatMap((item) => Array.from({ length: settings.documentations }, (_, g): Row[] => {
    if (item.undocumented === true) return [{ prompt: prompts.lm(item.language), completion: prompts.completion(item.code), advantage: 1, stage: 'reader' }];
    const documentation = lab.describe(item, rng, writerDetail(settings));
    const reader = toOriginal(lab, documentation, item, 'reader');
    if (g % 2 === 1) return [reader];
    return [{ prompt: prompts.writer(prompts.ids(item.code), item.language), completion: prompts.documentationCompletion(documentation), advantage: 1, stage: 'writer' }, reader];
  }).flat());
}

function anchorRows(lab: Lab, step: number): Row[] {
  const { settings } = lab;
  const rng = createRng(settings.seed, step, STREAM.anchor), documented = lab.train.filter((item) => item.undocumented !== true);
  return Array.from({ length: documented.length > 0 ? settings.anchor : 0 }, () => {
    const item = documented[Math.floor(rng() * documented.length)]!;
    const detail = rng() < settings.readerPreciseShare ? readerDetail(settings) : writerDetail(settings);
    return toOriginal(lab, lab.describe(item, rng, detail), item, 'anchor');
  });
}
