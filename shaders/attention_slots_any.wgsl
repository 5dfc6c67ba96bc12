// attention_slots.wgsl where D is no multiple of 4: the same formulas and shapes, float by float.
// HEAD_DIM is put before this file.
struct Params { query_heads: u32, key_heads: u32, positions: u32, slots: u32, stride: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<storage, read> slots: array<vec4u>;
@group(0) @binding(3) var<storage, read> active_slots: array<u32>;
@group(0) @binding(4) var<storage, read> q: array<f32>;
@group(0) @binding(5) var<storage, read> cache: array<f32>;
@group(0) @binding(6) var<storage, read_write> out: array<f32>;

const D: u32 = HEAD_DIM;

// one thread a (row, head), writes =
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= live.rows * params.query_heads) { return; }
  let r = i / params.query_heads; let h = i % params.query_heads; let kv = h / (params.query_heads / params.key_heads);
  let slot = active_slots[r];
  var sum: array<f32, D>;
  let to_values = params.slots * params.positions * params.key_heads * D;
  var top = -3.0e38; var total = 0.0;
  for (var j = 0u; j <= slots[slot].y; j++) {
    let at = ((slot * params.positions + j) * params.key_heads + kv) * D;
    var s = 0.0;
    for (var d = 0u; d < D; d++) { s += q[r * params.stride + h * D + d] * cache[at + d]; }
    s *= inverseSqrt(f32(D));
    let high = max(top, s); let shrink = exp(top - high); let p = exp(s - high);
    total = total * shrink + p;
    top = high;
    for (var d = 0u; d < D; d++) { sum[d] = sum[d] * shrink + p * cache[to_values + at + d]; }
  }
  for (var d = 0u; d < D; d++) { out[i * D + d] = sum[d] / total; }
}
