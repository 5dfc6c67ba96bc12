// swiglu: out[r, f] = silu(g) u with g = inp[r, f], u = inp[r, F + f], silu(g) = g sigmoid(g)
//   dg = dout u sigmoid(g) (1 + g (1 - sigmoid(g)));  du = dout silu(g)
//   inp, dinp [rows, 2 F] (gate, then up)   out, dout [rows, F]
struct Params { cols: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<storage, read> inp: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
@group(0) @binding(4) var<storage, read> dout: array<f32>;
@group(0) @binding(5) var<storage, read_write> dinp: array<f32>;

// rows * F threads, writes =
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= live.rows * params.cols) { return; }
  let at = (i / params.cols) * 2u * params.cols + i % params.cols;
  let g = inp[at];
  out[i] = g / (1.0 + exp(-g)) * inp[at + params.cols];
}

// rows * F threads, writes =
@compute @workgroup_size(64)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= live.rows * params.cols) { return; }
  let at = (i / params.cols) * 2u * params.cols + i % params.cols;
  let g = inp[at];
  let s = 1.0 / (1.0 + exp(-g));
  dinp[at] = dout[i] * inp[at + params.cols] * s * (1.0 + g * (1.0 - s));
  dinp[at + params.cols] = dout[i] * g * s;
}
