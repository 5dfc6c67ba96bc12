/** Turns rewards into advantages; knows groups and numbers, not where either comes from. */

import { labError } from '../types';

/**
 * `batch-mean`: r - mean of all (REINFORCE). `group-std`: (r - mean_g) / (std_g + epsilon) (GRPO). `group-mean`: r - mean_g (Dr.GRPO).
 * `leave-one-out`: r - mean of the others (RLOO). `group-mean-batch-std`: (r - mean_g) / batch std (CISPO). `whiten` and
 * `group-mean-whiten`: r, or r - mean_g, whitened over all tokens of the batch (REINFORCE++ and its baseline form).
 */
export type AdvantageKind = 'batch-mean' | 'group-std' | 'group-mean' | 'leave-one-out' | 'group-mean-batch-std' | 'whiten' | 'group-mean-whiten';

const NEEDS_GROUP: ReadonlySet<AdvantageKind> = new Set(['group-std', 'group-mean', 'leave-one-out', 'group-mean-batch-std', 'group-mean-whiten']);
/** verl's constant inside the square root of the whitening. */
const WHITEN_EPSILON = 1e-8;
/** A spread below this is rounding of equal rewards. */
const NO_SPREAD = 1e-12;

/** Refuses a configuration in which a group method would compare a sample with itself alone. Throws BadInput. */
export function requireGroup(kind: AdvantageKind, size: number): void {
  if (NEEDS_GROUP.has(kind) && size < 2) {
    throw labError('BadInput', `This method compares samples within a group, and a group of ${size} leaves nothing to compare. The run did not start; sample at least 2, or choose reinforce or reinforce++.`);
  }
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation with n - 1; 0 for fewer than two values. */
export function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

function byGroup(rewards: readonly number[], groups: readonly number[]): Map<number, number[]> {
  const members = new Map<number, number[]>();
  rewards.forEach((reward, i) => {
    if (!Number.isFinite(reward)) return;
    const list = members.get(groups[i]!);
    if (list) list.push(i);
    else members.set(groups[i]!, [i]);
  });
  return members;
}

/**
 * One advantage per sample, before any whitening over tokens. Rewards that are not finite get 0 and stay out of every mean and deviation;
 * a group whose rewards are all equal, or that has one scored member left, gets 0. `groups[i]` names the group of sample i.
 */
export function sampleAdvantages(rewards: readonly number[], groups: readonly number[], kind: AdvantageKind, epsilon: number): number[] {
  const advantages = rewards.map(() => 0);
  const finite = rewards.filter(Number.isFinite);
  const batchStd = deviation(finite);
  if (kind === 'batch-mean' || kind === 'whiten') {
    // `whiten` is centred later over tokens, so that long samples count by their length.
    const centre = kind === 'whiten' ? 0 : mean(finite);
    rewards.forEach((reward, i) => { if (Number.isFinite(reward)) advantages[i] = reward - centre; });
    return advantages;
  }
  for (const members of byGroup(rewards, groups).values()) {
    const values = members.map((i) => rewards[i]!);
    const centre = mean(values), std = deviation(values);
    if (members.length < 2 || std <= NO_SPREAD) continue;
    for (const i of members) {
      const centred = rewards[i]! - centre;
      if (kind === 'group-std') advantages[i] = centred / (std + epsilon);
      else if (kind === 'leave-one-out') advantages[i] = (centred * members.length) / (members.length - 1);
      else if (kind === 'group-mean-batch-std') advantages[i] = centred / (batchStd + epsilon);
      else advantages[i] = centred;
    }
  }
  return advantages;
}

/** Whether the kind is finished only by `whitenTokens`. */
export function whitensTokens(kind: AdvantageKind): boolean {
  return kind === 'whiten' || kind === 'group-mean-whiten';
}

/**
 * Per-token returns of one completion: the sample's advantage at every token, less beta times the k1 estimates from there to the end
 * (return-to-go without discount). `k1[t]` = log pi_old - log pi_ref.
 */
export function returnsToGo(advantage: number, length: number, k1: ArrayLike<number> | undefined, beta: number): Float32Array {
  const returns = new Float32Array(length).fill(advantage);
  if (!k1 || beta === 0) return returns;
  let penalty = 0;
  for (let t = length - 1; t >= 0; t--) {
    penalty += beta * k1[t]!;
    returns[t] = advantage - penalty;
  }
  return returns;
}

/** (x - mean) / sqrt(var + 1e-8) over all tokens of all rows, n - 1, in place; all equal gives 0. Rows in `skip` stay 0 and out of it. */
export function whitenTokens(rows: readonly Float32Array[], skip: readonly boolean[]): void {
  const kept = rows.filter((_, i) => !skip[i]);
  let count = 0, sum = 0;
  for (const row of kept) for (const value of row) { count++; sum += value; }
  const centre = count > 0 ? sum / count : 0;
  let squares = 0;
  for (const row of kept) for (const value of row) squares += (value - centre) ** 2;
  const variance = count > 1 ? squares / (count - 1) : 0;
  const scale = variance <= NO_SPREAD ? 0 : 1 / Math.sqrt(variance + WHITEN_EPSILON);
  rows.forEach((row, i) => {
    for (let t = 0; t < row.length; t++) row[t] = skip[i] ? 0 : (row[t]! - centre) * scale;
  });
}

/** Share of groups whose finite rewards are all equal: they teach nothing. */
export function fractionZeroStd(rewards: readonly number[], groups: readonly number[]): number {
  const all = [...byGroup(rewards, groups).values()];
  if (all.length === 0) return NaN;
  return all.filter((members) => deviation(members.map((i) => rewards[i]!)) <= NO_SPREAD).length / all.length;
}
