/** Knows how a run is begun from a checkpoint of another, with what the other had told up to there; knows no training. */
import type { Checkpoint, MetricRow } from '../types';
import type { RunCheckpoints } from './checkpoints';
import { copyName } from './run_names';
import type { RunRecord, Runs } from './runs';

/** Whether a metric row was already made when the checkpoint was: later ones will be made again. */
export function knownTo(checkpoint: Pick<Checkpoint, 'stage' | 'step' | 'loop'>, row: MetricRow): boolean {
  const { stage, step, loop } = checkpoint;
  // A loop at step 0 evaluates before its first update unless the checkpoint holds that evaluation already.
  const evaluated = step > 0 || (Array.isArray(loop['history']) && loop['history'].length > 0);
  const own = row['step'];
  if (own !== undefined) return stage === 'loop' && evaluated && own <= step;
  return stage === 'loop' || (step > 0 && (row['warmstart/step'] ?? 0) <= step);
}

/** Rows that are written in one go. */
const ROWS = 512;

/** Writes metrics in batches that no transaction minds. */
export async function writeRows(runs: Runs, id: string, rows: readonly MetricRow[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS) await runs.appendMetrics(id, rows.slice(start, start + ROWS));
}

/**
 * A new run that stands where checkpoint `order` of the other stood. The other is only read.
 * Throws BadInput when there is no such run, BadCheckpoint when the checkpoint is gone or damaged; nothing is made then.
 */
export async function branchRun(runs: Runs, checkpoints: RunCheckpoints, runId: string, order: number): Promise<RunRecord> {
  const { name, preset, settings, corpusId, modelId, embedding, marks } = await runs.get(runId);
  const { checkpoint } = (await checkpoints.load(runId, order))!;
  const { stage, step, savedAt } = checkpoint;
  const score = (await checkpoints.list(runId)).find(info => info.order === order)?.score ?? null;
  const saved = { stage, step, at: savedAt };
  const done = stage === 'loop' ? step : 0;
  return runs.adopt(
    {
      name, preset, settings, corpusId, modelId, ...(embedding ? { embedding } : {}), ...(marks ? { marks: marks.filter(mark => (stage === 'loop' ? mark.stage === 'warmstart' || mark.step <= step : mark.stage === 'warmstart' && mark.step <= step)) } : {}),
      state: 'stopped', step: done, summary: {}, saved, branchOf: { ...saved, runId, name },
    },
    (taken, names) => copyName(taken, names, 'branch'),
    async adoption => {
      adoption.changes.push(...await checkpoints.stage({ ...checkpoint, runId: adoption.id }, 0, score));
      await writeRows(runs, adoption.id, (await runs.metrics(runId)).filter(row => knownTo(checkpoint, row)));
      for (const at of await runs.episodeSteps(runId)) if (at <= done) await runs.saveEpisodes(adoption.id, at, await runs.episodes(runId, at));
      for (const page of await runs.stories(runId)) if (page.step <= done) await runs.saveStory(adoption.id, page);
    },
  );
}
