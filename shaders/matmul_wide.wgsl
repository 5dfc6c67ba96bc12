// matmul where I and O are multiples of 4: the formulas and shapes of matmul.wgsl, and three fused forms:
//   forward_swiglu   out[r, f] = silu(g) u, gate_up[r, f] = g, gate_up[r, F + f] = u with g = x . weight[f], u = x . weight[F + f], F = O / 2
//   backward_swiglu  dinp[r] = gradients of g, then of u, from d = dout weight, the gradient of silu(g) u: see swiglu.wgsl; I = F
//   forward_rope     out[r, o] = x . weight[o] (+ bias[o]), pairs (i, i + D/2) of the first `turned` heads rotated as in rope.wgsl
// One thread holds 4 rows by 8 columns as two 4 x 4 matrices; for every 12 loads of four floats it does 128 multiply-adds. The two halves are
// neighbours, gate and up, or the two sides of a rotation. Rows and columns past the end are clamped, not stored. No workgroup memory.
// inp, weight and dout are declared in operands.wgsl, or packed in operands_half.wgsl, one of which comes before this file.
struct Params { inner: u32, cols: u32, row0: u32, capacity: u32, splits: u32, head_dim: u32, turned: u32, shift: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(4) var<storage, read> bias: array<vec4f>;
@group(0) @binding(5) var<storage, read> residual: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> dinp: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> dweight: array<vec4f>;
@group(0) @binding(10) var<storage, read_write> partial: array<vec4f>;
@group(0) @binding(11) var<storage, read_write> gate_up: array<vec4f>;
@group(0) @binding(12) var<storage, read> token: array<vec4u>;
@group(0) @binding(13) var<storage, read> table: array<vec2f>;
@group(0) @binding(14) var<storage, read> gate_up_in: array<vec4f>;
// The same arrays float by float.
@group(0) @binding(4) var<storage, read> bias_at: array<f32>;
@group(0) @binding(6) var<storage, read_write> out_at: array<f32>;

fn rows_here() -> u32 { return min(max(live.rows, params.row0) - params.row0, params.capacity); }

struct Pair { a: mat4x4f, b: mat4x4f }

// Rows r..r+3 of inp against the weight rows a and b; column i of a result belongs to row r + i.
fn tile(r: u32, top: u32, a: vec4u, b: vec4u) -> Pair {
  let n = params.inner / 4u;
  let x0 = r * n; let x1 = min(r + 1u, top) * n; let x2 = min(r + 2u, top) * n; let x3 = min(r + 3u, top) * n;
  let p = a * n; let q = b * n;
  var s = mat4x4f(); var t = mat4x4f();
  for (var k = 0u; k < n; k++) {
    let x = mat4x4f(inp4(x0 + k), inp4(x1 + k), inp4(x2 + k), inp4(x3 + k));
    s += transpose(mat4x4f(weight4(p.x + k), weight4(p.y + k), weight4(p.z + k), weight4(p.w + k))) * x;
    t += transpose(mat4x4f(weight4(q.x + k), weight4(q.y + k), weight4(q.z + k), weight4(q.w + k))) * x;
  }
  return Pair(s, t);
}

const FOUR = vec4u(0u, 1u, 2u, 3u);

// Neighbouring columns o..o+7.
fn beside(r: u32, top: u32, o: u32) -> Pair { return tile(r, top, o + FOUR, min(o + 4u, params.cols - 4u) + FOUR); }

// groups (ceil(O / 64), ceil(capacity / 32)), writes =
@compute @workgroup_size(8, 8)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let rows = rows_here(); let r = id.y * 4u; let o = id.x * 8u; let m = params.cols / 4u;
  if (r >= rows || o >= params.cols) { return; }
  let sum = beside(r, rows - 1u, o);
  for (var i = 0u; i < min(4u, rows - r); i++) {
    let at = (r + i) * m + o / 4u;
    out[at] = sum.a[i];
    if (o + 4u < params.cols) { out[at + 1u] = sum.b[i]; }
  }
}

// as forward
@compute @workgroup_size(8, 8)
fn forward_bias(@builtin(global_invocation_id) id: vec3u) {
  let rows = rows_here(); let r = id.y * 4u; let o = id.x * 8u; let m = params.cols / 4u;
  if (r >= rows || o >= params.cols) { return; }
  let sum = beside(r, rows - 1u, o);
  for (var i = 0u; i < min(4u, rows - r); i++) {
    let at = (r + i) * m + o / 4u;
    out[at] = sum.a[i] + bias[o / 4u];
    if (o + 4u < params.cols) { out[at + 1u] = sum.b[i] + bias[o / 4u + 1u]; }
  }
}

