/** The real engine, cut at three of its calls and resumed on a new device: the same rows and the same bits as a run that was not cut, on one adapter. */
import { expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import type { Engine } from '../../src/model/engine';
import { labError } from '../../src/types';
import type { Checkpoint, MetricRow, RunEvent, Trainer } from '../../src/types';
import { timeless } from '../loop/small_run';
import { always, same, tinyRun } from '../loop/tiny_run';
import { openEngine } from './engine_fixture';

const CHANGES = { steps: 3, evaluateEvery: 3, evaluateItems: 2, codesPerStep: 2, documentations: 2, warmstartSteps: 2, warmstartBatch: 2, modelSize: '107k' } as const;
const CALLS = ['load', 'generate', 'score', 'step', 'freeze', 'snapshot', 'restore', 'adapter'] as const satisfies (keyof Trainer)[];

/** What the loop is handed: the engine's own calls, up to the `cut`-th, where its device is destroyed. */
function upTo(cut: number, { engine, gpu }: { engine: Engine; gpu: Gpu }): { trainer: Trainer; calls: () => number; reached: string[] } {
  let calls = 0;
  const trainer: Record<string, unknown> = {}, reached: string[] = [];
  for (const name of CALLS) {
    trainer[name] = (...args: unknown[]): unknown => {
      if (++calls === cut) {
        reached.push(name);
        gpu.failure = labError('DeviceLost', 'The GPU was lost (test).');
        gpu.device.destroy();
      }
      return Promise.resolve().then(() => (engine[name] as (...args: unknown[]) => unknown)(...args));
    };
  }
  return { trainer: trainer as unknown as Trainer, calls: () => calls, reached };
}

class Kept {
  saved: Checkpoint[] = [];
  save(checkpoint: Checkpoint): Promise<void> {
    this.saved.push(structuredClone(checkpoint));
    return Promise.resolve();
  }
  load(): Promise<{ checkpoint: Checkpoint; notice: string } | null> {
    return Promise.resolve(this.saved.length > 0 ? { checkpoint: this.saved.at(-1)!, notice: '' } : null);
  }
}

const rowsOf = (events: readonly RunEvent[]): MetricRow[] => [...new Map(events.flatMap(event => (event.type === 'metrics' ? [[`${event.row['warmstart/step'] ?? ''} ${event.row['step'] ?? ''}`, timeless([event.row])[0]!] as const] : []))).values()];

test('three cuts: bit-equal', async () => {
  const whole = await openEngine(), counted = upTo(Infinity, whole), events: RunEvent[] = [], store = new Kept();
  await tinyRun(CHANGES, { trainer: counted.trainer, store, control: always, measured: true, heard: events });
  const want = store.saved.at(-1)!.trainer, reached: string[] = [];
  await whole.engine.close();
  for (const share of [0.3, 0.55, 0.8]) {
    const first = await openEngine(), cut = upTo(Math.round(counted.calls() * share), first), heard: RunEvent[] = [], kept = new Kept();
    await expect(tinyRun(CHANGES, { trainer: cut.trainer, store: kept, control: always, measured: true, heard })).rejects.toMatchObject({ name: 'DeviceLost' });
    reached.push(...cut.reached);
    const began = performance.now(), second = await openEngine(), resume = kept.saved.at(-1)!;
    await second.engine.restore(resume.trainer);
    expect(performance.now() - began).toBeLessThan(5000);
    await tinyRun(CHANGES, { trainer: second.engine, store: kept, control: always, measured: true, resume, heard });
    const got = kept.saved.at(-1)!.trainer;
    for (const part of ['weights', 'm', 'v', 'frozen'] as const) expect(same(got[part], want[part]), `${part}, cut at ${share}`).toBe(true);
    expect(rowsOf(heard)).toEqual(rowsOf(events));
    await second.engine.close();
  }
  expect(reached.length).toBe(3);
});
