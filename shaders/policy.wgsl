// policy: loss = sum_r weight_r L_r,  L = -l + kl_beta KL - entropy_coef H,  over rows r that predict a trained token
//   rho = exp(clamp(logp - old, -20, 20)), no gradient where clamped; old = logp (detached) on-policy.  ratio: 0 none (l = A logp), 1 token (rho_t),
//   2 sequence (s = exp(mean log rho), GSPO arXiv 2507.18071), 3 product (exp(sum log rho), RLOO arXiv 2402.14740)
//   clip: 0 none (l = rho A), 1 min (min(rho A, clip(rho, 1 - low, 1 + high) A); for A < 0 not under dual_clip A when set),
//   2 cispo (l = sg(min(rho, high)) A logp, arXiv 2506.13585).  A sequence ratio has its value s and each token's gradient
//   s dlogp_t; log s is at most 10.  KL with d = logp - ref (ref = logp, detached, when not given): 0 none, 1 d, 2 d^2 / 2, 3 exp(-d) + d - 1 (exponent to +-20, value to kl_cap when set)
//   signal [rows] (weight, advantage, old, ref)   stat [rows] (logp, H, lse, _)   mean_log [rows] at a segment's first row
//   dstat [rows] (dloss/dlogp, dloss/dH) times the loss scale of state (gradnorm.wgsl)   terms [rows] two vec4: (w L, H, KL, rho), (trained, low, high, 0)
//   trace [rows, 6] for a person: logp, H, rho, w l, push = -dloss/dlogp unscaled, held = 1 where a clip or a bound on the ratio had the last word; 0 where untrained
struct Params { capacity: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<uniform> hyper: Hyper;
@group(0) @binding(3) var<storage, read> token: array<vec4u>;
@group(0) @binding(4) var<storage, read> signal: array<vec4f>;
@group(0) @binding(5) var<storage, read> stat: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> mean_log: array<f32>;
@group(0) @binding(7) var<storage, read_write> dstat: array<vec2f>;
@group(0) @binding(8) var<storage, read_write> terms: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> totals: array<f32>;
@group(0) @binding(10) var<storage, read> state: array<f32>;
@group(0) @binding(11) var<storage, read_write> trace: array<f32>;

fn log_ratio(r: u32) -> f32 { return select(0.0, stat[r].x - signal[r].z, hyper.has_old != 0u); }

// one thread a row; the first row of a segment sums its log ratios in order (mean, or sum for the product), writes =
@compute @workgroup_size(64)
fn sequence(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let r = flat_index(group, groups, lane);
  if (r >= live.rows) { return; }
  if (token[r].z != r) { return; }
  var sum = 0.0; var count = 0.0;
  for (var i = r; i < token[r].w; i++) {
    if (signal[i].x != 0.0) { sum += log_ratio(i); count += 1.0; }
  }
  mean_log[r] = select(sum / max(count, 1.0), sum, hyper.ratio == 3u);
}

// one thread a row, writes =
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let r = flat_index(group, groups, lane);
  if (r >= live.rows) { return; }
  let w = signal[r].x; let a = signal[r].y;
  if (w == 0.0) {
    dstat[r] = vec2f(); terms[2u * r] = vec4f(); terms[2u * r + 1u] = vec4f();
    for (var i = 0u; i < 6u; i++) { trace[6u * r + i] = 0.0; }
    return;
  }
  let logp = stat[r].x; let entropy = stat[r].y;
  var raw = log_ratio(r);
  if (hyper.ratio >= 2u) { raw = mean_log[token[r].z]; }
  let log_rho = select(clamp(raw, -20.0, 20.0), min(raw, 10.0), hyper.ratio == 2u);
  let rho = exp(log_rho);
  var l = a * logp; var dl = a; var held = false;
  if (hyper.clip == 2u) {
    let capped = min(rho, hyper.epsilon_high);
    l = capped * a * logp; dl = capped * a; held = rho > hyper.epsilon_high;
  } else if (hyper.ratio != 0u) {
    held = log_rho != raw;
    l = rho * a; dl = select(rho * a, 0.0, held);
    if (hyper.clip == 1u) {
      let clipped = clamp(rho, 1.0 - hyper.epsilon_low, 1.0 + hyper.epsilon_high) * a;
      if (clipped < l) { l = clipped; dl = 0.0; held = true; }
      if (hyper.dual_clip > 0.0 && a < 0.0 && hyper.dual_clip * a > l) { l = hyper.dual_clip * a; dl = 0.0; held = true; }
    }
  }
  var kl = 0.0; var dkl = 0.0;
  let d = select(0.0, logp - signal[r].w, hyper.has_ref != 0u);
  if (hyper.kl == 1u) { kl = d; dkl = 1.0; }
  if (hyper.kl == 2u) { kl = 0.5 * d * d; dkl = d; }
  if (hyper.kl == 3u) {
    let e = exp(clamp(-d, -20.0, 20.0));
    kl = e + d - 1.0; dkl = 1.0 - e;
    if (hyper.kl_cap > 0.0 && kl > hyper.kl_cap) { kl = hyper.kl_cap; dkl = 0.0; }
  }
  let push = w * (dl - hyper.kl_beta * dkl);
  dstat[r] = select(state[6], 1.0, state[6] == 0.0) * vec2f(-push, -w * hyper.entropy_coef);
  let cispo = hyper.clip == 2u;
  let low = select(0.0, 1.0, !cispo && rho < 1.0 - hyper.epsilon_low && a < 0.0);
  let high = select(0.0, 1.0, rho > hyper.epsilon_high + select(1.0, 0.0, cispo) && a > 0.0);
  terms[2u * r] = vec4f(w * (hyper.kl_beta * kl - l - hyper.entropy_coef * entropy), entropy, kl, rho);
  terms[2u * r + 1u] = vec4f(1.0, low, high, 0.0);
  let t = 6u * r;
  trace[t] = logp; trace[t + 1u] = entropy; trace[t + 2u] = rho; trace[t + 3u] = w * l; trace[t + 4u] = push; trace[t + 5u] = select(0.0, 1.0, held);
}

var<workgroup> sums: array<array<vec4f, 2>, 64>;

// one workgroup adds the terms of all rows in a fixed order; totals (w L, H, KL, rho, trained, low, high, 0), writes +=
@compute @workgroup_size(64)
fn total(@builtin(local_invocation_index) lane: u32) {
  var a = vec4f(); var b = vec4f();
  for (var r = lane; r < live.rows; r += 64u) { a += terms[2u * r]; b += terms[2u * r + 1u]; }
  sums[lane][0] = a; sums[lane][1] = b;
  workgroupBarrier();
  if (lane != 0u) { return; }
  for (var i = 1u; i < 64u; i++) { a += sums[i][0]; b += sums[i][1]; }
  for (var i = 0u; i < 4u; i++) { totals[i] = totals[i] + a[i]; totals[4u + i] = totals[4u + i] + b[i]; }
}
