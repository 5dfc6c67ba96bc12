// matmul where I and O are multiples of 4 and the rows are few: forward as in matmul.wgsl.
// Sixteen threads share one sum: each takes every sixteenth step of it for 4 rows by 4 columns, and one exchange through workgroup memory adds
// them up. A workgroup of 64 threads makes 4 rows by 16 columns and reads the weights in runs of 256 bytes.
struct Params { inner: u32, cols: u32, row0: u32, capacity: u32, splits: u32, head_dim: u32, turned: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<storage, read> inp: array<vec4f>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read> residual: array<f32>;
@group(0) @binding(6) var<storage, read_write> out: array<f32>;

fn rows_here() -> u32 { return min(max(live.rows, params.row0) - params.row0, params.capacity); }

var<workgroup> parts: array<mat4x4f, 64>;

// Rows r..r+3 against weight rows o; afterwards this thread's element is row r + (lane / 4) % 4 and column lane % 4 of its sixteen.
fn gather(r: u32, o: vec4u, lane: u32) {
  let n = params.inner / 4u; let top = rows_here() - 1u;
  let x0 = r * n; let x1 = min(r + 1u, top) * n; let x2 = min(r + 2u, top) * n; let x3 = min(r + 3u, top) * n;
  let w = o * n;
  var s = mat4x4f();
  for (var k = lane % 16u; k < n; k += 16u) {
    s += transpose(mat4x4f(weight[w.x + k], weight[w.y + k], weight[w.z + k], weight[w.w + k])) * mat4x4f(inp[x0 + k], inp[x1 + k], inp[x2 + k], inp[x3 + k]);
  }
  parts[lane] = s;
  workgroupBarrier();
}

fn total(lane: u32, row: u32, column: u32) -> f32 {
  var sum = 0.0;
  for (var j = 0u; j < 16u; j++) { sum += parts[lane / 16u * 16u + j][row][column]; }
  return sum;
}

const FOUR = vec4u(0u, 1u, 2u, 3u);
fn quad(group: u32, lane: u32) -> u32 { return group * 4u + lane / 16u; }

// groups (ceil(O / 16), ceil(capacity / 4)), writes =
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let rows = rows_here(); if (group.y * 4u >= rows) { return; }
  let o = quad(group.x, lane) * 4u;
  gather(group.y * 4u, min(o, params.cols - 4u) + FOUR, lane);
  let i = lane / 4u % 4u; let r = group.y * 4u + i;
  if (r >= rows || o >= params.cols) { return; }
  out[r * params.cols + o + lane % 4u] = total(lane, i, lane % 4u);
}

// as forward
@compute @workgroup_size(64)
fn forward_bias(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let rows = rows_here(); if (group.y * 4u >= rows) { return; }
  let o = quad(group.x, lane) * 4u;
  gather(group.y * 4u, min(o, params.cols - 4u) + FOUR, lane);
  let i = lane / 4u % 4u; let r = group.y * 4u + i;
  if (r >= rows || o >= params.cols) { return; }
  out[r * params.cols + o + lane % 4u] = total(lane, i, lane % 4u) + bias[o + lane % 4u];
}

// as forward
@compute @workgroup_size(64)
fn forward_residual(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let rows = rows_here(); if (group.y * 4u >= rows) { return; }
  let o = quad(group.x, lane) * 4u;
  gather(group.y * 4u, min(o, params.cols - 4u) + FOUR, lane);
  let i = lane / 4u % 4u; let r = group.y * 4u + i;
  if (r >= rows || o >= params.cols) { return; }
  let at = r * params.cols + o + lane % 4u;
  out[at] = residual[at] + total(lane, i, lane % 4u);
}
