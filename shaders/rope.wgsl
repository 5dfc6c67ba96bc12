// rope: rotates pairs (i, i + D/2) of every query and key head by position * theta^(-2i/D) (Hugging Face's half layout).
//   qk[r, h, i]       = x[i] cos - x[i + D/2] sin
//   qk[r, h, i + D/2] = x[i + D/2] cos + x[i] sin          backward: the same with -sin
//   inp [rows, stride], query heads then key heads first (values, when they follow, are left alone)
//   qk [rows, (H + K) D]   table [positions, D/2] (cos, sin), made on the CPU: WGSL promises sin only near zero
struct Params { heads: u32, head_dim: u32, stride: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<storage, read> token: array<vec4u>;
@group(0) @binding(3) var<storage, read> table: array<vec2f>;
@group(0) @binding(4) var<storage, read> inp: array<f32>;
@group(0) @binding(5) var<storage, read_write> qk: array<f32>;
@group(0) @binding(6) var<storage, read> dqk: array<f32>;
@group(0) @binding(7) var<storage, read_write> dinp: array<f32>;
@group(0) @binding(8) var<storage, read> slots: array<vec4u>;
@group(0) @binding(9) var<storage, read> active_slots: array<u32>;

struct Place { row: u32, source: u32, to: u32, pair: u32 }

// Where thread i works: `source` in the strided buffer, `to` in the tight one. heads = H + K.
fn place(i: u32) -> Place {
  let half = params.head_dim / 2u;
  let row = i / (params.heads * half);
  let head = (i / half) % params.heads;
  return Place(row, row * params.stride + head * params.head_dim + i % half,
    (row * params.heads + head) * params.head_dim + i % half, i % half);
}

fn rotate(i: u32, position: u32) {
  let half = params.head_dim / 2u;
  let p = place(i);
  let t = table[position * half + p.pair];
  let a = inp[p.source]; let b = inp[p.source + half];
  qk[p.to] = a * t.x - b * t.y;
  qk[p.to + half] = b * t.x + a * t.y;
}

// rows * (H + K) * D/2 threads, writes =
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= live.rows * params.heads * (params.head_dim / 2u)) { return; }
  rotate(i, token[i / (params.heads * (params.head_dim / 2u))].y);
}

// as forward, the position from the decoding slot
@compute @workgroup_size(64)
fn forward_slots(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= live.rows * params.heads * (params.head_dim / 2u)) { return; }
  rotate(i, slots[active_slots[i / (params.heads * (params.head_dim / 2u))]].y);
}

// rows * (H + K) * D/2 threads, writes =
@compute @workgroup_size(64)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  let half = params.head_dim / 2u;
  if (i >= live.rows * params.heads * half) { return; }
  let p = place(i);
  let t = table[token[p.row].y * half + p.pair];
  let a = dqk[p.to]; let b = dqk[p.to + half];
  dinp[p.source] = a * t.x + b * t.y;
  dinp[p.source + half] = b * t.x - a * t.y;
}
