/** The difference of two code texts as two marked panes; knows nothing of the DOM. */
import { diffLines, diffWordsWithSpace } from 'diff';

export interface Piece { text: string; kind: 'same' | 'removed' | 'added' }

/** `unified`: both texts in one, what was lost before what was put in its place. */
export interface Intraline { original: Piece[]; reconstruction: Piece[]; unified: Piece[]; same: boolean }

/** Longer pairs are compared line by line: a word diff is quadratic in the worst case and would hold up the page. */
const WORD_LIMIT = 8_000;
const TIME_LIMIT_MS = 40;

/**
 * Word-level difference. `original` holds what both share and what was lost, `reconstruction` what both share and what was put in;
 * joining the texts of a pane gives that text back exactly.
 */
export function intraline(original: string, reconstruction: string): Intraline {
  // Texts with nothing in common are the slow case: after the time limit they count as wholly different.
  const changes = (original.length + reconstruction.length > WORD_LIMIT
    ? diffLines(original, reconstruction, { timeout: TIME_LIMIT_MS })
    : diffWordsWithSpace(original, reconstruction, { timeout: TIME_LIMIT_MS }))
    ?? [{ value: original, removed: true, added: false, count: 1 }, { value: reconstruction, removed: false, added: true, count: 1 }];
  const left: Piece[] = [];
  const right: Piece[] = [];
  for (const change of changes) {
    if (change.added) right.push({ text: change.value, kind: 'added' });
    else if (change.removed) left.push({ text: change.value, kind: 'removed' });
    else { left.push({ text: change.value, kind: 'same' }); right.push({ text: change.value, kind: 'same' }); }
  }
  const unified = changes.map((change): Piece => ({ text: change.value, kind: change.added ? 'added' : change.removed ? 'removed' : 'same' }));
  return { original: left, reconstruction: right, unified, same: original === reconstruction };
}
