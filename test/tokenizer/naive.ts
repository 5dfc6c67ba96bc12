/** Byte-pair training and encoding by definition, recounting everything each time; knows only the pattern. */
import { BYTE_CHARACTERS, splitRegExp } from '../../src/tokenizer/pattern';

/** Merges as text pairs: the most frequent pair first, ties to the smaller (left id, right id). */
export function naiveMerges(texts: string[], firstByte: number, wanted: number): [string, string][] {
  const pieces = new Map<string, number>();
  for (const text of texts) for (const piece of text.match(splitRegExp()) ?? []) pieces.set(piece, (pieces.get(piece) ?? 0) + 1);
  let words = [...pieces].map(([piece, weight]) => ({ weight, symbols: [...new TextEncoder().encode(piece)].map((b) => BYTE_CHARACTERS[b]!) }));
  const ids = new Map(BYTE_CHARACTERS.map((c, b) => [c, firstByte + b]));
  const merges: [string, string][] = [];
  while (ids.size < 256 + wanted) {
    const counts = new Map<string, { left: string; right: string; count: number }>();
    for (const { weight, symbols } of words) {
      for (let i = 0; i + 1 < symbols.length; i++) {
        const left = symbols[i]!, right = symbols[i + 1]!, key = `${left} ${right}`;
        const entry = counts.get(key) ?? { left, right, count: 0 };
        entry.count += weight;
        counts.set(key, entry);
      }
    }
    const best = [...counts.values()].filter((entry) => entry.count >= 2)
      .sort((a, b) => b.count - a.count || ids.get(a.left)! - ids.get(b.left)! || ids.get(a.right)! - ids.get(b.right)!)[0];
    if (best === undefined) break;
    const { left, right } = best;
    if (!merges.some(([a, b]) => a === left && b === right)) merges.push([left, right]);
    if (!ids.has(left + right)) ids.set(left + right, firstByte + ids.size);
    words = words.map(({ weight, symbols }) => ({ weight, symbols: applyMerge(symbols, left, right) }));
  }
  return merges;
}

function applyMerge(symbols: string[], left: string, right: string): string[] {
  const out: string[] = [];
  for (let i = 0; i < symbols.length; i++) {
    if (symbols[i] === left && symbols[i + 1] === right) { out.push(left + right); i++; } else out.push(symbols[i]!);
  }
  return out;
}

/** Ids of a text: in every piece the earliest rule that applies, leftmost first, until none does. */
export function naiveEncode(text: string, vocab: Record<string, number>, merges: [string, string][]): number[] {
  const ranks = new Map(merges.map(([a, b], rank) => [`${a} ${b}`, rank]));
  const ids: number[] = [];
  for (const piece of text.match(splitRegExp()) ?? []) {
    let symbols = [...new TextEncoder().encode(piece)].map((b) => BYTE_CHARACTERS[b]!);
    for (;;) {
      let best = Infinity, at = -1;
      for (let i = 0; i + 1 < symbols.length; i++) {
        const rank = ranks.get(`${symbols[i]} ${symbols[i + 1]}`) ?? Infinity;
        if (rank < best) { best = rank; at = i; }
      }
      if (at < 0) break;
      symbols = [...symbols.slice(0, at), symbols[at]! + symbols[at + 1]!, ...symbols.slice(at + 2)];
    }
    for (const symbol of symbols) ids.push(vocab[symbol]!);
  }
  return ids;
}
