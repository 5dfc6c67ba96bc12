/**
 * Knows how a checkpoint is written wholly or not at all, and which one to load; does not know what the numbers mean.
 *
 * 1. refuse non-finite state; 2. pieces under a fresh id, each read back; 3. the manifest (all counters, every piece's size and
 * SHA-256, and a SHA-256 of itself) with the pointer to it, in one strict transaction; 4. prune in another. Until 3 commits,
 * nothing refers to the new pieces and the old checkpoint stands; after it, the new one does.
 */
import { labError, type Checkpoint, type CheckpointStore, type ModelConfig, type TrainerState } from '../types';
import { firstNonFinite } from '../formats/safetensors';
import { chunkRemovals, readChunks, sha256, writeChunks, CHUNK_BYTES, type ChunkRef } from './chunks';
import { parseExact, stringifyExact } from './exact_json';
import { createQueue, orderKey, type Change, type KeyValue } from './key_value';

const SCHEMA = 1;
export const ARRAYS = ['weights', 'm', 'v', 'frozen'] as const;
export type ArrayName = typeof ARRAYS[number];

type TrainerHead = Omit<TrainerState, ArrayName>;
/** A checkpoint without its arrays, flat. */
export type CheckpointHead = Omit<Checkpoint, 'trainer'> & TrainerHead;

/** What of the head is the trainer's: a field that is missing here does not compile. */
const OF_TRAINER: Record<keyof Required<TrainerHead>, true> = { config: true, optimizerStep: true, kernels: true, lossScale: true, lossScaleSteps: true };

export function headOf({ trainer: { weights: _weights, m: _m, v: _v, frozen: _frozen, ...trainer }, ...own }: Checkpoint): CheckpointHead {
  return { ...own, ...trainer };
}

/** The reverse of `headOf`; other fields of `head` are left behind. */
export function joined(head: CheckpointHead, { weights, m, v, frozen }: Pick<TrainerState, ArrayName>): Checkpoint {
  const { runId, stage, step, seed, settings, corpusHash, tokenizerHash, loop, savedAt } = head;
  const trainer = Object.fromEntries(Object.entries(head).filter(([key, value]) => Object.hasOwn(OF_TRAINER, key) && value !== undefined)) as unknown as TrainerHead;
  return { runId, stage, step, seed, settings, corpusHash, tokenizerHash, loop, savedAt, trainer: { ...trainer, weights, m, v, ...(frozen ? { frozen } : {}) } };
}

/** Everything of a checkpoint but its arrays. `order` counts the saves of the run: the newest is the one saved last, not the one furthest on. */
interface Manifest extends CheckpointHead {
  schema: number; id: string; order: number; score: number | null;
  arrays: { name: ArrayName; length: number; chunks: ChunkRef[] }[];
}

interface ManifestRecord { text: string; sha256: string }
interface Pointer { order: number; stage: string; step: number }

export interface CheckpointInfo { order: number; stage: Checkpoint['stage']; step: number; savedAt: number; bytes: number; score: number | null; config: ModelConfig }

export interface CheckpointOptions {
  /** Newest checkpoints kept of a run; default 3. The one with the highest score is kept besides. */
  keep?: number;
  /** How good a checkpoint is, higher is better; default: `loop.score` when that is a number. */
  score?: (checkpoint: Checkpoint) => number | null;
  chunkBytes?: number;
  /** Whether the run is known to have been saved: where nothing of it is found, someone else has removed it. */
  expected?: (runId: string) => Promise<boolean>;
}

export interface RunCheckpoints extends CheckpointStore {
  /** With an `order`, that checkpoint and no other: BadCheckpoint when it is gone or damaged. */
  load(runId: string, order?: number): Promise<{ checkpoint: Checkpoint; notice: string } | null>;
  /** Oldest first; unreadable ones are left out. */
  list(runId: string): Promise<CheckpointInfo[]>;
  /** Removes all checkpoints of a run. */
  remove(runId: string): Promise<void>;
  /** The changes that remove them. */
  removals(runId: string): Promise<Change[]>;
  /** Writes and verifies the pieces of a checkpoint under its run; it is there once the changes are committed, and not before. */
  stage(checkpoint: Checkpoint, order: number, score: number | null): Promise<Change[]>;
}

