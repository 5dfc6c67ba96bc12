/** What scripts may ask for: settings as values or text, files as base64. */
import { describe, expect, it } from 'vitest';
import { presetSettings } from '../../src/config';
import { requestedSettings } from '../../src/ui/automation';
import { fileName, fromBase64, toBase64 } from '../../src/ui/files';

describe('requestedSettings', () => {
  it('takes the preset with differences, as values or as text', () => {
    expect(requestedSettings('demo', {})).toEqual(presetSettings('demo'));
    const s = requestedSettings('folder', { steps: 2, learningRate: '3e-4', leakPenalty: 'false', objective: 'sft' });
    expect([s.loopGate, requestedSettings('folder', { loopGate: 'stop' }).loopGate]).toEqual(['warn', 'stop']);
    expect([s.steps, s.learningRate, s.leakPenalty, s.objective, s.reward]).toEqual([2, 3e-4, false, 'sft', 'log-likelihood']);
  });
  it('lists every mistake and starts nothing', () => {
    let message = '';
    try { requestedSettings('demo', { steps: -1, nothing: 1, kl: 'k9', seed: 'x' }); } catch (error) { message = (error as Error).message; expect((error as Error).name).toBe('BadInput'); }
    for (const word of ['steps', 'nothing', 'kl', 'seed', 'Nothing was started']) expect(message).toContain(word);
    expect(() => requestedSettings('__proto__', {})).toThrow('no preset');
    expect(() => requestedSettings('demo', JSON.parse('{"__proto__": 1, "steps": 1}') as Record<string, unknown>)).toThrow('__proto__');
    expect(() => requestedSettings('demo', { weightEdit: 0, weightF1: 0, weightChrf: 0, weightStructure: 0 })).toThrow('weights');
  });
});

describe('files', () => {
  it('writes standard base64 at every length and across slices', () => {
    for (const n of [0, 1, 2, 3, 4, 255, 24575, 24576, 24577, 100_003]) {
      const bytes = Uint8Array.from({ length: n }, (_, i) => (i * 151 + (i >> 8)) & 255);
      expect(toBase64(bytes) === Buffer.from(bytes).toString('base64')).toBe(true);
      expect(Buffer.compare(Buffer.from(fromBase64(toBase64(bytes))), Buffer.from(bytes))).toBe(0);
    }
    for (const wrong of ['abc', 'ab=c', '====', 'ab\u00e9d', 'ab-_']) expect(() => fromBase64(wrong)).toThrow('base64');
  });
  it('makes names that are only names', () => {
    expect(fileName('amber fox/../é', '.zip')).toBe('amber-fox-..-e.zip');
    expect(fileName('///', '.zip')).toBe('batcoder.zip');
    expect(fileName('.hidden', '')).toBe('hidden');
  });
});
