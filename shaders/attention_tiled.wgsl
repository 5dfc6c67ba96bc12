// attention where D is a multiple of 4 up to 64, for a GPU: the formulas and shapes of attention.wgsl, one workgroup for 16 rows of a head.
// The workgroup's own rows (queries; keys in backward_key) meet the other side's a block at a time (FlashAttention-2, arXiv 2307.08691):
//   s = own . block, dp = own_value . block_value, each pair made once and left in workgroup memory; then every thread adds up one
//   quad of dimensions of a few own rows. A row's four threads share its pairs: thread t has the block's rows t, t + 4, ...
// Rows of a tile may belong to different segments: every pair is asked whether the one may see the other. What no own row sees is not visited.
// Past the last row a tile holds that row again, and nothing of it is written. HEAD_DIM is put before this file.
struct Params { query_heads: u32, key_heads: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<storage, read> token: array<vec4u>;
@group(0) @binding(3) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> lse: array<f32>;
@group(0) @binding(6) var<storage, read> dout: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> delta: array<f32>;
@group(0) @binding(8) var<storage, read_write> dqkv: array<vec4f>;

const Q: u32 = HEAD_DIM / 4u;
const TILE: u32 = 16u;
// At D 64 a backward pass holds four tiles in 16,384 bytes only if two of them are half as long.
const BLOCK: u32 = select(16u, 8u, Q > 12u);
// Odd, so that a column of a tile spreads over the banks of workgroup memory.
const PITCH: u32 = Q | 1u;
const PAIRS: u32 = BLOCK + 1u;
// Pairs a thread makes; own rows a thread adds up.
const EACH: u32 = BLOCK / 4u;
const SUMS: u32 = select(select(1u, 2u, Q > 4u), 4u, Q > 8u);

var<workgroup> own: array<vec4f, TILE * PITCH>;
var<workgroup> own_value: array<vec4f, TILE * PITCH>;
var<workgroup> block: array<vec4f, BLOCK * PITCH>;
var<workgroup> block_value: array<vec4f, BLOCK * PITCH>;
// [own row][row of the block]
var<workgroup> weight: array<f32, TILE * PAIRS>;
var<workgroup> ds: array<f32, TILE * PAIRS>;
var<workgroup> parts: array<f32, 64>;
var<workgroup> fade: array<f32, TILE>;

fn scale() -> f32 { return inverseSqrt(f32(HEAD_DIM)); }
// Places of a row of one head in qkv, and in out.
fn in_at(row: u32, head: u32) -> u32 { return (row * (params.query_heads + 2u * params.key_heads) + head) * Q; }
fn out_at(row: u32, head: u32) -> u32 { return (row * params.query_heads + head) * Q; }
fn key_head(query_head: u32) -> u32 { return query_head / (params.query_heads / params.key_heads); }
fn clamped(row: u32) -> u32 { return min(row, live.rows - 1u); }

fn load_own(first: u32, head: u32, lane: u32) {
  for (var i = lane; i < TILE * Q; i += 64u) { own[i / Q * PITCH + i % Q] = qkv[in_at(clamped(first + i / Q), head) + i % Q]; }
}
fn load_block(first: u32, head: u32, lane: u32) {
  for (var i = lane; i < BLOCK * Q; i += 64u) { block[i / Q * PITCH + i % Q] = qkv[in_at(clamped(first + i / Q), head) + i % Q]; }
}
fn load_block_value(first: u32, head: u32, lane: u32) {
  for (var i = lane; i < BLOCK * Q; i += 64u) { block_value[i / Q * PITCH + i % Q] = qkv[in_at(clamped(first + i / Q), head) + i % Q]; }
}

// Of the thread's own row with its rows of the block.
fn products(lane: u32) -> array<f32, EACH> {
  var s: array<f32, EACH>;
  for (var d = 0u; d < Q; d++) {
    let a = own[lane / 4u * PITCH + d];
    for (var e = 0u; e < EACH; e++) { s[e] += dot(a, block[(lane % 4u + 4u * e) * PITCH + d]); }
  }
  return s;
}
fn value_products(lane: u32) -> array<f32, EACH> {
  var s: array<f32, EACH>;
  for (var d = 0u; d < Q; d++) {
    let a = own_value[lane / 4u * PITCH + d];
    for (var e = 0u; e < EACH; e++) { s[e] += dot(a, block_value[(lane % 4u + 4u * e) * PITCH + d]); }
  }
  return s;
}

// The quad of dimensions that a thread adds up, the first of its own rows, and whether there is such a quad.
struct Share { quad: u32, row: u32, valid: bool }
fn share(lane: u32) -> Share {
  let quad = lane % (4u * SUMS);
  return Share(min(quad, Q - 1u), lane / (4u * SUMS) * SUMS, quad < Q);
}
// What the four threads of a row left, in a fixed order.
fn row_sum(row: u32) -> f32 { return parts[4u * row] + parts[4u * row + 1u] + parts[4u * row + 2u] + parts[4u * row + 3u]; }

// groups (ceil(rows / 16), H), writes =
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let r0 = group.x * TILE; let h = group.y;
  if (r0 >= live.rows) { return; }
  let kv = params.query_heads + key_head(h);
  let row = lane / 4u; let r = clamped(r0 + row); let start = token[r].z; let mine = share(lane);
  load_own(r0, h, lane);
  var sum: array<vec4f, SUMS>;
  var top = -3.0e38; var total = 0.0;
  for (var first = token[r0].z; first < min(r0 + TILE, live.rows); first += BLOCK) {
    load_block(first, kv, lane);
    load_block_value(first, kv + params.key_heads, lane);
    workgroupBarrier();
    var s = products(lane);
    var high = -3.0e38;
    for (var e = 0u; e < EACH; e++) {
      let j = first + lane % 4u + 4u * e;
      s[e] = select(-3.0e38, s[e] * scale(), j >= start && j <= r);
      high = max(high, s[e]);
    }
    parts[lane] = high;
    workgroupBarrier();
    high = max(max(top, max(parts[4u * row], parts[4u * row + 1u])), max(parts[4u * row + 2u], parts[4u * row + 3u]));
    let shrink = exp(top - high);
    total *= shrink; top = high;
    for (var e = 0u; e < EACH; e++) {
      // A row that has seen no key yet counts what it must not see, until its first key fades all that to 0.
      let p = exp(s[e] - high);
      weight[row * PAIRS + lane % 4u + 4u * e] = p;
      total += p;
    }
    if (lane % 4u == 0u) { fade[row] = shrink; }
    workgroupBarrier();
    for (var i = 0u; i < SUMS; i++) { sum[i] *= fade[mine.row + i]; }
    for (var j = 0u; j < BLOCK; j++) {
      let v = block_value[j * PITCH + mine.quad];
      for (var i = 0u; i < SUMS; i++) { sum[i] += weight[(mine.row + i) * PAIRS + j] * v; }
    }
    workgroupBarrier();
  }
  parts[lane] = total;
  workgroupBarrier();
  if (lane % 4u == 0u && r0 + row < live.rows) { lse[r * params.query_heads + h] = top + log(row_sum(row)); }
  for (var i = 0u; i < SUMS; i++) {
    let to = r0 + mine.row + i;
    if (mine.valid && to < live.rows) { out[out_at(to, h) + mine.quad] = sum[i] / row_sum(mine.row + i); }
  }
}

