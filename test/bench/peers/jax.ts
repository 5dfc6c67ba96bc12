/** jax-js at its best public means: the whole step, gradients and AdamW included, is one jit. Knows jax-js, nothing of our engine. */
import { blockUntilReady, defaultDevice, getWebGPUDevice, init, jit, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { OPTIMIZER, fasterOf, rotations, targetsOf, transpose, type Peer, type Product, type Trainee, type TrainTask } from '../task';

type Tensor = np.Array;
type Weights = Record<string, Tensor>;

/** Ownership moves with every use in jax-js: `.ref` keeps one for later, and the last use goes without. */
export async function openJax(): Promise<Peer> {
  const devices = await init('webgpu');
  if (!devices.includes('webgpu')) throw new Error('jax-js found no WebGPU device.');
  defaultDevice('webgpu');
  return {
    name: 'jax-js',
    product: async (shape, left, right) => {
      const { rows, cols, inner } = shape;
      const a = np.array(left, { shape: [rows, inner] });
      const forms: [Tensor, (x: Tensor, y: Tensor) => Tensor][] = [
        [np.array(right, { shape: [cols, inner] }), (x, y) => np.matmul(x, y.transpose())],
        [np.array(transpose(right, cols, inner), { shape: [inner, cols] }), (x, y) => np.matmul(x, y)],
      ];
      const made = forms.map(([b, form]) => {
        const call = jit(form);
        return async (repeats: number): Promise<void> => {
          // Work whose result nobody keeps might never be done: all are kept until the last is there.
          const outs = Array.from({ length: repeats }, () => call(a.ref, b.ref));
          await blockUntilReady(outs);
          for (const out of outs) out.dispose();
        };
      });
      // The layout it is faster with: it reads [K, N] and [N, K] by different kernels.
      const best = await fasterOf(made);
      const product: Product = {
        run: made[best]!,
        result: async () => await forms[best]![1](a.ref, forms[best]![0].ref).data() as Float32Array,
        close: () => { a.dispose(); for (const [b] of forms) b.dispose(); return Promise.resolve(); },
      };
      return product;
    },
    trainee: async task => trainee(task),
    lacks: { speaker: 'no key-value cache of its own to decode with' },
  };
}

function rmsnorm(x: Tensor, weight: Tensor, epsilon: number): Tensor {
  const scale = np.reciprocal(np.sqrt(np.square(x.ref).mean(-1, { keepdims: true }).add(epsilon)));
  return x.mul(scale).mul(weight);
}

/** x [B, T, heads, D]; cos and sin [T, 1, D / 2], borrowed. */
function rotate(x: Tensor, cos: Tensor, sin: Tensor): Tensor {
  const D = x.shape[3]!;
  const low = x.ref.slice([], [], [], [0, D / 2]), high = x.slice([], [], [], [D / 2, D]);
  return np.concatenate([low.ref.mul(cos.ref).sub(high.ref.mul(sin.ref)), high.mul(cos.ref).add(low.mul(sin.ref))], -1);
}

interface Given extends Record<string, Tensor> { targets: Tensor; weights: Tensor; cos: Tensor; sin: Tensor }

const EMBEDDING = 'model.embed_tokens.weight';

/** Mean next-token loss from the tokens' embeddings x [N, C]; consumes all that it is given. */
function lossOf(task: TrainTask, w: Weights, embedded: Tensor, given: Given): Tensor {
  const { config: { num_attention_heads: H, num_key_value_heads: K, head_dim: D, num_hidden_layers: L, rms_norm_eps: epsilon, vocab_size: V }, rows: B, length: T } = task;
  const weight = (name: string): Tensor => w[name]!.ref;
  const linear = (x: Tensor, name: string): Tensor => np.matmul(x, weight(name).transpose());
  let x = embedded;
  for (let l = 0; l < L; l++) {
    const at = `model.layers.${l}.`;
    const normed = rmsnorm(x.ref, weight(`${at}input_layernorm.weight`), epsilon);
    const q = rotate(linear(normed.ref, `${at}self_attn.q_proj.weight`).reshape([B, T, H, D]), given.cos, given.sin);
    const k = rotate(linear(normed.ref, `${at}self_attn.k_proj.weight`).reshape([B, T, K, D]), given.cos, given.sin);
    const v = linear(normed, `${at}self_attn.v_proj.weight`).reshape([B, T, K, D]);
    const mixed = nn.dotProductAttention(q, k, v, { isCausal: true }).reshape([B * T, H * D]);
    x = x.add(linear(mixed, `${at}self_attn.o_proj.weight`));
    const fed = rmsnorm(x.ref, weight(`${at}post_attention_layernorm.weight`), epsilon);
    const gated = nn.silu(linear(fed.ref, `${at}mlp.gate_proj.weight`)).mul(linear(fed, `${at}mlp.up_proj.weight`));
    x = x.add(linear(gated, `${at}mlp.down_proj.weight`));
  }
  const last = rmsnorm(x, weight('model.norm.weight'), epsilon);
  const logits = linear(last, task.config.tie_word_embeddings ? EMBEDDING : 'lm_head.weight');
  const logps = nn.logSoftmax(logits.reshape([B * T, V])).mul(nn.oneHot(given.targets, V)).sum(-1);
  given.cos.dispose();
  given.sin.dispose();
  for (const tensor of Object.values(w)) tensor.dispose();
  return logps.mul(given.weights).sum().neg();
}

async function trainee(task: TrainTask): Promise<Trainee> {
  const { learningRate, beta1, beta2, epsilon, weightDecay } = OPTIMIZER;
  const decayed = new Set(task.tensors.filter(tensor => tensor.shape.length > 1).map(tensor => tensor.name));
  const gradients = valueAndGrad((w: Weights, embedded: Tensor, given: Given) => lossOf(task, w, embedded, given), { argnums: [0, 1] });
  const { vocab_size: V, hidden_size: C } = task.config;
  const update = jit((w: Weights, m: Weights, v: Weights, tokens: Tensor, given: Given, corrections: [Tensor, Tensor]): [Weights, Weights, Weights, Tensor] => {
    const refs = Object.fromEntries(Object.entries(w).map(([name, tensor]) => [name, tensor.ref]));
    const embedded = np.take(w[EMBEDDING]!.ref, tokens.ref, 0).reshape([task.rows * task.length, C]);
    const [loss, [grads, dembedded]] = gradients(refs, embedded, given) as [Tensor, [Weights, Tensor]];
    // jax-js 0.1.25 does not compile the scatter that is take's own gradient: the same sum as a product with one-hot rows, which it fuses.
    grads[EMBEDDING] = grads[EMBEDDING]!.add(np.matmul(nn.oneHot(tokens, V).transpose(), dembedded));
    const [w1, m1, v1]: [Weights, Weights, Weights] = [{}, {}, {}];
    for (const name of Object.keys(w)) {
      const g = grads[name]!;
      const mean = m[name]!.mul(beta1).add(g.ref.mul(1 - beta1));
      const square = v[name]!.mul(beta2).add(np.square(g).mul(1 - beta2));
      const move = mean.ref.div(corrections[0].ref).div(np.sqrt(square.ref.div(corrections[1].ref)).add(epsilon)).mul(learningRate);
      w1[name] = (decayed.has(name) ? w[name]!.mul(1 - learningRate * weightDecay) : w[name]!).sub(move);
      m1[name] = mean;
      v1[name] = square;
    }
    for (const correction of corrections) correction.dispose();
    return [w1, m1, v1, loss];
  });
  const all = (fill: (name: string, shape: number[], data: Float32Array) => Tensor): Weights =>
    Object.fromEntries(task.tensors.map(({ name, shape, data }) => [name, fill(name, shape, data)]));
  let w = all((_, shape, data) => np.array(Float32Array.from(data), { shape }));
  let m = all((_, shape) => np.zeros(shape)), v = all((_, shape) => np.zeros(shape));
  const { cos, sin } = rotations(task);
  const table = [task.length, 1, task.config.head_dim / 2];
  const turns = { cos: np.array(cos, { shape: table }), sin: np.array(sin, { shape: table }) };
  let step = 0;
  return {
    step: tokens => {
      step++;
      const { targets, weights } = targetsOf(task, tokens);
      const given: Given = {
        targets: np.array(targets, { dtype: np.int32 }), weights: np.array(weights),
        cos: turns.cos.ref, sin: turns.sin.ref,
      };
      const corrections: [Tensor, Tensor] = [np.array([1 - beta1 ** step]), np.array([1 - beta2 ** step])];
      let loss: Tensor;
      [w, m, v, loss] = update(w, m, v, np.array(tokens, { dtype: np.int32 }), given, corrections) as [Weights, Weights, Weights, Tensor];
      return loss.data().then(data => Number(data[0]));
    },
    settle: async () => { await blockUntilReady(w); },
    close: async () => {
      for (const tensor of [...Object.values(w), ...Object.values(m), ...Object.values(v), turns.cos, turns.sin]) tensor.dispose();
      update.dispose();
      await getWebGPUDevice().queue.onSubmittedWorkDone();
    },
  };
}
