// matmul where I and O are multiples of 4, through workgroup memory: the formulas, shapes and fused forms of matmul_wide.wgsl.
// A workgroup of 16 x 16 threads makes 64 x 64 outputs, 4 x 4 a thread, sixteen steps of the sum at a time: each operand's tile of 64 by 16 is
// loaded once and read sixteen times. What has to be turned on the way is turned in registers, four rows by four steps a thread: a vector of
// workgroup memory is one thread's store, because threads may not write its components side by side. Past an edge a tile holds a neighbour's values, or zeros along the sum.
// inp, weight and dout are declared in operands.wgsl, or packed in operands_half.wgsl, one of which comes before this file.
struct Params { inner: u32, cols: u32, row0: u32, capacity: u32, splits: u32, head_dim: u32, turned: u32, shift: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(4) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> bias_at: array<f32>;
@group(0) @binding(5) var<storage, read> residual: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> dinp: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> dweight: array<vec4f>;
@group(0) @binding(10) var<storage, read_write> partial: array<vec4f>;
@group(0) @binding(11) var<storage, read_write> gate_up: array<vec2f>;
@group(0) @binding(12) var<storage, read> token: array<vec4u>;
@group(0) @binding(13) var<storage, read> table: array<vec2f>;
@group(0) @binding(14) var<storage, read> gate_up_in: array<vec4f>;
// The same array by twos and by ones, as bias_at is bias.
@group(0) @binding(6) var<storage, read_write> gated: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> out_at: array<f32>;

fn rows_here() -> u32 { return min(max(live.rows, params.row0) - params.row0, params.capacity); }

// [step of the sum][quad of rows], [step][quad of columns]
var<workgroup> left: array<vec4f, 256>;
var<workgroup> right: array<vec4f, 256>;

// Column i of the result belongs to row i of the thread's quad.
fn multiply(sum: mat4x4f, l: vec3u) -> mat4x4f {
  var s = sum;
  for (var j = 0u; j < 16u; j++) {
    let a = left[j * 16u + l.y]; let b = right[j * 16u + l.x];
    s += mat4x4f(a.x * b, a.y * b, a.z * b, a.w * b);
  }
  return s;
}

// Columns of x are four rows of an operand, four steps of the sum each; `quad` is their place among the tile's rows, `q` that of the steps.
fn keep_left(x: mat4x4f, quad: u32, q: u32) {
  let t = transpose(x);
  for (var j = 0u; j < 4u; j++) { left[(4u * q + j) * 16u + quad] = t[j]; }
}
fn keep_right(x: mat4x4f, quad: u32, q: u32) {
  let t = transpose(x);
  for (var j = 0u; j < 4u; j++) { right[(4u * q + j) * 16u + quad] = t[j]; }
}

const FOUR = vec4u(0u, 1u, 2u, 3u);
// The quad of rows that a thread loads, of those that load at all: threads 0..63 one operand, 64..127 the other.
fn quad_of(lane: u32) -> u32 { return lane % 64u / 4u; }

// Rows r0..r0+63 of inp against 64 weight rows, of which this thread's quad is o: both run along I.
fn tile(r0: u32, o: vec4u, l: vec3u, lane: u32) -> mat4x4f {
  let n = params.inner / 4u; let quad = quad_of(lane); let q = lane % 4u;
  let x = min(r0 + 4u * quad + FOUR, vec4u(rows_here() - 1u)) * n; let w = o * n;
  var sum = mat4x4f();
  for (var k = 0u; k < n; k += 4u) {
    let at = min(k + q, n - 1u);
    if (lane < 64u) {
      // Past the end of the sum one side is zero.
      let inside = select(0.0, 1.0, k + q < n);
      keep_left(inside * mat4x4f(inp4(x.x + at), inp4(x.y + at), inp4(x.z + at), inp4(x.w + at)), quad, q);
    } else if (lane < 128u) {
      keep_right(mat4x4f(weight4(w.x + at), weight4(w.y + at), weight4(w.z + at), weight4(w.w + at)), quad, q);
    }
    workgroupBarrier();
    sum = multiply(sum, l);
    workgroupBarrier();
  }
  return sum;
}

fn columns(group: u32, lane: u32) -> vec4u { return min(group * 64u + 4u * quad_of(lane) + FOUR, vec4u(params.cols - 1u)); }

// groups (ceil(O / 64), ceil(capacity / 64)), writes =
@compute @workgroup_size(16, 16)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) l: vec3u, @builtin(local_invocation_index) lane: u32) {
  let rows = rows_here(); let r0 = group.y * 64u;
  if (r0 >= rows) { return; }
  let sum = tile(r0, columns(group.x, lane), l, lane);
  let r = r0 + 4u * l.y; let o = group.x * 16u + l.x; let m = params.cols / 4u;
  if (o >= m || r >= rows) { return; }
  for (var i = 0u; i < min(4u, rows - r); i++) { out[(r + i) * m + o] = sum[i]; }
}

