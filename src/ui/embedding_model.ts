/** The encoder that a person chose, for as long as the page is open: choosing, keeping, handing to a run. Draws nothing. */
import type { EmbeddingDevice, EncoderFolder } from '../../workers/embedding';
import type { DroppedFile } from '../corpus/sources';
import type { Embedder } from '../reward/embedding';
import { labError } from '../types';
import { readEncoderFolder } from './embedding_folder';
import { openEncoder } from './embedding_port';
import type { OpenEncoder } from './embedding_port';
import { encoder, encoderLoading, encoderProblem } from './state';

/** What a run's record says of its encoder; the hash is of the weights. */
export interface EncoderIdentity { name: string; sha256: string }

interface Kept { folder: EncoderFolder; device: EmbeddingDevice; open: OpenEncoder }

export class Encoders {
  #kept: Kept | undefined;
  /** Counts choices: a slower one that was overtaken must not win. */
  #turn = 0;

  /**
   * Takes the encoder of a folder into use. Whatever is wrong with it is shown beside the setting, and the one in use stays.
   * @returns whether it is in use now
   */
  async choose(files: Promise<readonly DroppedFile[]>, device: EmbeddingDevice): Promise<boolean> {
    const turn = ++this.#turn;
    encoderProblem.value = '';
    encoderLoading.value = { name: '', done: 0, total: 0 };
    try {
      await this.#take(await readEncoderFolder(await files), device, turn);
      return turn === this.#turn;
    } catch (error) {
      if (turn === this.#turn) encoderProblem.value = error instanceof Error ? error.message : String(error);
      return false;
    } finally {
      if (turn === this.#turn) encoderLoading.value = null;
    }
  }

  /** The chosen encoder on this device, opened there if it was not; `wanted` is the name of the one to ask for. @throws BadInput when none was chosen or it does not open */
  async use(device: EmbeddingDevice, wanted?: string): Promise<{ embedder: Embedder; identity: EncoderIdentity }> {
    const chosen = this.#kept;
    if (!chosen) throw labError('BadInput', `The settings take embeddings from an encoder, and none is chosen. Nothing was started; choose ${wanted ? `the folder of ${wanted}, with which this run began,` : 'its folder'} on the Train tab, under Similarity, Embeddings by.`);
    if (chosen.device !== device) {
      const turn = ++this.#turn;
      try {
        await this.#take(chosen.folder, device, turn);
      } finally {
        if (turn === this.#turn) encoderLoading.value = null;
      }
    }
    const { open, folder } = this.#kept ?? chosen;
    return { embedder: open.embedder, identity: { name: folder.name, sha256: open.sha256 } };
  }

  async #take(folder: EncoderFolder, device: EmbeddingDevice, turn: number): Promise<void> {
    const open = await openEncoder(folder, device, (done, total) => { if (turn === this.#turn) encoderLoading.value = { name: folder.name, done, total }; });
    if (turn !== this.#turn) { open.close(); return; }
    this.#kept?.open.close();
    this.#kept = { folder, device, open };
    encoder.value = { name: folder.name, dimensions: open.dimensions, device };
  }
}