// as forward
@compute @workgroup_size(8, 8)
fn forward_residual(@builtin(global_invocation_id) id: vec3u) {
  let rows = rows_here(); let r = id.y * 4u; let o = id.x * 8u; let m = params.cols / 4u;
  if (r >= rows || o >= params.cols) { return; }
  let sum = beside(r, rows - 1u, o);
  for (var i = 0u; i < min(4u, rows - r); i++) {
    let at = (r + i) * m + o / 4u;
    out[at] = residual[at] + sum.a[i];
    if (o + 4u < params.cols) { out[at + 1u] = residual[at + 1u] + sum.b[i]; }
  }
}

// groups (ceil(F / 32), ceil(capacity / 32)), writes =; F is a multiple of 4
@compute @workgroup_size(8, 8)
fn forward_swiglu(@builtin(global_invocation_id) id: vec3u) {
  let rows = rows_here(); let r = id.y * 4u; let f = id.x * 4u; let half = params.cols / 2u;
  if (r >= rows || f >= half) { return; }
  let sum = tile(r, rows - 1u, f + FOUR, half + f + FOUR);
  for (var i = 0u; i < min(4u, rows - r); i++) {
    let g = sum.a[i]; let u = sum.b[i]; let at = (r + i) * half / 4u + f / 4u;
    out[at] = g / (1.0 + exp(-g)) * u;
    gate_up[at + (r + i) * half / 4u] = g;
    gate_up[at + (r + i + 1u) * half / 4u] = u;
  }
}

