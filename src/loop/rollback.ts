/** What becomes of a run whose numbers stop being finite: back to its last checkpoint at half the learning rate, a few times, then its end. Knows no cause. */

import { firstNonFinite } from '../formats/safetensors';
import { labError } from '../types';
import type { CheckpointStore, TrainerState } from '../types';
import type { Lab } from './lab';
import type { RunState } from './state';

/** Updates in a row that may come out not finite; the weights are untouched by them. */
export const MOST_NOT_FINITE = 5;
/** Times that a run is rolled back, each at half the learning rate before; what a quarter does not cure is no matter of the rate. */
export const MOST_ROLLBACKS = 2;

/** Whether this state may be saved: every number of it that training goes on from. */
export function isFinite({ weights, m, v, frozen, optimizerStep, lossScale = 1 }: TrainerState): boolean {
  return Number.isFinite(optimizerStep) && Number.isFinite(lossScale) && [weights, m, v, frozen].every((values) => values === undefined || firstNonFinite(values) < 0);
}

/** What the learning rate is multiplied by after so many rollbacks. */
export function rateScale(rollbacks: number): number {
  return 2 ** -rollbacks;
}

/** The loop starts with fresh moments, as it would on a loaded model, and with a frozen copy of what it starts from. */
export async function startLoop(lab: Pick<Lab, 'trainer'>, afresh: boolean): Promise<void> {
  if (afresh) {
    const { weights, m, v, ...rest } = await lab.trainer.snapshot();
    await lab.trainer.restore({ ...rest, weights, m: new Float32Array(m.length), v: new Float32Array(v.length), optimizerStep: 0 });
  }
  await lab.trainer.freeze();
}

/**
 * Puts the weights and moments of the run's last checkpoint back and halves the learning rate. Steps are counted on: those that follow
 * draw other data than those that failed. Says what was done.
 * @throws NotFinite when there is no checkpoint to go back to, or rollbacks have not helped
 */
export async function rollBack(lab: Lab, store: CheckpointStore | null, runId: string, state: RunState, cause: string): Promise<string> {
  const last = await store?.load(runId);
  if (!last) throw labError('NotFinite', `${cause} The run has no checkpoint to go back to, and ended. Start again with a lower learning rate.`);
  const { checkpoint } = last, saved = `its last checkpoint (step ${checkpoint.step} of the ${checkpoint.stage === 'loop' ? 'loop' : 'warm start'})`;
  if (state.rollbacks >= MOST_ROLLBACKS) {
    throw labError('NotFinite', `${cause} The run had been rolled back ${state.rollbacks} times already, and a learning rate at ${rateScale(state.rollbacks)} of its setting did not help, so it ended. ${saved[0]!.toUpperCase()}${saved.slice(1)} is kept; start a new run from it with another learning rate or batch.`);
  }
  state.rollbacks++;
  state.notFinite = 0;
  lab.rateScale = rateScale(state.rollbacks);
  await lab.trainer.restore(checkpoint.trainer);
  if (checkpoint.stage !== state.stage) await startLoop(lab, lab.settings.warmstartSteps > 0);
  return `${cause} The weights went back to ${saved}.`;
}
