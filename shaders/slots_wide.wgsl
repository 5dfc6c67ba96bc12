// slots.wgsl, which comes before this file, for any number of rows: tiles as in matmul_wide.wgsl, 4 rows by two quads of columns a thread.
@group(0) @binding(10) var<storage, read_write> out: array<vec4f>;

const FOUR = vec4u(0u, 1u, 2u, 3u);
struct Pair { a: mat4x4f, b: mat4x4f }

fn tile(r: u32, a: vec4u, b: vec4u) -> Pair {
  let n = params.inner / 4u; let top = live.rows - 1u;
  let x0 = r * n; let x1 = min(r + 1u, top) * n; let x2 = min(r + 2u, top) * n; let x3 = min(r + 3u, top) * n;
  let p = a * n; let w = b * n;
  var s = mat4x4f(); var t = mat4x4f(); var squares = vec4f();
  for (var k = 0u; k < n; k++) {
    let x = mat4x4f(inp[x0 + k], inp[x1 + k], inp[x2 + k], inp[x3 + k]);
    squares += vec4f(dot(x[0], x[0]), dot(x[1], x[1]), dot(x[2], x[2]), dot(x[3], x[3]));
    let g = norm[k];
    let y = mat4x4f(x[0] * g, x[1] * g, x[2] * g, x[3] * g);
    s += transpose(mat4x4f(weight[p.x + k], weight[p.y + k], weight[p.z + k], weight[p.w + k])) * y;
    t += transpose(mat4x4f(weight[w.x + k], weight[w.y + k], weight[w.z + k], weight[w.w + k])) * y;
  }
  let c = inverseSqrt(squares / f32(params.inner) + params.eps);
  return Pair(mat4x4f(s[0] * c.x, s[1] * c.y, s[2] * c.z, s[3] * c.w), mat4x4f(t[0] * c.x, t[1] * c.y, t[2] * c.z, t[3] * c.w));
}

// Two neighbouring pairs of a row, at columns a and a + 1 and D/2 further.
fn keep_half(row: Row, a: u32, x: vec2f, y: vec2f) {
  let half = params.head_dim / 2u; let s = angle_of(row, a); let t = angle_of(row, a + 1u);
  let cosine = vec2f(s.x, t.x); let sine = vec2f(s.y, t.y);
  let u = x * cosine - y * sine; let v = y * cosine + x * sine;
  if (is_query(a)) {
    let at = q_at(row, a);
    q[at] = u.x; q[at + 1u] = u.y; q[at + half] = v.x; q[at + half + 1u] = v.y;
  } else {
    let at = cache_at(row, a);
    cache_half[at / 2u] = halves(u); cache_half[(at + half) / 2u] = halves(v);
  }
}

fn first_of(p: vec4u) -> vec4u {
  let half = params.head_dim / 2u;
  return p / half * params.head_dim + p % half;
}

// groups (ceil(O / 64), ceil(rows / 32)), writes =
@compute @workgroup_size(8, 8)
fn project(@builtin(global_invocation_id) id: vec3u) {
  let r = id.y * 4u; let half = params.head_dim / 2u; let pairs = params.cols / 2u;
  if (r >= live.rows || id.x * 4u >= pairs) { return; }
  let a = first_of(min(id.x * 4u + FOUR, vec4u(pairs - 1u)));
  let sum = tile(r, a, a + half);
  for (var i = 0u; i < min(4u, live.rows - r); i++) {
    let row = row_of(r + i);
    for (var j = 0u; j < min(4u, pairs - id.x * 4u); j++) { keep(row, a[j], sum.a[i][j], sum.b[i][j]); }
  }
}

// as project
@compute @workgroup_size(8, 8)
fn project_bias(@builtin(global_invocation_id) id: vec3u) {
  let r = id.y * 4u; let half = params.head_dim / 2u; let pairs = params.cols / 2u;
  if (r >= live.rows || id.x * 4u >= pairs) { return; }
  let a = first_of(min(id.x * 4u + FOUR, vec4u(pairs - 1u)));
  let sum = tile(r, a, a + half);
  for (var i = 0u; i < min(4u, live.rows - r); i++) {
    let row = row_of(r + i);
    for (var j = 0u; j < min(4u, pairs - id.x * 4u); j++) { keep(row, a[j], sum.a[i][j] + bias[a[j]], sum.b[i][j] + bias[a[j] + half]); }
  }
}

// as project
@compute @workgroup_size(8, 8)
fn project_half(@builtin(global_invocation_id) id: vec3u) {
  let r = id.y * 4u; let half = params.head_dim / 2u;
  if (r >= live.rows || id.x * 4u >= params.cols / 2u) { return; }
  let a = first_of(id.x * 4u + FOUR);
  let sum = tile(r, a, a + half);
  for (var i = 0u; i < min(4u, live.rows - r); i++) {
    let row = row_of(r + i);
    keep_half(row, a.x, sum.a[i].xy, sum.b[i].xy);
    keep_half(row, a.z, sum.a[i].zw, sum.b[i].zw);
  }
}

// as project
@compute @workgroup_size(8, 8)
fn project_half_bias(@builtin(global_invocation_id) id: vec3u) {
  let r = id.y * 4u; let half = params.head_dim / 2u;
  if (r >= live.rows || id.x * 4u >= params.cols / 2u) { return; }
  let a = first_of(id.x * 4u + FOUR); let b = a + half;
  let sum = tile(r, a, b);
  let more_a = vec4f(bias[a.x], bias[a.y], bias[a.z], bias[a.w]); let more_b = vec4f(bias[b.x], bias[b.y], bias[b.z], bias[b.w]);
  for (var i = 0u; i < min(4u, live.rows - r); i++) {
    let s = sum.a[i] + more_a; let t = sum.b[i] + more_b;
    let row = row_of(r + i);
    keep_half(row, a.x, s.xy, t.xy);
    keep_half(row, a.z, s.zw, t.zw);
  }
}

// groups (ceil(F / 32), ceil(rows / 32)), writes =; F is a multiple of 4
@compute @workgroup_size(8, 8)
fn gated(@builtin(global_invocation_id) id: vec3u) {
  let r = id.y * 4u; let f = id.x * 4u; let half = params.cols / 2u;
  if (r >= live.rows || f >= half) { return; }
  let sum = tile(r, f + FOUR, half + f + FOUR);
  for (var i = 0u; i < min(4u, live.rows - r); i++) {
    let g = sum.a[i];
    out[((r + i) * half + f) / 4u] = g / (1.0 + exp(-g)) * sum.b[i];
  }
}

// groups (ceil(O / 64), ceil(rows / 32)), writes =
@compute @workgroup_size(8, 8)
fn logits(@builtin(global_invocation_id) id: vec3u) {
  let r = id.y * 4u; let o = id.x * 8u;
  if (r >= live.rows || o >= params.cols) { return; }
  let sum = tile(r, o + FOUR, min(o + 4u, params.cols - 4u) + FOUR);
  for (var i = 0u; i < min(4u, live.rows - r); i++) {
    let at = ((r + i) * params.across + params.first + o) / 4u;
    out[at] = sum.a[i];
    if (o + 4u < params.cols) { out[at + 1u] = sum.b[i]; }
  }
}
