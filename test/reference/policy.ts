/** f64 reference of the policy-gradient loss: knows log-probabilities, advantages and switches, nothing of the model behind them. */
import type { UpdateSettings } from '../../src/types';

/** The part of the update settings that the loss reads. */
export type PolicySettings = Pick<UpdateSettings,
  'ratio' | 'clip' | 'epsilonLow' | 'epsilonHigh' | 'dualClip' | 'kl' | 'klBeta' | 'klCap' | 'entropyCoef'>;

/** Per-token inputs, all [N], aligned with the tokens (entry t belongs to token t, scored by the logits at t-1). */
export interface PolicyInput {
  logp: Float64Array; entropy: Float64Array;
  weight: ArrayLike<number>; advantage: ArrayLike<number>;
  /** Absent = logp, detached. */
  old?: ArrayLike<number>; ref?: ArrayLike<number>;
  /** S+1 entries; sequence s is offsets[s] .. offsets[s+1]. */
  offsets: ArrayLike<number>;
}

export interface PolicyOutput {
  /** sum_t weight_t * L_t. */
  loss: number;
  /** d loss / d logp and d loss / d entropy, [N]. */
  dlogp: Float64Array; dentropy: Float64Array;
  /** Of trained tokens, else 0: the ratio, weight * l_t, and 1 where a clip or a bound on the ratio had the last word. [N] */
  ratios: Float64Array; terms: Float64Array; held: Float64Array;
  /** Means over trained tokens (weight != 0); 0 when there are none. */
  entropy: number; kl: number; clipLow: number; clipHigh: number; ratioMean: number;
  trainedTokens: number;
}

/** Bounds that keep exp finite in f32; past them the gradient is zero (verl 0.9.0). */
const LOG_RATIO_LIMIT = 20, LOG_SEQUENCE_RATIO_MAX = 10, K3_MAX = 10;

/**
 * L_t = -l_t + klBeta*KL_t - entropyCoef*H_t, loss = sum_t weight_t L_t.
 * l: `ratio none` A*logp; else the clipped importance-weighted term of PPO (arXiv 1707.06347) with the asymmetric clip of DAPO (2503.14476), the sequence
 * ratio of GSPO (2507.18071) in token form, the product ratio of RLOO, or CISPO (2506.13585, where epsilonHigh is the cap itself).
 * Sequence-level ratios: every trained token carries the sequence's value with the gradient value * dlogp_t.
 */
export function policyForwardBackward(input: PolicyInput, settings: PolicySettings): PolicyOutput {
  const { logp, entropy, weight, advantage, offsets } = input;
  const N = logp.length, old = input.old ?? logp.slice(), ref = input.ref ?? logp.slice();
  const dlogp = new Float64Array(N), dentropy = new Float64Array(N);
  const { value: rho, slope } = ratios(logp, old, weight, offsets, settings.ratio);
  const ratiosOut = new Float64Array(N), terms = new Float64Array(N), held = new Float64Array(N);
  let loss = 0, trained = 0, entropySum = 0, klSum = 0, low = 0, high = 0, ratioSum = 0;
  for (let t = 0; t < N; t++) {
    const w = weight[t];
    if (w === 0) continue;
    const A = advantage[t];
    const term = surrogate(logp[t], rho[t], slope[t], A, settings);
    const kl = divergence(logp[t] - ref[t], settings.kl, settings.klCap ?? K3_MAX);
    loss += w * (-term.value + settings.klBeta * kl.value - settings.entropyCoef * entropy[t]);
    dlogp[t] = w * (-term.slope + settings.klBeta * kl.slope);
    dentropy[t] = -w * settings.entropyCoef;
    ratiosOut[t] = rho[t];
    terms[t] = w * term.value;
    held[t] = term.held ? 1 : 0;
    trained++;
    entropySum += entropy[t];
    klSum += kl.value;
    ratioSum += rho[t];
    // CISPO has no lower bound, and its epsilonHigh is the bound itself, not a distance from 1.
    const lower = settings.clip === 'cispo' ? -Infinity : 1 - settings.epsilonLow;
    const upper = settings.clip === 'cispo' ? settings.epsilonHigh : 1 + settings.epsilonHigh;
    if (rho[t] < lower && A < 0) low++;
    if (rho[t] > upper && A > 0) high++;
  }
  const per = trained > 0 ? 1 / trained : 0;
  return {
    loss, dlogp, dentropy, ratios: ratiosOut, terms, held, trainedTokens: trained,
    entropy: entropySum * per, kl: klSum * per, clipLow: low * per, clipHigh: high * per, ratioMean: ratioSum * per,
  };
}

