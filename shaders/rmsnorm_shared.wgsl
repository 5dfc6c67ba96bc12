// rmsnorm for a GPU: the formulas and shapes of rmsnorm.wgsl, one workgroup a row, whose threads share the row's sum.
struct Params { cols: u32, eps: f32, chunk: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<storage, read> inp: array<f32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;
@group(0) @binding(5) var<storage, read_write> rstd: array<f32>;
@group(0) @binding(6) var<storage, read> dout: array<f32>;
@group(0) @binding(7) var<storage, read_write> dinp: array<f32>;

// one workgroup a row, writes =
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let r = group.y * groups.x + group.x;
  if (r >= live.rows) { return; }
  let base = r * params.cols;
  var sum = 0.0;
  for (var c = lane; c < params.cols; c += 64u) { let x = inp[base + c]; sum += x * x; }
  let scale = 1.0 / sqrt(add_up(sum, lane) / f32(params.cols) + params.eps);
  if (lane == 0u) { rstd[r] = scale; }
  for (var c = lane; c < params.cols; c += 64u) { out[base + c] = inp[base + c] * scale * weight[c]; }
}

// one workgroup a row, writes +=
@compute @workgroup_size(64)
fn backward_inp(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let r = group.y * groups.x + group.x;
  if (r >= live.rows) { return; }
  let base = r * params.cols;
  let scale = rstd[r];
  var sum = 0.0;
  for (var c = lane; c < params.cols; c += 64u) { sum += weight[c] * dout[base + c] * inp[base + c]; }
  let shift = add_up(sum, lane) * scale * scale / f32(params.cols);
  for (var c = lane; c < params.cols; c += 64u) {
    dinp[base + c] = dinp[base + c] + scale * (weight[c] * dout[base + c] - inp[base + c] * shift);
  }
}
