/** Knows what text each id of a byte-level vocabulary stands for, bytes that are no character by themselves included; draws nothing. */
import { BYTE_CHARACTERS } from './pattern';

/** One token of a text. `text` is '' where its bytes are only part of a character; `bytes` says them then. */
export interface Piece { id: number; text: string; bytes: string }

const BYTE_OF = new Map(BYTE_CHARACTERS.map((character, byte) => [character, byte]));

/** Every id's piece of a tokenizer.json, by id; ids without one are missing. */
export function pieceTable(json: string): Map<number, Piece> {
  const file = JSON.parse(json) as { model?: { vocab?: Record<string, number> }; added_tokens?: { id: number; content: string }[] };
  const table = new Map<number, Piece>();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (const [token, id] of Object.entries(file.model?.vocab ?? {})) {
    const bytes = Array.from(token, (character) => BYTE_OF.get(character) ?? -1);
    if (bytes.includes(-1)) { table.set(id, { id, text: token, bytes: '' }); continue; }
    let text = '';
    // A mark at the start (BOM) is a character here like any other.
    try { text = decoder.decode(Uint8Array.from(bytes)) || '\ufeff'; } catch { /* part of a character */ }
    table.set(id, { id, text, bytes: text === '' ? bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ') : '' });
  }
  for (const { id, content } of file.added_tokens ?? []) table.set(id, { id, text: content, bytes: '' });
  return table;
}

/** What a vocabulary does to texts. */
export interface VocabularyFacts {
  vocabulary: number; merges: number; specials: number;
  /** Of the texts: characters, UTF-8 bytes (tokens before any merge) and tokens. */
  characters: number; bytes: number; tokens: number;
  /** The longest pieces, longest first. */
  longest: Piece[];
}

/** Counts that need no text. */
export function vocabularyOf(json: string): { vocabulary: number; merges: number; specials: number; longest: Piece[] } {
  const file = JSON.parse(json) as { model?: { vocab?: Record<string, number>; merges?: unknown[] }; added_tokens?: { id: number; special?: boolean }[] };
  const specials = new Set((file.added_tokens ?? []).filter((token) => token.special).map((token) => token.id));
  const table = pieceTable(json);
  const longest = [...table.values()].filter((piece) => !specials.has(piece.id) && piece.text.trim() !== '').sort((a, b) => b.text.length - a.text.length || a.id - b.id).slice(0, 24);
  return { vocabulary: table.size, merges: file.model?.merges?.length ?? 0, specials: specials.size, longest };
}
