/** The frame's own decisions: keys, the tab's title, the mark that notices cleared storage, what a failure says of the saved run, the address's limits. */
import { describe, expect, it } from 'vitest';
import { fromQuery, toQuery, presetSettings } from '../../src/config';
import { evictedBetween, readMark } from '../../src/ui/eviction';
import { concernsRun, describeFailure, savedBefore, savedLine } from '../../src/ui/failures';
import { KEYS, keyAction } from '../../src/ui/keys';
import { TABS } from '../../src/ui/place';
import { titleOf } from '../../src/ui/title';
import { labError } from '../../src/types';

const press = (key: string, more = {}): Parameters<typeof keyAction>[0] => ({ key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, defaultPrevented: false, isComposing: false, ...more });

describe('keys', () => {
  it('means what the list says on the page, and nothing in a field', () => {
    const meanings = { ' ': 'pause', '.': 'step', s: 'save', S: 'save', '/': 'search', '?': 'help', 1: 'tab' };
    for (const [key, does] of Object.entries(meanings)) {
      expect(keyAction(press(key), 'page')?.does).toBe(does);
      expect(keyAction(press(key), 'text')).toBeNull();
      for (const modifier of ['ctrlKey', 'metaKey', 'altKey', 'defaultPrevented', 'isComposing']) expect(keyAction(press(key, { [modifier]: true }), 'page')).toBeNull();
    }
    expect(KEYS).toHaveLength(7);
  });
  it('leaves Space to a control that has the focus, and the arrows to who knows what is beside', () => {
    expect(keyAction(press(' '), 'control')).toBeNull();
    expect(keyAction(press('ArrowRight'), 'page')).toBeNull();
    expect(keyAction(press('s'), 'control')).toEqual({ does: 'save' });
  });
  it('does not repeat while held', () => {
    expect(keyAction(press(' ', { repeat: true }), 'page')).toBeNull();
  });
  it('counts the tabs from 1 and knows no tab beyond the last', () => {
    TABS.forEach((tab, i) => { expect(keyAction(press(String(i + 1)), 'page')).toEqual({ does: 'tab', tab }); });
    expect(keyAction(press('0'), 'page')).toBeNull();
    expect(keyAction(press('10'), 'page')).toBeNull();
    if (TABS.length < 9) expect(keyAction(press('9'), 'page')).toBeNull();
  });
});

describe('title', () => {
  it('is the run while there is one', () => {
    const run = { name: 'amber-fox', step: 50, steps: 120, stage: 'loop' as const };
    expect(titleOf({ ...run, state: 'running' }, 'Train')).toBe('41 % · amber-fox');
    expect(titleOf({ ...run, state: 'running', stage: 'warmstart' }, 'Train')).toBe('warm-up 41 % · amber-fox');
    expect(titleOf({ ...run, state: 'paused' }, 'Train')).toBe('Paused at 41 % · amber-fox');
    expect(titleOf({ ...run, state: 'stopped' }, 'Runs')).toBe('Runs · BatCoder Lab');
    expect(titleOf({ ...run, state: 'idle', name: '' }, 'Data')).toBe('Data · BatCoder Lab');
  });
});

describe('cleared storage', () => {
  const mark = { runs: 3, name: 'amber-fox', step: 40, at: 0 };
  it('is told from no runs yet and from runs that are there', () => {
    expect(evictedBetween(null, 0, 0)).toBeNull();
    expect(evictedBetween(mark, 1, 0)).toBeNull();
    expect(evictedBetween({ ...mark, runs: 0 }, 0, 0)).toBeNull();
    const told = evictedBetween(mark, 0, 3 * 86_400_000);
    expect(told?.name).toBe('StorageEvicted');
    expect(told?.message).toContain('There were 3 runs here, the newest amber-fox at step 40, last seen 3 days ago.');
  });
  it('takes no mark that it did not write', () => {
    for (const text of [null, '', '{', '[]', '"x"', '{"runs":"3"}', '{"__proto__":{"runs":1}}']) expect(readMark(text)).toBeNull();
    expect(readMark(JSON.stringify(mark))).toEqual(mark);
  });
});

describe('what became of the run', () => {
  const saved = { name: 'amber-fox', step: 1240, steps: 2000, createdAt: 0 };
  it('names the newest saved run and its step', () => {
    expect(savedLine(saved)).toBe('amber-fox is saved at step 1,240 of 2,000.');
    expect(savedLine({ ...saved, step: 0 })).toContain('begins at its beginning');
    expect(savedBefore(null, 0)).toBe('No run was saved in this browser yet. Nothing is lost.');
    expect(savedBefore(saved, 7_200_000)).toContain('begun 2 h ago');
  });
  it('is on the panel of what ended a run, not of a mistake in a form', () => {
    expect(['DeviceLost', 'DeviceGone', 'OutOfMemory', 'QuotaExceeded', 'BadCheckpoint'].every(name => concernsRun(describeFailure(labError(name as 'DeviceLost', ''))))).toBe(true);
    expect(concernsRun(describeFailure(labError('BadInput', '')))).toBe(false);
    expect(concernsRun(describeFailure(new TypeError('x')))).toBe(true);
  });
});

describe('a shared address', () => {
  it('gives the configuration back, and only what differs', () => {
    const settings = { ...presetSettings('lesson'), steps: 7, seed: 5 };
    const query = toQuery(settings, 'lesson');
    expect(query).toBe('preset=lesson&steps=7&seed=5');
    expect(fromQuery(query)).toEqual({ preset: 'lesson', settings, errors: [] });
  });
  it('is refused when it is far too long, and tells of no more mistakes than a person reads', () => {
    const long = fromQuery(`steps=${'9'.repeat(10_000)}`);
    expect(long.errors).toEqual(['The address is 10,006 characters long; a configuration takes at most 4,000.']);
    const many = fromQuery(Array.from({ length: 50 }, (_, i) => `x${i}=1`).join('&'));
    expect(many.errors).toHaveLength(9);
    expect(many.errors[8]).toBe('And 42 more mistakes.');
    expect(many.settings).toEqual(presetSettings('demo'));
  });
});
