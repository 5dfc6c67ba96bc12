// rope: rotates pairs (i, i + D/2) of the first `heads` heads of a row by position * theta^(-2i/D) (Hugging Face's half layout), in place.
//   qkv[r, h, i]       = x[i] cos - x[i + D/2] sin
//   qkv[r, h, i + D/2] = x[i + D/2] cos + x[i] sin          backward: the same with -sin, on the gradient
//   qkv [rows, stride]: query heads, key heads, then values, which are left alone
//   table [positions, D/2] (cos, sin), made on the CPU: WGSL promises sin only near zero
struct Params { heads: u32, head_dim: u32, stride: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<storage, read> token: array<vec4u>;
@group(0) @binding(3) var<storage, read> table: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> qkv: array<f32>;
@group(0) @binding(5) var<storage, read> slots: array<vec4u>;
@group(0) @binding(6) var<storage, read> active_slots: array<u32>;

fn pairs() -> u32 { return params.heads * (params.head_dim / 2u); }

// Pair i of the batch, by `sign` times its row's angle.
fn rotate(i: u32, position: u32, sign: f32) {
  let half = params.head_dim / 2u;
  let pair = i % pairs();
  let at = i / pairs() * params.stride + pair / half * params.head_dim + pair % half;
  let t = table[position * half + pair % half] * vec2f(1.0, sign);
  let a = qkv[at]; let b = qkv[at + half];
  qkv[at] = a * t.x - b * t.y;
  qkv[at + half] = b * t.x + a * t.y;
}

// rows * (H + K) * D/2 threads, in place
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= live.rows * pairs()) { return; }
  rotate(i, token[i / pairs()].y, 1.0);
}

// as forward, the position from the decoding slot
@compute @workgroup_size(64)
fn forward_slots(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= live.rows * pairs()) { return; }
  rotate(i, slots[active_slots[i / pairs()]].y, 1.0);
}

// as forward
@compute @workgroup_size(64)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= live.rows * pairs()) { return; }
  rotate(i, token[i / pairs()].y, -1.0);
}
