/** The benchmark's page: brings the libraries in when they are asked for, and takes jobs from whoever drives it. Knows no table. */
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { Parser } from 'web-tree-sitter';
import { describe } from '../../src/corpus/describe';
import { readModelFolder } from '../../src/formats/model_folder';
import { PairScorer } from '../../src/reward/scorer';
import { treeSitterParser } from '../../src/reward/tree_sitter';
import { createTokenizer } from '../../src/tokenizer/tokenizer';
import { adapterLine, runJob, type Host } from './jobs';
import type { AdapterLine, Job, JobResult, Progress } from './rows';
import type { UpdateParts } from './update';

export interface BenchPage {
  adapter(): Promise<AdapterLine>;
  run(job: Job): Promise<JobResult>;
}

declare global {
  var bench: BenchPage;
  /** Put there by the driver. */
  var benchTell: ((progress: Progress) => void) | undefined;
}

const bytesOf = async (path: string): Promise<Uint8Array<ArrayBuffer>> => {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
};

async function updateParts(): Promise<UpdateParts> {
  const name = 'starter';
  const files = await Promise.all(['config.json', 'tokenizer.json', 'model.safetensors'].map(async file => ({ name: file, bytes: await bytesOf(`/models/${name}/${file}`) })));
  const model = readModelFolder(files);
  await Parser.init({ locateFile: () => '/grammars/web-tree-sitter.wasm' });
  const rewarder = new PairScorer(await treeSitterParser({ javascript: await bytesOf('/grammars/tree-sitter-javascript.wasm') }));
  return { deps: { tokenizer: await createTokenizer(model.tokenizerJson!), rewarder, executor: null, describe }, model: { name, config: model.config, tensors: model.tensors } };
}

const runtime = new URL(wasmUrl, location.href).href;
const host: Host = {
  gpu: navigator.gpu,
  peers: {
    'jax-js': async () => (await import('./peers/jax')).openJax(),
    tfjs: async () => (await import('./peers/tfjs')).openTfjs(),
    'onnxruntime-web': async () => (await import('./peers/onnx')).openOnnxRuntime(runtime),
    'transformers.js': async () => (await import('./peers/onnx')).openTransformers(runtime),
  },
  update: updateParts,
  tell: progress => { globalThis.benchTell?.(progress); },
};

globalThis.bench = { adapter: () => adapterLine(navigator.gpu), run: job => runJob(host, job) };
