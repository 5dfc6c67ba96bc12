// slots: the products of one decoding step with RMSNorm in front of them, where C and the columns are multiples of 4.
//   x[r] = inp[r] rstd[r] norm,  rstd[r] = 1 / sqrt(mean inp[r]^2 + eps): the sum of squares is taken on the way, the scale applied at the end
//   project   (queries, keys, values)[r] = x weight^T (+ bias), queries and keys turned as in rope.wgsl by the slot's position;
//             queries to q, keys and values to the slot's place in the cache; project_half where the cache is of halves, D a multiple of 4
//   gated     out[r, f] = silu(x . weight[f]) (x . weight[F + f]), F = O / 2
//   logits    out[r, first + o] = x . weight[o], rows of `across` columns: a slice of the vocabulary beside its neighbours
//   inp [rows, C]   norm [C]   weight [O, C]   bias [O]   q [rows, H D]   table: see rope.wgsl
//   state [S + ceil(S / 4)]: slots (token, position, generated, row * 2 + done), then the slot of each active row, four a vector
//   cache [2, S, positions, K D]: keys, then values   cache_half: the same, two halves an element
// This file comes before slots_wide.wgsl and slots_thin.wgsl, which make the sums.
struct Params { inner: u32, cols: u32, eps: f32, query_heads: u32, key_heads: u32, head_dim: u32, positions: u32, slots: u32, first: u32, across: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<storage, read> inp: array<vec4f>;
@group(0) @binding(3) var<storage, read> norm: array<vec4f>;
@group(0) @binding(4) var<storage, read> weight: array<vec4f>;
@group(0) @binding(5) var<storage, read> bias: array<f32>;
@group(0) @binding(6) var<storage, read> state: array<vec4u>;
@group(0) @binding(7) var<storage, read> table: array<vec2f>;
@group(0) @binding(8) var<storage, read_write> q: array<f32>;
@group(0) @binding(9) var<storage, read_write> cache: array<f32>;
@group(0) @binding(11) var<storage, read_write> cache_half: array<u32>;

fn slot_of(row: u32) -> u32 { return state[params.slots + row / 4u][row % 4u]; }

// A decoding row, its slot and the position of its token: read once for all of a row's columns.
struct Row { r: u32, slot: u32, position: u32 }
fn row_of(r: u32) -> Row {
  let slot = slot_of(r);
  return Row(r, slot, state[slot].y);
}

// Column a of a row: (cos, sin) of its pair, none for values; whether it is a query's; its place in q; its place in the cache.
fn angle_of(row: Row, a: u32) -> vec2f {
  let turned = a < (params.query_heads + params.key_heads) * params.head_dim;
  return select(vec2f(1.0, 0.0), table[row.position * (params.head_dim / 2u) + a % params.head_dim], turned);
}
fn is_query(a: u32) -> bool { return a < params.query_heads * params.head_dim; }
fn q_at(row: Row, a: u32) -> u32 { return row.r * params.query_heads * params.head_dim + a; }
fn cache_at(row: Row, a: u32) -> u32 {
  let width = params.key_heads * params.head_dim; let column = a - params.query_heads * params.head_dim;
  return ((column / width * params.slots + row.slot) * params.positions + row.position) * width + column % width;
}

// One pair of a row: (x, y) at column a and D/2 further.
fn keep(row: Row, a: u32, x: f32, y: f32) {
  let half = params.head_dim / 2u; let t = angle_of(row, a);
  let u = x * t.x - y * t.y; let v = y * t.x + x * t.y;
  if (is_query(a)) {
    let at = q_at(row, a);
    q[at] = u; q[at + half] = v;
  } else {
    let at = cache_at(row, a);
    cache[at] = u; cache[at + half] = v;
  }
}
