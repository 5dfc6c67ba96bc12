// attention of decoding: one query a row against its slot's cache; head h reads key head floor(h K / H).
//   out[r, h] = sum_j p_j v_j,  p = softmax_j(q . k_j / sqrt(D)),  j from 0 to the slot's position
//   q [rows, stride], the H D after RoPE first   cache [2, S, positions, K D]: keys, then values   out [rows, H D]
//   slots [S] (last token, position, generated, row * 2 + done)   active_slots [rows]
// HEAD_DIM, a multiple of 4, is put before this file, and cache_floats.wgsl or cache_halves.wgsl, which reads four numbers of the cache.
struct Params { query_heads: u32, key_heads: u32, positions: u32, slots: u32, stride: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<storage, read> slots: array<vec4u>;
@group(0) @binding(3) var<storage, read> active_slots: array<u32>;
@group(0) @binding(4) var<storage, read> q: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> out: array<vec4f>;

const Q: u32 = HEAD_DIM / 4u;
fn scale() -> f32 { return inverseSqrt(f32(HEAD_DIM)); }
// Where the keys of a head begin, and how much further its values.
fn cache_at(slot: u32, j: u32, head: u32) -> u32 { return ((slot * params.positions + j) * params.key_heads + head) * Q; }
fn to_values() -> u32 { return params.slots * params.positions * params.key_heads * Q; }

// one thread a (row, head), four keys at a time, writes =
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= live.rows * params.query_heads) { return; }
  let r = i / params.query_heads; let h = i % params.query_heads; let kv = h / (params.query_heads / params.key_heads);
  let slot = active_slots[r]; let last = slots[slot].y;
  var sum: array<vec4f, Q>;
  var top = -3.0e38; var total = 0.0;
  for (var j = 0u; j <= last; j += 4u) {
    let at = vec4u(cache_at(slot, j, kv), cache_at(slot, min(j + 1u, last), kv), cache_at(slot, min(j + 2u, last), kv), cache_at(slot, min(j + 3u, last), kv));
    var s = vec4f();
    for (var d = 0u; d < Q; d++) { s += q[r * (params.stride / 4u) + h * Q + d] * mat4x4f(four(at.x + d), four(at.y + d), four(at.z + d), four(at.w + d)); }
    let seen = j + vec4u(0u, 1u, 2u, 3u) <= vec4u(last);
    let z = select(vec4f(-3.0e38), s * scale(), seen);
    let high = max(top, max(max(z.x, z.y), max(z.z, z.w)));
    let shrink = exp(top - high); let p = select(vec4f(), exp(z - high), seen);
    total = total * shrink + p.x + p.y + p.z + p.w;
    top = high;
    let v = at + to_values();
    for (var d = 0u; d < Q; d++) { sum[d] = sum[d] * shrink + mat4x4f(four(v.x + d), four(v.y + d), four(v.z + d), four(v.w + d)) * p; }
  }
  for (var d = 0u; d < Q; d++) { out[i * Q + d] = sum[d] / total; }
}

var<workgroup> query: array<vec4f, Q>;
var<workgroup> scores: array<f32, 64>;
var<workgroup> parts: array<vec4f, 64>;

// one workgroup a (row, head): every thread scores one of 64 keys at a time, then they share the dimensions; Q is at most 64; writes =
@compute @workgroup_size(64)
fn forward_shared(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = group.x;
  if (i >= live.rows * params.query_heads) { return; }
  let r = i / params.query_heads; let h = i % params.query_heads; let kv = h / (params.query_heads / params.key_heads);
  let slot = active_slots[r]; let last = slots[slot].y;
  for (var d = lane; d < Q; d += 64u) { query[d] = q[r * (params.stride / 4u) + h * Q + d] * scale(); }
  workgroupBarrier();
  // Thread `lane` adds up every `shares`-th key for four dimensions.
  let shares = 64u / Q; let d = lane % Q; let share = lane / Q;
  var sum = vec4f(); var top = -3.0e38; var total = 0.0;
  for (var first = 0u; first <= last; first += 64u) {
    let j = min(first + lane, last); let at = cache_at(slot, j, kv);
    var s = 0.0;
    for (var e = 0u; e < Q; e++) { s += dot(query[e], four(at + e)); }
    scores[lane] = select(-3.0e38, s, first + lane <= last);
    workgroupBarrier();
    var high = top;
    for (var e = 0u; e < 64u; e++) { high = max(high, scores[e]); }
    let shrink = exp(top - high);
    total *= shrink; sum *= shrink; top = high;
    // Each exponential once: a key past the last has the score -3e38 and weighs nothing.
    workgroupBarrier();
    scores[lane] = exp(scores[lane] - high);
    workgroupBarrier();
    let count = min(64u, last + 1u - first);
    for (var e = 0u; e < count; e++) { total += scores[e]; }
    if (share < shares) {
      for (var e = share; e < count; e += shares) { sum += scores[e] * four(to_values() + cache_at(slot, first + e, kv) + d); }
    }
    workgroupBarrier();
  }
  parts[lane] = sum;
  workgroupBarrier();
  if (lane >= Q) { return; }
  var all = vec4f();
  for (var e = 0u; e < shares; e++) { all += parts[e * Q + lane]; }
  out[i * Q + lane] = all / total;
}
