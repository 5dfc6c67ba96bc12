/** Knows how a dropped folder becomes a corpus off the page's thread; knows nothing of views, models or storage. */
import * as Comlink from 'comlink';
import { joinAccounts } from '../src/corpus/account';
import type { Choice } from '../src/corpus/choice';
import { buildCorpus } from '../src/corpus/corpus';
import type { Corpus, CorpusOptions, CorpusProgress } from '../src/corpus/corpus';
import { fingerprint } from '../src/corpus/duplicates';
import type { Fingerprint } from '../src/corpus/duplicates';
import { collectFiles } from '../src/corpus/files';
import type { FileCaps, FileEntry, SkippedEntry } from '../src/corpus/files';
import { corpusHash } from '../src/corpus/hash';
import { createParser, fetchedGrammars, Parser } from '../src/corpus/parser';
import { applyChoice } from '../src/corpus/pick';
import { fileEntries, handleEntries } from '../src/corpus/sources';
import type { CorpusSource, DroppedFile } from '../src/corpus/sources';
import { zipEntries } from '../src/corpus/zip';
import type { CodeItem, Language } from '../src/types';

export interface IngestOptions extends Partial<Pick<CorpusOptions, 'seed' | 'heldoutFraction' | 'maxCharacters'>> {
  /** Folder of the .wasm files, absolute; the page passes `new URL('./grammars/', document.baseURI).href`. */
  grammars?: string;
  /** Larger caps than the usual ones, when a person asked for the rest too. */
  caps?: Partial<FileCaps>;
}

/** What is read: as it was dropped, or the files that `give` brought. */
export type HandedSource = CorpusSource | { kind: 'given'; turn: number };

/** A corpus with no function in it is no error: its report says what came in and why nothing was used. `capped`: with larger caps there would be more. */
export interface Ingested extends Corpus { capped: boolean }

/** What a choice makes of the corpus: 0 left out, 1 for training, 2 held out, by place; and the hash it would have. */
export interface Picked { splits: Uint8Array; train: number; heldout: number; crossed: number; splitBy: 'file' | 'function' | 'kept'; hash: string }

let parser: Promise<Parser> | undefined;
/** Files of a chooser, handed over in pieces before they are read; of two readings that overlap, the later one's. */
let given: { turn: number; files: DroppedFile[] } = { turn: 0, files: [] };
let running: { stop: AbortController; enough: AbortController } | undefined;
/** The corpus that is being chosen from: sent once, asked often. */
let held: { key: string; items: CodeItem[]; lengths: Uint32Array; prints: Fingerprint[] | undefined } | undefined;

// The worker's script lies in the build's asset folder, or in the sources while developing: the page's own folder is one up.
const besideThePage = () => new URL(import.meta.env.DEV ? '/grammars/' : '../grammars/', import.meta.url).href;

function sharedParser(grammars = besideThePage()): Promise<Parser> {
  parser ??= createParser(fetchedGrammars(grammars)).catch((cause: unknown) => { parser = undefined; throw cause; });
  return parser;
}

/** For a folder without a single source file: nothing is parsed. */
const NO_PARSER = new Parser({ runtimeWasm: '', grammar: () => Promise.reject(new Error('no grammar is needed')) });

async function* allEntries(sources: readonly HandedSource[], taken: typeof given): AsyncGenerator<FileEntry | SkippedEntry> {
  for (const source of sources) {
    if (source.kind === 'given') yield* fileEntries(source.turn === taken.turn ? taken.files : []);
    else if (source.kind === 'files') yield* fileEntries(source.files);
    else if (source.kind === 'folder') yield* handleEntries(source.handle);
    else yield* zipEntries(source.file);
  }
}

const corpus = {
  /** Files for the next `ingest`, a piece at a time: the page would stand still while thousands are copied across at once. A later `turn` forgets what an earlier one brought. */
  give(turn: number, files: DroppedFile[]): void {
    if (turn > given.turn) given = { turn, files: [] };
    if (turn === given.turn) given.files.push(...files);
  },

  /**
   * Makes a corpus of what was dropped; one at a time, a second call stops the first. `progress` (a Comlink.proxy) hears at most
   * twenty times a second. Rejects with Stopped after `cancel()`, BadInput for an archive that cannot be read.
   */
  async ingest(sources: HandedSource[], options: IngestOptions = {}, progress?: (p: CorpusProgress) => void): Promise<Ingested> {
    running?.stop.abort();
    const own = { stop: new AbortController(), enough: new AbortController() };
    running = own;
    const taken = given;
    given = { turn: taken.turn, files: [] };
    let last = 0;
    const tell = (p: CorpusProgress) => {
      const now = performance.now();
      if (p.done < p.total && now - last < 50) return;
      last = now;
      progress?.(p);
    };
    const signals = { signal: own.stop.signal, enough: own.enough.signal };
    try {
      const { files, leftOut, notices, records, unlisted, capped } = await collectFiles(allEntries(sources, taken), { ...signals, progress: tell, caps: options.caps });
      // Where there is no code no grammar is needed, and none may be at hand.
      const built = await buildCorpus(files.length > 0 ? await sharedParser(options.grammars) : NO_PARSER, files, { ...options, ...signals }, tell);
      built.report.leftOut = [...leftOut, ...built.report.leftOut].sort((a, b) => b.count - a.count);
      built.report.notices = [...notices, ...built.report.notices];
      built.report.account = joinAccounts([built.report.account, { files: records, unlistedFiles: unlisted }]);
      return { ...built, capped };
    } finally {
      if (running === own) running = undefined;
    }
  },

  /** Stops the ingest under way; it rejects with Stopped within a turn of its loop. */
  cancel(): void { running?.stop.abort(); },

  /** Ends the reading of the ingest under way: it goes on to a corpus of what was read so far. */
  enough(): void { running?.enough.abort(); },

  /** Takes the corpus that `pick` chooses from; `lengths[i]` is the length of item i in tokens. */
  hold(key: string, items: CodeItem[], lengths: Uint32Array): void {
    held = { key, items, lengths, prints: held?.key === key ? held.prints : undefined };
  },

  /** What a choice makes of the held corpus; null when another one is held by now. */
  async pick(key: string, choice: Choice): Promise<Picked | null> {
    if (held?.key !== key) return null;
    const { items, lengths } = held, own = held;
    const { items: taken, ...counts } = applyChoice(items, lengths, choice, () => own.prints ??= items.map((item) => fingerprint(item.code)));
    const places = new Map(items.map((item, i) => [item.id, i]));
    const splits = new Uint8Array(items.length);
    for (const item of taken) splits[places.get(item.id)!] = item.split === 'train' ? 1 : 2;
    return { splits, ...counts, hash: await corpusHash(taken) };
  },

  /** True when the code has no syntax error in its language. Loads the grammar on first use. */
  async parses(language: Language, code: string, grammars?: string): Promise<boolean> {
    const ready = await sharedParser(grammars);
    await ready.load([language]);
    return ready.parses(language, code);
  },
};

export type CorpusApi = typeof corpus;
Comlink.expose(corpus);
