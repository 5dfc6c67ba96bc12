// cache: copies keys and values into the decoding slots.
//   write:       cache[0, s, p] = key heads of qkv[r];  cache[1, s, p] = its value heads  for the slots s that row r fills, p its position
//   write_slots: the same for one decoding row, at its slot's position
//   write_half, write_slots_half: the same into halves
//   qkv [rows, (H + 2K) D], queries and keys after RoPE   cache [2, S, positions, K D]   cache_half: the same, two halves an element; K D is even
//   fill [rows] (first of targets, how many): a prompt is prefilled once for all its samples   targets: slots
struct Params { query_heads: u32, key_heads: u32, head_dim: u32, positions: u32, slots: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<storage, read> token: array<vec4u>;
@group(0) @binding(3) var<storage, read> fill: array<vec2u>;
@group(0) @binding(4) var<storage, read> targets: array<u32>;
@group(0) @binding(5) var<storage, read> qkv: array<f32>;
@group(0) @binding(6) var<storage, read_write> cache: array<f32>;
@group(0) @binding(7) var<storage, read> slots: array<vec4u>;
@group(0) @binding(8) var<storage, read> active_slots: array<u32>;
@group(0) @binding(9) var<storage, read_write> cache_half: array<u32>;

fn copy(row: u32, c: u32, slot: u32, position: u32) {
  let width = params.key_heads * params.head_dim;
  let query = params.query_heads * params.head_dim;
  let to = (slot * params.positions + position) * width + c;
  cache[to] = qkv[row * (query + 2u * width) + query + c];
  cache[params.slots * params.positions * width + to] = qkv[row * (query + 2u * width) + query + width + c];
}

// rows * K D threads, writes =
@compute @workgroup_size(64)
fn write(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  let width = params.key_heads * params.head_dim;
  if (i >= live.rows * width) { return; }
  let r = i / width;
  for (var s = 0u; s < fill[r].y; s++) { copy(r, i % width, targets[fill[r].x + s], token[r].y); }
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

// Elements 2c and 2c + 1 of a row.
fn copy_half(row: u32, c: u32, slot: u32, position: u32) {
  let width = params.key_heads * params.head_dim;
  let query = params.query_heads * params.head_dim;
  let to = (slot * params.positions + position) * (width / 2u) + c;
  let first = row * (query + 2u * width) + query + 2u * c;
  cache_half[to] = halves(vec2f(qkv[first], qkv[first + 1u]));
  cache_half[params.slots * params.positions * (width / 2u) + to] = halves(vec2f(qkv[first + width], qkv[first + width + 1u]));
}

// rows * K D / 2 threads, writes =
@compute @workgroup_size(64)
fn write_half(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  let width = params.key_heads * params.head_dim / 2u;
  if (i >= live.rows * width) { return; }
  let r = i / width;
  for (var s = 0u; s < fill[r].y; s++) { copy_half(r, i % width, targets[fill[r].x + s], token[r].y); }
}

// rows * K D / 2 threads, writes =
@compute @workgroup_size(64)
fn write_slots_half(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  let width = params.key_heads * params.head_dim / 2u;
  if (i >= live.rows * width) { return; }
  let slot = active_slots[i / width];
  copy_half(i / width, i % width, slot, slots[slot].y);
}
