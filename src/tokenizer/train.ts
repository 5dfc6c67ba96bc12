/** Learns a byte-level BPE vocabulary from text and writes it as a standard tokenizer.json; knows no model and no encoder. */
import { labError, SPECIALS, type Language } from '../types';
import { BYTE_CHARACTERS, SPLIT_PATTERN, splitRegExp } from './pattern';

export interface TrainOptions {
  /** Size wanted, specials and the 256 bytes included. The result is smaller when no pair occurs twice any more. */
  vocabSize: number;
  /** Their tokens (`<|python|>`) follow SPECIALS in this order. */
  languages: readonly Language[];
  /** Called some 100 times with work done in [0,1]; answering false stops the training with an error named Stopped. */
  onProgress?: (done: number, phase: 'count' | 'merge') => boolean | void;
}

/** Ids must fit 16 bits, so that a pair of them is one exact number. */
const MAX_VOCABULARY = 65536;
/** Longer pieces (base64, tables of symbols) would cost much and give merges that nothing else uses. */
const MAX_PIECE_BYTES = 256;
/** Texts are cut before splitting so that one huge file does not make millions of strings at once. */
const TEXT_SLICE = 1 << 18;
/** A pair that occurs once is no regularity. */
const MIN_COUNT = 2;

/**
 * Byte-level BPE (Sennrich et al. 2016) with pair counts kept up to date word by word. The most frequent pair is merged
 * first; equal counts are decided by the smaller pair of ids, so the same texts always give the same vocabulary.
 * Ids: SPECIALS, language tokens, the 256 bytes in byte order, merges in order.
 * @returns the text of a Hugging Face tokenizer.json.
 * @throws BadInput for an impossible size, Stopped when `onProgress` answered false.
 */
export function trainTokenizer(texts: Iterable<string>, options: TrainOptions): string {
  const steps = trainSteps(texts, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * `trainTokenizer` that hands the thread back every 50 ms, so that messages arrive in a worker and `signal` can stop it.
 * @throws Stopped when the signal was raised.
 */
export async function trainTokenizerInSlices(texts: Iterable<string>, options: TrainOptions, signal?: AbortSignal): Promise<string> {
  const steps = trainSteps(texts, options);
  let sliceEnd = performance.now() + 50;
  for (;;) {
    if (signal?.aborted) throw stopped();
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() < sliceEnd) continue;
    await new Promise<void>((resume) => setTimeout(resume, 0));
    sliceEnd = performance.now() + 50;
  }
}

function stopped(): Error {
  return labError('Stopped', 'Tokenizer training was stopped. Nothing was kept; start it again to get a tokenizer.');
}

function* trainSteps(texts: Iterable<string>, options: TrainOptions): Generator<void, string> {
  const specials = [...SPECIALS, ...options.languages.map((language) => `<|${language}|>`)];
  const firstByte = specials.length;
  const smallest = firstByte + 256;
  if (!Number.isInteger(options.vocabSize) || options.vocabSize < smallest || options.vocabSize > MAX_VOCABULARY) {
    throw labError('BadInput', `A vocabulary of ${options.vocabSize} cannot be trained. Nothing was made; choose a whole number from ${smallest} (specials and bytes) to ${MAX_VOCABULARY}.`);
  }
  const report = (done: number, phase: 'count' | 'merge'): void => {
    if (options.onProgress?.(done, phase) === false) throw stopped();
  };
  const pieces = yield* countPieces(texts, report);
  const merges = yield* learnMerges(pieces, firstByte, options.vocabSize - smallest, report);
  report(1, 'merge');
  return writeTokenizer(specials, merges);
}

/** How often each piece of the pre-split occurs. The number of texts may be unknown, so progress is by a falling curve. */
function* countPieces(texts: Iterable<string>, report: (done: number, phase: 'count') => void): Generator<void, Map<string, number>> {
  const pieces = new Map<string, number>();
  const total = Array.isArray(texts) ? texts.length : 0;
  const pattern = splitRegExp();
  let seen = 0, characters = 0;
  for (const text of texts) {
    for (let start = 0; start < text.length;) {
      const end = sliceEnd(text, start);
      for (const piece of text.slice(start, end).match(pattern) ?? []) pieces.set(piece, (pieces.get(piece) ?? 0) + 1);
      characters += end - start;
      start = end;
      if (characters > TEXT_SLICE) {
        characters = 0;
        report(total > 0 ? seen / total : 0, 'count');
        yield;
      }
    }
    seen++;
  }
  return pieces;
}

/** A long text is cut at a line break, where the pre-split cuts anyway. */
function sliceEnd(text: string, start: number): number {
  if (text.length - start <= TEXT_SLICE) return text.length;
  const line = text.lastIndexOf('\n', start + TEXT_SLICE);
  return line > start ? (text[line - 1] === '\r' && line - 1 > start ? line - 1 : line) : text.length;
}

/** A binary heap of pairs, the most frequent on top, ties to the smaller pair. Entries may be out of date: see `learnMerges`. */
class PairHeap {
  private readonly pairs: number[] = [];
  private readonly counts: number[] = [];

  get size(): number { return this.pairs.length; }

  push(pair: number, count: number): void {
    const { pairs, counts } = this;
    let at = pairs.length;
    pairs.push(pair);
    counts.push(count);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(count, pair, counts[parent]!, pairs[parent]!)) break;
      pairs[at] = pairs[parent]!;
      counts[at] = counts[parent]!;
      at = parent;
    }
    pairs[at] = pair;
    counts[at] = count;
  }

  pop(): { pair: number; count: number } {
    const { pairs, counts } = this;
    const top = { pair: pairs[0]!, count: counts[0]! };
    const pair = pairs.pop()!, count = counts.pop()!;
    const size = pairs.length;
    if (size === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && before(counts[child + 1]!, pairs[child + 1]!, counts[child]!, pairs[child]!)) child++;
      if (!before(counts[child]!, pairs[child]!, count, pair)) break;
      pairs[at] = pairs[child]!;
      counts[at] = counts[child]!;
      at = child;
    }
    pairs[at] = pair;
    counts[at] = count;
    return top;
  }
}

