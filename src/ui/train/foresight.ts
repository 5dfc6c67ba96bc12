/** What the memory of a configuration will be, asked of the engine's planner in its own worker, as settings change. */
import { effect, signal } from '@preact/signals';
import * as Comlink from 'comlink';
import { runConfig } from '../consequence';
import { capability, model, settings } from '../state';
import { failure } from '../worker_ports';
import { spawn } from '../spawn';
import type { Foreseen, PlannerApi } from '../../../workers/planner';

/** null = not known yet, or no adapter; a `problem` is why it would not fit. */
export const foreseen = signal<Foreseen | { problem: string } | null>(null);

/** ms without a change before the planner is asked. */
const PAUSE = 400;
let planner: Comlink.Remote<PlannerApi> | undefined, watching = false;

/** Asks once the page has had time for what is more pressing, and after every change from then on. */
export function watchMemory(): void {
  if (watching) return;
  watching = true;
  let timer: ReturnType<typeof setTimeout> | undefined, asked = 0;
  effect(() => {
    const own = settings.value, config = runConfig(own, model.value?.config ?? null);
    if (capability.value.kind !== 'ready' || (own.model !== 'new' && !model.value)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const turn = ++asked;
      if (!planner) {
        const worker = spawn('planner');
        failure(worker).catch(() => undefined);
        planner = Comlink.wrap<PlannerApi>(worker);
      }
      const rows = own.codesPerStep * own.documentations * own.reconstructions;
      planner.plan(config, { recompute: own.recompute, precision: own.precision, cachePrecision: own.cachePrecision }, { rows, group: Math.max(own.documentations, own.reconstructions), longest: own.maxCodeTokens + own.maxDocumentationTokens + 8 })
        .then(found => { if (turn === asked) foreseen.value = found; })
        .catch((error: unknown) => { if (turn === asked) foreseen.value = error instanceof Error && ['OutOfMemory', 'BadInput'].includes(error.name) ? { problem: error.message } : null; });
    }, PAUSE);
  });
}
