/** Which key means what, and when a key is left to what it was typed into; knows no run and draws nothing. */
import { signal } from '@preact/signals';
import { TABS } from './place';
import type { Tab } from './place';
import { recall, remember } from './remembered';

export type KeyAction = { does: 'pause' | 'step' | 'save' | 'search' | 'help' } | { does: 'tab'; tab: Tab };

/** The list that the help dialog and the README show. The arrows are heard by Samples, which knows its neighbours. */
export const KEYS: readonly { keys: string[]; what: string }[] = [
  { keys: ['Space'], what: 'pause the run, or go on with it' },
  { keys: ['.'], what: 'one update, then paused again (while paused)' },
  { keys: ['S'], what: 'save the run at its next step' },
  { keys: ['/'], what: 'go to the search or filter of the tab' },
  { keys: ['←', '→'], what: 'previous and next sample (Samples)' },
  { keys: ['1', `${TABS.length}`], what: 'go to a tab, in their order' },
  { keys: ['?'], what: 'this list' },
];

/** What a key was pressed in, as far as keys care. */
export interface KeyEvent { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean; repeat: boolean; defaultPrevented: boolean; isComposing: boolean }

/**
 * The meaning of a key, null for none. `place`: `text` takes every key itself (fields, choices, sliders), `control` takes Space
 * (buttons, boxes, what folds), `page` takes none.
 */
export function keyAction(event: KeyEvent, place: 'text' | 'control' | 'page'): KeyAction | null {
  if (place === 'text' || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return null;
  const { key } = event;
  if (event.repeat) return null;
  if (key === ' ') return place === 'control' ? null : { does: 'pause' };
  if (key === '.') return { does: 'step' };
  if (key === 's' || key === 'S') return { does: 'save' };
  if (key === '/') return { does: 'search' };
  if (key === '?') return { does: 'help' };
  const tab = /^[1-9]$/.test(key) ? TABS[Number(key) - 1] : undefined;
  return tab ? { does: 'tab', tab } : null;
}

/** Where the focus is, for keyAction. */
export function placeOf(target: EventTarget | null): 'text' | 'control' | 'page' {
  if (!(target instanceof Element)) return 'page';
  if (target.closest('input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable], [role=slider], [role=textbox], [role=spinbutton]')) return 'text';
  // Space presses buttons and boxes, and opens what is folded.
  return target.closest('button, input, summary, [role=tab], [role=button], [role=option]') ? 'control' : 'page';
}

const STORED = 'batcoder.keys';

/** Keys of one letter can be switched off (they get in the way of speech input); kept per browser. */
export const keysOn = signal(recall(STORED) !== 'off');

export function switchKeys(on: boolean): void {
  keysOn.value = on;
  remember(STORED, on ? 'on' : 'off');
}
