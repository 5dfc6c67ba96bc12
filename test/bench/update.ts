/** One whole update of BatCoder's loop by phase, out of a real run of it on the shipped starter; knows the run's events, no phase's work. */
import { presetSettings, type Settings } from '../../src/config';
import type { LabDeps } from '../../src/loop/run';
import { runLab } from '../../src/loop/run';
import { Engine } from '../../src/model/engine';
import { sampleCorpus } from '../../src/synthetic/sample';
import type { ModelConfig, NamedTensor, RunEvent } from '../../src/types';
import type { Lab } from './contest';
import { counting, type Counts } from './count';
import { empty, type Row } from './rows';
import { median, spread } from './statistics';

/** What a run takes besides its engine, and the model that it starts from. */
export interface UpdateParts {
  deps: Omit<LabDeps, 'trainer' | 'store'>;
  model: { name: string; config: ModelConfig; tensors: NamedTensor[] };
}

export const PHASES = ['document', 'reconstruct', 'reward', 'update'] as const;
/** Updates that are not timed: the first compiles, the second is counted. */
const DROPPED = 2;
type PhaseName = (typeof PHASES)[number];

/**
 * Milliseconds of each phase, update by update, from the run's events and when they came. A phase lasts until the next event; the
 * update's own ends with the event that counts it as done, or with an evaluation.
 */
export function phaseTimes(events: readonly { event: RunEvent; at: number }[]): Record<PhaseName, number>[] {
  const updates: Record<PhaseName, number>[] = [];
  let open: { phase: PhaseName; at: number } | null = null;
  for (const { event, at } of events) {
    if (event.type !== 'phase') continue;
    const current = updates.at(-1);
    if (open && current) current[open.phase] += at - open.at;
    open = null;
    const { phase } = event;
    if (phase === 'document') updates.push({ document: 0, reconstruct: 0, reward: 0, update: 0 });
    if (!(PHASES as readonly string[]).includes(phase)) continue;
    // The last event of an update carries the phase's name too, with one more done than when it began.
    if (phase === 'update' && event.done === updates.length) continue;
    open = { phase: phase as PhaseName, at };
  }
  return updates;
}

export async function update(lab: Lab, { deps, model }: UpdateParts): Promise<Row[]> {
  const wanted = (lab.software ? 5 : 9) + DROPPED;
  const settings: Settings = { ...presetSettings('demo'), steps: wanted, evaluateItems: 8, evaluateEvery: wanted, warmstartSteps: 0 };
  const engine = new Engine(await lab.open());
  const events: { event: RunEvent; at: number }[] = [];
  const size = `${model.name}, ${settings.codesPerStep} functions`;
  const started = performance.now();
  let counts: Counts | null = null, begun = 0, endCounting = (): void => undefined, counted: Promise<{ counts: Counts }> | null = null;
  /** Called before each update: the second one is counted, and its times are not used. */
  const gate = async (): Promise<void> => {
    begun++;
    if (begun === 2) counted = counting(() => new Promise<void>(resolve => { endCounting = resolve; }));
    if (begun !== 3) return;
    endCounting();
    ({ counts } = await counted!);
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
    await engine.close();
  }
  const updates = phaseTimes(events).slice(DROPPED);
  const calls = counts as Counts | null;
  if (updates.length < 2 || !calls) throw new Error(`The run made ${updates.length + DROPPED} updates in the time that it had; at least ${DROPPED + 2} are needed.`);
  const few = `only ${updates.length} updates in the time that it had`;
  const line = (name: string, times: number[]): Row => ({ ...empty(name, 'ours', size), median_ms: median(times), spread: spread(times), ratio: 1, rounds: times.length, ...(times.length < 5 ? { note: few } : {}) });
  const whole = updates.map(phases => PHASES.reduce((sum, phase) => sum + phases[phase], 0));
  return [
    ...PHASES.map(phase => {
      const times = updates.map(phases => phases[phase]);
      const row = line(`update: ${phase}`, times);
      return { ...row, note: [`${Math.round(100 * median(times) / median(whole))} % of it`, row.note].filter(Boolean).join('; ') };
    }),
    { ...line('update, whole', whole), dispatches: calls.dispatches, submits: calls.submits, bytes: calls.uploaded + calls.read, buffers: calls.buffers },
  ];
}
