/** Knows the browser's ways to hand over a folder (drop, picker, input) and makes entries of them; decides nothing about files. */
import type { FileEntry, SkippedEntry } from './files';
import { folderKind } from './paths';

/** A folder's file with its path from the dropped root on; what a page can send to a worker. */
export interface DroppedFile { path: string; file: File }

/** Something dropped or picked, in a form that crosses to a worker. */
export type CorpusSource =
  | { kind: 'files'; files: DroppedFile[] }
  | { kind: 'folder'; handle: FileSystemDirectoryHandle }
  | { kind: 'zip'; file: File };

const bytesOf = async (file: File): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());

const isZip = (file: File): boolean => /\.zip$/i.test(file.name) || file.type === 'application/zip' || file.type === 'application/x-zip-compressed';

/** Files of `<input type=file webkitdirectory>` or a plain file input: a .zip becomes a zip source, all else one file source. */
export function fromFileList(list: ArrayLike<File>): CorpusSource[] {
  const sources: CorpusSource[] = [];
  const files: DroppedFile[] = [];
  for (const file of Array.from(list)) {
    if (!file.webkitRelativePath && isZip(file)) sources.push({ kind: 'zip', file });
    else files.push({ path: file.webkitRelativePath || file.name, file });
  }
  if (files.length > 0) sources.push({ kind: 'files', files });
  return sources;
}

/**
 * What was dropped. Call it inside the drop event: the items are gone after the first await, so everything is taken out of them
 * before. Folders come as handles where the browser has them (a worker walks those), else they are walked here.
 * @param entryCap most files walked here; the worker's own caps apply after that.
 */
export async function fromDataTransfer(transfer: DataTransfer, entryCap = 50_000): Promise<CorpusSource[]> {
  const taken = Array.from(transfer.items).filter((item) => item.kind === 'file').map((item) => ({
    handle: 'getAsFileSystemHandle' in item ? (item as DataTransferItem & { getAsFileSystemHandle(): Promise<FileSystemHandle | null> }).getAsFileSystemHandle() : null,
    entry: item.webkitGetAsEntry(),
    file: item.getAsFile(),
  }));
  const sources: CorpusSource[] = [];
  const files: DroppedFile[] = [];
  for (const { handle, entry, file } of taken) {
    const known = await handle?.catch(() => null);
    if (known?.kind === 'directory') sources.push({ kind: 'folder', handle: known as FileSystemDirectoryHandle });
    else if (entry?.isDirectory) await walkEntry(entry as FileSystemDirectoryEntry, files, entryCap, 0);
    else if (file && isZip(file)) sources.push({ kind: 'zip', file });
    else if (file) files.push({ path: file.name, file });
  }
  if (files.length > 0) sources.push({ kind: 'files', files });
  return sources;
}

/** Deepest folder that is walked; the caps of `collectFiles` are stricter, this one only ends the walk. */
const WALK_DEPTH = 32;

async function walkEntry(folder: FileSystemDirectoryEntry, into: DroppedFile[], cap: number, depth: number): Promise<void> {
  const reader = folder.createReader();
  for (;;) {
    // One call gives at most 100 entries in Chromium: only an empty answer ends the folder.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (batch.length === 0) return;
    for (const entry of batch) {
      if (into.length >= cap) return;
      if (entry.isDirectory) {
        if (depth < WALK_DEPTH && folderKind(entry.name) !== 'vendor') await walkEntry(entry as FileSystemDirectoryEntry, into, cap, depth + 1);
      } else {
        const file = await new Promise<File | null>((resolve) => { (entry as FileSystemFileEntry).file(resolve, () => resolve(null)); });
        if (file) into.push({ path: entry.fullPath.replace(/^\//, ''), file });
      }
    }
  }
}

/** Entries of listed files. The first path segment is the dropped root; a file without a folder has none. */
export async function* fileEntries(files: Iterable<DroppedFile>): AsyncGenerator<FileEntry> {
  for (const { path, file } of files) yield { path, size: file.size, exempt: path.includes('/') ? 1 : 0, read: () => bytesOf(file) };
}

/** Entries of a folder handle, walked in the order of names; vendor folders below the root are skipped unwalked. */
export async function* handleEntries(root: FileSystemDirectoryHandle): AsyncGenerator<FileEntry | SkippedEntry> {
  yield* walkHandle(root, root.name || 'folder', 0);
}

async function* walkHandle(folder: FileSystemDirectoryHandle, path: string, depth: number): AsyncGenerator<FileEntry | SkippedEntry> {
  for await (const [name, child] of folder.entries()) {
    const at = `${path}/${name}`;
    if (child.kind === 'directory') {
      if (folderKind(name) === 'vendor') yield { path: at, skipped: 'vendor or tool folder', folder: true };
      else if (depth >= WALK_DEPTH) yield { path: at, skipped: 'too deep', folder: true };
      else yield* walkHandle(child as FileSystemDirectoryHandle, at, depth + 1);
    } else {
      let file: File;
      try { file = await (child as FileSystemFileHandle).getFile(); } catch { yield { path: at, skipped: 'could not be read' }; continue; }
      yield { path: at, size: file.size, exempt: 1, read: () => bytesOf(file) };
    }
  }
}
