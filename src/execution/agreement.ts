/** How far two functions behave alike, by the texts of their outputs; runs nothing and knows no language. */

import { FAILED } from '../sandbox/languages';

/**
 * Share of the inputs on which the outputs agree, in [0, 1]. Where the original gives no output, giving none agrees too, but such inputs count
 * for no more than the outputs themselves do: their share is bounded by that of the right outputs. So code that only fails gets 0, and so
 * does code that did not run (`found` null).
 */
export function agreement(expected: readonly string[], found: readonly string[] | null): number {
  if (!found || found.length !== expected.length || expected.length === 0) return 0;
  let outputs = 0, right = 0, failures = 0, alike = 0;
  expected.forEach((output, i) => {
    const same = found[i] === output;
    if (output === FAILED) { failures++; if (same) alike++; } else { outputs++; if (same) right++; }
  });
  if (outputs === 0) return 0;
  const share = right / outputs;
  return failures === 0 ? share : (right + failures * Math.min(share, alike / failures)) / expected.length;
}

/** Places of the inputs on which the outputs differ. */
export function differences(expected: readonly string[], found: readonly string[] | null): number[] {
  return expected.flatMap((output, i) => (found?.[i] === output ? [] : [i]));
}
