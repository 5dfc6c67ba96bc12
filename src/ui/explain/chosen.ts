/** What a person has opened on the Explain tab: each level fills the next. Signals only; they outlive the tab being left. */
import { signal } from '@preact/signals';

/** Index into the pages of the story; null = the newest. */
export const page = signal<number | null>(null);
/** Which of the ten functions; null = the one that gained most. */
export const storyItem = signal<string | null>(null);

/** The opened step, its function and sample; null = the step that was newest when the tab was opened, its first function, its best sample. */
export const step = signal<number | null>(null);
export const item = signal<string | null>(null);
export const sample = signal<number | null>(null);
export const stage = signal(0);

/** The token whose numbers are in the formula. */
export const token = signal<{ part: 'documentation' | 'code'; t: number }>({ part: 'documentation', t: 0 });

export function openStep(to: number): void {
  step.value = to;
  item.value = null;
  sample.value = null;
  token.value = { part: 'documentation', t: 0 };
}

/** Everything as on a first visit. */
export function resetChosen(): void {
  page.value = null;
  storyItem.value = null;
  stage.value = 0;
  openStep(1);
  step.value = null;
}
