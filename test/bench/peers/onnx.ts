/** ONNX Runtime on WebGPU, twice: its own session with the cache left on the GPU, and transformers.js over it as its users call it. */
import * as ort from 'onnxruntime-web/webgpu';
import { onnxMatmul, onnxModel, widenedHead } from '../onnx';
import { transpose, type DecodeTask, type Peer, type Speaker } from '../task';

/** Where the runtime's WebAssembly is: an address in a page, nothing in Node, where the package finds its own. */
export type Runtime = string | undefined;

export const NO_TRAINING = 'has no training in the browser (onnxruntime-training-web was removed)';

function prepare(runtime: Runtime): void {
  ort.env.wasm.numThreads = 1;
  // What it has to say comes as errors; its warnings are about nodes that it leaves to the processor on purpose.
  ort.env.logLevel = 'error';
  if (runtime !== undefined) ort.env.wasm.wasmPaths = { wasm: runtime };
}

const longs = (values: BigInt64Array | number[], dims: readonly number[]): ort.Tensor => new ort.Tensor('int64', values instanceof BigInt64Array ? values : BigInt64Array.from(values, BigInt), dims);

export async function openOnnxRuntime(runtime: Runtime): Promise<Peer> {
  prepare(runtime);
  return {
    name: 'onnxruntime-web',
    product: async ({ rows, cols, inner }, left, right) => {
      const session = await ort.InferenceSession.create(onnxMatmul(rows, cols, inner, transpose(right, cols, inner)), { executionProviders: ['webgpu'], preferredOutputLocation: 'gpu-buffer' });
      const device = await ort.env.webgpu.device as unknown as GPUDevice;
      const bytes = device.createBuffer({ size: left.byteLength, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST });
      device.queue.writeBuffer(bytes, 0, left);
      const input = ort.Tensor.fromGpuBuffer(bytes as never, { dataType: 'float32', dims: [rows, inner] });
      return {
        run: async repeats => {
          for (let i = 0; i < repeats; i++) (await session.run({ left: input }))['out']!.dispose();
          await device.queue.onSubmittedWorkDone();
        },
        result: async () => await (await session.run({ left: input }))['out']!.getData(true) as Float32Array,
        close: async () => { bytes.destroy(); await session.release(); },
      };
    },
    speaker: speaker,
    lacks: { trainee: NO_TRAINING },
  };
}

/** The session alone: keys and values stay on the GPU, and the file itself picks the largest logit, so that only ids are read back. */
async function speaker({ config, tensors, prompts, newTokens }: DecodeTask): Promise<Speaker> {
  const { num_hidden_layers: L, num_key_value_heads: K } = config;
  const kept = Object.fromEntries(Array.from({ length: L }, (_, l) => ['key', 'value'].map(part => [`present.${l}.${part}`, 'gpu-buffer'] as const)).flat());
  const session = await ort.InferenceSession.create(onnxModel(config, tensors, { next: true }), { executionProviders: ['webgpu'], preferredOutputLocation: { ...kept, logits: 'gpu-buffer' } });
  const B = prompts.length, length = prompts[0]!.length;
  return {
    generate: async () => {
      let cache: Record<string, ort.Tensor> = {};
      for (let l = 0; l < L; l++) for (const part of ['key', 'value']) cache[`past_key_values.${l}.${part}`] = new ort.Tensor('float32', new Float32Array(0), [B, K, 0, widenedHead(config.head_dim)]);
      const rows: number[][] = prompts.map(() => []);
      let ids = longs(prompts.flatMap(prompt => Array.from(prompt)), [B, length]);
      for (let made = 0; made < newTokens; made++) {
        const total = length + made;
        const out = await session.run({ ...cache, input_ids: ids, attention_mask: longs(new BigInt64Array(B * total).fill(1n), [B, total]) }, ['next', ...Object.keys(kept)]);
        const next = out['next']!.data as BigInt64Array;
        next.forEach((id, b) => rows[b]!.push(Number(id)));
        ids = longs(next, [B, 1]);
        for (const tensor of Object.values(cache)) tensor.dispose();
        cache = Object.fromEntries(Object.keys(kept).map(name => [name.replace('present', 'past_key_values'), out[name]!]));
      }
      for (const tensor of Object.values(cache)) tensor.dispose();
      return rows;
    },
    close: () => session.release(),
  };
}

export async function openTransformers(runtime: Runtime): Promise<Peer> {
  const { AutoModelForCausalLM, Tensor, env } = await import('@huggingface/transformers');
  const { wasm } = env.backends.onnx;
  if (!wasm) throw new Error('its build for Node wants onnxruntime-node, whose programs this project does not install');
  wasm.numThreads = 1;
  if (runtime !== undefined) wasm.wasmPaths = { wasm: runtime };
  return {
    name: 'transformers.js',
    speaker: async ({ config, tensors, prompts, newTokens }) => {
      const wide = widenedHead(config.head_dim);
      const files = new Map<string, Blob>([
        // The cache's heads are as wide as the file's.
        ['config.json', new Blob([JSON.stringify({ ...config, architectures: ['LlamaForCausalLM'], head_dim: wide, bos_token_id: null, eos_token_id: null, pad_token_id: 0 })])],
        ['onnx/model.onnx', new Blob([onnxModel(config, tensors, { next: false })])],
      ]);
      const root = '/bench/';
      env.fetch = address => {
        const path = String(address), file = path.startsWith(root) ? files.get(path.slice(root.length)) : undefined;
        return Promise.resolve(file ? new Response(file, { headers: { 'content-length': String(file.size) } }) : new Response(null, { status: 404 }));
      };
      Object.assign(env, { allowLocalModels: true, allowRemoteModels: false, localModelPath: '/', useFS: false, useBrowserCache: false, useFSCache: false, useWasmCache: false });
      const model = await AutoModelForCausalLM.from_pretrained('bench', { device: 'webgpu', dtype: 'fp32', local_files_only: true });
      const B = prompts.length, length = prompts[0]!.length;
      const whole = BigInt64Array.from(prompts.flatMap(prompt => Array.from(prompt)), BigInt);
      return {
        generate: async () => {
          const made = await model.generate({
            inputs: new Tensor('int64', whole.slice(), [B, length]), attention_mask: new Tensor('int64', new BigInt64Array(B * length).fill(1n), [B, length]),
            max_new_tokens: newTokens, do_sample: false,
          } as never) as InstanceType<typeof Tensor>;
          const data = made.data as BigInt64Array, width = length + newTokens;
          if (data.length !== B * width) throw new Error(`transformers.js made ${data.length / B - length} tokens a row instead of ${newTokens}.`);
          return prompts.map((_, b) => Array.from(data.subarray(b * width + length, (b + 1) * width), Number));
        },
        close: async () => { await model.dispose(); },
      };
    },
    lacks: { product: 'runs whole models only', trainee: NO_TRAINING },
  };
}
