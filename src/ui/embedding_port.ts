/** Makes the embedding worker and wraps it; knows its name and type, not what it computes. */
import * as Comlink from 'comlink';
import type { EmbeddingApi, EmbeddingDevice, EncoderFolder, EncoderProgress, OpenedEncoder } from '../../workers/embedding';
import type { Embedder } from '../reward/embedding';
import { Lifeline } from './lifeline';
import { spawn } from './spawn';
import { failure } from './worker_ports';

export interface OpenEncoder extends OpenedEncoder { embedder: Embedder; close(): void }

/** An encoder in its own worker. When the worker dies, what waits on it is rejected. @throws BadInput when the model cannot be used */
export async function openEncoder(folder: EncoderFolder, device: EmbeddingDevice, onProgress: EncoderProgress): Promise<OpenEncoder> {
  const worker = spawn('embedding');
  const remote = Comlink.wrap<EmbeddingApi>(worker);
  const line = new Lifeline();
  failure(worker).catch((error: unknown) => line.cut(error instanceof Error ? error : new Error(String(error))));
  const close = (): void => { worker.terminate(); line.cut(new Error('The embedding model was closed.')); };
  try {
    const opened = await line.guard(() => remote.open(folder, device, Comlink.proxy(onProgress)));
    return { ...opened, embedder: { embed: (texts) => line.guard(() => remote.embed(texts)) }, close };
  } catch (error) {
    close();
    throw error;
  }
}
