/** Which section of the Data tab is shown and which function is open in it; kept while other tabs are looked at. */
import { signal } from '@preact/signals';

export const SECTIONS = ['functions', 'files', 'choose', 'tokenizer'] as const;
export type Section = (typeof SECTIONS)[number];

export const section = signal<Section>('functions');
/** Id of the function that is shown; null = the first of the list. */
export const openItem = signal<string | null>(null);

/** Shows a function in its section. */
export function openFunction(id: string): void {
  openItem.value = id;
  section.value = 'functions';
}
