/** What the self-test's tiny model comes to, worked out in f64 by test/reference (`numbersFile` there writes this file); knows nothing of how it is computed. */
export const LOGPS: readonly number[] = [0, -3.3108194, -5.72990144, -5.75235271, -6.24868597, -6.26324482, -2.78801152, -3.47451287, -9.01436866, 0, -8.98550124, -8.27280784, -1.3369611, -4.66199013, 0, -3.48981582, -6.11894092, -5.81737874, -4.26842942, -5.5645498, -7.94919572];
export const GREEDY: readonly { tokens: readonly number[]; logps: readonly number[] }[] = [
  { tokens: [24, 9, 18, 54, 57, 54], logps: [-0.753469904, -1.47854265, -1.25927799, -0.458726461, -0.904528385, -0.743987531] },
  { tokens: [51, 16, 12, 38, 4, 2], logps: [-0.95197283, -1.00206161, -1.11089604, -0.726539997, -1.95173551, -0.816560242] },
];
export const GRADIENTS: Readonly<Record<string, readonly [norm: number, dot: number]>> = {
  'model.embed_tokens.weight': [6.39440779, 0.485358187],
  'model.layers.0.self_attn.q_proj.weight': [2.71664286, -0.405466789],
  'model.layers.0.self_attn.k_proj.weight': [3.62748053, -0.0146288415],
  'model.layers.0.self_attn.v_proj.weight': [3.05623866, -0.217984519],
  'model.layers.0.self_attn.o_proj.weight': [2.67640885, -0.469344269],
  'model.layers.0.mlp.gate_proj.weight': [1.57562909, 0.478241505],
  'model.layers.0.mlp.up_proj.weight': [1.54231613, 0.509419462],
  'model.layers.0.mlp.down_proj.weight': [1.4468197, -0.504908653],
  'model.layers.0.input_layernorm.weight': [1.95714671, 1.0191812],
  'model.layers.0.post_attention_layernorm.weight': [0.933755716, 0.122503523],
  'model.norm.weight': [0.75734879, -0.220163754],
};
export const UPDATES: Readonly<Record<string, readonly [norm: number, dot: number]>> = {
  'model.embed_tokens.weight': [0.254533683, -0.0612466524],
  'model.layers.0.self_attn.q_proj.weight': [0.229747014, 0.0894659181],
  'model.layers.0.self_attn.k_proj.weight': [0.240466295, -0.0184449192],
  'model.layers.0.self_attn.v_proj.weight': [0.250755335, 0.0463873324],
  'model.layers.0.self_attn.o_proj.weight': [0.248579234, 0.0307831136],
  'model.layers.0.mlp.gate_proj.weight': [0.23352238, -0.0483893726],
  'model.layers.0.mlp.up_proj.weight': [0.230540944, -0.0517431229],
  'model.layers.0.mlp.down_proj.weight': [0.237759246, 0.114854734],
  'model.layers.0.input_layernorm.weight': [0.0530747683, -0.0339095352],
  'model.layers.0.post_attention_layernorm.weight': [0.049261303, -0.00559431955],
  'model.norm.weight': [0.0457326964, 0.015013874],
};