/** Importance ratio of each token and its derivative by that token's own logp. */
function ratios(
  logp: Float64Array, old: ArrayLike<number>, weight: ArrayLike<number>, offsets: ArrayLike<number>, mode: PolicySettings['ratio'],
): { value: Float64Array; slope: Float64Array } {
  const N = logp.length, value = new Float64Array(N), slope = new Float64Array(N);
  for (let s = 0; s + 1 < offsets.length; s++) {
    let sum = 0, count = 0;
    for (let t = offsets[s]; t < offsets[s + 1]; t++) {
      if (weight[t] === 0) continue;
      sum += logp[t] - old[t];
      count++;
    }
    for (let t = offsets[s]; t < offsets[s + 1]; t++) {
      let log: number, inside: boolean;
      if (mode === 'sequence') {
        log = count > 0 ? sum / count : 0;
        inside = log <= LOG_SEQUENCE_RATIO_MAX;
        log = Math.min(log, LOG_SEQUENCE_RATIO_MAX);
      } else {
        log = mode === 'product' ? sum : logp[t] - old[t];
        inside = Math.abs(log) <= LOG_RATIO_LIMIT;
        log = Math.max(-LOG_RATIO_LIMIT, Math.min(LOG_RATIO_LIMIT, log));
      }
      value[t] = Math.exp(log);
      slope[t] = inside ? value[t] : 0;
    }
  }
  return { value, slope };
}

/** l, its derivative by logp, and whether a clip or a bound on the ratio had the last word. */
function surrogate(logp: number, rho: number, slope: number, A: number, s: PolicySettings): { value: number; slope: number; held: boolean } {
  if (s.ratio === 'none') return { value: A * logp, slope: A, held: false };
  if (s.clip === 'cispo') {
    const coefficient = Math.min(rho, s.epsilonHigh) * A;
    return { value: coefficient * logp, slope: coefficient, held: rho > s.epsilonHigh };
  }
  let term = { value: rho * A, slope: slope * A, held: slope !== rho };
  if (s.clip === 'min') {
    const clipped = Math.max(1 - s.epsilonLow, Math.min(1 + s.epsilonHigh, rho)) * A;
    if (clipped < term.value) term = { value: clipped, slope: 0, held: true };
    if (s.dualClip > 0 && A < 0 && term.value < s.dualClip * A) term = { value: s.dualClip * A, slope: 0, held: true };
  }
  return term;
}

/** KL estimate from d = logp - ref and its derivative by logp. Source: Schulman, "Approximating KL divergence". */
function divergence(d: number, mode: PolicySettings['kl'], cap: number): { value: number; slope: number } {
  if (mode === 'none') return { value: 0, slope: 0 };
  if (mode === 'k1') return { value: d, slope: 1 };
  if (mode === 'k2') return { value: d * d / 2, slope: d };
  const x = Math.max(-LOG_RATIO_LIMIT, Math.min(LOG_RATIO_LIMIT, -d));
  const k3 = Math.exp(x) - x - 1;
  return cap > 0 && k3 > cap ? { value: cap, slope: 0 } : { value: k3, slope: 1 - Math.exp(x) };
}