// Columns of pairs p..p+3: pair p of the row is dimensions i and i + D/2 of head p / (D/2).
fn first_of(p: vec4u) -> vec4u {
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

// groups (ceil(O / 64), ceil(capacity / 32)), writes = ; D is even
@compute @workgroup_size(8, 8)
fn forward_rope(@builtin(global_invocation_id) id: vec3u) {
  let rows = rows_here(); let r = id.y * 4u; let half = params.head_dim / 2u; let pairs = params.cols / 2u;
  if (r >= rows || id.x * 4u >= pairs) { return; }
  let p = min(id.x * 4u + FOUR, vec4u(pairs - 1u)); let a = first_of(p);
  let sum = tile(r, rows - 1u, a, a + half);
  for (var i = 0u; i < min(4u, rows - r); i++) {
    for (var j = 0u; j < min(4u, pairs - id.x * 4u); j++) { turn(r + i, a[j], p[j] % half, sum.a[i][j], sum.b[i][j]); }
  }
}

// as forward_rope
@compute @workgroup_size(8, 8)
fn forward_rope_bias(@builtin(global_invocation_id) id: vec3u) {
  let rows = rows_here(); let r = id.y * 4u; let half = params.head_dim / 2u; let pairs = params.cols / 2u;
  if (r >= rows || id.x * 4u >= pairs) { return; }
  let p = min(id.x * 4u + FOUR, vec4u(pairs - 1u)); let a = first_of(p);
  let sum = tile(r, rows - 1u, a, a + half);
  for (var i = 0u; i < min(4u, rows - r); i++) {
    for (var j = 0u; j < min(4u, pairs - id.x * 4u); j++) { turn(r + i, a[j], p[j] % half, sum.a[i][j] + bias_at[a[j]], sum.b[i][j] + bias_at[a[j] + half]); }
  }
}

// Rows r..r+3 of dout against the columns 4 c.. and 4 beside.. of weight.
fn across(r: u32, top: u32, c: u32, beside: u32) -> Pair {
  let n = params.inner / 4u; let m = params.cols / 4u;
  let x0 = r * m; let x1 = min(r + 1u, top) * m; let x2 = min(r + 2u, top) * m; let x3 = min(r + 3u, top) * m;
  var s = mat4x4f(); var t = mat4x4f();
  for (var k = 0u; k < m; k++) {
    let x = mat4x4f(dout4(x0 + k), dout4(x1 + k), dout4(x2 + k), dout4(x3 + k));
    let w = 4u * k * n + c; let v = 4u * k * n + beside;
    s += mat4x4f(weight4(w), weight4(w + n), weight4(w + 2u * n), weight4(w + 3u * n)) * x;
    t += mat4x4f(weight4(v), weight4(v + n), weight4(v + 2u * n), weight4(v + 3u * n)) * x;
  }
  return Pair(s, t);
}

// groups (ceil(I / 64), ceil(capacity / 32)), writes =
@compute @workgroup_size(8, 8)
fn backward_inp(@builtin(global_invocation_id) id: vec3u) {
  let rows = rows_here(); let r = id.y * 4u; let c = id.x * 2u; let n = params.inner / 4u;
  if (r >= rows || c >= n) { return; }
  let sum = across(r, rows - 1u, c, min(c + 1u, n - 1u));
  for (var i = 0u; i < min(4u, rows - r); i++) {
    dinp[(r + i) * n + c] = sum.a[i];
    if (c + 1u < n) { dinp[(r + i) * n + c + 1u] = sum.b[i]; }
  }
}

// Quad c of row r: the gradient d of silu(g) u becomes those of g and u.
fn split_gradient(r: u32, c: u32, d: vec4f) {
  let n = params.inner / 4u; let at = r * 2u * n + c;
  let g = gate_up_in[at]; let s = 1.0 / (1.0 + exp(-g));
  dinp[at] = d * gate_up_in[at + n] * s * (1.0 + g * (1.0 - s));
  dinp[at + n] = d * g * s;
}

// as backward_inp; dinp [rows, 2 F]
@compute @workgroup_size(8, 8)
fn backward_swiglu(@builtin(global_invocation_id) id: vec3u) {
  let rows = rows_here(); let r = id.y * 4u; let c = id.x * 2u; let n = params.inner / 4u;
  if (r >= rows || c >= n) { return; }
  let sum = across(r, rows - 1u, c, min(c + 1u, n - 1u));
  for (var i = 0u; i < min(4u, rows - r); i++) {
    split_gradient(r + i, c, sum.a[i]);
    if (c + 1u < n) { split_gradient(r + i, c + 1u, sum.b[i]); }
  }
}

// Rows first..last of dout columns 4 o.. against inp columns 4 c.. and 4 beside..; column i of a result belongs to output row 4 o + i.
fn outer(first: u32, last: u32, o: u32, c: u32, beside: u32) -> Pair {
  let n = params.inner / 4u; let m = params.cols / 4u;
  var s = mat4x4f(); var t = mat4x4f();
  for (var r = first; r < last; r++) {
    let a = dout4(r * m + o); let x = inp4(r * n + c); let y = inp4(r * n + beside);
    s += mat4x4f(a.x * x, a.y * x, a.z * x, a.w * x);
    t += mat4x4f(a.x * y, a.y * y, a.z * y, a.w * y);
  }
  return Pair(s, t);
}

// groups (ceil(I / 64), ceil(O / 32)), writes +=
@compute @workgroup_size(8, 8)
fn backward_weight(@builtin(global_invocation_id) id: vec3u) {
  let n = params.inner / 4u; let c = id.x * 2u;
  if (id.y >= params.cols / 4u || c >= n) { return; }
  let sum = outer(0u, rows_here(), id.y, c, min(c + 1u, n - 1u));
  for (var i = 0u; i < 4u; i++) {
    let at = (4u * id.y + i) * n + c;
    dweight[at] = dweight[at] + sum.a[i];
    if (c + 1u < n) { dweight[at + 1u] = dweight[at + 1u] + sum.b[i]; }
  }
}

// The same sums, four rows at a time as products of matrices: faster where loads are dear.
fn outer_by_four(first: u32, last: u32, o: u32, c: u32, beside: u32) -> Pair {
  let n = params.inner / 4u; let m = params.cols / 4u;
  var s = mat4x4f(); var t = mat4x4f();
  let whole = first + (last - first) / 4u * 4u;
  for (var r = first; r < whole; r += 4u) {
    let a = transpose(mat4x4f(dout4(r * m + o), dout4((r + 1u) * m + o), dout4((r + 2u) * m + o), dout4((r + 3u) * m + o)));
    s += mat4x4f(inp4(r * n + c), inp4((r + 1u) * n + c), inp4((r + 2u) * n + c), inp4((r + 3u) * n + c)) * a;
    t += mat4x4f(inp4(r * n + beside), inp4((r + 1u) * n + beside), inp4((r + 2u) * n + beside), inp4((r + 3u) * n + beside)) * a;
  }
  let rest = outer(whole, last, o, c, beside);
  return Pair(s + rest.a, t + rest.b);
}

// as backward_weight
@compute @workgroup_size(8, 8)
fn backward_weight_by_four(@builtin(global_invocation_id) id: vec3u) {
  let n = params.inner / 4u; let c = id.x * 2u;
  if (id.y >= params.cols / 4u || c >= n) { return; }
  let sum = outer_by_four(0u, rows_here(), id.y, c, min(c + 1u, n - 1u));
  for (var i = 0u; i < 4u; i++) {
    let at = (4u * id.y + i) * n + c;
    dweight[at] = dweight[at] + sum.a[i];
    if (c + 1u < n) { dweight[at + 1u] = dweight[at + 1u] + sum.b[i]; }
  }
}

// groups (ceil(I / 64), ceil(O / 32), splits): each adds up its share of the rows; partial [splits, O, I], writes =
@compute @workgroup_size(8, 8)
fn backward_weight_split(@builtin(global_invocation_id) id: vec3u) {
  let n = params.inner / 4u; let c = id.x * 2u; let rows = rows_here();
  if (id.y >= params.cols / 4u || c >= n) { return; }
  let share = (rows + params.splits - 1u) / params.splits;
  let sum = outer(min(id.z * share, rows), min((id.z + 1u) * share, rows), id.y, c, min(c + 1u, n - 1u));
  for (var i = 0u; i < 4u; i++) {
    let at = (id.z * params.cols + 4u * id.y + i) * n + c;
    partial[at] = sum.a[i];
    if (c + 1u < n) { partial[at + 1u] = sum.b[i]; }
  }
}
