// slots.wgsl, which comes before this file, for few rows on a GPU: sixteen threads share each sum, as in matmul_thin.wgsl.
// A workgroup of 64 threads makes 4 rows by 16 columns, for project and gated 8 pairs of columns.
@group(0) @binding(10) var<storage, read_write> out: array<f32>;

var<workgroup> parts: array<mat4x4f, 64>;
var<workgroup> squares: array<vec4f, 64>;
var<workgroup> totals: array<f32, 64>;

// Rows r..r+3 against weight rows o, a sixteenth of the sum a thread.
fn gather(r: u32, o: vec4u, lane: u32) {
  let n = params.inner / 4u; let top = live.rows - 1u;
  let x0 = r * n; let x1 = min(r + 1u, top) * n; let x2 = min(r + 2u, top) * n; let x3 = min(r + 3u, top) * n;
  let w = o * n;
  var s = mat4x4f(); var square = vec4f();
  for (var k = lane % 16u; k < n; k += 16u) {
    let x = mat4x4f(inp[x0 + k], inp[x1 + k], inp[x2 + k], inp[x3 + k]);
    square += vec4f(dot(x[0], x[0]), dot(x[1], x[1]), dot(x[2], x[2]), dot(x[3], x[3]));
    let g = norm[k];
    s += transpose(mat4x4f(weight[w.x + k], weight[w.y + k], weight[w.z + k], weight[w.w + k])) * mat4x4f(x[0] * g, x[1] * g, x[2] * g, x[3] * g);
  }
  parts[lane] = s; squares[lane] = square;
  workgroupBarrier();
}

// Element (row, column) of the sixteen that this thread's group of sixteen makes.
fn total(lane: u32, row: u32, column: u32) -> f32 {
  var sum = 0.0; var square = 0.0;
  let first = lane / 16u * 16u;
  for (var j = first; j < first + 16u; j++) { sum += parts[j][row][column]; square += squares[j][row]; }
  return sum * inverseSqrt(square / f32(params.inner) + params.eps);
}

// Two neighbouring pairs of a row whose elements a, a + 1, a + D/2, a + D/2 + 1 begin at totals[at]: their first sides, or their `second` ones.
fn keep_half(row: Row, a: u32, at: u32, second: bool) {
  let s = angle_of(row, a); let t = angle_of(row, a + 1u);
  let cosine = vec2f(s.x, t.x); let sine = vec2f(s.y, t.y);
  let x = vec2f(totals[at], totals[at + 1u]); let y = vec2f(totals[at + 2u], totals[at + 3u]);
  let side = select(x * cosine - y * sine, y * cosine + x * sine, second); let further = select(0u, params.head_dim / 2u, second);
  if (is_query(a)) {
    let to = q_at(row, a) + further;
    q[to] = side.x; q[to + 1u] = side.y;
  } else {
    cache_half[(cache_at(row, a) + further) / 2u] = halves(side);
  }
}

fn first_of(p: u32) -> u32 {
  let half = params.head_dim / 2u;
  return p / half * params.head_dim + p % half;
}

// Pairs p and p + 1 of a group of sixteen threads, their first columns, then their second ones `apart` further.
fn pair_rows(a: u32, b: u32, apart: u32) -> vec4u { return vec4u(a, b, a + apart, b + apart); }

// groups (ceil(O / 16), ceil(rows / 4)), writes =
@compute @workgroup_size(64)
fn project(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (group.y * 4u >= live.rows) { return; }
  let pairs = params.cols / 2u; let p = group.x * 8u + lane / 16u * 2u;
  gather(group.y * 4u, pair_rows(first_of(min(p, pairs - 1u)), first_of(min(p + 1u, pairs - 1u)), params.head_dim / 2u), lane);
  let i = lane / 4u % 4u; let j = lane % 4u;
  if (j >= 2u || group.y * 4u + i >= live.rows || p + j >= pairs) { return; }
  keep(row_of(group.y * 4u + i), first_of(p + j), total(lane, i, j), total(lane, i, j + 2u));
}

// as project
@compute @workgroup_size(64)
fn project_bias(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (group.y * 4u >= live.rows) { return; }
  let pairs = params.cols / 2u; let p = group.x * 8u + lane / 16u * 2u; let half = params.head_dim / 2u;
  gather(group.y * 4u, pair_rows(first_of(min(p, pairs - 1u)), first_of(min(p + 1u, pairs - 1u)), half), lane);
  let i = lane / 4u % 4u; let j = lane % 4u;
  if (j >= 2u || group.y * 4u + i >= live.rows || p + j >= pairs) { return; }
  let a = first_of(p + j);
  keep(row_of(group.y * 4u + i), a, total(lane, i, j) + bias[a], total(lane, i, j + 2u) + bias[a + half]);
}

// as project; four threads make the four elements of two pairs, two of them write
@compute @workgroup_size(64)
fn project_half(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (group.y * 4u >= live.rows) { return; }
  let pairs = params.cols / 2u; let p = group.x * 8u + lane / 16u * 2u;
  let a = first_of(min(p, pairs - 2u));
  gather(group.y * 4u, pair_rows(a, a + 1u, params.head_dim / 2u), lane);
  let i = lane / 4u % 4u; let j = lane % 4u;
  totals[lane] = total(lane, i, j);
  workgroupBarrier();
  if (j >= 2u || group.y * 4u + i >= live.rows || p >= pairs) { return; }
  keep_half(row_of(group.y * 4u + i), a, lane - j, j == 1u);
}

// as project_half
@compute @workgroup_size(64)
fn project_half_bias(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (group.y * 4u >= live.rows) { return; }
  let pairs = params.cols / 2u; let p = group.x * 8u + lane / 16u * 2u;
  let a = first_of(min(p, pairs - 2u)); let columns = pair_rows(a, a + 1u, params.head_dim / 2u);
  gather(group.y * 4u, columns, lane);
  let i = lane / 4u % 4u; let j = lane % 4u;
  totals[lane] = total(lane, i, j) + bias[columns[j]];
  workgroupBarrier();
  if (j >= 2u || group.y * 4u + i >= live.rows || p >= pairs) { return; }
  keep_half(row_of(group.y * 4u + i), a, lane - j, j == 1u);
}

// groups (ceil(O / 16), ceil(rows / 4)), writes =
@compute @workgroup_size(64)
fn gated(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (group.y * 4u >= live.rows) { return; }
  let half = params.cols / 2u; let f = group.x * 8u + lane / 16u * 2u;
  gather(group.y * 4u, pair_rows(min(f, half - 1u), min(f + 1u, half - 1u), half), lane);
  let i = lane / 4u % 4u; let j = lane % 4u; let r = group.y * 4u + i;
  if (j >= 2u || r >= live.rows || f + j >= half) { return; }
  let g = total(lane, i, j);
  out[r * half + f + j] = g / (1.0 + exp(-g)) * total(lane, i, j + 2u);
}

// groups (ceil(O / 16), ceil(rows / 4)), writes =
@compute @workgroup_size(64)
fn logits(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (group.y * 4u >= live.rows) { return; }
  let o = (group.x * 4u + lane / 16u) * 4u;
  gather(group.y * 4u, min(o, params.cols - 4u) + vec4u(0u, 1u, 2u, 3u), lane);
  let i = lane / 4u % 4u; let r = group.y * 4u + i;
  if (r >= live.rows || o >= params.cols) { return; }
  out[r * params.across + params.first + o + lane % 4u] = total(lane, i, lane % 4u);
}
