// logprob: z = logits / temperature; row r predicts the token of row r + 1 of its segment, y.
//   stat[r] = (log p(y), H, lse, 0),  lse = log sum_v exp(z_v),  log p(y) = z_y - lse,  H = lse - sum_v p_v z_v
//   backward, in place: dlogits_v = ( g.x (1[v = y] - p_v) - g.y p_v (log p_v + H) ) / temperature,  g = (dlogp, dH)
//   logits [capacity, V], a slice of the rows beginning at row0: the whole N x V never exists twice
//   A vocabulary too long for one binding comes in slices, `vocabulary` ids from `first` on: forward_slice goes through them in order
//   with stat[r] = (z_y, sum e^(z - top) (z - top), top, sum e^(z - top)) so far, finish makes the rest of it; backward takes a slice as it is.
//   token [rows]   stat [rows]   dstat [rows] (dloss/dlogp, dloss/dH)
struct Params { vocabulary: u32, row0: u32, capacity: u32, first: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<uniform> hyper: Hyper;
@group(0) @binding(3) var<storage, read> token: array<vec4u>;
@group(0) @binding(4) var<storage, read_write> logits: array<f32>;
@group(0) @binding(5) var<storage, read_write> stat: array<vec4f>;
@group(0) @binding(6) var<storage, read> dstat: array<vec2f>;

fn rows_here() -> u32 { return min(max(live.rows, params.row0) - params.row0, params.capacity); }

// one thread a row, writes = ; a row that ends its segment predicts nothing and gets log p = 0
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= rows_here()) { return; }
  let r = params.row0 + i;
  let base = i * params.vocabulary;
  let cool = 1.0 / hyper.temperature;
  var top = -3.0e38;
  for (var v = 0u; v < params.vocabulary; v++) { top = max(top, logits[base + v] * cool); }
  var total = 0.0; var mean = 0.0;
  for (var v = 0u; v < params.vocabulary; v++) {
    let z = logits[base + v] * cool - top;
    let e = exp(z);
    total += e; mean += e * z;
  }
  let log_total = log(total);
  var logp = 0.0;
  if (r + 1u < token[r].w) { logp = logits[base + token[r + 1u].x] * cool - top - log_total; }
  stat[r] = vec4f(logp, log_total - mean / total, top + log_total, 0.0);
}

// one thread a row, writes = for the slice at 0 and goes on from it after
@compute @workgroup_size(64)
fn forward_slice(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= rows_here()) { return; }
  let r = params.row0 + i;
  let base = i * params.vocabulary;
  let cool = 1.0 / hyper.temperature;
  var so_far = vec4f(0.0, 0.0, -3.0e38, 0.0);
  if (params.first > 0u) { so_far = stat[r]; }
  var top = so_far.z;
  for (var v = 0u; v < params.vocabulary; v++) { top = max(top, logits[base + v] * cool); }
  // Sums over z - top for a higher top: e^(z - top) shrinks, and each z - top falls by as much.
  let fall = so_far.z - top;
  let shrink = exp(fall);
  var total = so_far.w * shrink;
  var mean = select(0.0, so_far.y * shrink + total * fall, so_far.w > 0.0);
  for (var v = 0u; v < params.vocabulary; v++) {
    let z = logits[base + v] * cool - top;
    let e = exp(z);
    total += e; mean += e * z;
  }
  var target_z = so_far.x;
  if (r + 1u < token[r].w) {
    let y = token[r + 1u].x - params.first;
    if (y < params.vocabulary) { target_z = logits[base + y] * cool; }
  }
  stat[r] = vec4f(target_z, mean, top, total);
}

// one thread a row, in place, after the last slice
@compute @workgroup_size(64)
fn finish(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= rows_here()) { return; }
  let r = params.row0 + i;
  let s = stat[r];
  let log_total = log(s.w);
  stat[r] = vec4f(select(0.0, s.x - s.z - log_total, r + 1u < token[r].w), log_total - s.y / s.w, s.z + log_total, 0.0);
}

// capacity * V threads, in place
@compute @workgroup_size(64)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= rows_here() * params.vocabulary) { return; }
  let r = params.row0 + i / params.vocabulary;
  let g = dstat[r];
  if (g.x == 0.0 && g.y == 0.0) { logits[i] = 0.0; return; }
  let logp = logits[i] / hyper.temperature - stat[r].z;
  let p = exp(logp);
  var d = -g.x * p - g.y * p * (logp + stat[r].y);
  if (r + 1u < token[r].w && token[r + 1u].x == params.first + i % params.vocabulary) { d += g.x; }
  logits[i] = d / hyper.temperature;
}
