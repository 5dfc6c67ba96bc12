/** One whole update of BatCoder's loop by phase, out of a real run of it on the shipped starter; knows the run's events, no phase's work. */
import { presetSettings, type Settings } from '../../src/config';
import type { LabDeps } from '../../src/loop/run';
import { runLab } from '../../src/loop/run';
import { Engine } from '../../src/model/engine';
import { sampleCorpus } from '../../src/synthetic/sample';
import type { ModelConfig, NamedTensor, RunEvent } from '../../src/types';
import { busyWithin, watchBusy, type Interval, type Seen } from './busy';
import type { Lab } from './contest';
import { counting, type Counts } from './count';
import { empty, type Busy, type Row } from './rows';
import { median, spread } from './statistics';

/** What a run takes besides its engine, and the model that it starts from. */
export interface UpdateParts {
  deps: Omit<LabDeps, 'trainer' | 'store'>;
  model: { name: string; config: ModelConfig; tensors: NamedTensor[] };
}

export const PHASES = ['document', 'reconstruct', 'reward', 'update'] as const;
/** Updates that are not timed: the first compiles, the second is counted; the last ones are watched, which costs a little. */
const DROPPED = 2, WATCHED = 2;
type PhaseName = (typeof PHASES)[number];
export interface Stretch extends Interval { phase: PhaseName }

/**
 * The stretches of each update, from the run's events and when they came. A phase lasts until the next event; the update's own ends with
 * the event that counts it as done, or with an evaluation.
 */
export function phaseStretches(events: readonly { event: RunEvent; at: number }[]): Stretch[][] {
  const updates: Stretch[][] = [];
  let open: { phase: PhaseName; from: number } | null = null;
  for (const { event, at } of events) {
    if (event.type !== 'phase') continue;
    if (open) updates.at(-1)?.push({ ...open, to: at });
    open = null;
    const { phase } = event;
    if (phase === 'document') updates.push([]);
    if (!(PHASES as readonly string[]).includes(phase)) continue;
    // The last event of an update carries the phase's name too, with one more done than when it began.
    if (phase === 'update' && event.done === updates.length) continue;
    open = { phase: phase as PhaseName, from: at };
  }
  return updates;
}

/** Milliseconds of one phase, or of all. */
export function lasting(update: readonly Stretch[], phase?: PhaseName): number {
  return update.reduce((sum, stretch) => sum + (phase === undefined || stretch.phase === phase ? stretch.to - stretch.from : 0), 0);
}

export async function update(lab: Lab, { deps, model }: UpdateParts): Promise<Row[]> {
  const timed = DROPPED + (lab.software ? 5 : 9), wanted = timed + WATCHED;
  const settings: Settings = { ...presetSettings('demo'), steps: wanted, evaluateItems: 8, evaluateEvery: wanted, warmstartSteps: 0 };
  const gpu = await lab.open();
  const engine = new Engine(gpu);
  const events: { event: RunEvent; at: number }[] = [];
  const size = `${model.name}, ${settings.codesPerStep} functions`;
  const started = performance.now();
  let counts: Counts | null = null, begun = 0, endCounting = (): void => undefined, counted: Promise<{ counts: Counts }> | null = null;
  let watch: ReturnType<typeof watchBusy> | null = null, seen: Seen | null = null;
  /** Called before each update: the second one is counted, the last ones watched, and their times are not used. */
  const gate = async (): Promise<void> => {
    begun++;
    if (begun === 2) counted = counting(() => new Promise<void>(resolve => { endCounting = resolve; }));
    if (begun === 3) {
      endCounting();
      ({ counts } = await counted!);
    }
    if (begun === timed + 1) watch = watchBusy(gpu.device);
  };
  try {
    lab.tell('update: the loop runs', 'ours');
    await runLab(
      { ...deps, trainer: engine, store: null },
      { runId: 'bench', settings, items: sampleCorpus(400, 8), corpusHash: 'bench', model: { config: model.config, tensors: model.tensors } },
      { gate, stopping: () => performance.now() - started > lab.budget * 0.8 },
      event => {
        events.push({ event, at: performance.now() });
        if (event.type === 'metrics' && event.row['step'] !== undefined) lab.tell(`update: ${event.row['step']} of ${wanted}`, 'ours');
      },
    );
  } finally {
    endCounting();
    seen = await (watch as ReturnType<typeof watchBusy> | null)?.stop() ?? null;
    await engine.close();
  }
  const all = phaseStretches(events), updates = all.slice(DROPPED, timed), watched = all.slice(timed).flat();
  const calls = counts as Counts | null;
  if (updates.length < 2 || !calls) throw new Error(`The run made ${all.length} updates in the time that it had; at least ${DROPPED + 2} are needed.`);
  const few = `only ${updates.length} updates in the time that it had`;
  const line = (name: string, times: number[], share: string, within: readonly Stretch[]): Row => {
    const busy = seen && within.length > 0 ? busyWithin(seen, within) : null;
    return {
      ...empty(name, 'ours', size), median_ms: median(times), spread: spread(times), ratio: 1, rounds: times.length, ...(busy ? { busy } : {}),
      note: [share, busy ? busyText(busy) : 'no time was left to watch the GPU', ...(times.length < timed - DROPPED ? [few] : [])].filter(Boolean).join('; '),
    };
  };
  const whole = updates.map(stretches => lasting(stretches));
  return [
    ...PHASES.map(phase => {
      const times = updates.map(stretches => lasting(stretches, phase));
      return line(`update: ${phase}`, times, `${Math.round(100 * median(times) / median(whole))} % of it`, watched.filter(stretch => stretch.phase === phase));
    }),
    { ...line('update, whole', whole, '', watched), dispatches: calls.dispatches, submits: calls.submits, bytes: calls.uploaded + calls.read, buffers: calls.buffers },
  ];
}

function busyText({ least, most }: Busy): string {
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  return `GPU busy ${least === null ? '' : `at least ${percent(least)}, `}at most ${percent(most)}`;
}
