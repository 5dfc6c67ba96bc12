/** Launches shaders/sample.wgsl and packs its Draw settings. */
import type { GenerateRequest } from '../../types';
import { rowsWithin, type Plan, type View } from '../plan';
import { sample } from './shaders';

export const DRAW_BYTES = 48;
/** Slots that `compact_shared` has room for. */
const SHARED_SLOTS = 1024;

/** `struct Draw` of the shader; `limit` is the tokens that a row may have. */
export function packDraw(request: GenerateRequest, limit: number): ArrayBuffer {
  const bytes = new ArrayBuffer(DRAW_BYTES);
  const f = new Float32Array(bytes);
  const u = new Uint32Array(bytes);
  f.set([request.temperature, request.topP, request.minP, request.repetitionPenalty]);
  u.set([request.topK, request.endId, request.seed >>> 0, request.step >>> 0, request.stream >>> 0, limit, 0, 0], 4);
  return bytes;
}

/** Draws one token a row, then drops the finished rows. `live` is read, then written. */
export function sampleChoose(
  plan: Plan,
  at: { live: View; draw: View; logits: View; state: View; seen: View; ids: View; logps: View },
  vocabulary: number, width: number, slots: number,
): void {
  const { live, draw, logits, state, seen, ids, logps } = at, params = { vocabulary, width, slots };
  const alone = plan.gpu.info.fallback;
  plan.add({
    shader: sample, entry: alone ? 'choose_alone' : 'choose', params, buffers: { live, draw, logits, state, seen, ids, logps },
    groups: rows => [Math.ceil(rowsWithin(rows, slots) / (alone ? 4 : 1)), 1, 1],
  });
  plan.add({ shader: sample, entry: alone || slots > SHARED_SLOTS ? 'compact' : 'compact_shared', params, buffers: { state, live_out: live }, groups: [1, 1, 1] });
}
