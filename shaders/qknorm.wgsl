// qknorm (Qwen3): RMSNorm over each query and key head before RoPE.
//   out[r, h, d] = x rstd weight[d], weight = q_norm for h < H, k_norm after;  rstd[r, h] = 1 / sqrt(mean_d x^2 + eps)
//   inp, dinp [rows, stride], query heads then key heads first   out, dout [rows, (H + K) D]   rstd [rows, H + K]
//   weight [2 D]: q_norm then k_norm   chunk_sums [chunks, 2 D]: sums over the rows of a chunk, for q_norm then k_norm
struct Params { query_heads: u32, key_heads: u32, head_dim: u32, stride: u32, eps: f32, chunk: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<storage, read> inp: array<f32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;
@group(0) @binding(5) var<storage, read_write> rstd: array<f32>;
@group(0) @binding(6) var<storage, read> dout: array<f32>;
@group(0) @binding(7) var<storage, read_write> dinp: array<f32>;
@group(0) @binding(8) var<storage, read_write> chunk_sums: array<f32>;

fn weight_at(head: u32, d: u32) -> f32 {
  return weight[select(d, d + params.head_dim, head >= params.query_heads)];
}

// rows * (H + K) threads, writes =
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  let heads = params.query_heads + params.key_heads;
  if (i >= live.rows * heads) { return; }
  let head = i % heads;
  let source = (i / heads) * params.stride + head * params.head_dim;
  var sum = 0.0;
  for (var d = 0u; d < params.head_dim; d++) { let x = inp[source + d]; sum += x * x; }
  let scale = 1.0 / sqrt(sum / f32(params.head_dim) + params.eps);
  rstd[i] = scale;
  for (var d = 0u; d < params.head_dim; d++) { out[i * params.head_dim + d] = inp[source + d] * scale * weight_at(head, d); }
}

// rows * (H + K) threads, writes =
@compute @workgroup_size(64)
fn backward_inp(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  let heads = params.query_heads + params.key_heads;
  if (i >= live.rows * heads) { return; }
  let head = i % heads;
  let source = (i / heads) * params.stride + head * params.head_dim;
  let scale = rstd[i];
  var dot = 0.0;
  for (var d = 0u; d < params.head_dim; d++) { dot += weight_at(head, d) * dout[i * params.head_dim + d] * inp[source + d]; }
  let shift = dot * scale * scale / f32(params.head_dim);
  for (var d = 0u; d < params.head_dim; d++) {
    dinp[source + d] = scale * (weight_at(head, d) * dout[i * params.head_dim + d] - inp[source + d] * shift);
  }
}

// chunks * 2 D threads, writes =
@compute @workgroup_size(64)
fn backward_weight(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= arrayLength(&chunk_sums)) { return; }
  let heads = params.query_heads + params.key_heads;
  let column = i % (2u * params.head_dim);
  let d = column % params.head_dim;
  let is_key = column >= params.head_dim;
  let first_head = select(0u, params.query_heads, is_key);
  let last_head = select(params.query_heads, heads, is_key);
  let first = (i / (2u * params.head_dim)) * params.chunk;
  let last = min(first + params.chunk, live.rows);
  var sum = 0.0;
  for (var r = first; r < last; r++) {
    for (var h = first_head; h < last_head; h++) {
      sum += dout[(r * heads + h) * params.head_dim + d] * inp[r * params.stride + h * params.head_dim + d] * rstd[r * heads + h];
    }
  }
  chunk_sums[i] = sum;
}
