/** What happened to a run beside its numbers: kinds of marks, their words and shapes; knows neither canvas nor storage. */
import type { MarkKind, RunMark } from '../../types';
import type { MetricTable } from '../metric_table';

export interface MarkLook {
  label: string; meaning: string;
  /** Corners in a box from -1 to 1, y down; `closed` shapes are filled. Shape and not colour tells kinds apart. */
  shape: readonly (readonly [number, number])[][]; closed: boolean;
  color: 'ink-soft' | 'blue' | 'orange' | 'red' | 'green';
}

export const MARK_LOOKS: Readonly<Record<MarkKind, MarkLook>> = {
  saved: { label: 'saved', meaning: 'A checkpoint was written: the run can go on from here.', shape: [[[-0.8, -0.8], [0.8, -0.8], [0, 0.9]]], closed: true, color: 'ink-soft' },
  paused: { label: 'paused', meaning: 'The run waited here.', shape: [[[-0.8, -0.9], [-0.2, -0.9], [-0.2, 0.9], [-0.8, 0.9]], [[0.2, -0.9], [0.8, -0.9], [0.8, 0.9], [0.2, 0.9]]], closed: true, color: 'ink-soft' },
  resumed: { label: 'resumed', meaning: 'The run went on from here.', shape: [[[-0.7, -0.9], [0.9, 0], [-0.7, 0.9]]], closed: true, color: 'blue' },
  lost: { label: 'device lost', meaning: 'The graphics device was lost. What came after the last checkpoint was done again.', shape: [[[-0.9, -0.9], [0.9, 0.9]], [[0.9, -0.9], [-0.9, 0.9]]], closed: false, color: 'red' },
  recovered: { label: 'device back', meaning: 'A new device took over from the last checkpoint.', shape: [[[-0.9, 0], [0.9, 0]], [[0, -0.9], [0, 0.9]]], closed: false, color: 'green' },
  skipped: { label: 'update skipped', meaning: 'The gradient was not a finite number, so the weights were left alone.', shape: [[[0, -1], [0.9, 0], [0, 1], [-0.9, 0]]], closed: true, color: 'orange' },
  'rolled-back': { label: 'rolled back', meaning: 'The run went back to its last checkpoint.', shape: [[[0.7, -0.9], [-0.9, 0], [0.7, 0.9]]], closed: true, color: 'orange' },
  'rate-halved': { label: 'rate halved', meaning: 'The learning rate was halved.', shape: [[[-0.9, -0.5], [0, 0.6], [0.9, -0.5]]], closed: false, color: 'orange' },
  evaluated: { label: 'measured', meaning: 'The held-out functions were measured.', shape: [[[0, -0.9], [0, 0.9]]], closed: false, color: 'ink-soft' },
};

/** Notices of a run that are marks too, by code. */
const OF_NOTICE: Readonly<Record<string, MarkKind>> = {
  'not-finite': 'skipped', 'step-skipped': 'skipped', 'rolled-back': 'rolled-back', 'rate-halved': 'rate-halved', 'device-recovered': 'recovered', 'resumed': 'resumed',
};
export function markOfNotice(code: string): MarkKind | undefined { return Object.hasOwn(OF_NOTICE, code) ? OF_NOTICE[code] : undefined; }

/** Marks kept of a run; of more, the oldest saves go first: they say the least. */
const MOST = 400;

/** The list with one more; the same kind at the same step is told once, and a run that a new device took over is not told to have been resumed as well. */
export function withMark(marks: readonly RunMark[], mark: RunMark): RunMark[] {
  const last = marks.at(-1);
  if (mark.kind === 'resumed' && last?.kind === 'recovered' && last.step === mark.step && last.stage === mark.stage) return [...marks];
  const rest = marks.filter(other => !(other.kind === mark.kind && other.step === mark.step && other.stage === mark.stage));
  if (rest.length >= MOST) rest.splice(Math.max(0, rest.findIndex(other => other.kind === 'saved')), 1);
  return [...rest, mark];
}

/** Evaluations are marks that the metrics themselves hold. */
export function evaluations(table: MetricTable): RunMark[] {
  const warm = table.key !== 'step', steps = table.steps();
  return table.column(warm ? 'warmstart/oracle' : 'heldout/similarity').flatMap((value, i) => (value === undefined ? [] : [{ kind: 'evaluated' as const, step: steps[i]!, at: 0, ...(warm ? { stage: 'warmstart' as const } : {}) }]));
}

/** Marks from storage: what is not one is left out. */
export function readMarks(stored: unknown): RunMark[] {
  if (!Array.isArray(stored)) return [];
  return stored.filter((mark: Partial<RunMark> | null): mark is RunMark => typeof mark === 'object' && mark !== null && typeof mark.kind === 'string' && Object.hasOwn(MARK_LOOKS, mark.kind)
    && Number.isFinite(mark.step) && typeof mark.at === 'number').slice(-MOST);
}
