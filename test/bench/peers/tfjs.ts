/** TensorFlow.js on its WebGPU backend: its gradients (variableGrads) and its Adam, with the decay in front. Knows TensorFlow.js, nothing of our engine. */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import { OPTIMIZER, fasterOf, rotations, targetsOf, transpose, type Peer, type TrainTask, type Trainee } from '../task';

type Tf = typeof tfjs;

/** @param gradients brings them in: the package leaves them to its umbrella */
export async function openTfjs(gradients: () => Promise<unknown> = () => import('@tensorflow/tfjs-core/dist/register_all_gradients')): Promise<Peer> {
  const tf = await import('@tensorflow/tfjs-core');
  await import('@tensorflow/tfjs-backend-webgpu');
  if (!await tf.setBackend('webgpu')) throw new Error('TensorFlow.js found no WebGPU backend.');
  await tf.ready();
  tf.enableProdMode();
  /** Its own queue, flushed: cheaper than the read that `data()` would be. */
  const settle = async (): Promise<void> => {
    const backend = tf.backend() as WebGPUBackend;
    // Without anything recorded, submitQueue would have nothing to finish.
    if (backend['commandEncoder']) {
      backend.endComputePassEncoder();
      backend.submitQueue();
    }
    await backend.device.queue.onSubmittedWorkDone();
  };
  return {
    name: 'tfjs',
    product: async ({ rows, cols, inner }, left, right) => {
      const a = tf.tensor2d(left, [rows, inner]);
      const forms: [Tensor2D, boolean][] = [[tf.tensor2d(right, [cols, inner]), true], [tf.tensor2d(transpose(right, cols, inner), [inner, cols]), false]];
      const made = forms.map(([b, flip]) => async (repeats: number): Promise<void> => {
        const outs = Array.from({ length: repeats }, () => tf.matMul(a, b, false, flip));
        await settle();
        tf.dispose(outs);
      });
      const best = await fasterOf(made);
      return {
        run: made[best]!,
        result: async () => {
          const out = tf.matMul(a, forms[best]![0], false, forms[best]![1]);
          const data = await out.data<'float32'>();
          out.dispose();
          return data;
        },
        close: () => { tf.dispose([a, ...forms.map(([b]) => b)]); return Promise.resolve(); },
      };
    },
    trainee: async task => {
      await gradients();
      return trainee(tf, task, settle);
    },
    lacks: { speaker: 'no key-value cache of its own to decode with' },
  };
}

function trainee(tf: Tf, task: TrainTask, settle: () => Promise<void>): Trainee {
  const { config, rows: B, length: T } = task;
  const { hidden_size: C, num_attention_heads: H, num_key_value_heads: K, head_dim: D, num_hidden_layers: L, rms_norm_eps: epsilon, vocab_size: V } = config;
  if (H !== K) throw new Error('Grouped heads are not written for TensorFlow.js here.');
  const { learningRate, beta1, beta2, epsilon: adamEpsilon, weightDecay } = OPTIMIZER;
  const variables = new Map<string, Variable>(task.tensors.map(({ name, shape, data }) => [name, tf.variable(tf.tensor(Float32Array.from(data), shape))]));
  const matrices = task.tensors.filter(tensor => tensor.shape.length > 1).map(tensor => variables.get(tensor.name)!);
  const optimizer = tf.train.adam(learningRate, beta1, beta2, adamEpsilon);
  const table = rotations(task);
  const cos = tf.tensor4d(table.cos, [1, T, 1, D / 2]), sin = tf.tensor4d(table.sin, [1, T, 1, D / 2]);
  const future = tf.tidy(() => tf.tensor2d(Float32Array.from({ length: T * T }, (_, i) => (i % T > Math.floor(i / T) ? -1e30 : 0)), [T, T]));
  const weight = (name: string): Variable => variables.get(name)!;
  const linear = (x: Tensor2D, name: string): Tensor2D => tf.matMul(x, weight(name) as unknown as Tensor2D, false, true);
  const rmsnorm = (x: Tensor2D, name: string): Tensor2D => tf.mul(tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon))), weight(name));
  const rotate = (x: Tensor4D): Tensor4D => {
    const [low, high] = tf.split(x, 2, 3) as [Tensor4D, Tensor4D];
    return tf.concat([tf.sub(tf.mul(low, cos), tf.mul(high, sin)), tf.add(tf.mul(high, cos), tf.mul(low, sin))], 3);
  };
  const byHead = (x: Tensor4D): Tensor4D => tf.transpose(x, [0, 2, 1, 3]);
  const lossOf = (tokens: Tensor2D, targets: Tensor2D): ReturnType<Tf['scalar']> => {
    let x = tf.reshape(tf.gather(weight('model.embed_tokens.weight'), tokens), [B * T, C]) as Tensor2D;
    for (let l = 0; l < L; l++) {
      const at = `model.layers.${l}.`;
      const normed = rmsnorm(x, `${at}input_layernorm.weight`);
      const heads = (letter: string): Tensor4D => tf.reshape(linear(normed, `${at}self_attn.${letter}_proj.weight`), [B, T, H, D]);
      const q = byHead(rotate(heads('q'))), k = byHead(rotate(heads('k'))), v = byHead(heads('v'));
      const scores = tf.add(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(D)), future);
      const mixed = tf.reshape(byHead(tf.matMul(tf.softmax(scores), v) as Tensor4D), [B * T, H * D]) as Tensor2D;
      x = tf.add(x, linear(mixed, `${at}self_attn.o_proj.weight`));
      const fed = rmsnorm(x, `${at}post_attention_layernorm.weight`);
      const gate = linear(fed, `${at}mlp.gate_proj.weight`);
      x = tf.add(x, linear(tf.mul(tf.mul(gate, tf.sigmoid(gate)), linear(fed, `${at}mlp.up_proj.weight`)), `${at}mlp.down_proj.weight`));
    }
    const logits = linear(rmsnorm(x, 'model.norm.weight'), config.tie_word_embeddings ? 'model.embed_tokens.weight' : 'lm_head.weight');
    return tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), targets)));
  };
  return {
    step: tokens => {
      const given = targetsOf(task, tokens);
      const loss = tf.tidy(() => {
        const ids = tf.tensor2d(tokens, [B, T], 'int32');
        const wanted = tf.mul(tf.oneHot(tf.tensor1d(given.targets, 'int32'), V), tf.tensor2d(given.weights, [B * T, 1])) as Tensor2D;
        const { value, grads } = tf.variableGrads(() => lossOf(ids, wanted), [...variables.values()]);
        for (const matrix of matrices) matrix.assign(tf.mul(matrix, 1 - learningRate * weightDecay));
        optimizer.applyGradients(grads as Record<string, Variable>);
        return tf.keep(value);
      });
      return loss.data<'float32'>().then(data => { loss.dispose(); return data[0]!; });
    },
    settle,
    close: () => {
      optimizer.dispose();
      tf.dispose([cos, sin, future, ...variables.values()]);
      return Promise.resolve();
    },
  };
}