// as forward
@compute @workgroup_size(16, 16)
fn forward_bias(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) l: vec3u, @builtin(local_invocation_index) lane: u32) {
  let rows = rows_here(); let r0 = group.y * 64u;
  if (r0 >= rows) { return; }
  let sum = tile(r0, columns(group.x, lane), l, lane);
  let r = r0 + 4u * l.y; let o = group.x * 16u + l.x; let m = params.cols / 4u;
  if (o >= m || r >= rows) { return; }
  for (var i = 0u; i < min(4u, rows - r); i++) { out[(r + i) * m + o] = sum[i] + bias[o]; }
}

// as forward
@compute @workgroup_size(16, 16)
fn forward_residual(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) l: vec3u, @builtin(local_invocation_index) lane: u32) {
  let rows = rows_here(); let r0 = group.y * 64u;
  if (r0 >= rows) { return; }
  let sum = tile(r0, columns(group.x, lane), l, lane);
  let r = r0 + 4u * l.y; let o = group.x * 16u + l.x; let m = params.cols / 4u;
  if (o >= m || r >= rows) { return; }
  for (var i = 0u; i < min(4u, rows - r); i++) {
    let at = (r + i) * m + o;
    out[at] = residual[at] + sum[i];
  }
}

// A quad of a paired tile is two pairs, p and p + 1: x, y the one side, z, w the other.
fn pairs_of(group: u32, lane: u32) -> vec2u { return group * 32u + 2u * quad_of(lane) + vec2u(0u, 1u); }

// groups (ceil(F / 32), ceil(capacity / 64)), writes =; F is a multiple of 4
@compute @workgroup_size(16, 16)
fn forward_swiglu(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) l: vec3u, @builtin(local_invocation_index) lane: u32) {
  let rows = rows_here(); let r0 = group.y * 64u; let half = params.cols / 2u;
  if (r0 >= rows) { return; }
  let f0 = min(pairs_of(group.x, lane), vec2u(half - 1u));
  let sum = tile(r0, vec4u(f0, half + f0), l, lane);
  let r = r0 + 4u * l.y; let f = group.x * 16u + l.x;
  if (f >= half / 2u || r >= rows) { return; }
  for (var i = 0u; i < min(4u, rows - r); i++) {
    let g = sum[i].xy; let u = sum[i].zw; let at = (r + i) * half / 2u + f;
    gated[at] = g / (1.0 + exp(-g)) * u;
    gate_up[at + (r + i) * half / 2u] = g;
    gate_up[at + (r + i + 1u) * half / 2u] = u;
  }
}

fn first_of(p: u32) -> u32 {
  let half = params.head_dim / 2u;
  return p / half * params.head_dim + p % half;
}

// One rotated pair of row r: (x, y) at column a and D/2 further, `pair` of its head.
fn turn(r: u32, a: u32, pair: u32, x: f32, y: f32) {
  let half = params.head_dim / 2u; let at = r * params.cols + a;
  let t = select(vec2f(1.0, 0.0), table[token[r].y * half + pair], a < params.turned * params.head_dim);
  out_at[at] = x * t.x - y * t.y;
  out_at[at + half] = y * t.x + x * t.y;
}

// groups (ceil(O / 64), ceil(capacity / 64)), writes = ; D is even
@compute @workgroup_size(16, 16)
fn forward_rope(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) l: vec3u, @builtin(local_invocation_index) lane: u32) {
  let rows = rows_here(); let r0 = group.y * 64u; let half = params.head_dim / 2u; let pairs = params.cols / 2u;
  if (r0 >= rows) { return; }
  let p0 = min(pairs_of(group.x, lane), vec2u(pairs - 1u)); let a0 = vec2u(first_of(p0.x), first_of(p0.y));
  let sum = tile(r0, vec4u(a0, a0 + half), l, lane);
  let r = r0 + 4u * l.y; let p = group.x * 32u + 2u * l.x;
  if (p >= pairs || r >= rows) { return; }
  for (var i = 0u; i < min(4u, rows - r); i++) {
    for (var j = 0u; j < min(2u, pairs - p); j++) {
      let a = first_of(p + j);
      turn(r + i, a, (p + j) % half, sum[i][j], sum[i][j + 2u]);
    }
  }
}

// as forward_rope
@compute @workgroup_size(16, 16)
fn forward_rope_bias(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) l: vec3u, @builtin(local_invocation_index) lane: u32) {
  let rows = rows_here(); let r0 = group.y * 64u; let half = params.head_dim / 2u; let pairs = params.cols / 2u;
  if (r0 >= rows) { return; }
  let p0 = min(pairs_of(group.x, lane), vec2u(pairs - 1u)); let a0 = vec2u(first_of(p0.x), first_of(p0.y));
  let sum = tile(r0, vec4u(a0, a0 + half), l, lane);
  let r = r0 + 4u * l.y; let p = group.x * 32u + 2u * l.x;
  if (p >= pairs || r >= rows) { return; }
  for (var i = 0u; i < min(4u, rows - r); i++) {
    for (var j = 0u; j < min(2u, pairs - p); j++) {
      let a = first_of(p + j);
      turn(r + i, a, (p + j) % half, sum[i][j] + bias_at[a], sum[i][j + 2u] + bias_at[a + half]);
    }
  }
}

