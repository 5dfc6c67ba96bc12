/** The screen is kept on only when asked for and only in sight, and again when the page is back; closing is asked about only while something would be lost. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { applyAwake, askBeforeClosing, awake, keepAwake } from '../../src/ui/page_life';

class Page extends EventTarget { visibilityState: 'visible' | 'hidden' = 'visible' }
let page: Page, window: EventTarget, kept: Map<string, string>;
beforeEach(() => {
  page = new Page();
  window = new EventTarget();
  kept = new Map();
  vi.stubGlobal('document', page);
  vi.stubGlobal('addEventListener', window.addEventListener.bind(window));
  vi.stubGlobal('removeEventListener', window.removeEventListener.bind(window));
  vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => { kept.set(key, value); } });
});
afterEach(() => { vi.unstubAllGlobals(); applyAwake(false); });

const settled = (): Promise<void> => new Promise(resolve => { setTimeout(resolve, 0); });

/** The browser's side: a lock is taken away when the page is hidden. */
function locks(): { ask: () => Promise<{ release(): Promise<void>; addEventListener(type: 'release', listener: () => void): void }>; asked: () => number; held: () => number } {
  let asked = 0;
  const live = new Set<() => void>();
  page.addEventListener('visibilitychange', () => { if (page.visibilityState === 'hidden') for (const end of [...live]) end(); });
  return {
    asked: () => asked, held: () => live.size,
    ask: () => {
      asked++;
      const heard: (() => void)[] = [], end = (): void => { if (live.delete(end)) for (const tell of heard) tell(); };
      live.add(end);
      return Promise.resolve({ release: () => { end(); return Promise.resolve(); }, addEventListener: (_, listener) => { heard.push(listener); } });
    },
  };
}

async function show(state: Page['visibilityState']): Promise<void> {
  page.visibilityState = state;
  page.dispatchEvent(new Event('visibilitychange'));
  await settled();
}

it('takes no lock unless asked to, takes it again when the page is back, and lets go at the end', async () => {
  const { ask, asked, held } = locks(), done = keepAwake(ask);
  await show('visible');
  expect([asked(), held()]).toEqual([0, 0]);
  applyAwake(true);
  await settled();
  expect([asked(), held()]).toEqual([1, 1]);
  await show('hidden');
  expect(held()).toBe(0);
  await show('visible');
  expect([asked(), held()]).toEqual([2, 1]);
  applyAwake(false);
  await settled();
  expect(held()).toBe(0);
  applyAwake(true);
  await settled();
  expect(held()).toBe(1);
  done();
  await settled();
  expect(held()).toBe(0);
  await show('visible');
  expect([asked(), held()]).toEqual([3, 0]);
});

it('is off until a person asked for it, and remembers', () => {
  applyAwake();
  expect(awake.value).toBe(false);
  applyAwake(true);
  awake.value = false;
  applyAwake();
  expect(awake.value).toBe(true);
});

it('survives a browser that refuses', async () => {
  applyAwake(true);
  const done = keepAwake(() => Promise.reject(new Error('low battery')));
  await settled();
  done();
  await settled();
});

it('asks before closing only with unsaved steps, and not after the run', () => {
  let unsaved = false;
  const close = (): boolean => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
  const done = askBeforeClosing(() => unsaved);
  expect(close()).toBe(false);
  unsaved = true;
  expect(close()).toBe(true);
  done();
  expect(close()).toBe(false);
});
