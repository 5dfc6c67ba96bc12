/** Every WGSL file, parsed once; the only place that names them. */
import adamwSource from '../../../shaders/adamw.wgsl?raw';
import attentionSource from '../../../shaders/attention.wgsl?raw';
import attentionFourSource from '../../../shaders/attention_four.wgsl?raw';
import attentionSlotsSource from '../../../shaders/attention_slots.wgsl?raw';
import attentionSlotsAnySource from '../../../shaders/attention_slots_any.wgsl?raw';
import attentionSlotsHalfAnySource from '../../../shaders/attention_slots_half_any.wgsl?raw';
import attentionTiledSource from '../../../shaders/attention_tiled.wgsl?raw';
import cacheFloatsSource from '../../../shaders/cache_floats.wgsl?raw';
import cacheHalvesSource from '../../../shaders/cache_halves.wgsl?raw';
import cacheSource from '../../../shaders/cache.wgsl?raw';
import embeddingSource from '../../../shaders/embedding.wgsl?raw';
import gradnormSource from '../../../shaders/gradnorm.wgsl?raw';
import halfSource from '../../../shaders/half.wgsl?raw';
import logprobSource from '../../../shaders/logprob.wgsl?raw';
import logprobSharedSource from '../../../shaders/logprob_shared.wgsl?raw';
import matmulSource from '../../../shaders/matmul.wgsl?raw';
import matmulThinSource from '../../../shaders/matmul_thin.wgsl?raw';
import matmulTiledSource from '../../../shaders/matmul_tiled.wgsl?raw';
import matmulVec4Source from '../../../shaders/matmul_vec4.wgsl?raw';
import matmulWideSource from '../../../shaders/matmul_wide.wgsl?raw';
import operandsSource from '../../../shaders/operands.wgsl?raw';
import operandsHalfSource from '../../../shaders/operands_half.wgsl?raw';
import policySource from '../../../shaders/policy.wgsl?raw';
import qknormSource from '../../../shaders/qknorm.wgsl?raw';
import reduceSource from '../../../shaders/reduce.wgsl?raw';
import rmsnormSource from '../../../shaders/rmsnorm.wgsl?raw';
import rmsnormSharedSource from '../../../shaders/rmsnorm_shared.wgsl?raw';
import ropeSource from '../../../shaders/rope.wgsl?raw';
import sampleSource from '../../../shaders/sample.wgsl?raw';
import slotsSource from '../../../shaders/slots.wgsl?raw';
import slotsThinSource from '../../../shaders/slots_thin.wgsl?raw';
import slotsWideSource from '../../../shaders/slots_wide.wgsl?raw';
import sumSharedSource from '../../../shaders/sum_shared.wgsl?raw';
import sumSubgroupsSource from '../../../shaders/sum_subgroups.wgsl?raw';
import swigluSource from '../../../shaders/swiglu.wgsl?raw';
import { shader, type Shader } from '../shader';

export const adamw = shader('adamw', adamwSource);
export const cache = shader('cache', cacheSource);
export const embedding = shader('embedding', embeddingSource);
export const gradnorm = shader('gradnorm', gradnormSource);
export const half = shader('half', halfSource);
export const logprob = shader('logprob', logprobSource);
export const logprobShared = shader('logprob_shared', logprobSharedSource);
export const matmul = shader('matmul', matmulSource);
export const matmulThin = shader('matmul_thin', matmulThinSource);
export const matmulTiled = shader('matmul_tiled', operandsSource + matmulTiledSource);
export const matmulTiledHalf = shader('matmul_tiled_half', operandsHalfSource + matmulTiledSource);
export const matmulVec4 = shader('matmul_vec4', matmulVec4Source);
export const matmulWide = shader('matmul_wide', operandsSource + matmulWideSource);
export const matmulWideHalf = shader('matmul_wide_half', operandsHalfSource + matmulWideSource);
export const policy = shader('policy', policySource);
export const qknorm = shader('qknorm', qknormSource);
export const reduce = shader('reduce', reduceSource);
export const rmsnorm = shader('rmsnorm', rmsnormSource);
export const rmsnormShared = shader('rmsnorm_shared', sumSharedSource + rmsnormSharedSource);
export const rmsnormSubgroups = enabling('rmsnorm_subgroups', sumSubgroupsSource + rmsnormSharedSource);
export const rope = shader('rope', ropeSource);
export const sample = shader('sample', sampleSource);
export const slotsThin = shader('slots_thin', slotsSource + slotsThinSource);
export const slotsWide = shader('slots_wide', slotsSource + slotsWideSource);
export const swiglu = shader('swiglu', swigluSource);

/** A shader whose first line is an `enable`, which WGSL wants before all else, the prelude too. */
function enabling(name: string, source: string): Shader {
  const start = source.indexOf('\n') + 1, made = shader(name, source.slice(start));
  return { ...made, code: source.slice(0, start) + made.code };
}

/** A shader that is made for a head size, once for each: by fours where the size allows. */
function byHeadSize(name: string, fours: string, any: string, suffix: { fours: string; any: string }): (headDim: number) => Shader {
  const made = new Map<number, Shader>();
  return headDim => {
    const four = headDim % 4 === 0;
    const held = made.get(headDim) ?? shader(`${name}${four ? suffix.fours : suffix.any}`, four ? fours : any, { HEAD_DIM: headDim });
    made.set(headDim, held);
    return held;
  };
}

export const attention = byHeadSize('attention', attentionFourSource, attentionSource, { fours: '_four', any: '' });
export const attentionSlots = byHeadSize('attention_slots', cacheFloatsSource + attentionSlotsSource, attentionSlotsAnySource, { fours: '', any: '_any' });
export const attentionSlotsHalf = byHeadSize('attention_slots_half', cacheHalvesSource + attentionSlotsSource, attentionSlotsHalfAnySource, { fours: '', any: '_any' });
export const attentionTiled = byHeadSize('attention_tiled', attentionTiledSource, attentionTiledSource, { fours: '', any: '' });
