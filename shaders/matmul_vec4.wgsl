// matmul where I and O are multiples of 4: the formulas, shapes and launches of matmul.wgsl, four floats a load.
// One thread holds 4 x 4 outputs; for every 8 loads it does 64 multiply-adds. Rows past the end are clamped, not stored.
// Params has what matmul_wide.wgsl's has, so that one block serves whichever kernel runs.
struct Params { inner: u32, cols: u32, row0: u32, capacity: u32, splits: u32, head_dim: u32, turned: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<storage, read> inp: array<vec4f>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> bias: array<vec4f>;
@group(0) @binding(5) var<storage, read> residual: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(7) var<storage, read> dout: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> dinp: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> dweight: array<vec4f>;

fn rows_here() -> u32 { return min(max(live.rows, params.row0) - params.row0, params.capacity); }

// Rows r..r+3 of inp against rows o..o+3 of weight.
fn tile(r: u32, o: u32, rows: u32) -> mat4x4f {
  let n = params.inner / 4u;
  let a0 = r * n; let a1 = min(r + 1u, rows - 1u) * n; let a2 = min(r + 2u, rows - 1u) * n; let a3 = min(r + 3u, rows - 1u) * n;
  let b0 = o * n; let b1 = b0 + n; let b2 = b1 + n; let b3 = b2 + n;
  var s0 = vec4f(); var s1 = vec4f(); var s2 = vec4f(); var s3 = vec4f();
  for (var k = 0u; k < n; k++) {
    let w = mat4x4f(weight[b0 + k], weight[b1 + k], weight[b2 + k], weight[b3 + k]);
    s0 += inp[a0 + k] * w; s1 += inp[a1 + k] * w; s2 += inp[a2 + k] * w; s3 += inp[a3 + k] * w;
  }
  return mat4x4f(s0, s1, s2, s3);
}

// groups (ceil(O / 32), ceil(capacity / 32)), writes =
@compute @workgroup_size(8, 8)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let rows = rows_here(); let r = id.y * 4u;
  if (r >= rows || id.x * 4u >= params.cols) { return; }
  let sum = tile(r, id.x * 4u, rows);
  for (var i = 0u; i < min(4u, rows - r); i++) { out[(r + i) * (params.cols / 4u) + id.x] = sum[i]; }
}

// as forward
@compute @workgroup_size(8, 8)
fn forward_bias(@builtin(global_invocation_id) id: vec3u) {
  let rows = rows_here(); let r = id.y * 4u;
  if (r >= rows || id.x * 4u >= params.cols) { return; }
  let sum = tile(r, id.x * 4u, rows);
  for (var i = 0u; i < min(4u, rows - r); i++) { out[(r + i) * (params.cols / 4u) + id.x] = sum[i] + bias[id.x]; }
}

// as forward
@compute @workgroup_size(8, 8)
fn forward_residual(@builtin(global_invocation_id) id: vec3u) {
  let rows = rows_here(); let r = id.y * 4u;
  if (r >= rows || id.x * 4u >= params.cols) { return; }
  let sum = tile(r, id.x * 4u, rows);
  for (var i = 0u; i < min(4u, rows - r); i++) {
    let at = (r + i) * (params.cols / 4u) + id.x;
    out[at] = residual[at] + sum[i];
  }
}

// groups (ceil(I / 32), ceil(capacity / 32)), writes =
@compute @workgroup_size(8, 8)
fn backward_inp(@builtin(global_invocation_id) id: vec3u) {
  let rows = rows_here(); let r = id.y * 4u; let n = params.inner / 4u; let m = params.cols / 4u;
  if (r >= rows || id.x >= n) { return; }
  let a0 = r * m; let a1 = min(r + 1u, rows - 1u) * m; let a2 = min(r + 2u, rows - 1u) * m; let a3 = min(r + 3u, rows - 1u) * m;
  var s0 = vec4f(); var s1 = vec4f(); var s2 = vec4f(); var s3 = vec4f();
  for (var k = 0u; k < m; k++) {
    let at = 4u * k * n + id.x;
    let w = mat4x4f(weight[at], weight[at + n], weight[at + 2u * n], weight[at + 3u * n]);
    s0 += w * dout[a0 + k]; s1 += w * dout[a1 + k]; s2 += w * dout[a2 + k]; s3 += w * dout[a3 + k];
  }
  let sum = mat4x4f(s0, s1, s2, s3);
  for (var i = 0u; i < min(4u, rows - r); i++) { dinp[(r + i) * n + id.x] = sum[i]; }
}

// groups (ceil(I / 32), ceil(O / 32)), writes +=
@compute @workgroup_size(8, 8)
fn backward_weight(@builtin(global_invocation_id) id: vec3u) {
  let rows = rows_here(); let n = params.inner / 4u; let m = params.cols / 4u;
  if (id.y >= m || id.x >= n) { return; }
  var s0 = vec4f(); var s1 = vec4f(); var s2 = vec4f(); var s3 = vec4f();
  for (var r = 0u; r < rows; r++) {
    let a = dout[r * m + id.y]; let b = inp[r * n + id.x];
    s0 += a.x * b; s1 += a.y * b; s2 += a.z * b; s3 += a.w * b;
  }
  let sum = mat4x4f(s0, s1, s2, s3);
  for (var i = 0u; i < 4u; i++) {
    let at = (4u * id.y + i) * n + id.x;
    dweight[at] = dweight[at] + sum[i];
  }
}
