// rmsnorm: rstd[r] = 1 / sqrt(mean_c(inp[r, c]^2) + eps);  out[r, c] = inp[r, c] * rstd[r] * weight[c]
//   dinp[r, c] += rstd * (weight[c] dout[r, c] - inp[r, c] rstd^2 mean_c(weight dout inp))
//   dweight: chunk_sums[s, c] = sum over the rows of chunk s of dout inp rstd; reduce.columns adds the chunks up
//   inp, out, dout, dinp [rows, C]   weight [C]   rstd [rows]   chunk_sums [chunks, C]
struct Params { cols: u32, eps: f32, chunk: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<storage, read> inp: array<f32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;
@group(0) @binding(5) var<storage, read_write> rstd: array<f32>;
@group(0) @binding(6) var<storage, read> dout: array<f32>;
@group(0) @binding(7) var<storage, read_write> dinp: array<f32>;
@group(0) @binding(8) var<storage, read_write> chunk_sums: array<f32>;

// one thread a row, writes =
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let r = flat_index(group, groups, lane);
  if (r >= live.rows) { return; }
  let base = r * params.cols;
  var sum = 0.0;
  for (var c = 0u; c < params.cols; c++) { let x = inp[base + c]; sum += x * x; }
  let scale = 1.0 / sqrt(sum / f32(params.cols) + params.eps);
  rstd[r] = scale;
  for (var c = 0u; c < params.cols; c++) { out[base + c] = inp[base + c] * scale * weight[c]; }
}

// one thread a row, writes +=
@compute @workgroup_size(64)
fn backward_inp(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let r = flat_index(group, groups, lane);
  if (r >= live.rows) { return; }
  let base = r * params.cols;
  let scale = rstd[r];
  var dot = 0.0;
  for (var c = 0u; c < params.cols; c++) { dot += weight[c] * dout[base + c] * inp[base + c]; }
  let shift = dot * scale * scale / f32(params.cols);
  for (var c = 0u; c < params.cols; c++) {
    dinp[base + c] = dinp[base + c] + scale * (weight[c] * dout[base + c] - inp[base + c] * shift);
  }
}

// chunks * C threads, writes =
@compute @workgroup_size(64)
fn backward_weight(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= arrayLength(&chunk_sums)) { return; }
  let c = i % params.cols;
  let first = (i / params.cols) * params.chunk;
  let last = min(first + params.chunk, live.rows);
  var sum = 0.0;
  for (var r = first; r < last; r++) { sum += dout[r * params.cols + c] * inp[r * params.cols + c] * rstd[r]; }
  chunk_sums[i] = sum;
}
