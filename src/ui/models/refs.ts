/** How a model is named across the page: a starter, a stored one, a checkpoint of a run, what a run began with. Knows no storage. */

import { isStarter } from '../model_source';
import type { StarterName } from '../../config';

export type ModelRef =
  | { kind: 'starter'; name: StarterName }
  | { kind: 'stored'; id: string }
  | { kind: 'checkpoint'; run: string; order: number }
  | { kind: 'beginning'; run: string };

/** As one word, for lists and form values; parseRef gives the same back. */
export function formatRef(ref: ModelRef): string {
  switch (ref.kind) {
    case 'starter': return ref.name;
    case 'stored': return `stored:${ref.id}`;
    case 'checkpoint': return `run:${ref.run}@${ref.order}`;
    case 'beginning': return `begin:${ref.run}`;
  }
}

/** Undefined for anything that is no such word. */
export function parseRef(text: string): ModelRef | undefined {
  if (isStarter(text)) return { kind: 'starter', name: text };
  const [, kind, id = ''] = /^(stored|run|begin):(.+)$/.exec(text) ?? [];
  if (kind === 'stored') return { kind: 'stored', id };
  if (kind === 'begin') return { kind: 'beginning', run: id };
  const [, run = '', order = ''] = /^(.+)@(\d{1,9})$/.exec(id) ?? [];
  return kind === 'run' && run !== '' ? { kind: 'checkpoint', run, order: Number(order) } : undefined;
}