function before(countA: number, pairA: number, countB: number, pairB: number): boolean {
  return countA > countB || (countA === countB && pairA < pairB);
}

/** Pairs are one number, left * 65536 + right: its order is the order of the pair. */
const pairOf = (left: number, right: number): number => left * MAX_VOCABULARY + right;

function* learnMerges(
  pieces: Map<string, number>, firstByte: number, wanted: number, report: (done: number, phase: 'merge') => void,
): Generator<void, [number, number][]> {
  const encoder = new TextEncoder();
  const words: Uint16Array[] = [];
  const lengths: number[] = [];
  const weights: number[] = [];
  for (const [piece, weight] of pieces) {
    const bytes = encoder.encode(piece);
    if (bytes.length < 2 || bytes.length > MAX_PIECE_BYTES) continue;
    words.push(Uint16Array.from(bytes, (byte) => firstByte + byte));
    lengths.push(bytes.length);
    weights.push(weight);
  }

  const counts = new Map<number, number>();
  /** Words in which a pair occurs or once occurred; a word may be named twice, `visited` skips it. */
  const places = new Map<number, number[]>();
  const add = (pair: number, weight: number, word: number): void => {
    const count = counts.get(pair);
    if (count === undefined) {
      counts.set(pair, weight);
      places.set(pair, [word]);
      return;
    }
    counts.set(pair, count + weight);
    const list = places.get(pair)!;
    if (list[list.length - 1] !== word) list.push(word);
  };
  for (let w = 0; w < words.length; w++) {
    const word = words[w]!;
    for (let i = 0; i + 1 < word.length; i++) add(pairOf(word[i]!, word[i + 1]!), weights[w]!, w);
    if ((w & 0xfff) === 0) yield;
  }

  const heap = new PairHeap();
  for (const [pair, count] of counts) if (count >= MIN_COUNT) heap.push(pair, count);
  const visited = new Int32Array(words.length).fill(-1);
  const hits = new Uint16Array(MAX_PIECE_BYTES);
  const strings: string[] = new Array<string>(firstByte).fill('').concat(BYTE_CHARACTERS);
  const idOf = new Map(BYTE_CHARACTERS.map((text, byte) => [text, firstByte + byte]));
  const rules = new Map<number, [number, number]>();
  const full = strings.length + wanted;
  const reportEvery = Math.max(1, Math.floor(wanted / 100));

  for (let round = 0; strings.length < full && heap.size > 0; round++) {
    const { pair, count } = heap.pop();
    const current = counts.get(pair) ?? 0;
    if (current !== count) {
      // The entry is out of date. Put it back where it belongs, or drop it: a count that rose has an entry of its own.
      if (current >= MIN_COUNT && current < count) heap.push(pair, current);
      continue;
    }
    const left = Math.floor(pair / MAX_VOCABULARY), right = pair % MAX_VOCABULARY;
    // a|bc and ab|c make the same text; one text has one id, so the second pair is a rule for the same token.
    const text = strings[left]! + strings[right]!;
    let merged = idOf.get(text);
    if (merged === undefined) {
      merged = strings.length;
      strings.push(text);
      idOf.set(text, merged);
    }
    rules.set(pair, rules.get(pair) ?? [left, right]);
    const list = places.get(pair)!;
    counts.delete(pair);
    places.delete(pair);
    const born = new Set<number>();
    for (const w of list) {
      if (visited[w] === round) continue;
      visited[w] = round;
      const word = words[w]!, weight = weights[w]!;
      const found = mergeWord(word, lengths[w]!, left, right, merged, counts, weight, hits);
      const length = lengths[w]! - found;
      lengths[w] = length;
      for (let h = 0; h < found; h++) {
        const i = hits[h]!;
        if (i > 0) { const p = pairOf(word[i - 1]!, merged); add(p, weight, w); born.add(p); }
        // When the next symbol was merged too, this pair is the one on its left, counted there.
        if (i + 1 < length && !(h + 1 < found && hits[h + 1] === i + 1)) { const p = pairOf(merged, word[i + 1]!); add(p, weight, w); born.add(p); }
      }
    }
    for (const p of born) {
      const bornCount = counts.get(p)!;
      if (bornCount >= MIN_COUNT) heap.push(p, bornCount);
    }
    if (round % reportEvery === 0) report(1 - (full - strings.length) / Math.max(1, wanted), 'merge');
    yield;
  }
  return [...rules.values()];
}

