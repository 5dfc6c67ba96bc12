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

/** Its imports lack the endings that Node wants: read through the bundler instead. What it registers is kept in one place for all copies. */
const GRADIENTS = 'node_modules/@tensorflow/tfjs-core/dist/register_all_gradients.js';

/** A library made for browsers that fails here says that it is Node where it failed. */
async function inNode(name: string, open: () => Promise<Peer>): Promise<Peer> {
  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      // WebAssembly throws bare addresses.
      const reason = typeof error === 'number' ? `its WebAssembly threw at ${error}` : reasonOf(error);
      throw new Error(reason.startsWith(name) ? reason : `${name} does not run in Node ${process.version}: ${reason}`, { cause: error });
    }
  };
  /** What it hands out fails as it does itself. */
  const telling = <T extends object>(made: T): T => new Proxy(made, {
    get: (target, key) => {
      const part: unknown = Reflect.get(target, key);
      return typeof part === 'function' ? (...given: unknown[]) => told(() => Promise.resolve(Reflect.apply(part, target, given))) : part;
    },
  });
  const peer = await told(open);
  const { product, trainee, speaker } = peer;
  return {
    ...peer,
    ...(product ? { product: (...given) => told(() => product(...given)).then(telling) } : {}),
    ...(trainee ? { trainee: task => told(() => trainee(task)).then(telling) } : {}),
    ...(speaker ? { speaker: task => told(() => speaker(task)).then(telling) } : {}),
  };
}

/** jax-js uses iterator helpers, which Node has from version 22 on. */
function giveIteratorHelpers(): void {
  const iterators = Object.getPrototypeOf(Object.getPrototypeOf([].values())) as { map?: unknown; filter?: unknown };
  iterators.map ??= function* <T, R>(this: Iterable<T>, change: (value: T, index: number) => R): Generator<R> {
    let index = 0;
    for (const value of this) yield change(value, index++);
  };
  iterators.filter ??= function* <T>(this: Iterable<T>, keep: (value: T, index: number) => boolean): Generator<T> {
    let index = 0;
    for (const value of this) if (keep(value, index++)) yield value;
  };
}

/** Libraries look for WebGPU where a browser has it. */
export async function nodeHost(tell: (progress: Progress) => void): Promise<Host> {
  const gpu = await nodeGpu();
  giveIteratorHelpers();
  Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: `Node ${process.version}`, hardwareConcurrency: 1, language: 'en' }, configurable: true });
  return {
    gpu, tell,
    peers: {
      'jax-js': () => inNode('jax-js', async () => (await import('./peers/jax')).openJax()),
      tfjs: () => inNode('tfjs', async () => (await import('./peers/tfjs')).openTfjs(() => import(/* @vite-ignore */ join(root, GRADIENTS)))),
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
