/** A run that was recorded to be shown: what is in its file and how it is read; knows no view and no engine. Shown without WebGPU and without storage. */
import { presetSettings, validate } from '../../config';
import type { Settings } from '../../config';
import { labError } from '../../types';
import type { Episode, MetricRow, ModelConfig, StoryPage } from '../../types';

export const RECORDING_FORMAT = 'batcoder-recording/1';

/** How far one tensor or layer moved in an update: length of the difference, and that over the length before. */
export interface Moved { name: string; norm: number; share: number }

export interface RecordedStep {
  step: number;
  episodes: Episode[];
  moved: Moved[];
}

/** Attention of every head of the trained model over one sequence: the lower triangle row by row, one byte a share (255 = all of it), heads of layers one after another, base64. */
export interface RecordedAttention { kind: SequenceKind; name: string; pieces: string[]; shares: string }
export type SequenceKind = 'writer' | 'reader';

export interface Recording {
  format: typeof RECORDING_FORMAT;
  about: { adapter: string; seed: number; updates: number; model: string; parameters: number; recorded: string };
  /** Differences from the Demo. */
  settings: Partial<Settings>;
  config: Pick<ModelConfig, 'num_hidden_layers' | 'num_attention_heads'>;
  metrics: Record<string, (number | null)[]>;
  stories: StoryPage[];
  steps: RecordedStep[];
  attention: RecordedAttention[];
}

/** @throws BadInput when it is no recording of this version */
export function readRecording(text: string): Recording {
  const read = JSON.parse(text) as Partial<Recording>;
  if (read.format !== RECORDING_FORMAT || validate({ ...presetSettings('demo'), ...read.settings }).length > 0) {
    throw labError('BadInput', 'The recorded run does not belong to this version of the page. Nothing else is affected; reload the page.');
  }
  return read as Recording;
}

/** Columns as the file keeps them, back to rows; null there is no value. */
export function recordedRows(metrics: Recording['metrics']): MetricRow[] {
  const names = Object.keys(metrics);
  return (metrics['step'] ?? []).map((_, i) => Object.fromEntries(names.flatMap(name => {
    const value = metrics[name]![i];
    return value === null || value === undefined ? [] : [[name, value]];
  })));
}

/** Shares of one head, T x T with zeros above the diagonal, from the recorded bytes. */
export function recordedShares({ pieces, shares }: RecordedAttention, head: number): Float32Array {
  const T = pieces.length, triangle = (T * (T + 1)) / 2, bytes = atob(shares);
  const out = new Float32Array(T * T);
  let at = head * triangle;
  for (let i = 0; i < T; i++) for (let j = 0; j <= i; j++) out[i * T + j] = bytes.charCodeAt(at++) / 255;
  return out;
}

/** The other way round: heads' shares as the file keeps them. */
export function packShares(heads: readonly Float32Array[], T: number): string {
  let text = '';
  for (const head of heads) for (let i = 0; i < T; i++) for (let j = 0; j <= i; j++) text += String.fromCharCode(Math.round(255 * head[i * T + j]!));
  return btoa(text);
}
