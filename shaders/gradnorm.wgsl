// gradnorm: norm = sqrt(sum grad^2) over the whole arena; clip = min(1, max_norm / (norm + 1e-6)), as PyTorch's
// clip_grad_norm_; max_norm 0 clips nothing. Decides whether the step may happen: a norm or loss that is not finite leaves the weights alone.
// Mixed precision (arXiv 1710.03740): gradients come multiplied by a scale, so that small ones are not lost in half precision. Norm and clip take it
// out again. A step that is not finite halves it, 200 finite ones in a row double it, between 1 and 65,536, so it stays a power of two and exact.
// An arena in several buffers is one arena: each launch goes on where the one before it, `start` floats in, left the combs.
//   grads [P]   squares [4096]   totals: see policy   state (steps taken, finite, norm, clip / scale, 1 - beta1^t, 1 - beta2^t,
//   scale of the next step, finite steps in a row at it, below 200), the last two 0 where nothing is scaled
struct Params { length: u32, start: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> hyper: Hyper;
@group(0) @binding(2) var<storage, read> grads: array<f32>;
@group(0) @binding(3) var<storage, read_write> squares: array<f32>;
@group(0) @binding(4) var<storage, read> totals: array<f32>;
@group(0) @binding(5) var<storage, read_write> state: array<f32>;

// 4096 threads, each a fixed comb of the arena, writes = at its start and += after it
@compute @workgroup_size(64)
fn squares_of(@builtin(global_invocation_id) id: vec3u) {
  var sum = 0.0;
  if (params.start > 0u) { sum = squares[id.x]; }
  for (var i = (id.x - params.start) % 4096u; i < params.length; i += 4096u) { sum += grads[i] * grads[i]; }
  squares[id.x] = sum;
}

const PATIENCE = 200.0;
const MOST = 65536.0;

var<workgroup> sums: array<f32, 64>;

// one workgroup, writes = and counts the step
@compute @workgroup_size(64)
fn finish(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var i = 0u; i < 64u; i++) { sum += squares[lane * 64u + i]; }
  sums[lane] = sum;
  workgroupBarrier();
  if (lane != 0u) { return; }
  for (var i = 1u; i < 64u; i++) { sum += sums[i]; }
  let scale = select(state[6], 1.0, state[6] == 0.0);
  let norm = sqrt(sum) / scale;
  let ok = is_finite(norm) && is_finite(totals[0]);
  if (ok) { state[0] = state[0] + 1.0; }
  state[1] = select(0.0, 1.0, ok);
  state[2] = norm;
  state[3] = select(min(1.0, hyper.max_norm / (norm + 1e-6)), 1.0, hyper.max_norm == 0.0) / scale;
  state[4] = 1.0 - pow(hyper.beta1, state[0]);
  state[5] = 1.0 - pow(hyper.beta2, state[0]);
  if (state[6] == 0.0) { return; }
  let steps = select(0.0, state[7] + 1.0, ok);
  let grown = steps == PATIENCE && scale < MOST;
  state[6] = select(max(1.0, 0.5 * scale), select(scale, 2.0 * scale, grown), ok);
  state[7] = select(steps, 0.0, steps == PATIENCE);
}