const manifestPrefix = (runId: string) => `${runId}/`;
const pointerKey = (runId: string) => `${runId}#newest`;
const chunkPrefix = (runId: string) => `checkpoint/${runId}/`;

function loopScore(checkpoint: Checkpoint): number | null {
  const score = checkpoint.loop['score'];
  return typeof score === 'number' && Number.isFinite(score) ? score : null;
}

/**
 * Checkpoints over any key-value store. Saves of one run must come from one tab (see locks.ts); within the tab they queue.
 * `save` throws BadCheckpoint (non-finite or lossy state), QuotaExceeded, StorageUnavailable: in each case the checkpoint before
 * still loads. `load` throws BadCheckpoint when there are checkpoints and none verifies.
 */
export function createCheckpoints(store: KeyValue, options: CheckpointOptions = {}): RunCheckpoints {
  const { keep = 3, score = loopScore, chunkBytes = CHUNK_BYTES, expected = () => Promise.resolve(false) } = options;
  const queue = createQueue();

  async function save(checkpoint: Checkpoint): Promise<void> {
    const { runId } = checkpoint;
    refuseBadState(checkpoint);
    const keys = await store.keys('checkpoints', manifestPrefix(runId));
    const pointer = await readPointer(runId);
    const order = Math.max(-1, pointer?.order ?? -1, ...keys.map(key => Number(key.slice(runId.length + 1)))) + 1;
    const write = () => stage(checkpoint, order, score(checkpoint));
    let changes: Change[];
    try {
      changes = await write();
    } catch (error) {
      if ((error as Error).name !== 'QuotaExceeded') throw error;
      // Pieces of saves that were killed may be what fills the disk: sweep and try once more.
      await prune(runId).catch(() => undefined);
      try {
        changes = await write();
      } catch (again) {
        await prune(runId).catch(() => undefined);
        throw again;
      }
    }
    await store.commit(changes, 'strict');
    // The checkpoint is safe now. A failing prune costs room, not work, and the next save prunes again.
    await prune(runId).catch(() => undefined);
  }

  async function stage(checkpoint: Checkpoint, order: number, value: number | null): Promise<Change[]> {
    refuseBadState(checkpoint);
    const { runId, trainer } = checkpoint;
    const id = crypto.randomUUID();
    const arrays: Manifest['arrays'] = [];
    for (const name of ARRAYS) {
      const data = trainer[name];
      if (data) arrays.push({ name, length: data.length, chunks: await writeChunks(store, `${chunkPrefix(runId)}${id}/${name}-`, new Uint8Array(data.buffer, data.byteOffset, data.byteLength), chunkBytes) });
    }
    const manifest: Manifest = { schema: SCHEMA, id, order, score: value, ...headOf(checkpoint), arrays };
    const text = stringifyExact(manifest);
    const record: ManifestRecord = { text, sha256: await textHash(text) };
    return [
      { store: 'checkpoints', key: `${manifestPrefix(runId)}${orderKey(order)}`, value: record },
      { store: 'checkpoints', key: pointerKey(runId), value: { order, stage: manifest.stage, step: manifest.step } satisfies Pointer },
    ];
  }

  /**
   * Deletes manifests beyond the newest `keep` and the best, and the pieces that no kept manifest names. When a kept manifest is
   * unreadable, its pieces cannot be told from strays: then only those of the deleted manifests go.
   */
  async function prune(runId: string): Promise<void> {
    const found: { key: string; manifest: Manifest | null }[] = [];
    for (const key of (await store.keys('checkpoints', manifestPrefix(runId))).reverse()) {
      found.push({ key, manifest: await readManifest(key).catch((error: unknown) => {
        // A read that failed is no verdict on the record: deleting on its word could delete the newest.
        if (isStorageFailure(error)) throw error;
        return null;
      }) });
    }
    const best = found.reduce<typeof found[number] | null>((top, entry) => {
      const value = entry.manifest?.score ?? null;
      return value !== null && value > (top?.manifest?.score ?? -Infinity) ? entry : top;
    }, null);
    const gone = found.filter((entry, i) => i >= keep && entry !== best);
    const kept = found.filter(entry => !gone.includes(entry));
    const keptIds = new Set(kept.map(entry => entry.manifest?.id));
    const goneIds = new Set(gone.map(entry => entry.manifest?.id));
    const allReadable = kept.every(entry => entry.manifest);
    const removals = await chunkRemovals(store, chunkPrefix(runId), key => {
      const id = key.slice(chunkPrefix(runId).length).split('/')[0];
      return allReadable ? keptIds.has(id) : !goneIds.has(id);
    });
    for (const { key } of gone) removals.push({ store: 'checkpoints', key, remove: true });
    if (removals.length > 0) await store.commit(removals, 'strict');
  }

  /** A pointer that makes no sense is none: it only tells of a newest checkpoint that has vanished. */
  async function readPointer(runId: string): Promise<Pointer | undefined> {
    const pointer = await store.get('checkpoints', pointerKey(runId)) as Partial<Pointer> | null | undefined;
    const { order, stage, step } = typeof pointer === 'object' && pointer !== null ? pointer : {};
    return Number.isSafeInteger(order) && order! >= 0 && order! < 1e10 && typeof stage === 'string' && typeof step === 'number' ? { order: order!, stage, step } : undefined;
  }

  /** Throws a plain Error saying what is wrong with the record. */
  async function readManifest(key: string): Promise<Manifest> {
    const record = await store.get('checkpoints', key) as Partial<ManifestRecord> | undefined;
    if (typeof record?.text !== 'string' || typeof record.sha256 !== 'string') throw new Error('its record is missing or malformed');
    if (await textHash(record.text) !== record.sha256) throw new Error('its record fails its checksum');
    const manifest = parseExact(record.text) as Manifest;
    if (manifest.schema > SCHEMA) throw new NewerFormat(`This run was saved by a newer version of this page (format ${manifest.schema}, this page reads ${SCHEMA}). It was not loaded, and nothing of it was changed. Reload the page to get the newer version.`);
    if (manifest.schema !== SCHEMA) throw new Error(`it has the format ${manifest.schema}, this page reads ${SCHEMA}`);
    if (`${manifestPrefix(manifest.runId)}${orderKey(manifest.order)}` !== key) throw new Error('its record belongs to another checkpoint');
    return manifest;
  }

  async function read(key: string): Promise<Checkpoint> {
    const manifest = await readManifest(key);
    const arrays: Partial<Record<ArrayName, Float32Array>> = {};
    for (const { name, length, chunks } of manifest.arrays) {
      const bytes = await readChunks(store, chunks);
      if (bytes.length !== length * 4) throw new Error(`${name} has ${bytes.length} bytes for ${length} numbers`);
      arrays[name] = new Float32Array(bytes.buffer);
    }
    const { weights, m, v, frozen } = arrays;
    if (!weights || !m || !v) throw new Error('an array is missing');
    return joined(manifest, { weights, m, v, ...(frozen ? { frozen } : {}) });
  }

  /** A dropped connection is not damage: one more try before a checkpoint is called bad. */
  const readSteadily = (key: string): Promise<Checkpoint> => read(key).catch((error: unknown) => {
    if (isStorageFailure(error)) return read(key);
    throw error;
  });

  async function loadOne(runId: string, order: number): Promise<{ checkpoint: Checkpoint; notice: string }> {
    const checkpoint = await readSteadily(`${manifestPrefix(runId)}${orderKey(order)}`).catch((error: unknown) => {
      if (isStorageFailure(error)) throw error;
      throw labError('BadCheckpoint', `This checkpoint cannot be used: ${(error as Error).message}. Nothing was changed. Choose another one of the run.`);
    });
    return { checkpoint, notice: '' };
  }

  async function load(runId: string): Promise<{ checkpoint: Checkpoint; notice: string } | null> {
    const keys = (await store.keys('checkpoints', manifestPrefix(runId))).reverse();
    const pointer = await readPointer(runId);
    if (keys.length === 0 && !pointer && await expected(runId)) throw removed();
    const faults: string[] = [];
    const newest = pointer && `${manifestPrefix(runId)}${orderKey(pointer.order)}`;
    if (pointer && keys[0] !== newest) faults.push(`the newest checkpoint (${pointer.stage} step ${pointer.step}) is gone from the browser's storage`);
    for (const key of keys) {
      try {
        const checkpoint = await readSteadily(key);
        if (faults.length === 0) return { checkpoint, notice: '' };
        return { checkpoint, notice: `A newer checkpoint could not be used: ${faults.join('; ')}. The run continues from ${checkpoint.stage} step ${checkpoint.step}; steps after it are repeated.` };
      } catch (cause) {
        // An older checkpoint is no way around storage that does not answer, nor around a page that is too old.
        if (isStorageFailure(cause)) throw cause;
        const which = pointer && key === newest ? `the one of ${pointer.stage} step ${pointer.step}` : `number ${Number(key.slice(runId.length + 1))}`;
        faults.push(`${which} does not verify (${cause instanceof Error ? cause.message : 'unknown'})`);
      }
    }
    if (faults.length === 0) return null;
    throw labError('BadCheckpoint', `No checkpoint of this run can be used: ${faults.join('; ')}. The run was not resumed; its metrics and samples are still there. Start it again from a duplicate.`);
  }

  async function list(runId: string): Promise<CheckpointInfo[]> {
    const infos: CheckpointInfo[] = [];
    for (const key of await store.keys('checkpoints', manifestPrefix(runId))) {
      const manifest = await readManifest(key).catch((error: unknown) => {
        if (isStorageFailure(error) && !(error instanceof NewerFormat)) throw error;
        return null;
      });
      if (manifest) infos.push({ order: manifest.order, stage: manifest.stage, step: manifest.step, savedAt: manifest.savedAt, score: manifest.score, config: manifest.config, bytes: manifest.arrays.reduce((sum, array) => sum + array.length * 4, 0) });
    }
    return infos;
  }

  async function removals(runId: string): Promise<Change[]> {
    const keys = await store.keys('checkpoints', manifestPrefix(runId));
    const changes = await chunkRemovals(store, chunkPrefix(runId));
    for (const key of [...keys, pointerKey(runId)]) changes.push({ store: 'checkpoints', key, remove: true });
    return changes;
  }

  return {
    save: checkpoint => queue(() => save(checkpoint)),
    load: (runId, order) => queue<{ checkpoint: Checkpoint; notice: string } | null>(() => (order === undefined ? load(runId) : loadOne(runId, order))),
    list, removals, stage,
    remove: runId => queue(async () => store.commit(await removals(runId), 'strict')),
  };
}

