/** Which models there are, as the Models tab and its choices show them; knows no storage. */
import { signal } from '@preact/signals';
import type { ModelConfig } from '../../types';
import { plural } from '../format';
import type { StarterName } from '../../config';
import { formatRef } from './refs';

/** One checkpoint of a run that can be taken as a model. */
export interface CheckpointEntry { ref: string; order: number; stage: 'warmstart' | 'loop'; step: number; savedAt: number; bytes: number; score: number | null; config: ModelConfig }

export interface ModelEntry {
  ref: string; name: string;
  kind: 'starter' | 'stored' | 'run';
  /** Where it comes from, as a sentence. */
  from: string;
  /** Null where only loading it would tell. */
  config: ModelConfig | null;
  parameters: number; bytes: number; createdAt: number;
  /** Runs only, newest first; `ref` is the newest. */
  checkpoints: CheckpointEntry[];
  runId: string;
}

export const modelEntries = signal<ModelEntry[] | null>(null);
/** The reference of the model that the next run starts from; '' for new weights. */
export const startRef = signal('');

/** Every model as one choice of a list. */
export interface ModelChoice { ref: string; label: string; group: string }

export function choicesOf(entries: readonly ModelEntry[]): ModelChoice[] {
  return entries.flatMap((entry): ModelChoice[] => {
    if (entry.kind !== 'run') return [{ ref: entry.ref, label: entry.name, group: entry.kind === 'starter' ? 'Shipped with the page' : 'Kept here' }];
    const group = `Run ${entry.name}`;
    return [...entry.checkpoints.map((checkpoint, i) => ({ ref: checkpoint.ref, group, label: `${entry.name}, ${i === 0 ? 'newest: ' : ''}${stepWords(checkpoint)}` })),
      { ref: formatRef({ kind: 'beginning', run: entry.runId }), group, label: `${entry.name}, what it began with` }];
  });
}

export function stepWords({ stage, step }: Pick<CheckpointEntry, 'stage' | 'step'>): string {
  return step === 0 ? `before its first ${stage === 'loop' ? 'update' : 'step'}` : stage === 'loop' ? `step ${step}` : `warm-start step ${step}`;
}

/** Before and after training: what a run began with, and its newest checkpoint. `run` before all others, else the newest; one starter alone where nothing was trained. */
export function beforeAndAfter(entries: readonly ModelEntry[], run: string): { left: string; right: string | null } {
  const trained = entries.filter(entry => entry.kind === 'run' && entry.checkpoints.some(({ step }) => step > 0));
  const entry = trained.find(({ runId }) => runId === run) ?? trained[0];
  return entry ? { left: formatRef({ kind: 'beginning', run: entry.runId }), right: entry.ref } : { left: 'starter', right: null };
}

export const STARTERS: Record<StarterName, string> = { starter: 'starter', 'starter-small': 'small starter', 'starter-python': 'starter that read Python' };

export function sizeWords(config: ModelConfig | null): string {
  return config ? `${plural(config.num_hidden_layers, 'layer')}, width ${config.hidden_size}, vocabulary ${config.vocab_size}, ${config.max_position_embeddings} positions` : '';
}
