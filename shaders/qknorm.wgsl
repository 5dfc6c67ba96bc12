// qknorm (Qwen3): RMSNorm over each query and key head before RoPE.
//   out[r, h, d] = x rstd weight[d], weight = q_norm for h < H, k_norm after;  rstd[r, h] = 1 / sqrt(mean_d x^2 + eps)
//   inp, out, dinp, dout [rows, stride]: query heads, key heads, then values, which are copied   rstd [rows, H + K]
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

fn heads_of() -> u32 { return params.query_heads + params.key_heads; }
fn all_heads() -> u32 { return params.stride / params.head_dim; }

// rows * stride / D threads, writes =
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= live.rows * all_heads()) { return; }
  let head = i % all_heads(); let at = i * params.head_dim;
  if (head >= heads_of()) {
    for (var d = 0u; d < params.head_dim; d++) { out[at + d] = inp[at + d]; }
    return;
  }
  var sum = 0.0;
  for (var d = 0u; d < params.head_dim; d++) { let x = inp[at + d]; sum += x * x; }
  let scale = 1.0 / sqrt(sum / f32(params.head_dim) + params.eps);
  rstd[i / all_heads() * heads_of() + head] = scale;
  for (var d = 0u; d < params.head_dim; d++) { out[at + d] = inp[at + d] * scale * weight_at(head, d); }
}

// rows * stride / D threads, writes =
@compute @workgroup_size(64)
fn backward_inp(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= live.rows * all_heads()) { return; }
  let head = i % all_heads(); let at = i * params.head_dim;
  if (head >= heads_of()) {
    for (var d = 0u; d < params.head_dim; d++) { dinp[at + d] = dout[at + d]; }
    return;
  }
  let scale = rstd[i / all_heads() * heads_of() + head];
  var dot = 0.0;
  for (var d = 0u; d < params.head_dim; d++) { dot += weight_at(head, d) * dout[at + d] * inp[at + d]; }
  let shift = dot * scale * scale / f32(params.head_dim);
  for (var d = 0u; d < params.head_dim; d++) { dinp[at + d] = scale * (weight_at(head, d) * dout[at + d] - inp[at + d] * shift); }
}

// chunks * 2 D threads, writes =
@compute @workgroup_size(64)
fn backward_weight(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= arrayLength(&chunk_sums)) { return; }
  let column = i % (2u * params.head_dim);
  let d = column % params.head_dim;
  let is_key = column >= params.head_dim;
  let first_head = select(0u, params.query_heads, is_key);
  let last_head = select(params.query_heads, heads_of(), is_key);
  let first = (i / (2u * params.head_dim)) * params.chunk;
  let last = min(first + params.chunk, live.rows);
  var sum = 0.0;
  for (var r = first; r < last; r++) {
    for (var h = first_head; h < last_head; h++) {
      let at = r * params.stride + h * params.head_dim + d;
      sum += dout[at] * inp[at] * rstd[r * heads_of() + h];
    }
  }
  chunk_sums[i] = sum;
}
