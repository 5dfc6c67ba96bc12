/**
 * What UCoder's Theorem 2.4 promises of a largest cluster, and how many tests that takes (arXiv 2512.17385); knows numbers only.
 *
 * The theorem: n candidates with independent errors, two wrong ones agree on a test with probability at most p < 1; then the largest cluster
 * is all correct with probability at least 1 - δ - n² p^|T|. The test count that the paper gives, ln(n/k) / -ln p, only makes n² p^|T| <= n k,
 * which bounds nothing; for a failure of at most ε it takes |T| >= ln(n²/ε) / -ln p. Neither holds where errors are shared: a
 * misconception that all answers have in common forms a cluster of its own, and no number of tests tells it from the truth.
 */

/** The failure that the tests needed are counted for. */
export const EPSILON = 0.05;

/** n² p^|T|, at most 1: the chance that the theorem leaves to a wrong cluster. Two wrong programs that always agree (p = 1) make it 1. */
export function failureBound(candidates: number, agreement: number, tests: number): number {
  return Math.min(1, candidates ** 2 * agreement ** tests);
}

/** Fewest tests for a bound of at most ε; ∞ where two wrong programs always agree, 0 where they never do on any. */
export function testsNeeded(candidates: number, agreement: number, epsilon: number): number {
  if (agreement >= 1) return Infinity;
  if (agreement <= 0) return candidates ** 2 <= epsilon ? 0 : 1;
  return Math.max(0, Math.ceil(Math.log(candidates ** 2 / epsilon) / -Math.log(agreement)));
}

/** The paper's own count, ln(n/k) / -ln p: shown beside ours. */
export function testsOfThePaper(candidates: number, correct: number, agreement: number): number {
  return agreement >= 1 ? Infinity : agreement <= 0 ? 0 : Math.max(0, Math.ceil(Math.log(candidates / correct) / -Math.log(agreement)));
}

/**
 * p as measured: the mean share of tests on which two candidates of different clusters give the same; NaN with fewer than two clusters. Which of
 * them are wrong is not known, so this is what can be measured without the truth, and no bound on those that agree everywhere.
 */
export function measuredAgreement(outputs: readonly (readonly (string | null)[])[], clusters: readonly { members: readonly number[] }[]): number {
  let sum = 0, pairs = 0;
  clusters.forEach(({ members }, i) => {
    for (const other of clusters.slice(i + 1)) {
      const a = outputs[members[0]!]!, b = outputs[other.members[0]!]!, weight = members.length * other.members.length;
      const same = a.filter((output, t) => output === b[t]).length;
      sum += weight * (a.length === 0 ? 1 : same / a.length);
      pairs += weight;
    }
  });
  return pairs === 0 ? NaN : sum / pairs;
}
