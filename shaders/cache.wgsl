// cache: copies into the decoding slots.
//   write:       keys[s, p] = key heads of qkv[r];  values[s, p] = its value heads  for the slots s that row r fills
//   write_slots: the same for one decoding row, at its slot's position
//   last:        hidden[s] = inp[r] for the last row r of a prompt and every slot s that prompt fills
//   qkv [rows, (H + 2K) D], queries and keys after RoPE   keys, values [S, positions, K D]   inp [rows, C]   hidden [S, C]
//   fill [rows] (first slot, slots): a prompt is prefilled once for all its samples
struct Params { query_heads: u32, key_heads: u32, head_dim: u32, positions: u32, cols: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<storage, read> token: array<vec4u>;
@group(0) @binding(3) var<storage, read> fill: array<vec2u>;
@group(0) @binding(5) var<storage, read> qkv: array<f32>;
@group(0) @binding(6) var<storage, read_write> keys: array<f32>;
@group(0) @binding(7) var<storage, read_write> values: array<f32>;
@group(0) @binding(8) var<storage, read> inp: array<f32>;
@group(0) @binding(9) var<storage, read_write> hidden: array<f32>;
@group(0) @binding(10) var<storage, read> slots: array<vec4u>;
@group(0) @binding(11) var<storage, read> active_slots: array<u32>;

fn copy(row: u32, c: u32, slot: u32, position: u32) {
  let width = params.key_heads * params.head_dim;
  let query = params.query_heads * params.head_dim;
  let to = (slot * params.positions + position) * width + c;
  keys[to] = qkv[row * (query + 2u * width) + query + c];
  values[to] = qkv[row * (query + 2u * width) + query + width + c];
}

// rows * K D threads, writes =
@compute @workgroup_size(64)
fn write(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  let width = params.key_heads * params.head_dim;
  if (i >= live.rows * width) { return; }
  let r = i / width;
  for (var s = 0u; s < fill[r].y; s++) { copy(r, i % width, fill[r].x + s, token[r].y); }
}

// rows * K D threads, writes =
@compute @workgroup_size(64)
fn write_slots(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  let width = params.key_heads * params.head_dim;
  if (i >= live.rows * width) { return; }
  let slot = active_slots[i / width];
  copy(i / width, i % width, slot, slots[slot].y);
}

// rows * C threads, writes =
@compute @workgroup_size(64)
fn last(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= live.rows * params.cols) { return; }
  let r = i / params.cols;
  if (r + 1u != token[r].w) { return; }
  for (var s = 0u; s < fill[r].y; s++) { hidden[(fill[r].x + s) * params.cols + i % params.cols] = inp[i]; }
}
