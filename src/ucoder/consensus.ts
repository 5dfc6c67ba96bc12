/**
 * Chooses one of many answers to a problem by running them (UCoder, arXiv 2512.17385, section 2): execution signatures, clusters, the
 * reliability filter, the largest cluster and the lexicographic choice in it. Knows outputs as texts; runs nothing and asks no model.
 */

/** What running one candidate on every test gave: canonical text of the output, or null for ⊥ (it failed, or never ran). */
export type Outputs = readonly (string | null)[];

export interface Candidate {
  outputs: Outputs;
  /** Log-probabilities of its tokens, the sampler's. */
  logps: ArrayLike<number>;
}

/**
 * `output`: σ is the output itself, test by test. `passfail`: σ(r) ∈ {1, 0, ⊥}, the paper's variant: whether the output is the expected one; where
 * nothing is expected, whether there was any.
 */
export type SignatureKind = 'output' | 'passfail';

export interface ConsensusRules {
  signature: SignatureKind;
  /** ρ: candidates that ran on a smaller share of the tests are left out. */
  reliability: number;
  /** A cluster with a smaller share of all candidates decides nothing: τ = max(2, ⌈share · n⌉). */
  minShare: number;
  /** passfail only: the output expected of each test, where it is known. */
  expected?: readonly (string | null)[];
}

/** Clusters of at least half of the answers, and smaller ones: the two kinds that the confidence badge tells apart. */
export const CONFIDENT = 0.5;

export interface Cluster { signature: string; members: number[] }

export interface Consensus {
  /** e(r): share of the tests on which it ran, by candidate. */
  executed: number[];
  /** f(r): perplexity of its text under the model, by candidate. */
  perplexity: number[];
  /** Of the reliable candidates, largest first. */
  clusters: Cluster[];
  /** τ, in candidates. */
  smallest: number;
  /** The chosen candidate; null: abstained. */
  chosen: number | null;
  /** s(r) / n of the largest cluster: how sure the choice is. */
  confidence: number;
}

/** σ(r): one text that is the same for candidates that behave the same. Its parts are joined by a character that JSON text never holds bare. */
export function signatureOf(outputs: Outputs, { signature, expected }: Pick<ConsensusRules, 'signature' | 'expected'>): string {
  if (signature === 'output') return outputs.map((output) => output ?? '⊥').join('\n');
  return outputs.map((output, t) => {
    if (output === null) return '⊥';
    const wanted = expected?.[t] ?? null;
    return wanted === null || wanted === output ? '1' : '0';
  }).join('');
}

/** e(r) = |{t : Exec(r, t) ≠ ⊥}| / |T|; 0 where there are no tests. */
export const executedShare = (outputs: Outputs): number => (outputs.length === 0 ? 0 : outputs.filter((output) => output !== null).length / outputs.length);

/** f(r) = exp(-(1/|r|) Σ log p(x_i | x_<i)); ∞ for an empty text, which nothing should choose. */
export function perplexityOf(logps: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < logps.length; i++) sum += logps[i]!;
  return logps.length === 0 ? Infinity : Math.exp(-sum / logps.length);
}

/**
 * (1) R' = {r : e(r) >= ρ}; (2) C* = the largest cluster of R' with at least τ members, of equally large ones the one whose best has the smaller
 * perplexity; (3) r* = argmax over C* of ⟨e(r), -f(r)⟩, lexicographic; at last the first. A candidate that ran nowhere is in no cluster,
 * whatever ρ is: failing together is no agreement.
 */
export function consensusOf(candidates: readonly Candidate[], rules: ConsensusRules): Consensus {
  const executed = candidates.map(({ outputs }) => executedShare(outputs)), perplexity = candidates.map(({ logps }) => perplexityOf(logps));
  const smallest = Math.max(2, Math.ceil(rules.minShare * candidates.length - 1e-9));
  const bySignature = new Map<string, number[]>();
  candidates.forEach(({ outputs }, r) => {
    if (executed[r]! < rules.reliability || executed[r] === 0) return;
    const signature = signatureOf(outputs, rules);
    bySignature.set(signature, [...(bySignature.get(signature) ?? []), r]);
  });
  const before = (a: number, b: number): number => executed[b]! - executed[a]! || perplexity[a]! - perplexity[b]! || a - b;
  const best = ({ members }: Cluster): number => [...members].sort(before)[0]!;
  const clusters = [...bySignature].map(([signature, members]): Cluster => ({ signature, members }))
    .sort((a, b) => b.members.length - a.members.length || perplexity[best(a)]! - perplexity[best(b)]! || a.members[0]! - b.members[0]!);
  const largest = clusters[0];
  const chosen = largest && largest.members.length >= smallest ? best(largest) : null;
  return { executed, perplexity, clusters, smallest, chosen, confidence: largest ? largest.members.length / candidates.length : 0 };
}
