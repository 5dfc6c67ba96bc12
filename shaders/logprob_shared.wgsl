// logprob for a GPU: the forward pass of logprob.wgsl with its formulas and shapes, one workgroup a row, whose threads share the ids.
struct Params { vocabulary: u32, row0: u32, capacity: u32, first: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<uniform> hyper: Hyper;
@group(0) @binding(3) var<storage, read> token: array<vec4u>;
@group(0) @binding(4) var<storage, read_write> logits: array<f32>;
@group(0) @binding(5) var<storage, read_write> stat: array<vec4f>;

fn rows_here() -> u32 { return min(max(live.rows, params.row0) - params.row0, params.capacity); }

var<workgroup> tops: array<f32, 64>;
var<workgroup> sums: array<vec2f, 64>;

// Over the workgroup's threads, by halves, in the same order every time.
fn highest(x: f32, lane: u32) -> f32 {
  tops[lane] = x;
  for (var half = 32u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { tops[lane] = max(tops[lane], tops[lane + half]); }
  }
  workgroupBarrier();
  return tops[0];
}
fn add_up(x: vec2f, lane: u32) -> vec2f {
  sums[lane] = x;
  for (var half = 32u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { sums[lane] += sums[lane + half]; }
  }
  workgroupBarrier();
  return sums[0];
}

// The row's largest z that is no less than `least`, and over its ids sum e^(z - top) and sum e^(z - top) (z - top).
struct Row { top: f32, total: f32, mean: f32 }
fn reduce(base: u32, cool: f32, least: f32, lane: u32) -> Row {
  var high = least;
  for (var v = lane; v < params.vocabulary; v += 64u) { high = max(high, logits[base + v] * cool); }
  let top = highest(high, lane);
  var sum = vec2f();
  for (var v = lane; v < params.vocabulary; v += 64u) {
    let z = logits[base + v] * cool - top;
    sum += exp(z) * vec2f(1.0, z);
  }
  let all = add_up(sum, lane);
  return Row(top, all.x, all.y);
}

// one workgroup a row, writes = ; a row that ends its segment predicts nothing and gets log p = 0
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = group.y * groups.x + group.x;
  if (i >= rows_here()) { return; }
  let r = params.row0 + i;
  let base = i * params.vocabulary;
  let cool = 1.0 / hyper.temperature;
  let row = reduce(base, cool, -3.0e38, lane);
  if (lane > 0u) { return; }
  let log_total = log(row.total);
  var logp = 0.0;
  if (r + 1u < token[r].w) { logp = logits[base + token[r + 1u].x] * cool - row.top - log_total; }
  stat[r] = vec4f(logp, log_total - row.mean / row.total, row.top + log_total, 0.0);
}

// one workgroup a row, writes = for the slice at 0 and goes on from it after
@compute @workgroup_size(64)
fn forward_slice(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = group.y * groups.x + group.x;
  if (i >= rows_here()) { return; }
  let r = params.row0 + i;
  let base = i * params.vocabulary;
  let cool = 1.0 / hyper.temperature;
  var so_far = vec4f(0.0, 0.0, -3.0e38, 0.0);
  if (params.first > 0u) { so_far = stat[r]; }
  let row = reduce(base, cool, so_far.z, lane);
  if (lane > 0u) { return; }
  // Sums over z - top for a higher top: e^(z - top) shrinks, and each z - top falls by as much.
  let fall = so_far.z - row.top;
  let shrink = exp(fall);
  let total = so_far.w * shrink;
  let mean = select(0.0, so_far.y * shrink + total * fall, so_far.w > 0.0);
  var target_z = so_far.x;
  if (r + 1u < token[r].w) {
    let y = token[r + 1u].x - params.first;
    if (y < params.vocabulary) { target_z = logits[base + y] * cool; }
  }
  stat[r] = vec4f(target_z, mean + row.mean, row.top, total + row.total);
}
