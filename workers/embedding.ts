/**
 * The embedding worker: a frozen encoder turns texts into vectors, through transformers.js on ONNX Runtime; knows no reward and no run.
 *
 * Nothing is downloaded. The model is a folder that a person gave, served to transformers.js from memory, and the runtime's .wasm is a file
 * of this page. A model by its name on huggingface.co is not offered: it would need that host, and the hosts it forwards to, in
 * the page's Content-Security-Policy, and with them a way out for the code that the page holds. Whoever wants such a model
 * downloads three files once and gives the folder.
 *
 * One worker serves one model: the library remembers configurations by name, and what ends with the worker cannot leak into the next.
 */

import { env, pipeline } from '@huggingface/transformers';
import type { FeatureExtractionPipeline } from '@huggingface/transformers';
import * as Comlink from 'comlink';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { labError } from '../src/types';

export type EmbeddingDevice = 'wasm' | 'webgpu';

/** An encoder's folder, checked and in Hugging Face's names. */
export interface EncoderFolder {
  name: string;
  /** Texts of config.json, tokenizer.json and tokenizer_config.json; the last with a `model_max_length` that the model has positions for. */
  config: string; tokenizer: string; tokenizerConfig: string;
  model: Blob;
  /** The model's file name without .onnx: weights in a file of their own are found by it. */
  modelName: string;
  /** `<modelName>.onnx_data`, where the weights are in a file of their own. */
  weights: Blob | null;
}

/** `sha256` is of the model's own file, in hex: what a name cannot promise. */
export interface OpenedEncoder { dimensions: number; sha256: string }

/** Bytes of the runtime so far and in all; equal once it is there and the model itself is being opened. */
export type EncoderProgress = (done: number, total: number) => void;

/** A name that transformers.js takes for a model's; the folder's own may be anything. */
const NAME = 'encoder';
/** Outputs that are a state for each token. Scores of a vocabulary (`logits`) have the same shape and mean something else. */
const STATES = ['last_hidden_state', 'token_embeddings'];
/** Known words and unknown signs: an encoder, or a tokenizer, that fails on these is not usable. */
const TRIAL = 'function add(a, b) { return a + b; } // \u2211 \u2602';

let extract: FeatureExtractionPipeline | null = null;

/** The runtime's .wasm, with its progress told: at 27 MB it is the largest file of the page. @throws BadInput when it does not load */
async function loadRuntime(onProgress: EncoderProgress): Promise<ArrayBuffer> {
  const response = await fetch(new URL(wasmUrl, import.meta.url)).catch(() => null);
  if (!response?.ok || !response.body) throw labError('BadInput', `The runtime for embedding models did not load (${response ? `status ${response.status}` : 'no answer'}). Nothing was embedded; reload the page, or build it again.`);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  // Where the host compresses, the length it tells is not the one that arrives: it is a hint for the bar only.
  const told = Number(response.headers.get('content-length') ?? 0);
  let done = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { value, done: ended } = await reader.read();
    if (ended) break;
    chunks.push(value);
    done += value.length;
    onProgress(done, Math.max(done + 1, told));
  }
  onProgress(done, done);
  return new Blob(chunks).arrayBuffer();
}

/** Lets transformers.js see the folder's files and nothing else: whatever it asks for that is not here does not exist. */
function serve(folder: EncoderFolder): void {
  const files = new Map<string, Blob>([
    ['config.json', new Blob([folder.config])], ['tokenizer.json', new Blob([folder.tokenizer])], ['tokenizer_config.json', new Blob([folder.tokenizerConfig])],
    [`onnx/${folder.modelName}.onnx`, folder.model],
  ]);
  if (folder.weights) files.set(`onnx/${folder.modelName}.onnx_data`, folder.weights);
  const root = `/${NAME}/`;
  env.fetch = (address) => {
    const path = String(address);
    const file = path.startsWith(root) ? files.get(path.slice(root.length)) : undefined;
    return Promise.resolve(file ? new Response(file, { headers: { 'content-length': String(file.size) } }) : new Response(null, { status: 404 }));
  };
  env.allowLocalModels = true;
  env.allowRemoteModels = false;
  env.localModelPath = '/';
  env.useFS = false;
  // Caches would keep a person's model in the browser without being asked to.
  env.useBrowserCache = false;
  env.useFSCache = false;
  env.useWasmCache = false;
}

const embedding = {
  /**
   * Loads the runtime, opens the model and tries it on one text. To be called once.
   * @throws BadInput when the runtime does not load, the model does not open, or what it gives is no state per token
   */
  async open(folder: EncoderFolder, device: EmbeddingDevice, onProgress: EncoderProgress): Promise<OpenedEncoder> {
    if (device === 'webgpu' && !('gpu' in navigator)) throw labError('BadInput', 'This browser gives no WebGPU to the embedding model. Nothing was changed; choose wasm as its device.');
    const wasm = env.backends.onnx.wasm;
    if (!wasm) throw labError('BadInput', 'The runtime for embedding models has no WebAssembly part. Nothing was embedded; build the page again.');
    serve(folder);
    // transformers.js names a CDN here when it is imported; the bytes in hand need no address.
    delete wasm.wasmPaths;
    wasm.wasmBinary = await loadRuntime(onProgress);
    // More threads need shared memory, which pages without cross-origin isolation do not have.
    wasm.numThreads = 1;
    let vector: Float32Array;
    try {
      const opened = await pipeline('feature-extraction', NAME, {
        device, dtype: 'fp32', local_files_only: true, model_file_name: folder.modelName, ...(folder.weights ? { use_external_data_format: true } : {}),
      });
      const outputs = (opened.model.sessions as Record<string, { outputNames: readonly string[] }>)['model']?.outputNames ?? [];
      if (!outputs.some((output) => STATES.includes(output))) throw new Error(`it gives ${outputs.join(', ')}, none of which is a state for each token.`);
      extract = opened;
      vector = (await this.embed([TRIAL]))[0]!;
    } catch (error) {
      extract = null;
      throw labError('BadInput', `The embedding model ${folder.name} could not be opened: ${reasonOf(error)} Nothing was changed; choose the folder of an encoder exported to ONNX.`);
    } finally {
      delete wasm.wasmBinary;
    }
    if (!vector.every(Number.isFinite)) throw labError('BadInput', `The embedding model ${folder.name} gives numbers that are not finite. Nothing was changed; choose another export of it.`);
    const hash = await crypto.subtle.digest('SHA-256', await folder.model.arrayBuffer());
    return { dimensions: vector.length, sha256: Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('') };
  },

  /**
   * Mean of the last hidden states over a text's tokens, scaled to length 1. One text at a time: in a batch, padding and the scales of
   * quantized layers would let a text's vector depend on its company. @throws BadInput before open()
   */
  async embed(texts: string[]): Promise<Float32Array[]> {
    if (!extract) throw labError('BadInput', 'The embedding worker was asked for vectors before it was opened. Nothing was embedded; call open() first.');
    const vectors: Float32Array[] = [];
    for (const text of texts) {
      const { data } = await extract(text, { pooling: 'mean', normalize: true });
      vectors.push(Float32Array.from(data as Float32Array));
    }
    return vectors;
  },
};

/** The runtime sometimes throws numbers. One line, with an end. */
function reasonOf(error: unknown): string {
  const text = (error instanceof Error ? error.message : `error ${String(error)}`).replace(/\s+/g, ' ').trim().slice(0, 300);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

export type EmbeddingApi = typeof embedding;
Comlink.expose(embedding);
