/** The Similarity section's own arithmetic: shares of the blend, looks of the metrics, columns to correlate, shades. */
import { describe, expect, it } from 'vitest';
import { presetSettings, validate } from '../../src/config';
import { WEIGHT_KEYS } from '../../src/config';
import { METRICS_ASIDE, METRIC_NAMES } from '../../src/reward/table';
import type { Episode } from '../../src/types';
import { blended, shares } from '../../src/ui/train/blend_panel';
import { metricColumns } from '../../src/ui/train/metrics_columns';
import { METRIC_LINES, METRIC_LOOKS } from '../../src/ui/train/metrics_lines';
import { tint } from '../../src/ui/train/metrics_panel';

const demo = presetSettings('demo');

describe('the blend', () => {
  it('shows shares of 1 whatever the weights sum to', () => {
    expect(Object.fromEntries([...shares(demo)].filter(([, share]) => share > 0))).toEqual({ edit: 0.3, f1: 0.2, chrf: 0.1, structure: 0.4 });
    const double = shares({ ...demo, weightEdit: 0.6, weightF1: 0.4, weightChrf: 0.2, weightStructure: 0.8 });
    expect(double.get('structure')).toBeCloseTo(0.4, 12);
    expect([...double.values()].reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect([...shares({ ...demo, weightEdit: 0, weightF1: 0, weightChrf: 0, weightStructure: 0 }).values()].every(share => share === 0)).toBe(true);
  });

  it('gives one metric everything, or goes back to the preset, and touches nothing else', () => {
    const one = blended({ ...demo, learningRate: 1e-3 }, ['chrf'], demo);
    expect([shares(one).get('chrf'), one.learningRate, validate(one)]).toEqual([1, 1e-3, []]);
    expect(blended(one, null, demo)).toEqual({ ...demo, learningRate: 1e-3 });
  });

  it('has a row and a line for every weight there is, told apart by colour and dash', () => {
    expect(METRIC_LOOKS.map(({ setting }) => setting.key).sort()).toEqual([...WEIGHT_KEYS].sort());
    expect(METRIC_LOOKS.map(({ name }) => name)).toEqual([...METRIC_NAMES, ...Object.keys(METRICS_ASIDE)]);
    expect(new Set(METRIC_LINES.map(({ color, dash }) => `${color} ${String(dash)}`)).size).toBe(METRIC_LINES.length);
    expect(METRIC_LINES.find(({ label }) => label === 'chrF')?.key).toBe('rewards/chrf/mean');
  });
});

describe('columns to correlate', () => {
  const episode = (...parts: Record<string, number>[]): Episode => ({ reconstructions: parts.map(own => ({ parts: own })) }) as unknown as Episode;
  it('are one value a reconstruction, without parts of metrics and without what hardly occurs', () => {
    const columns = metricColumns([
      episode({ chrf: 0.1, edit: 0.2, 'codebleu/ngram': 1, execution: 0 }, { 'codebleu/ngram': 1, chrf: 0.3, edit: 0.4, execution: 1, rare: 1 }), episode(),
      episode({ edit: 0.6, other: 1, chrf: NaN, execution: 1 }), episode({ chrf: 0.7, edit: 0.8, other: 2, rare: 2, execution: 0 }), episode({ other: 3, 'codebleu/ngram': 0.5 }),
    ], ['edit', 'chrf']);
    expect([...columns]).toEqual([['edit', [0.2, 0.4, 0.6, 0.8, NaN]], ['chrf', [0.1, 0.3, NaN, 0.7, NaN]], ['other', [NaN, NaN, 1, 2, 3]], ['execution', [0, 1, 1, 0, NaN]]]);
    expect(metricColumns([], ['edit']).size).toBe(0);
  });
});

it('a cell is shaded by strength and sign, and not at all without a number', () => {
  expect([1, 0.55, 0.05, -0.2, -1, NaN].map(tint)).toEqual(['r-plus-5', 'r-plus-3', '', 'r-minus-1', 'r-minus-5', '']);
});
