// attention where D is a multiple of 4: the formulas and shapes of attention.wgsl, four queries by four keys a thread.
// Scores of 4 x 4 pairs are products of matrices over D, four floats a load, so that each key is read once for four queries.
// A thread's four rows may belong to different segments: every pair is asked whether the one may see the other.
// HEAD_DIM is put before this file.
struct Params { query_heads: u32, key_heads: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<storage, read> token: array<vec4u>;
@group(0) @binding(3) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> lse: array<f32>;
@group(0) @binding(6) var<storage, read> dout: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> delta: array<f32>;
@group(0) @binding(8) var<storage, read_write> dqkv: array<vec4f>;

const Q: u32 = HEAD_DIM / 4u;
const FOUR = vec4u(0u, 1u, 2u, 3u);

fn scale() -> f32 { return inverseSqrt(f32(HEAD_DIM)); }
// Places of four rows of one head in qkv, and in out.
fn in_at(rows: vec4u, head: u32) -> vec4u { return (rows * (params.query_heads + 2u * params.key_heads) + head) * Q; }
fn out_at(rows: vec4u, head: u32) -> vec4u { return (rows * params.query_heads + head) * Q; }

// Column i: the products of row b_i with rows a_0..a_3.
fn products(a: vec4u, b: vec4u) -> mat4x4f {
  var s = mat4x4f();
  for (var d = 0u; d < Q; d++) {
    s += transpose(mat4x4f(qkv[a.x + d], qkv[a.y + d], qkv[a.z + d], qkv[a.w + d])) * mat4x4f(qkv[b.x + d], qkv[b.y + d], qkv[b.z + d], qkv[b.w + d]);
  }
  return s;
}
// The same of values (in qkv) with dout.
fn gradients(values: vec4u, g: vec4u) -> mat4x4f {
  var s = mat4x4f();
  for (var d = 0u; d < Q; d++) {
    s += transpose(mat4x4f(qkv[values.x + d], qkv[values.y + d], qkv[values.z + d], qkv[values.w + d])) * mat4x4f(dout[g.x + d], dout[g.y + d], dout[g.z + d], dout[g.w + d]);
  }
  return s;
}

// One thread four rows of a head.
struct Place { rows: vec4u, head: u32, first: u32, valid: bool }
fn place(i: u32, heads: u32) -> Place {
  let fours = (live.rows + 3u) / 4u;
  let first = i % fours * 4u;
  return Place(min(first + FOUR, vec4u(live.rows - 1u)), i / fours, first, i < fours * heads);
}

// ceil(rows / 4) * H threads, writes =
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = place(flat_index(group, groups, lane), params.query_heads);
  if (!p.valid) { return; }
  let kv = p.head / (params.query_heads / params.key_heads);
  let q = in_at(p.rows, p.head);
  let start = vec4u(token[p.rows.x].z, token[p.rows.y].z, token[p.rows.z].z, token[p.rows.w].z);
  var sum: array<mat4x4f, Q>;
  var top = vec4f(-3.0e38); var total = vec4f();
  for (var j = start.x; j <= p.rows.w; j += 4u) {
    let keys = min(j + FOUR, vec4u(live.rows - 1u));
    let s = products(in_at(keys, params.query_heads + kv), q);
    // Key j + e is one of row i's when it lies between the row's start and the row.
    var w: mat4x4f; var shrink: vec4f;
    for (var i = 0u; i < 4u; i++) {
      let seen = (j + FOUR >= vec4u(start[i])) & (j + FOUR <= vec4u(p.rows[i]));
      let z = select(vec4f(-3.0e38), s[i] * scale(), seen);
      let high = max(top[i], max(max(z.x, z.y), max(z.z, z.w)));
      shrink[i] = exp(top[i] - high);
      w[i] = select(vec4f(), exp(z - high), seen);
      total[i] = total[i] * shrink[i] + w[i].x + w[i].y + w[i].z + w[i].w;
      top[i] = high;
    }
    let v = in_at(keys, params.query_heads + params.key_heads + kv);
    for (var d = 0u; d < Q; d++) {
      let old = sum[d];
      sum[d] = mat4x4f(old[0] * shrink.x, old[1] * shrink.y, old[2] * shrink.z, old[3] * shrink.w) + mat4x4f(qkv[v.x + d], qkv[v.y + d], qkv[v.z + d], qkv[v.w + d]) * w;
    }
  }
  let to = out_at(p.rows, p.head);
  for (var i = 0u; i < min(4u, live.rows - p.first); i++) {
    for (var d = 0u; d < Q; d++) { out[to[i] + d] = sum[d][i] / total[i]; }
    lse[p.rows[i] * params.query_heads + p.head] = top[i] + log(total[i]);
  }
}

