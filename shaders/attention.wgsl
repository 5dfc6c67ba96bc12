// attention: causal within a segment, grouped heads; head h reads key head floor(h K / H). s_ij = q_i . k_j / sqrt(D)
//   out_i = sum_j p_ij v_j,  p_ij = exp(s_ij - lse_i),  lse_i = log sum_j exp(s_ij),  j from the segment's start to i
//   delta_i = dout_i . out_i;  ds_ij = p_ij (dout_i . v_j - delta_i);  dq_i = sum_j ds_ij k_j / sqrt(D)
//   dk_j = sum_i ds_ij q_i / sqrt(D);  dv_j = sum_i p_ij dout_i,  i from j to the segment's end
//   qkv, dqkv [rows, (H + 2K) D]: queries and keys after RoPE, then values   out, dout [rows, H D]
//   lse, delta [rows, H]   token (id, position, segment start, segment end)
// Nothing T x T is kept: the online softmax stores lse, and backward recomputes p (FlashAttention, arXiv 2205.14135).
// HEAD_DIM is put before this file: WGSL sizes function arrays by constants only.
struct Params { query_heads: u32, key_heads: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<storage, read> token: array<vec4u>;
@group(0) @binding(3) var<storage, read> qkv: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;
@group(0) @binding(5) var<storage, read_write> lse: array<f32>;
@group(0) @binding(6) var<storage, read> dout: array<f32>;
@group(0) @binding(7) var<storage, read_write> delta: array<f32>;
@group(0) @binding(8) var<storage, read_write> dqkv: array<f32>;

const D: u32 = HEAD_DIM;

fn scale() -> f32 { return inverseSqrt(f32(D)); }
fn width() -> u32 { return (params.query_heads + 2u * params.key_heads) * D; }
fn q_at(row: u32, head: u32) -> u32 { return row * width() + head * D; }
fn k_at(row: u32, head: u32) -> u32 { return row * width() + (params.query_heads + head) * D; }
fn v_at(row: u32, head: u32) -> u32 { return row * width() + (params.query_heads + params.key_heads + head) * D; }

// one thread a (query, head), writes =
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= live.rows * params.query_heads) { return; }
  let r = i % live.rows; let h = i / live.rows;
  let kv = h / (params.query_heads / params.key_heads);
  var q: array<f32, D>; var sum: array<f32, D>;
  let source = q_at(r, h);
  for (var d = 0u; d < D; d++) { q[d] = qkv[source + d] * scale(); }
  var top = -3.0e38; var total = 0.0;
  for (var j = token[r].z; j <= r; j++) {
    let k = k_at(j, kv); let v = v_at(j, kv);
    var s = 0.0;
    for (var d = 0u; d < D; d++) { s += q[d] * qkv[k + d]; }
    if (s > top) {
      let shrink = exp(top - s);
      total *= shrink;
      for (var d = 0u; d < D; d++) { sum[d] *= shrink; }
      top = s;
    }
    let p = exp(s - top);
    total += p;
    for (var d = 0u; d < D; d++) { sum[d] += p * qkv[v + d]; }
  }
  let to = (r * params.query_heads + h) * D;
  for (var d = 0u; d < D; d++) { out[to + d] = sum[d] / total; }
  lse[r * params.query_heads + h] = top + log(total);
}

// one thread a (query, head), writes = (out is only read)
@compute @workgroup_size(64)
fn backward_query(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= live.rows * params.query_heads) { return; }
  let r = i % live.rows; let h = i / live.rows;
  let kv = h / (params.query_heads / params.key_heads);
  var q: array<f32, D>; var g: array<f32, D>; var dq: array<f32, D>;
  let source = q_at(r, h); let at = (r * params.query_heads + h) * D;
  var dot = 0.0;
  for (var d = 0u; d < D; d++) {
    q[d] = qkv[source + d] * scale(); g[d] = dout[at + d];
    dot += g[d] * out[at + d];
  }
  let norm = lse[r * params.query_heads + h];
  delta[r * params.query_heads + h] = dot;
  for (var j = token[r].z; j <= r; j++) {
    let k = k_at(j, kv); let v = v_at(j, kv);
    var s = 0.0; var dp = 0.0;
    for (var d = 0u; d < D; d++) { s += q[d] * qkv[k + d]; dp += g[d] * qkv[v + d]; }
    let ds = exp(s - norm) * (dp - dot) * scale();
    for (var d = 0u; d < D; d++) { dq[d] += ds * qkv[k + d]; }
  }
  for (var d = 0u; d < D; d++) { dqkv[source + d] = dq[d]; }
}

// one thread a (key, key head), writes =
@compute @workgroup_size(64)
fn backward_key(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= live.rows * params.key_heads) { return; }
  let j = i % live.rows; let kv = i / live.rows;
  let share = params.query_heads / params.key_heads;
  var k: array<f32, D>; var v: array<f32, D>; var dk: array<f32, D>; var dv: array<f32, D>;
  let kat = k_at(j, kv); let vat = v_at(j, kv);
  for (var d = 0u; d < D; d++) { k[d] = qkv[kat + d] * scale(); v[d] = qkv[vat + d]; }
  let end = token[j].w;
  for (var h = kv * share; h < (kv + 1u) * share; h++) {
    for (var r = j; r < end; r++) {
      let q = q_at(r, h); let g = (r * params.query_heads + h) * D;
      var s = 0.0; var dp = 0.0;
      for (var d = 0u; d < D; d++) { s += k[d] * qkv[q + d]; dp += v[d] * dout[g + d]; }
      let p = exp(s - lse[r * params.query_heads + h]);
      let ds = p * (dp - delta[r * params.query_heads + h]) * scale();
      for (var d = 0u; d < D; d++) { dk[d] += ds * qkv[q + d]; dv[d] += p * dout[g + d]; }
    }
  }
  for (var d = 0u; d < D; d++) { dqkv[kat + d] = dk[d]; dqkv[vat + d] = dv[d]; }
}