/**
 * Replaces (left, right) by `merged` from the left, in place, and takes the pairs that are gone off `counts` (the merged
 * pair itself is no longer in it). Pairs that contain the new symbols are counted by the caller.
 * @param hits receives the positions of the new symbols.
 * @returns how many there are: the word is that much shorter.
 */
function mergeWord(
  word: Uint16Array, length: number, left: number, right: number, merged: number, counts: Map<number, number>, weight: number, hits: Uint16Array,
): number {
  let write = 0, found = 0;
  // `previous` is the symbol before position `read` in the word as it was; their pair goes if either side was merged.
  let previous = -1, previousMerged = false;
  for (let read = 0; read < length;) {
    const hit = read + 1 < length && word[read] === left && word[read + 1] === right;
    const symbol = word[read]!;
    if (previous >= 0 && (hit || previousMerged)) {
      const pair = pairOf(previous, symbol);
      const count = counts.get(pair);
      if (count !== undefined) counts.set(pair, count - weight);
    }
    previousMerged = hit;
    previous = hit ? right : symbol;
    if (hit) hits[found++] = write;
    word[write++] = hit ? merged : symbol;
    read += hit ? 2 : 1;
  }
  return found;
}

function writeTokenizer(specials: string[], merges: [number, number][]): string {
  const strings = [...specials, ...BYTE_CHARACTERS];
  const known = new Set(strings);
  const written: [string, string][] = [];
  for (const [left, right] of merges) {
    written.push([strings[left]!, strings[right]!]);
    const text = strings[left]! + strings[right]!;
    if (known.has(text)) continue;
    known.add(text);
    strings.push(text);
  }
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specials.map((content, id) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true })),
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: SPLIT_PATTERN }, behavior: 'Isolated', invert: false },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null,
      fuse_unk: false, byte_fallback: false, ignore_merges: false,
      vocab: Object.fromEntries(strings.map((text, id) => [text, id])),
      merges: written,
    },
  });
}
