/** Tests of the settings: ranges, presets, and a URL form that is wholly right or wholly refused. */
import { describe, expect, it } from 'vitest';
import { MODEL_SIZES, PRESETS, SETTINGS, checkSetting, defaults, fromQuery, isPreset, modelConfig, parseSetting, presetSettings, toQuery, validate } from '../src/config';
import type { PresetName, Settings } from '../src/config';

const NAMES = Object.keys(PRESETS) as PresetName[];

describe('settings', () => {
  it('describes every setting wholly, with a default inside its own range', () => {
    expect(SETTINGS.length).toBeGreaterThan(50);
    for (const setting of SETTINGS) {
      expect(checkSetting(setting.key, setting.default), setting.key).toBeNull();
      expect(setting.meaning.endsWith('.'), `${setting.key} has a sentence`).toBe(true);
      expect(setting.source.length, setting.key).toBeGreaterThan(2);
      expect(setting.kind === 'choice', setting.key).toBe(setting.choices !== undefined);
      if (setting.kind === 'number' || setting.kind === 'integer') expect([setting.min, setting.max, setting.step].every(Number.isFinite), setting.key).toBe(true);
    }
    expect(new Set(SETTINGS.map((setting) => `${setting.group}/${setting.label}`)).size).toBe(SETTINGS.length);
  });

  it('keeps the measured recipe as the default', () => {
    expect(defaults()).toMatchObject({ steps: 120, codesPerStep: 8, documentations: 8, reconstructions: 1, temperature: 1, learningRate: 2e-4, maxDocumentationTokens: 56, maxCodeTokens: 90, method: 'proven', weightEdit: 0.3, weightF1: 0.2, weightChrf: 0.1, weightStructure: 0.4 });
  });

  it('has presets that can run', () => {
    for (const name of NAMES) expect(validate(presetSettings(name)), name).toEqual([]);
    expect(presetSettings('folder')).toMatchObject({ reward: 'log-likelihood', objective: 'rft', anchor: 12, aggregation: 'sequence-mean', model: 'new' });
    expect(isPreset('__proto__')).toBe(false);
    expect(isPreset('toString')).toBe(false);
  });

  it('refuses values out of range, of the wrong kind, missing, and combinations that train nothing', () => {
    expect(checkSetting('steps', 1.5)).toMatch(/whole number/);
    expect(checkSetting('topP', 1.01)).toMatch(/between 0.05 and 1/);
    expect(checkSetting('temperature', Number.NaN)).toMatch(/number/);
    expect(checkSetting('leakPenalty', 'yes')).toMatch(/true or false/);
    expect(checkSetting('method', 'ppo')).toMatch(/one of proven/);
    expect(checkSetting('__proto__', 1)).toMatch(/no setting/);
    expect(checkSetting('constructor', 1)).toMatch(/no setting/);
    const { steps, ...rest } = defaults();
    expect(steps).toBe(120);
    expect(validate(rest)).toEqual(['Updates (steps) is missing.']);
    expect(validate({ ...defaults(), writerWeight: 0, readerWeight: 0 })).toHaveLength(1);
    expect(validate({ ...defaults(), weightEdit: 0, weightF1: 0, weightChrf: 0, weightStructure: 0 })).toHaveLength(1);
    expect(validate({ ...defaults(), contrast: 2, codesPerStep: 2 })).toHaveLength(1);
  });

  it('reads text as a person means it', () => {
    expect(parseSetting('learningRate', '2e-4')).toEqual({ value: 2e-4 });
    expect(parseSetting('leakPenalty', 'false')).toEqual({ value: false });
    for (const text of ['', ' ', '0x10', 'Infinity', '1,5', 'NaN']) expect(parseSetting('steps', text), text).toHaveProperty('error');
  });
});

describe('URL form', () => {
  it('holds the preset and the differences only, and reads back equal', () => {
    expect(toQuery(defaults(), 'demo')).toBe('preset=demo');
    for (const name of NAMES) {
      const settings: Settings = { ...presetSettings(name), seed: 7, leakPenalty: false, method: 'reinforce++', learningRate: 1.25e-5 };
      const query = toQuery(settings, name);
      expect(query.split('&')).toHaveLength(5);
      expect(fromQuery(`?${query}`)).toEqual({ preset: name, settings, errors: [] });
    }
  });

  it('changes nothing when anything is wrong, and lists all of it', () => {
    const read = fromQuery('preset=folder&steps=5&temperature=hot&nope=1&__proto__=2&seed=1&seed=2&constructor=3');
    expect(read.errors).toHaveLength(5);
    expect(read.settings).toEqual(presetSettings('demo'));
    expect(fromQuery('preset=__proto__').errors).toHaveLength(1);
    expect(({} as Record<string, unknown>)['2']).toBeUndefined();
    expect(fromQuery('writerWeight=0&readerWeight=0').errors).toHaveLength(1);
  });
});

describe('new models', () => {
  // Llama layout, tied: V C + L (4 C^2 + 3 C F + 2 C) + C. The two measured counts are 107,856 and 351,440 at V = 512.
  const count = (settings: Settings, vocab: number): number => {
    const { hidden: C, layers: L, feedForward: F } = MODEL_SIZES[settings.modelSize];
    return vocab * C + L * (4 * C * C + 3 * C * F + 2 * C) + C;
  };
  it('have the parameter counts of the prototype', () => {
    expect(count({ ...defaults(), modelSize: '107k' }, 512)).toBe(107856);
    expect(count({ ...defaults(), modelSize: '351k' }, 512)).toBe(351440);
    expect(count({ ...defaults(), modelSize: '667k' }, 512)).toBe(667632);
    expect(count({ ...defaults(), modelSize: '1.1M' }, 1024) / 1e6).toBeCloseTo(1.12, 2);
  });
  it('have a whole head size and room for the longest pair', () => {
    for (const modelSize of Object.keys(MODEL_SIZES) as Settings['modelSize'][]) {
      const config = modelConfig({ ...defaults(), modelSize, maxDocumentationTokens: 256, maxCodeTokens: 512 }, 700);
      expect(config.head_dim * config.num_attention_heads).toBe(config.hidden_size);
      expect(config.head_dim % 2).toBe(0);
      expect(config.max_position_embeddings).toBeGreaterThanOrEqual(256 + 512 + 5);
      expect(config.vocab_size).toBe(700);
    }
  });
});
