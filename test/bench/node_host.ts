/** The benchmark in Node, on its Vulkan adapter: the same jobs, and whichever libraries start outside a browser. Knows no table. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeGpu } from '../../scripts/adapter';
import { root } from '../../scripts/build.mjs';
import { nodeParts } from '../../scripts/node-lab';
import { readModelFolder } from '../../src/formats/model_folder';
import { createTokenizer } from '../../src/tokenizer/tokenizer';
import type { Host } from './jobs';
import { reasonOf, type Progress } from './rows';
import type { Peer } from './task';

/** A library made for browsers that fails here says that it is Node where it failed. */
async function inNode(name: string, open: () => Promise<Peer>): Promise<Peer> {
  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw new Error(`${name} does not run in Node ${process.version}: ${reasonOf(error)}`, { cause: error });
    }
  };
  const peer = await told(open);
  const { product, trainee, speaker } = peer;
  return {
    ...peer,
    ...(product ? { product: (...given) => told(() => product(...given)) } : {}),
    ...(trainee ? { trainee: task => told(() => trainee(task)) } : {}),
    ...(speaker ? { speaker: task => told(() => speaker(task)) } : {}),
  };
}

/** Libraries look for WebGPU where a browser has it. */
export async function nodeHost(tell: (progress: Progress) => void): Promise<Host> {
  const gpu = await nodeGpu();
  Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: `Node ${process.version}`, hardwareConcurrency: 1, language: 'en' }, configurable: true });
  return {
    gpu, tell,
    peers: {
      'jax-js': () => inNode('jax-js', async () => (await import('./peers/jax')).openJax()),
      tfjs: () => inNode('tfjs', async () => (await import('./peers/tfjs')).openTfjs()),
      'onnxruntime-web': () => inNode('onnxruntime-web', async () => (await import('./peers/onnx')).openOnnxRuntime(undefined)),
      'transformers.js': () => inNode('transformers.js', async () => (await import('./peers/onnx')).openTransformers(undefined)),
    },
    update: async () => {
      const name = 'starter', folder = join(root, 'public', 'models', name);
      const model = readModelFolder(await Promise.all(['config.json', 'tokenizer.json', 'model.safetensors'].map(async file => ({ name: file, bytes: new Uint8Array(await readFile(join(folder, file))) }))));
      const { engine, parts: { trainer: _, ...deps } } = await nodeParts();
      await engine.close();
      return { deps: { ...deps, tokenizer: await createTokenizer(model.tokenizerJson!) }, model: { name, config: model.config, tensors: model.tensors } };
    },
  };
}
