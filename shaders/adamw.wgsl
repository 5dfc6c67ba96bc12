// adamw (arXiv 1711.05101, PyTorch's form): w *= 1 - lr decay;  m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2
//   w -= lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps),  g = clip / scale * grad. Decay only below `decayed` (matrices).
//   weights, grads, m, v [P]   state: see gradnorm; nothing happens when it says the step is not finite
struct Params { length: u32, decayed: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> hyper: Hyper;
@group(0) @binding(2) var<storage, read_write> weights: array<f32>;
@group(0) @binding(3) var<storage, read> grads: array<f32>;
@group(0) @binding(4) var<storage, read_write> m: array<f32>;
@group(0) @binding(5) var<storage, read_write> v: array<f32>;
@group(0) @binding(6) var<storage, read> state: array<f32>;

// P / 4 threads: the settings are read once for four places, which lie as far apart as there are threads
@compute @workgroup_size(64)
fn update(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (state[1] == 0.0) { return; }
  let clip = state[3]; let correct1 = hyper.learning_rate / state[4]; let correct2 = 1.0 / state[5];
  let beta1 = hyper.beta1; let beta2 = hyper.beta2; let epsilon = hyper.epsilon;
  let shrink = 1.0 - hyper.learning_rate * hyper.weight_decay;
  let threads = groups.x * groups.y * 64u;
  for (var i = flat_index(group, groups, lane); i < params.length; i += threads) {
    let g = grads[i] * clip;
    let m1 = beta1 * m[i] + (1.0 - beta1) * g;
    let v1 = beta2 * v[i] + (1.0 - beta2) * g * g;
    m[i] = m1; v[i] = v1;
    weights[i] = weights[i] * select(1.0, shrink, i < params.decayed) - correct1 * m1 / (sqrt(v1 * correct2) + epsilon);
  }
}