// ceil(rows / 4) * H threads, writes = (out is only read)
@compute @workgroup_size(64)
fn backward_query(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = place(flat_index(group, groups, lane), params.query_heads);
  if (!p.valid) { return; }
  let kv = p.head / (params.query_heads / params.key_heads);
  let q = in_at(p.rows, p.head); let at = out_at(p.rows, p.head);
  let start = vec4u(token[p.rows.x].z, token[p.rows.y].z, token[p.rows.z].z, token[p.rows.w].z);
  var sum: array<mat4x4f, Q>;
  var own: vec4f; var norm: vec4f;
  for (var i = 0u; i < 4u; i++) {
    for (var d = 0u; d < Q; d++) { own[i] += dot(dout[at[i] + d], out[at[i] + d]); }
    norm[i] = lse[p.rows[i] * params.query_heads + p.head];
    if (p.first + i < live.rows) { delta[p.rows[i] * params.query_heads + p.head] = own[i]; }
  }
  for (var j = start.x; j <= p.rows.w; j += 4u) {
    let keys = min(j + FOUR, vec4u(live.rows - 1u));
    let k = in_at(keys, params.query_heads + kv);
    let s = products(k, q);
    let g = gradients(in_at(keys, params.query_heads + params.key_heads + kv), at);
    var ds: mat4x4f;
    for (var i = 0u; i < 4u; i++) {
      let seen = (j + FOUR >= vec4u(start[i])) & (j + FOUR <= vec4u(p.rows[i]));
      ds[i] = select(vec4f(), exp(s[i] * scale() - norm[i]) * (g[i] - own[i]) * scale(), seen);
    }
    for (var d = 0u; d < Q; d++) { sum[d] += mat4x4f(qkv[k.x + d], qkv[k.y + d], qkv[k.z + d], qkv[k.w + d]) * ds; }
  }
  for (var i = 0u; i < min(4u, live.rows - p.first); i++) {
    for (var d = 0u; d < Q; d++) { dqkv[q[i] + d] = sum[d][i]; }
  }
}

// ceil(rows / 4) * K threads, writes =
@compute @workgroup_size(64)
fn backward_key(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = place(flat_index(group, groups, lane), params.key_heads);
  if (!p.valid) { return; }
  let share = params.query_heads / params.key_heads;
  let k = in_at(p.rows, params.query_heads + p.head); let v = in_at(p.rows, params.query_heads + params.key_heads + p.head);
  let end = vec4u(token[p.rows.x].w, token[p.rows.y].w, token[p.rows.z].w, token[p.rows.w].w);
  var dk: array<mat4x4f, Q>; var dv: array<mat4x4f, Q>;
  for (var h = p.head * share; h < (p.head + 1u) * share; h++) {
    for (var r = p.first; r < end.w; r += 4u) {
      let rows = min(r + FOUR, vec4u(live.rows - 1u));
      let q = in_at(rows, h); let at = out_at(rows, h);
      let s = products(q, k);
      let where_at = rows * params.query_heads + h;
      let norm = vec4f(lse[where_at.x], lse[where_at.y], lse[where_at.z], lse[where_at.w]);
      let own = vec4f(delta[where_at.x], delta[where_at.y], delta[where_at.z], delta[where_at.w]);
      // Column i: key i with the four queries.
      var w: mat4x4f; var ds: mat4x4f;
      var g = mat4x4f();
      for (var d = 0u; d < Q; d++) {
        g += transpose(mat4x4f(dout[at.x + d], dout[at.y + d], dout[at.z + d], dout[at.w + d])) * mat4x4f(qkv[v.x + d], qkv[v.y + d], qkv[v.z + d], qkv[v.w + d]);
      }
      for (var i = 0u; i < 4u; i++) {
        let seen = (r + FOUR >= vec4u(p.rows[i])) & (r + FOUR < vec4u(end[i]));
        w[i] = select(vec4f(), exp(s[i] * scale() - norm), seen);
        ds[i] = w[i] * (g[i] - own) * scale();
      }
      for (var d = 0u; d < Q; d++) {
        dk[d] += mat4x4f(qkv[q.x + d], qkv[q.y + d], qkv[q.z + d], qkv[q.w + d]) * ds;
        dv[d] += mat4x4f(dout[at.x + d], dout[at.y + d], dout[at.z + d], dout[at.w + d]) * w;
      }
    }
  }
  for (var i = 0u; i < min(4u, live.rows - p.first); i++) {
    for (var d = 0u; d < Q; d++) { dqkv[k[i] + d] = dk[d][i]; dqkv[v[i] + d] = dv[d][i]; }
  }
}
