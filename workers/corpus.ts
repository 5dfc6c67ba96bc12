/** Knows how a dropped folder becomes a corpus off the page's thread; knows nothing of views, models or storage. */
import * as Comlink from 'comlink';
import { buildCorpus } from '../src/corpus/corpus';
import type { Corpus, CorpusOptions, CorpusProgress } from '../src/corpus/corpus';
import { collectFiles } from '../src/corpus/files';
import type { FileEntry, SkippedEntry } from '../src/corpus/files';
import { createParser, fetchedGrammars } from '../src/corpus/parser';
import type { Parser } from '../src/corpus/parser';
import { fileEntries, handleEntries } from '../src/corpus/sources';
import type { CorpusSource } from '../src/corpus/sources';
import { zipEntries } from '../src/corpus/zip';
import { labError } from '../src/types';
import type { Language } from '../src/types';

export interface IngestOptions extends Partial<Pick<CorpusOptions, 'seed' | 'heldoutFraction' | 'maxCharacters'>> {
  /** Folder of the .wasm files, absolute; the page passes `new URL('./grammars/', document.baseURI).href`. */
  grammars?: string;
}

let parser: Promise<Parser> | undefined;
let running: AbortController | undefined;

// The worker's script lies in the build's asset folder, or in the sources while developing: the page's own folder is one up.
const besideThePage = () => new URL(import.meta.env.DEV ? '/grammars/' : '../grammars/', import.meta.url).href;

function sharedParser(grammars = besideThePage()): Promise<Parser> {
  parser ??= createParser(fetchedGrammars(grammars)).catch((cause: unknown) => { parser = undefined; throw cause; });
  return parser;
}

async function* allEntries(sources: CorpusSource[]): AsyncGenerator<FileEntry | SkippedEntry> {
  for (const source of sources) {
    if (source.kind === 'files') yield* fileEntries(source.files);
    else if (source.kind === 'folder') yield* handleEntries(source.handle);
    else yield* zipEntries(source.file);
  }
}

const corpus = {
  /**
   * Makes a corpus of what was dropped; one at a time, a second call stops the first. `progress` (a Comlink.proxy) hears at most
   * twenty times a second. Rejects with Stopped after `cancel()`, BadInput when nothing could be read.
   */
  async ingest(sources: CorpusSource[], options: IngestOptions = {}, progress?: (p: CorpusProgress) => void): Promise<Corpus> {
    running?.abort();
    const own = new AbortController();
    running = own;
    let last = 0;
    const tell = (p: CorpusProgress) => {
      const now = performance.now();
      if (p.done < p.total && now - last < 50) return;
      last = now;
      progress?.(p);
    };
    try {
      const { files, leftOut, notices } = await collectFiles(allEntries(sources), { signal: own.signal, progress: tell });
      if (files.length === 0) {
        const reasons = leftOut.map((l) => `${l.count} ${l.reason}`).join(', ');
        throw labError('BadInput', `No source file was found in what was dropped${reasons ? ` (left out: ${reasons})` : ''}. No corpus was made. Drop a folder with code in a supported language.`);
      }
      const built = await buildCorpus(await sharedParser(options.grammars), files, { ...options, signal: own.signal }, tell);
      built.report.leftOut = [...leftOut, ...built.report.leftOut].sort((a, b) => b.count - a.count);
      built.report.notices = [...notices, ...built.report.notices];
      return built;
    } finally {
      if (running === own) running = undefined;
    }
  },

  /** Stops the ingest under way; it rejects with Stopped within a turn of its loop. */
  cancel(): void { running?.abort(); },

  /** True when the code has no syntax error in its language. Loads the grammar on first use. */
  async parses(language: Language, code: string, grammars?: string): Promise<boolean> {
    const ready = await sharedParser(grammars);
    await ready.load([language]);
    return ready.parses(language, code);
  },
};

export type CorpusApi = typeof corpus;
Comlink.expose(corpus);
