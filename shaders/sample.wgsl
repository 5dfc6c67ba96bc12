// sample: one token for every active slot, by inverse CDF on one uniform draw.
//   z = penalised(logits) / temperature; kept = top-k, then top-p, then min-p of softmax(z); token = first v, in id order,
//   where the cumulated kept probability exceeds u. temperature 0: the largest logit, smallest id.
//   penalty (CTRL, arXiv 1909.05858): a seen token's logit is divided by it when positive, multiplied when negative.
//   logps: log softmax(logits / temperature) at the token, unpenalised and unfiltered: what the trainer's forward gives.
//   u = x0 / 2^24 of Philox4x32-10 (Salmon et al. 2011), key (seed, step), counter (row of the request << 16 | generated, stream, 0, 0)
//   logits [rows, V]   state [S + ceil(S / 4)]: slots (token, position, generated, row * 2 + done), then the slot of each active row, four a
//   vector   seen [S, ceil(V / 32)] bits   ids, logps [rows of the request, width]
struct Params { vocabulary: u32, width: u32, slots: u32 }
struct Draw {
  temperature: f32, top_p: f32, min_p: f32, penalty: f32,
  top_k: u32, end_id: u32, seed: u32, step: u32,
  stream: u32, limit: u32, pad0: u32, pad1: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<uniform> draw: Draw;
@group(0) @binding(3) var<storage, read> logits: array<f32>;
@group(0) @binding(4) var<storage, read_write> state: array<vec4u>;
@group(0) @binding(5) var<storage, read_write> seen: array<u32>;
@group(0) @binding(6) var<storage, read_write> ids: array<u32>;
@group(0) @binding(7) var<storage, read_write> logps: array<f32>;
@group(0) @binding(8) var<storage, read_write> live_out: Live;

fn multiply(a: u32, b: u32) -> vec2u {  // (high, low) words of a * b
  let a0 = a & 0xffffu; let a1 = a >> 16u; let b0 = b & 0xffffu; let b1 = b >> 16u;
  let middle = a1 * b0 + ((a0 * b0) >> 16u);
  let carry = (middle & 0xffffu) + a0 * b1;
  return vec2u(a1 * b1 + (middle >> 16u) + (carry >> 16u), a * b);
}

fn philox(key_in: vec2u, counter_in: vec4u) -> vec4u {
  var key = key_in; var c = counter_in;
  for (var i = 0u; i < 10u; i++) {
    let p = multiply(0xd2511f53u, c.x); let q = multiply(0xcd9e8d57u, c.z);
    c = vec4u(q.x ^ c.y ^ key.x, q.y, p.x ^ c.w ^ key.y, p.y);
    key += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}

var<workgroup> floats: array<f32, 64>;
var<workgroup> eights: array<f32, 8>;
var<workgroup> words: array<u32, 64>;

// Sums and maxima over the workgroup, eight by eight in a fixed order. Afterwards `floats` holds every thread's own, `eights` those of eights.
fn sum_of(x: f32, lane: u32) -> f32 {
  workgroupBarrier();
  floats[lane] = x;
  workgroupBarrier();
  if (lane < 8u) {
    var part = 0.0;
    for (var i = lane * 8u; i < lane * 8u + 8u; i++) { part += floats[i]; }
    eights[lane] = part;
  }
  workgroupBarrier();
  var total = 0.0;
  for (var i = 0u; i < 8u; i++) { total += eights[i]; }
  return total;
}

fn max_of(x: f32, lane: u32) -> f32 {
  workgroupBarrier();
  floats[lane] = x;
  workgroupBarrier();
  if (lane < 8u) {
    var part = floats[lane * 8u];
    for (var i = lane * 8u + 1u; i < lane * 8u + 8u; i++) { part = max(part, floats[i]); }
    eights[lane] = part;
  }
  workgroupBarrier();
  var top = eights[0];
  for (var i = 1u; i < 8u; i++) { top = max(top, eights[i]); }
  return top;
}

fn slot_of(row: u32) -> u32 { return state[params.slots + row / 4u][row % 4u]; }

fn seen_at(slot: u32, v: u32) -> bool {
  return (seen[slot * ((params.vocabulary + 31u) / 32u) + v / 32u] & (1u << (v % 32u))) != 0u;
}

fn penalised(logit: f32, slot: u32, v: u32) -> f32 {
  if (draw.penalty == 1.0 || !seen_at(slot, v)) { return logit; }
  return select(logit * draw.penalty, logit / draw.penalty, logit > 0.0);
}

fn heat() -> f32 { return select(draw.temperature, 1.0, draw.temperature == 0.0); }
fn z_at(row: u32, slot: u32, v: u32) -> f32 { return penalised(logits[row * params.vocabulary + v], slot, v) / heat(); }

// Floats as unsigned numbers in the same order, so a threshold can be found bit by bit.
fn order_key(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
}

// Writes the chosen token down and moves its slot on.
fn finish(row: u32, slot: u32, own: vec4u, chosen: u32, raw_lse: f32) {
  let at = (own.w >> 1u) * params.width + own.z;
  ids[at] = chosen;
  logps[at] = logits[row * params.vocabulary + chosen] / heat() - raw_lse;
  if (draw.penalty != 1.0) {
    let word = slot * ((params.vocabulary + 31u) / 32u) + chosen / 32u;
    seen[word] = seen[word] | (1u << (chosen % 32u));
  }
  let done = chosen == draw.end_id || own.z + 1u >= draw.limit;
  state[slot] = vec4u(chosen, own.y + 1u, own.z + 1u, (own.w & 0xfffffffeu) | select(0u, 1u, done));
}

// One workgroup a row. Each lane owns a contiguous run of the vocabulary, so cumulating follows id order.
@compute @workgroup_size(64)
fn choose(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.x;
  if (row >= live.rows) { return; }
  let slot = slot_of(row);
  let own = state[slot];
  let run = (params.vocabulary + 63u) / 64u;
  let first = min(lane * run, params.vocabulary);
  let last = min(first + run, params.vocabulary);

  var top = -3.0e38; var raw_top = -3.0e38;
  for (var v = first; v < last; v++) {
    top = max(top, z_at(row, slot, v));
    raw_top = max(raw_top, logits[row * params.vocabulary + v] / heat());
  }
  top = max_of(top, lane);
  raw_top = max_of(raw_top, lane);
  var part = 0.0;
  for (var v = first; v < last; v++) { part += exp(logits[row * params.vocabulary + v] / heat() - raw_top); }
  let raw_lse = raw_top + log(sum_of(part, lane));

  // The kept set is {v : order_key(z_v) >= threshold}.
  var threshold = 0u;
  if (draw.temperature == 0.0) {
    threshold = order_key(top);
  } else {
    if (draw.top_k > 0u && draw.top_k < params.vocabulary) {
      var best = 0u;
      for (var bit = 0u; bit < 32u; bit++) {
        let guess = best | (0x80000000u >> bit);
        var count = 0.0;
        for (var v = first; v < last; v++) { count += select(0.0, 1.0, order_key(z_at(row, slot, v)) >= guess); }
        if (sum_of(count, lane) >= f32(draw.top_k)) { best = guess; }
      }
      threshold = best;
    }
    if (draw.top_p < 1.0) {
      part = 0.0;
      for (var v = first; v < last; v++) {
        let z = z_at(row, slot, v);
        if (order_key(z) >= threshold) { part += exp(z - top); }
      }
      let wanted = draw.top_p * sum_of(part, lane);
      var best = 0u;
      for (var bit = 0u; bit < 32u; bit++) {
        let guess = best | (0x80000000u >> bit);
        part = 0.0;
        for (var v = first; v < last; v++) {
          let z = z_at(row, slot, v);
          let key = order_key(z);
          if (key >= threshold && key >= guess) { part += exp(z - top); }
        }
        if (sum_of(part, lane) >= wanted) { best = guess; }
      }
      threshold = max(threshold, best);
    }
    if (draw.min_p > 0.0) { threshold = max(threshold, order_key(top + log(draw.min_p))); }
  }

  part = 0.0;
  for (var v = first; v < last; v++) {
    let z = z_at(row, slot, v);
    if (order_key(z) >= threshold) { part += exp(z - top); }
  }
  let total = sum_of(part, lane);
  let counter = ((own.w >> 1u) << 16u) | own.z;
  let u = f32(philox(vec2u(draw.seed, draw.step), vec4u(counter, draw.stream, 0u, 0u)).x >> 8u) / 16777216.0;
  let goal = select(u * total, 0.0, draw.temperature == 0.0);
  // The first lane whose cumulated sum exceeds the goal walks its own run; rounding may leave none, then the last kept id.
  var before = 0.0;
  for (var i = 0u; i < lane / 8u; i++) { before += eights[i]; }
  for (var i = lane / 8u * 8u; i < lane; i++) { before += floats[i]; }
  let mine = part > 0.0 && before <= goal && goal < before + part;
  var found = 0u;
  var token = 0u;
  for (var v = first; v < last; v++) {
    let z = z_at(row, slot, v);
    if (order_key(z) < threshold) { continue; }
    before += exp(z - top);
    token = v; found = 1u;
    if (mine && goal < before) { break; }
  }
  words[lane] = select(0u, 1u + token, found == 1u);
  workgroupBarrier();
  floats[lane] = select(0.0, 1.0, mine);
  workgroupBarrier();
  if (lane != 0u) { return; }
  var chosen = 0u;
  for (var i = 0u; i < 64u; i++) {
    if (words[i] == 0u) { continue; }
    chosen = words[i] - 1u;
    if (floats[i] == 1.0) { break; }
  }
  finish(row, slot, own, chosen, raw_lse);
}

// One thread a row, the same choice without exchanges between threads: for adapters on which those cost more than the work.
@compute @workgroup_size(4)
fn choose_alone(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= live.rows) { return; }
  let slot = slot_of(row);
  let own = state[slot];
  let V = params.vocabulary; let base = row * V;
  var top = -3.0e38; var raw_top = -3.0e38;
  for (var v = 0u; v < V; v++) { raw_top = max(raw_top, logits[base + v] / heat()); }
  if (draw.penalty == 1.0) { top = raw_top; } else { for (var v = 0u; v < V; v++) { top = max(top, z_at(row, slot, v)); } }
  var raw_total = 0.0;
  for (var v = 0u; v < V; v++) { raw_total += exp(logits[base + v] / heat() - raw_top); }

  var threshold = 0u;
  if (draw.temperature == 0.0) {
    threshold = order_key(top);
  } else {
    if (draw.top_k > 0u && draw.top_k < V) {
      for (var bit = 0u; bit < 32u; bit++) {
        let guess = threshold | (0x80000000u >> bit);
        var count = 0u;
        for (var v = 0u; v < V; v++) { count += select(0u, 1u, order_key(z_at(row, slot, v)) >= guess); }
        if (count >= draw.top_k) { threshold = guess; }
      }
    }
    if (draw.top_p < 1.0) {
      var kept = 0.0;
      for (var v = 0u; v < V; v++) { let z = z_at(row, slot, v); if (order_key(z) >= threshold) { kept += exp(z - top); } }
      var best = 0u;
      for (var bit = 0u; bit < 32u; bit++) {
        let guess = best | (0x80000000u >> bit);
        var part = 0.0;
        for (var v = 0u; v < V; v++) { let z = z_at(row, slot, v); if (order_key(z) >= max(threshold, guess)) { part += exp(z - top); } }
        if (part >= draw.top_p * kept) { best = guess; }
      }
      threshold = max(threshold, best);
    }
    if (draw.min_p > 0.0) { threshold = max(threshold, order_key(top + log(draw.min_p))); }
  }

  var chosen = 0u;
  if (draw.temperature == 0.0) {
    for (var v = 0u; v < V; v++) { if (order_key(z_at(row, slot, v)) >= threshold) { chosen = v; break; } }
  } else {
    var total = 0.0;
    for (var v = 0u; v < V; v++) { let z = z_at(row, slot, v); if (order_key(z) >= threshold) { total += exp(z - top); } }
    let counter = ((own.w >> 1u) << 16u) | own.z;
    let goal = f32(philox(vec2u(draw.seed, draw.step), vec4u(counter, draw.stream, 0u, 0u)).x >> 8u) / 16777216.0 * total;
    // Rounding may leave nothing past the goal: then the last kept id.
    var before = 0.0;
    for (var v = 0u; v < V; v++) {
      let z = z_at(row, slot, v);
      if (order_key(z) < threshold) { continue; }
      before += exp(z - top);
      chosen = v;
      if (goal < before) { break; }
    }
  }
  finish(row, slot, own, chosen, raw_top + log(raw_total));
}

// One thread closes the ranks: finished slots leave, the rest keep their order. Runs after choose.
@compute @workgroup_size(1)
fn compact() {
  var kept = 0u;
  let rows = live_out.rows;
  for (var i = 0u; i < rows; i++) {
    let slot = slot_of(i);
    if ((state[slot].w & 1u) == 0u) { state[params.slots + kept / 4u][kept % 4u] = slot; kept++; }
  }
  live_out.rows = kept;
}

var<workgroup> kept_slots: array<u32, 1024>;
var<workgroup> filled: u32;

// One workgroup closes the ranks of up to 1,024 slots, 64 at a time. Whole vectors are stored: four threads must not write into one.
@compute @workgroup_size(64)
fn compact_shared(@builtin(local_invocation_index) lane: u32) {
  if (lane == 0u) { filled = live_out.rows; }
  let rows = workgroupUniformLoad(&filled);
  var kept = 0u;
  for (var first = 0u; first < rows; first += 64u) {
    var slot = 0u; var keeps = 0u;
    if (first + lane < rows) {
      slot = slot_of(first + lane);
      keeps = select(0u, 1u, (state[slot].w & 1u) == 0u);
    }
    words[lane] = keeps;
    workgroupBarrier();
    var before = kept;
    for (var i = 0u; i < 64u; i++) { before += select(0u, words[i], i < lane); kept += words[i]; }
    if (keeps == 1u) { kept_slots[before] = slot; }
    workgroupBarrier();
  }
  for (var i = lane; i * 4u < kept; i += 64u) {
    state[params.slots + i] = vec4u(kept_slots[i * 4u], kept_slots[i * 4u + 1u], kept_slots[i * 4u + 2u], kept_slots[i * 4u + 3u]);
  }
  if (lane == 0u) { live_out.rows = kept; }
}
