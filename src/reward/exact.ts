/** Whether two pieces of code are the same text but for white space that means nothing. */

import { whole } from './metric';
import type { Metric } from './metric';

/** Line ends unified, common indentation, trailing blanks and empty lines removed; other indentation stays, since it can mean something. */
export function normalise(code: string): string {
  const lines = code.replace(/\r\n?/g, '\n').replace(/\t/g, '    ').split('\n').map((line) => line.trimEnd()).filter((line) => line !== '');
  let indent = Infinity;
  for (const line of lines) indent = Math.min(indent, line.length - line.trimStart().length);
  return lines.map((line) => line.slice(indent)).join('\n');
}

/** Equal after normalisation, and not both empty. */
export function exactMatch(original: string, reconstruction: string): boolean {
  const code = normalise(original);
  return code !== '' && code === normalise(reconstruction);
}

/** 1 for equal code after normalisation, else 0. */
export const exactSimilarity: Metric = (original, reconstruction) => whole(exactMatch(original.text, reconstruction.text) ? 1 : 0);
