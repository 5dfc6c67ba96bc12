// matmul, weight as Hugging Face stores it, [O, I]:
//   forward          out[r, o]   = sum_i inp[r, i] weight[o, i]   (+ bias[o])   (+ residual[r, o])
//   backward_inp     dinp[r, i]  = sum_o dout[r, o] weight[o, i]
//   backward_weight  dweight[o, i] += sum_r dout[r, o] inp[r, i]
//   inp, dinp [rows, I]   out, dout, residual [rows, O]   weight, dweight [O, I]   bias [O]
// A matmul over a slice of the rows says where it begins (row0) and how many it has room for (capacity).
// One thread holds 4 x 4 outputs in registers, a workgroup of 8 x 8 threads 32 x 32; no workgroup memory. Indices past
// an edge are clamped, so edge threads compute a neighbour's value and do not store it.
// forward writes columns first..first + O of rows that have `across`: a slice of the vocabulary beside its neighbours.
struct Params { inner: u32, cols: u32, row0: u32, capacity: u32, first: u32, across: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<storage, read> inp: array<f32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read> residual: array<f32>;
@group(0) @binding(6) var<storage, read_write> out: array<f32>;
@group(0) @binding(7) var<storage, read> dout: array<f32>;
@group(0) @binding(8) var<storage, read_write> dinp: array<f32>;
@group(0) @binding(9) var<storage, read_write> dweight: array<f32>;

fn rows_here() -> u32 { return min(max(live.rows, params.row0) - params.row0, params.capacity); }

// Rows r..r+3 of inp against rows o..o+3 of weight: both run along I.
fn tile(r: u32, o: u32, rows: u32) -> mat4x4f {
  let n = params.inner;
  let a0 = min(r, rows - 1u) * n; let a1 = min(r + 1u, rows - 1u) * n;
  let a2 = min(r + 2u, rows - 1u) * n; let a3 = min(r + 3u, rows - 1u) * n;
  let last = params.cols - 1u;
  let b0 = min(o, last) * n; let b1 = min(o + 1u, last) * n; let b2 = min(o + 2u, last) * n; let b3 = min(o + 3u, last) * n;
  var s0 = vec4f(); var s1 = vec4f(); var s2 = vec4f(); var s3 = vec4f();
  for (var k = 0u; k < n; k++) {
    let b = vec4f(weight[b0 + k], weight[b1 + k], weight[b2 + k], weight[b3 + k]);
    s0 += inp[a0 + k] * b; s1 += inp[a1 + k] * b; s2 += inp[a2 + k] * b; s3 += inp[a3 + k] * b;
  }
  return mat4x4f(s0, s1, s2, s3);
}

// groups (ceil(O / 32), ceil(capacity / 32)), writes =
@compute @workgroup_size(8, 8)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let rows = rows_here(); let r = id.y * 4u; let o = id.x * 4u;
  if (r >= rows || o >= params.cols) { return; }
  let sum = tile(r, o, rows);
  for (var i = 0u; i < min(4u, rows - r); i++) {
    for (var j = 0u; j < min(4u, params.cols - o); j++) { out[(r + i) * params.across + params.first + o + j] = sum[i][j]; }
  }
}

// as forward
@compute @workgroup_size(8, 8)
fn forward_bias(@builtin(global_invocation_id) id: vec3u) {
  let rows = rows_here(); let r = id.y * 4u; let o = id.x * 4u;
  if (r >= rows || o >= params.cols) { return; }
  let sum = tile(r, o, rows);
  for (var i = 0u; i < min(4u, rows - r); i++) {
    for (var j = 0u; j < min(4u, params.cols - o); j++) { out[(r + i) * params.across + params.first + o + j] = sum[i][j] + bias[o + j]; }
  }
}

// as forward
@compute @workgroup_size(8, 8)
fn forward_residual(@builtin(global_invocation_id) id: vec3u) {
  let rows = rows_here(); let r = id.y * 4u; let o = id.x * 4u;
  if (r >= rows || o >= params.cols) { return; }
  let sum = tile(r, o, rows);
  for (var i = 0u; i < min(4u, rows - r); i++) {
    for (var j = 0u; j < min(4u, params.cols - o); j++) {
      let at = (r + i) * params.cols + o + j;
      out[at] = residual[at] + sum[i][j];
    }
  }
}

// groups (ceil(I / 32), ceil(capacity / 32)), writes =
@compute @workgroup_size(8, 8)
fn backward_inp(@builtin(global_invocation_id) id: vec3u) {
  let rows = rows_here(); let r = id.y * 4u; let c = id.x * 4u; let n = params.inner;
  if (r >= rows || c >= n) { return; }
  let a0 = min(r, rows - 1u) * params.cols; let a1 = min(r + 1u, rows - 1u) * params.cols;
  let a2 = min(r + 2u, rows - 1u) * params.cols; let a3 = min(r + 3u, rows - 1u) * params.cols;
  let c1 = min(c + 1u, n - 1u); let c2 = min(c + 2u, n - 1u); let c3 = min(c + 3u, n - 1u);
  var s0 = vec4f(); var s1 = vec4f(); var s2 = vec4f(); var s3 = vec4f();
  for (var k = 0u; k < params.cols; k++) {
    let b = vec4f(weight[k * n + c], weight[k * n + c1], weight[k * n + c2], weight[k * n + c3]);
    s0 += dout[a0 + k] * b; s1 += dout[a1 + k] * b; s2 += dout[a2 + k] * b; s3 += dout[a3 + k] * b;
  }
  let sum = mat4x4f(s0, s1, s2, s3);
  for (var i = 0u; i < min(4u, rows - r); i++) {
    for (var j = 0u; j < min(4u, n - c); j++) { dinp[(r + i) * n + c + j] = sum[i][j]; }
  }
}

// groups (ceil(I / 32), ceil(O / 32)), writes +=
@compute @workgroup_size(8, 8)
fn backward_weight(@builtin(global_invocation_id) id: vec3u) {
  let rows = rows_here(); let o = id.y * 4u; let c = id.x * 4u; let n = params.inner; let m = params.cols;
  if (o >= m || c >= n) { return; }
  let o1 = min(o + 1u, m - 1u); let o2 = min(o + 2u, m - 1u); let o3 = min(o + 3u, m - 1u);
  let c1 = min(c + 1u, n - 1u); let c2 = min(c + 2u, n - 1u); let c3 = min(c + 3u, n - 1u);
  var s0 = vec4f(); var s1 = vec4f(); var s2 = vec4f(); var s3 = vec4f();
  for (var r = 0u; r < rows; r++) {
    let b = vec4f(inp[r * n + c], inp[r * n + c1], inp[r * n + c2], inp[r * n + c3]);
    let a = r * m;
    s0 += dout[a + o] * b; s1 += dout[a + o1] * b; s2 += dout[a + o2] * b; s3 += dout[a + o3] * b;
  }
  let sum = mat4x4f(s0, s1, s2, s3);
  for (var i = 0u; i < min(4u, m - o); i++) {
    for (var j = 0u; j < min(4u, n - c); j++) {
      let at = (o + i) * n + c + j;
      dweight[at] = dweight[at] + sum[i][j];
    }
  }
}