// groups (ceil(rows / 16), H), writes = (out is only read)
@compute @workgroup_size(64)
fn backward_query(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let r0 = group.x * TILE; let h = group.y;
  if (r0 >= live.rows) { return; }
  let kv = params.query_heads + key_head(h);
  let row = lane / 4u; let r = clamped(r0 + row); let start = token[r].z; let mine = share(lane);
  load_own(r0, h, lane);
  var dots = 0.0;
  for (var d = lane % 4u; d < Q; d += 4u) {
    let g = dout[out_at(r, h) + d];
    own_value[row * PITCH + d] = g;
    dots += dot(g, out[out_at(r, h) + d]);
  }
  parts[lane] = dots;
  workgroupBarrier();
  let at = r * params.query_heads + h;
  let norm = lse[at]; let shift = row_sum(row);
  if (lane % 4u == 0u && r0 + row < live.rows) { delta[at] = shift; }
  var sum: array<vec4f, SUMS>;
  for (var first = token[r0].z; first < min(r0 + TILE, live.rows); first += BLOCK) {
    load_block(first, kv, lane);
    load_block_value(first, kv + params.key_heads, lane);
    workgroupBarrier();
    let s = products(lane); let dp = value_products(lane);
    for (var e = 0u; e < EACH; e++) {
      let j = lane % 4u + 4u * e;
      let seen = first + j >= start && first + j <= r;
      ds[row * PAIRS + j] = select(0.0, exp(s[e] * scale() - norm) * (dp[e] - shift) * scale(), seen);
    }
    workgroupBarrier();
    for (var j = 0u; j < BLOCK; j++) {
      let k = block[j * PITCH + mine.quad];
      for (var i = 0u; i < SUMS; i++) { sum[i] += ds[(mine.row + i) * PAIRS + j] * k; }
    }
    workgroupBarrier();
  }
  for (var i = 0u; i < SUMS; i++) {
    let to = r0 + mine.row + i;
    if (mine.valid && to < live.rows) { dqkv[in_at(to, h) + mine.quad] = sum[i]; }
  }
}