function removed(): Error {
  return labError('StorageEvicted', 'This run was saved here, and the browser has since removed its checkpoints: it does so when the disk is short of room and the page was not promised permanent storage, or when site data is cleared. The run cannot go on; what is left of its metrics and samples is still there. Import the run if you exported it, or start it again from a duplicate.');
}

/** A page that is too old for what it finds takes nothing older instead: what is there is whole. */
class NewerFormat extends Error {
  override readonly name = 'StorageUnavailable';
}

function isStorageFailure(error: unknown): boolean {
  return ['StorageUnavailable', 'QuotaExceeded'].includes((error as Error).name);
}

function textHash(text: string): Promise<string> {
  return sha256(new TextEncoder().encode(text));
}

function refuseBadState(checkpoint: Checkpoint): void {
  const refuse = (reason: string) => labError('BadCheckpoint', `The state was not saved: ${reason}. The checkpoint before it stands. Resume from that one, with a lower learning rate if this repeats.`);
  if (!/^[\w-]{1,80}$/.test(checkpoint.runId)) throw refuse(`"${checkpoint.runId.slice(0, 80)}" is not a run's id`);
  const { trainer } = checkpoint;
  for (const [name, value] of [['step', checkpoint.step], ['optimizerStep', trainer.optimizerStep], ['lossScale', trainer.lossScale ?? 0], ['lossScaleSteps', trainer.lossScaleSteps ?? 0]] as const) {
    if (!Number.isSafeInteger(value) || value < 0) throw refuse(`${name} is ${value}`);
  }
  for (const name of ARRAYS) {
    const bad = trainer[name] ? firstNonFinite(trainer[name]) : -1;
    if (bad >= 0) throw refuse(`${name} holds ${trainer[name]![bad]} at element ${bad}`);
  }
}
