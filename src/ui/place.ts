/** Where in the page a person is, as the part after `#`; knows nothing of settings (those live before it, in the query). */

export const TABS = ['data', 'train', 'samples', 'explain', 'runs', 'models', 'ucoder', 'tests', 'profile'] as const;
export type Tab = (typeof TABS)[number];

export interface Place {
  tab: Tab;
  /** Samples only: which sample of which step of which run. */
  run?: string; step?: number; item?: string; group?: number;
}

const NAME = /^[\w.-]{1,128}$/;

/** Reads `#samples?run=…&step=12&item=…&group=3`. Anything not understood is left out, never an error. */
export function parsePlace(hash: string): Place {
  const [name = '', query = ''] = hash.replace(/^#/, '').split('?');
  const tab = TABS.find(t => t === name) ?? 'train';
  const place: Place = { tab };
  if (tab !== 'samples') return place;
  const params = new URLSearchParams(query);
  const run = params.get('run');
  if (run !== null && NAME.test(run)) place.run = run;
  const item = params.get('item');
  if (item !== null && NAME.test(item)) place.item = item;
  const step = wholeNumber(params.get('step'));
  if (step !== undefined) place.step = step;
  const group = wholeNumber(params.get('group'));
  if (group !== undefined) place.group = group;
  return place;
}

/** The hash of a place; parsePlace gives the same place back. */
export function formatPlace(place: Place): string {
  const params = new URLSearchParams();
  for (const key of ['run', 'step', 'item', 'group'] as const) {
    const value = place[key];
    if (place.tab === 'samples' && value !== undefined) params.set(key, String(value));
  }
  const query = params.toString();
  return `#${place.tab}${query ? `?${query}` : ''}`;
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
