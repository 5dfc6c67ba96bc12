/** Launches shaders/policy.wgsl and packs the step's settings for it, for gradnorm and for adamw. */
import type { UpdateSettings } from '../../types';
import { rowGroups, type Plan, type View } from '../plan';
import { policy } from './shaders';

const RATIO = { none: 0, token: 1, sequence: 2, product: 3 } as const;
const CLIP = { none: 0, min: 1, cispo: 2 } as const;
const KL = { none: 0, k1: 1, k2: 2, k3: 3 } as const;

export const HYPER_BYTES = 80;
/** verl's bound on k3, past which its gradient is 0. */
const KL_CAP = 10;

/** Numbers of a row of `trace`. */
export const TRACE = 6;

/** `struct Hyper` of shaders/hyper.wgsl. */
export function packHyper(settings: UpdateSettings, hasOld: boolean, hasRef: boolean): ArrayBuffer {
  const bytes = new ArrayBuffer(HYPER_BYTES);
  const f = new Float32Array(bytes);
  const u = new Uint32Array(bytes);
  f.set([settings.learningRate, settings.beta1, settings.beta2, settings.epsilon, settings.weightDecay, settings.maxGradNorm, settings.temperature]);
  u[7] = hasOld ? 1 : 0;
  u[8] = RATIO[settings.ratio];
  u[9] = CLIP[settings.clip];
  f[10] = settings.epsilonLow;
  f[11] = settings.epsilonHigh;
  f[12] = settings.dualClip;
  u[13] = KL[settings.kl];
  f[14] = settings.klBeta;
  f[15] = settings.entropyCoef;
  u[16] = hasRef ? 1 : 0;
  f[17] = settings.klCap ?? KL_CAP;
  return bytes;
}

export function policyForward(
  plan: Plan,
  at: { live: View; hyper: View; token: View; signal: View; stat: View; mean_log: View; dstat: View; terms: View; totals: View; state: View; trace: View },
  capacity: number,
): void {
  const { live, hyper, token, signal, stat, mean_log, dstat, terms, totals, state, trace } = at;
  const params = { capacity };
  plan.add({ shader: policy, entry: 'sequence', params, buffers: { live, hyper, token, signal, stat, mean_log }, groups: rowGroups(capacity) });
  plan.add({ shader: policy, entry: 'forward', params, buffers: { live, hyper, token, signal, stat, mean_log, dstat, terms, state, trace }, groups: rowGroups(capacity) });
  plan.add({ shader: policy, entry: 'total', params, buffers: { live, terms, totals }, groups: [1, 1, 1] });
}