// groups (ceil(rows / 16), K), writes =
@compute @workgroup_size(64)
fn backward_key(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let j0 = group.x * TILE; let kv = group.y;
  if (j0 >= live.rows) { return; }
  let key = params.query_heads + kv; let value = key + params.key_heads; let heads = params.query_heads / params.key_heads;
  let row = lane / 4u; let j = clamped(j0 + row); let end = token[j].w; let mine = share(lane);
  load_own(j0, key, lane);
  for (var d = lane % 4u; d < Q; d += 4u) { own_value[row * PITCH + d] = qkv[in_at(j, value) + d]; }
  var dk: array<vec4f, SUMS>; var dv: array<vec4f, SUMS>;
  for (var h = kv * heads; h < (kv + 1u) * heads; h++) {
    for (var first = j0; first < token[clamped(j0 + TILE - 1u)].w; first += BLOCK) {
      load_block(first, h, lane);
      for (var i = lane; i < BLOCK * Q; i += 64u) { block_value[i / Q * PITCH + i % Q] = dout[out_at(clamped(first + i / Q), h) + i % Q]; }
      workgroupBarrier();
      let s = products(lane); let dp = value_products(lane);
      for (var e = 0u; e < EACH; e++) {
        let i = lane % 4u + 4u * e;
        let at = clamped(first + i) * params.query_heads + h;
        let p = select(0.0, exp(s[e] * scale() - lse[at]), first + i >= j && first + i < end);
        weight[row * PAIRS + i] = p;
        ds[row * PAIRS + i] = p * (dp[e] - delta[at]) * scale();
      }
      workgroupBarrier();
      for (var r = 0u; r < BLOCK; r++) {
        let q = block[r * PITCH + mine.quad]; let g = block_value[r * PITCH + mine.quad];
        for (var i = 0u; i < SUMS; i++) {
          dk[i] += ds[(mine.row + i) * PAIRS + r] * q;
          dv[i] += weight[(mine.row + i) * PAIRS + r] * g;
        }
      }
      workgroupBarrier();
    }
  }
  for (var i = 0u; i < SUMS; i++) {
    let to = j0 + mine.row + i;
    if (mine.valid && to < live.rows) { dqkv[in_at(to, key) + mine.quad] = dk[i]; dqkv[in_at(to, value) + mine.quad] = dv[i]; }
  }
}
