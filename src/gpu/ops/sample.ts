/** Launches shaders/sample.wgsl and packs its Draw settings. */
import type { GenerateRequest } from '../../types';
import { rowsWithin, type Plan, type View } from '../plan';
import { sample } from './shaders';

export const DRAW_BYTES = 48;

/** `struct Draw` of the shader; slot 0 is row `rowBase` of the request, `limit` the tokens a row may have. */
export function packDraw(request: GenerateRequest, rowBase: number, limit: number): ArrayBuffer {
  const bytes = new ArrayBuffer(DRAW_BYTES);
  const f = new Float32Array(bytes);
  const u = new Uint32Array(bytes);
  f.set([request.temperature, request.topP, request.minP, request.repetitionPenalty]);
  u.set([request.topK, request.endId, request.seed >>> 0, request.step >>> 0, request.stream >>> 0, rowBase, limit, 0], 4);
  return bytes;
}

/** Draws one token a row, then drops the finished rows. `live` is read, then written. */
export function sampleChoose(
  plan: Plan,
  at: { live: View; draw: View; logits: View; slots: View; active_slots: View; seen: View; ids: View; logps: View },
  vocabulary: number, width: number, capacity: number,
): void {
  const { live, draw, logits, slots, active_slots, seen, ids, logps } = at;
  plan.add({ shader: sample, entry: 'choose', params: { vocabulary, width }, buffers: { live, draw, logits, slots, active_slots, seen, ids, logps }, groups: rows => [rowsWithin(rows, capacity), 1, 1] });
  plan.add({ shader: sample, entry: 'compact', params: { vocabulary, width }, buffers: { slots, active_slots, live_out: live }, groups: [1, 1, 1] });
}
