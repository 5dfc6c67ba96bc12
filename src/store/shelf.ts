/** Knows how to keep named things made of files (corpora, tokenizers, models): list, rename, delete with undo; not what is in them. */
import { labError } from '../types';
import type { FileEntry } from '../formats/model_folder';
import { chunkRemovals, readChunks, writeChunks, CHUNK_BYTES, type ChunkRef } from './chunks';
import { createQueue, type Change, type KeyValue } from './key_value';

export type ShelfName = 'corpora' | 'tokenizers' | 'models' | 'measurements';

/** What a list shows: everything but the files. `info` is plain data of the owner. */
export interface ShelfEntry<Info> { id: string; name: string; createdAt: number; bytes: number; info: Info }

interface ShelfRecord<Info> extends ShelfEntry<Info> {
  files: { name: string; chunks: ChunkRef[] }[];
  /** Set while it can still be restored. */
  deletedAt?: number;
}

/** Brings a deleted thing back; rejects with BadInput when it has been purged since. */
export type Restore = () => Promise<void>;

export interface StagedEntry<Info> {
  entry: ShelfEntry<Info>;
  /** Writes the files; the changes make the entry appear. */
  write(): Promise<Change[]>;
  /** The changes that take all of it away, however far it came. */
  undo(): Promise<Change[]>;
}

export interface Shelf<Info> {
  /** Newest first; deleted ones are not shown. */
  list(): Promise<ShelfEntry<Info>[]>;
  add(name: string, files: readonly FileEntry[], info: Info): Promise<ShelfEntry<Info>>;
  /** An entry that is to appear together with other things, by one commit of whoever makes them. Throws BadInput for the name. */
  stage(name: string, files: readonly FileEntry[], info: Info): StagedEntry<Info>;
  /** Every byte is verified. Throws BadInput when there is no such entry or its bytes are damaged. */
  load(id: string): Promise<{ entry: ShelfEntry<Info>; files: FileEntry[] }>;
  rename(id: string, name: string): Promise<void>;
  remove(id: string): Promise<Restore>;
  /** Frees what was deleted at least `ageMs` ago, and pieces that an interrupted `add` left. */
  purge(ageMs: number): Promise<void>;
}

/** Pieces without a record may belong to an `add` under way in another tab: younger ones are left alone. */
export const STRAY_MS = 3600_000;

/** Ids begin with their time, so that strays show their age. */
export function createId(now = Date.now()): string {
  return `${now.toString(36)}-${crypto.randomUUID().slice(0, 8)}`;
}

/** Names are shown in lists and used in file names: control characters go, length is capped. Throws BadInput for an empty one. */
export function checkedName(name: string): string {
  const clean = name.normalize('NFC').replace(/[\p{Cc}\p{Cf}]/gu, '').trim().slice(0, 80);
  if (clean === '') throw labError('BadInput', 'A name needs at least one visible character. Nothing was changed. Type another name.');
  return clean;
}

/** A shelf over one store. All changes are strict: what a list shows is on disk. */
export function createShelf<Info>(store: KeyValue, shelf: ShelfName, options: { chunkBytes?: number; now?: () => number } = {}): Shelf<Info> {
  const { chunkBytes = CHUNK_BYTES, now = Date.now } = options;
  const queue = createQueue();
  const piecePrefix = `shelf/${shelf}/`;

  const find = async (id: string): Promise<ShelfRecord<Info> | undefined> => await store.get(shelf, id) as ShelfRecord<Info> | undefined;
  const put = (record: ShelfRecord<Info>) => store.commit([{ store: shelf, key: record.id, value: record }], 'strict');
  const shown = ({ id, name, createdAt, bytes, info }: ShelfRecord<Info>): ShelfEntry<Info> => ({ id, name, createdAt, bytes, info });
  const existing = async (id: string): Promise<ShelfRecord<Info>> => {
    const record = await find(id);
    if (!record || record.deletedAt !== undefined) throw labError('BadInput', `This entry is no longer in ${shelf}: it was deleted. Nothing was changed. Reload the list.`);
    return record;
  };

  const stage = (name: string, files: readonly FileEntry[], info: Info): StagedEntry<Info> => {
    const createdAt = now();
    const record: ShelfRecord<Info> = { id: createId(createdAt), name: checkedName(name), createdAt, info, bytes: files.reduce((sum, file) => sum + file.bytes.length, 0), files: [] };
    const prefix = `${piecePrefix}${record.id}/`;
    return {
      entry: shown(record),
      write: async () => {
        for (const [i, file] of files.entries()) record.files.push({ name: file.name, chunks: await writeChunks(store, `${prefix}${i}-`, file.bytes, chunkBytes) });
        return [{ store: shelf, key: record.id, value: record }];
      },
      undo: async () => [{ store: shelf, key: record.id, remove: true }, ...await chunkRemovals(store, prefix)],
    };
  };

  return {
    list: async () => {
      const entries: ShelfEntry<Info>[] = [];
      for (const key of await store.keys(shelf, '')) {
        const record = await find(key);
        if (record && record.deletedAt === undefined) entries.push(shown(record));
      }
      return entries.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
    },

    stage,

    add: async (name, files, info) => {
      const staged = stage(name, files, info);
      try {
        await store.commit(await staged.write(), 'strict');
      } catch (error) {
        // Give the room back at once; should this fail too, purge does it later. The record goes too: its commit may have happened and only the answer been lost.
        await staged.undo().then(changes => store.commit(changes, 'strict')).catch(() => undefined);
        throw error;
      }
      return staged.entry;
    },

    load: async id => {
      const record = await existing(id);
      const files: FileEntry[] = [];
      for (const file of record.files) {
        const bytes = await readChunks(store, file.chunks).catch((error: unknown) => {
          if ((error as Error).name === 'StorageUnavailable') throw error;
          throw labError('BadInput', `"${record.name}" is damaged in the browser's storage: ${file.name}, ${(error as Error).message}. It was not loaded. Delete it and add it again from its source.`);
        });
        files.push({ name: file.name, bytes });
      }
      return { entry: shown(record), files };
    },

    rename: (id, name) => queue(async () => put({ ...await existing(id), name: checkedName(name) })),

    remove: id => queue(async () => {
      await put({ ...await existing(id), deletedAt: now() });
      return () => queue(async () => {
        const record = await find(id);
        if (!record) throw labError('BadInput', 'The deleted entry has been cleared away for good and cannot come back. Add it again from its source.');
        const { deletedAt: _gone, ...restored } = record;
        await put(restored);
      });
    }),

    purge: ageMs => queue(async () => {
      const time = now();
      const living = new Set<string>();
      const removals: Change[] = [];
      // Pieces are listed first: one that appears later belongs to a record that appears later too.
      const pieces = await store.keys('chunks', piecePrefix);
      for (const key of await store.keys(shelf, '')) {
        const record = await find(key);
        if (record?.deletedAt !== undefined && time - record.deletedAt >= ageMs) removals.push({ store: shelf, key, remove: true });
        else living.add(key);
      }
      const dropped = new Set(removals.map(change => change.key));
      for (const key of pieces) {
        const id = key.slice(piecePrefix.length).split('/')[0]!;
        const stray = !living.has(id) && !dropped.has(id) && time - parseInt(id, 36) >= STRAY_MS;
        if (dropped.has(id) || stray) removals.push({ store: 'chunks', key, remove: true });
      }
      if (removals.length > 0) await store.commit(removals, 'strict');
    }),
  };
}