// Rows r0..r0+63 of dout against 64 columns of weight from 4 c0 on.
fn across(r0: u32, c0: u32, l: vec3u, lane: u32) -> mat4x4f {
  let n = params.inner / 4u; let m = params.cols / 4u;
  let quad = quad_of(lane); let q = lane % 4u; let x = min(r0 + 4u * quad + FOUR, vec4u(rows_here() - 1u)) * m;
  let c = min(c0 + lane % 16u, n - 1u); let step = lane / 16u;
  var sum = mat4x4f();
  for (var k = 0u; k < m; k += 4u) {
    if (lane < 64u) {
      let at = min(k + q, m - 1u); let inside = select(0.0, 1.0, k + q < m);
      keep_left(inside * mat4x4f(dout4(x.x + at), dout4(x.y + at), dout4(x.z + at), dout4(x.w + at)), quad, q);
    }
    right[lane] = weight4(min(4u * k + step, params.cols - 1u) * n + c);
    workgroupBarrier();
    sum = multiply(sum, l);
    workgroupBarrier();
  }
  return sum;
}

// groups (ceil(I / 64), ceil(capacity / 64)), writes =
@compute @workgroup_size(16, 16)
fn backward_inp(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) l: vec3u, @builtin(local_invocation_index) lane: u32) {
  let rows = rows_here(); let r0 = group.y * 64u; let n = params.inner / 4u;
  if (r0 >= rows) { return; }
  let sum = across(r0, group.x * 16u, l, lane);
  let r = r0 + 4u * l.y; let to = group.x * 16u + l.x;
  if (to >= n || r >= rows) { return; }
  for (var i = 0u; i < min(4u, rows - r); i++) { dinp[(r + i) * n + to] = sum[i]; }
}

// as backward_inp; dinp [rows, 2 F]
@compute @workgroup_size(16, 16)
fn backward_swiglu(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) l: vec3u, @builtin(local_invocation_index) lane: u32) {
  let rows = rows_here(); let r0 = group.y * 64u; let n = params.inner / 4u;
  if (r0 >= rows) { return; }
  let sum = across(r0, group.x * 16u, l, lane);
  let r = r0 + 4u * l.y; let to = group.x * 16u + l.x;
  if (to >= n || r >= rows) { return; }
  for (var i = 0u; i < min(4u, rows - r); i++) {
    let at = (r + i) * 2u * n + to;
    let g = gate_up_in[at]; let s = 1.0 / (1.0 + exp(-g));
    dinp[at] = sum[i] * gate_up_in[at + n] * s * (1.0 + g * (1.0 - s));
    dinp[at + n] = sum[i] * g * s;
  }
}

// Rows first..last of dout, 64 columns from o0, against inp, 64 columns from c0.
fn outer(first: u32, last: u32, group: vec3u, l: vec3u, lane: u32) -> mat4x4f {
  let n = params.inner / 4u; let m = params.cols / 4u;
  let o = min(group.y * 16u + lane % 16u, m - 1u); let c = min(group.x * 16u + lane % 16u, n - 1u);
  var sum = mat4x4f();
  for (var r = first; r < last; r += 16u) {
    let at = min(r + lane / 16u, last - 1u);
    left[lane] = select(vec4f(), dout4(at * m + o), r + lane / 16u < last);
    right[lane] = inp4(at * n + c);
    workgroupBarrier();
    sum = multiply(sum, l);
    workgroupBarrier();
  }
  return sum;
}

// groups (ceil(I / 64), ceil(O / 64)), writes +=
@compute @workgroup_size(16, 16)
fn backward_weight(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) l: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = params.inner / 4u;
  let sum = outer(0u, rows_here(), group, l, lane);
  let o = group.y * 16u + l.y; let c = group.x * 16u + l.x;
  if (o >= params.cols / 4u || c >= n) { return; }
  for (var i = 0u; i < 4u; i++) {
    let at = (4u * o + i) * n + c;
    dweight[at] = dweight[at] + sum[i];
  }
}

// groups (ceil(I / 64), ceil(O / 64), splits): each adds up its share of the rows; partial [splits, O, I], writes =
@compute @workgroup_size(16, 16)
fn backward_weight_split(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) l: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = params.inner / 4u; let rows = rows_here();
  let share = (rows + params.splits - 1u) / params.splits;
  let sum = outer(min(group.z * share, rows), min((group.z + 1u) * share, rows), group, l, lane);
  let o = group.y * 16u + l.y; let c = group.x * 16u + l.x;
  if (o >= params.cols / 4u || c >= n) { return; }
  for (var i = 0u; i < 4u; i++) { partial[(group.z * params.cols + 4u * o + i) * n + c] = sum[i]; }
}
