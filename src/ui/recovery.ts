/** What is done when a run loses its graphics device: once more from the last checkpoint, on a new device, or an end with the right words. Knows no page and no engine. */
import { labError } from '../types';
import type { Checkpoint } from '../types';

/** A device that dies again within this time is not brought back: the browser stops giving adapters after a few crashes. */
export const RECOVERY_MS = 120_000;

/** Where a recovered run goes on from: its last checkpoint, or its beginning. `memory`: the device may have died of too much work or memory at once. */
export interface Return { checkpoint: Checkpoint | undefined; memory: boolean }

export interface RecoveryParts<T> {
  /** The run from there on; `undefined` the first time. */
  attempt(from: Return | undefined): Promise<T>;
  /** The newest checkpoint that verifies. */
  load(): Promise<Checkpoint | undefined>;
  /** Whether a run without a checkpoint can begin again. */
  canBegin: boolean;
  /** Gives up the dead device, opens a new one and puts storage back to where the run goes on. @throws WebGPUUnavailable when the browser gives none */
  reopen(from: Return): Promise<void>;
  now(): number;
}

/** Whether a device may have died because too much was asked of it at once. */
export function blamesMemory(error: Error): boolean {
  return /memory|alloc/i.test(error.message);
}

/** What is left of a run, in words. */
function left(checkpoint: Checkpoint | undefined): string {
  if (!checkpoint) return 'The run has no checkpoint yet and begins again when it is resumed';
  return `The run is saved at step ${checkpoint.step} of the ${checkpoint.stage === 'loop' ? 'loop' : 'warm start'}`;
}

/**
 * Runs, and after a lost device once more; a second loss within two minutes ends it, and so does a browser that gives no device.
 * @throws DeviceGone with what happened, where the run is saved and what to do; everything else as the run threw it
 */
export async function withRecovery<T>({ attempt, load, canBegin, reopen, now }: RecoveryParts<T>): Promise<T> {
  let from: Return | undefined, recovered = -Infinity;
  for (;;) {
    try {
      return await attempt(from);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'DeviceLost') throw error;
      const again = now() - recovered <= RECOVERY_MS, checkpoint = await load();
      if (!checkpoint && !canBegin) throw error;
      if (again) throw labError('DeviceGone', `The graphics device was lost a second time within two minutes (${error.message.split('. ')[0]!}). ${left(checkpoint)}; what came after is gone. It is not tried again by itself: restart the browser, then resume the run.`);
      from = { checkpoint, memory: blamesMemory(error) };
      try {
        await reopen(from);
      } catch (cause) {
        if (!(cause instanceof Error) || !['WebGPUUnavailable', 'DeviceLost'].includes(cause.name)) throw cause;
        throw labError('DeviceGone', `The graphics device was lost, and the browser gives no other: its graphics process is gone until the browser is restarted. ${left(checkpoint)}. Restart the browser, then resume the run.`);
      }
      recovered = now();
    }
  }
}
