// The settings of one optimizer step, written once a step. Switches are numbers: see the shader that reads them.
struct Hyper {
  learning_rate: f32, beta1: f32, beta2: f32, epsilon: f32,
  weight_decay: f32, max_norm: f32, temperature: f32, has_old: u32,
  ratio: u32, clip: u32, epsilon_low: f32, epsilon_high: f32,
  dual_clip: f32, kl: u32, kl_beta: f32, entropy_coef: f32,
  has_ref: u32, kl_cap: f32, pad1: u32, pad2: u32,
}
