/** UCoder's stage 5: answers are run on a problem's tests and the consensus is looked for. Knows the sandbox by its interface; trains nothing. */

import { mean } from '../rl/advantage';
import { CONFIDENT, consensusOf } from '../ucoder/consensus';
import type { Consensus, Outputs } from '../ucoder/consensus';
import { EPSILON, failureBound, measuredAgreement, testsNeeded } from '../ucoder/theorem';
import { FAILED } from '../sandbox/languages';
import { SHOWN_TESTS } from '../types';
import type { ConsensusRecord, Executor, MetricRow } from '../types';
import type { Settings } from '../config';
import { definedName } from './execution';
import type { Sample } from './samples';

/** A problem whose answers were run. */
export interface Probed {
  sample: Sample;
  inputs: unknown[][];
  /** By answer, by test. */
  outputs: Outputs[];
  consensus: Consensus;
  /** Which answers give what the original gives on every test: watched, never used for a choice. null: there is no original, or it does not run. */
  right: boolean[] | null;
  /** What the original gives, for whoever is judged later. */
  truth: Outputs | null;
}

const outputsOf = (found: string[] | null | undefined, tests: number): Outputs => Array.from({ length: tests }, (_, t) => {
  const output = found?.[t];
  return output === undefined || output === FAILED ? null : output;
});

const behavesAs = (mine: Outputs, truth: Outputs): boolean => mine.every((output, t) => output === truth[t]);

/** Whether further answers behave as the originals of their problems, one a problem; null where that is not known. */
export async function judgeAnswers(executor: Executor, answers: readonly { probed: Probed; code: string }[]): Promise<(boolean | null)[]> {
  const found = await executor.run(answers.map(({ probed: { sample: { item }, inputs }, code }) => ({ language: item.language, code, name: definedName(code, item.language, item.name), inputs })));
  return answers.map(({ probed: { truth, inputs } }, i) => truth && behavesAs(outputsOf(found[i], inputs.length), truth));
}

/** Runs every answer once, the same text only once for a problem, and the originals for the watcher. */
export async function probe(executor: Executor, samples: readonly Sample[], inputsOf: (sample: Sample) => unknown[][], settings: Settings): Promise<{ probed: Probed[]; programs: number }> {
  const asked = samples.filter(({ item, reconstructions }) => executor.languages.includes(item.language) && reconstructions.length > 0).map((sample) => ({ sample, inputs: inputsOf(sample) })).filter(({ inputs }) => inputs.length > 0);
  const jobs: Parameters<Executor['run']>[0] = [];
  const places = asked.map(({ sample: { item, reconstructions }, inputs }) => {
    const byCode = new Map<string, number>();
    const place = (code: string, name: string): number => {
      let at = byCode.get(code);
      if (at === undefined) {
        byCode.set(code, (at = jobs.length));
        jobs.push({ language: item.language, code, name, inputs });
      }
      return at;
    };
    const original = item.code === '' ? null : place(item.code, item.name);
    return { original, answers: reconstructions.map(({ code }) => place(code, definedName(code, item.language, item.name))) };
  });
  const found = await executor.run(jobs);
  const probed = asked.map(({ sample, inputs }, i): Probed => {
    const { original, answers } = places[i]!;
    const outputs = answers.map((at) => outputsOf(found[at], inputs.length));
    const truth = original === null ? null : outputsOf(found[original], inputs.length);
    const runs = truth !== null && truth.some((output) => output !== null);
    return {
      sample, inputs, outputs,
      consensus: consensusOf(sample.reconstructions.map(({ logps }, r) => ({ outputs: outputs[r]!, logps })), settings),
      right: runs ? outputs.map((mine) => behavesAs(mine, truth)) : null, truth: runs ? truth : null,
    };
  });
  return { probed, programs: jobs.length };
}

/** The numbers of stage 5. What is right is known by the originals and only watched. */
export function probingMetrics(probed: readonly Probed[], problems: number, programs: number): MetricRow {
  const agreements = probed.map(({ outputs, consensus }) => measuredAgreement(outputs, consensus.clusters)).filter(Number.isFinite);
  const known = probed.filter(({ right }) => right !== null);
  const largestRight = (some: readonly Probed[]): number => mean(some.flatMap(({ right, consensus }) => (consensus.clusters[0] ? [right![consensus.clusters[0].members[0]!] ? 1 : 0] : [])));
  const n = probed[0]?.sample.reconstructions.length ?? NaN, tests = mean(probed.map(({ inputs }) => inputs.length)), p = mean(agreements);
  return {
    'ucoder/problems': problems, 'ucoder/probed': probed.length, 'ucoder/programs': programs, 'ucoder/tests': tests,
    'ucoder/executed': mean(probed.flatMap(({ consensus }) => consensus.executed)), 'ucoder/perplexity': mean(probed.flatMap(({ consensus }) => consensus.perplexity).filter(Number.isFinite)),
    'ucoder/clusters': mean(probed.map(({ consensus }) => consensus.clusters.length)), 'ucoder/confidence': mean(probed.map(({ consensus }) => consensus.confidence)),
    'ucoder/abstained': mean(probed.map(({ consensus }) => (consensus.chosen === null ? 1 : 0))),
    'ucoder/agreement': p, 'ucoder/failure_bound': failureBound(n, p, tests), 'ucoder/tests_needed': testsNeeded(n, p, EPSILON),
    'ucoder/right': mean(known.flatMap(({ right }) => right!.map((is) => (is ? 1 : 0)))), 'ucoder/any_right': mean(known.map(({ right }) => (right!.includes(true) ? 1 : 0))), 'ucoder/largest_right': largestRight(known),
    'ucoder/right_when_confident': largestRight(known.filter(({ consensus }) => consensus.confidence >= CONFIDENT)), 'ucoder/right_when_not': largestRight(known.filter(({ consensus }) => consensus.confidence < CONFIDENT)),
  };
}

/** What is kept of a problem for the view. */
export function recordOf({ inputs, outputs, consensus, right }: Probed, chosen: number, why: string): ConsensusRecord {
  const agreement = measuredAgreement(outputs, consensus.clusters), n = outputs.length;
  return {
    tests: inputs.slice(0, SHOWN_TESTS).map((input) => JSON.stringify(input)), testCount: inputs.length,
    clusters: consensus.clusters.map(({ members }) => ({ members, outputs: outputs[members[0]!]!.slice(0, SHOWN_TESTS) })),
    executed: consensus.executed, perplexity: consensus.perplexity, chosen, why, confidence: consensus.confidence,
    agreement, failure: failureBound(n, agreement, inputs.length), needed: testsNeeded(n, agreement, EPSILON), ...(right ? { right } : {}),
  };
}
