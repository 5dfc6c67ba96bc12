/** Ablations: what each arm changes, the fixed yardstick, mean and spread over seeds, the table and the figure. */
import { describe, expect, test } from 'vitest';
import { SETTINGS, defaults, presetSettings, validate } from '../../src/config';
import type { Settings } from '../../src/config';
import { ARMS, ablationMarkdown, armNamed, finished, planRuns, readResults, resultOf, sameTraining, spread, summarise, yardstick } from '../../src/loop/ablation';
import type { AblationResult, PlannedRun } from '../../src/loop/ablation';
import { ablationFigure, axisBounds, figureSvg } from '../../src/loop/ablation_figure';
import { METRICS, METRIC_NAMES } from '../../src/reward/table';

const base = presetSettings('demo');
const arm = (name: string): NonNullable<ReturnType<typeof armNamed>> => armNamed(name)!;
const weights = (settings: Settings): Record<string, number> => Object.fromEntries(SETTINGS.filter(({ key }) => key.startsWith('weight') && key !== 'weightDecay').map(({ key }) => [key, settings[key] as number]));

/** An evaluation in which every metric has its own mean; 0.3 edit + 0.2 f1 + 0.1 chrf + 0.4 structure = 0.59 + by. */
const evaluation = (by: number): Record<string, number> => ({
  'heldout/similarity': 0.111, 'heldout/edit': 0.6 + by, 'heldout/f1': 0.5 + by, 'heldout/chrf': 0.7 + by, 'heldout/structure': 0.6 + by,
  'heldout/exact_match': 0.1 + by, 'heldout/execution': 0.2 + by, 'heldout/shuffled': 0.4, 'heldout/leak_rate': 0.01,
});
const summary = (by: number, more: Record<string, unknown> = {}): Record<string, unknown> =>
  ({ steps: 120, stopped: false, before: evaluation(0), after: evaluation(by), seconds: { document: 10, update: 20.5 }, adapter: { vendor: 'mesa', architecture: 'llvmpipe', fallback: true }, ...more });
const ran = (name: string, seed: number, by: number): AblationResult => resultOf(planRuns(base, [arm(name)], [seed])[0]!, summary(by));

describe('arms', () => {
  test('there is one a metric, with the whole weight on it and none on any other', () => {
    for (const name of METRIC_NAMES) {
      const [planned] = planRuns(base, [arm(name)], [0]);
      expect(Object.entries(weights(planned!.settings)).filter(([, weight]) => weight !== 0)).toEqual([[METRICS[name].weight, 1]]);
    }
  });

  test('every arm can run and has a name of its own', () => {
    expect(new Set(ARMS.map(({ name }) => name)).size).toBe(ARMS.length);
    for (const planned of planRuns(base, ARMS, [3])) expect([planned.arm.name, validate(planned.settings)]).toEqual([planned.arm.name, []]);
  });

  test('an arm changes what it says and nothing else', () => {
    const changed = (name: string): string[] => SETTINGS.map(({ key }) => key).filter((key) => planRuns(base, [arm(name)], [0])[0]!.settings[key] !== base[key]);
    expect(changed('blend')).toEqual([]);
    expect(changed('stage1')).toEqual(['readerWeight']);
    expect(changed('stage2')).toEqual(['writerWeight']);
    expect(changed('sections')).toEqual(['documentationStructure']);
    expect(changed('likelihood')).toEqual(['reward']);
    expect(changed('no-filter')).toEqual(['leakPenalty', 'documentationStrictness']);
    expect([armNamed('both')?.name, armNamed('constructor'), armNamed('nothing')]).toEqual(['blend', undefined, undefined]);
  });

  test('a queue takes all arms with a seed before the next seed', () => {
    expect(planRuns({ ...base, seed: 9 }, [arm('blend'), arm('chrf')], [4, 5]).map((planned) => [planned.arm.name, planned.seed, planned.settings.seed]))
      .toEqual([['blend', 4, 4], ['chrf', 4, 4], ['blend', 5, 5], ['chrf', 5, 5]]);
  });
});

describe('results', () => {
  test('the yardstick is the default blend of the evaluation, whatever was rewarded', () => {
    const rewarded = planRuns(base, [arm('exact')], [0])[0]!.settings;
    expect(yardstick(evaluation(0.2), rewarded)).toBeCloseTo(0.79, 12);
    expect(yardstick(evaluation(0.2), base)).toBeCloseTo(0.79, 12);
  });

  test('without the means of all its metrics it is the run\'s own similarity where that is the default blend, and nothing elsewhere', () => {
    const { 'heldout/structure': _gone, ...rest } = evaluation(0.2);
    expect(yardstick(rest, base)).toBe(0.111);
    expect(yardstick(rest, planRuns(base, [arm('exact')], [0])[0]!.settings)).toBeNaN();
    expect(yardstick(rest, { ...base, unparsable: 0.5 })).toBeNaN();
  });

  test('a summary becomes a result; what JSON made null is not a number, not 0', () => {
    const [planned] = planRuns(base, [arm('chrf')], [7]);
    const result = resultOf(planned!, summary(0.25, { after: { ...evaluation(0.25), 'heldout/execution': null } }));
    expect(result).toMatchObject({ arm: 'chrf', seed: 7, updates: 120, seconds: 30.5, adapter: 'mesa llvmpipe (software)' });
    expect([result.before.exact, result.after.exact, result.after.execution, result.after.leak]).toEqual([0.1, 0.35, NaN, 0.01]);
    expect(result.after.metrics).toEqual({ edit: 0.85, f1: 0.75, chrf: 0.95, structure: 0.85 });
  });

  test('a run that was stopped, or measured nothing, is no result', () => {
    const [planned] = planRuns(base, [arm('chrf')], [7]);
    expect(() => resultOf(planned!, summary(0, { stopped: true, steps: 3 }))).toThrow('chrf with seed 7 was stopped after 3 of 120 updates.');
    expect(() => resultOf(planned!, summary(0, { after: {} }))).toThrow(/no evaluations/);
  });

  test('results survive their file, NaN included', () => {
    const results = [resultOf(planRuns(base, [arm('chrf')], [0])[0]!, summary(0.1, { before: { ...evaluation(0), 'heldout/execution': NaN } }))];
    expect(readResults(JSON.parse(JSON.stringify({ results })))).toEqual(results);
    expect(results[0]!.before.execution).toBeNaN();
    expect(() => readResults({ findings: [] })).toThrow(/no list of results/);
    expect(() => readResults({ results: [{ arm: 'blend' }] })).toThrow(/no arm, seed or settings/);
  });

  test('a planned run is finished only by a result of the same arm, seed and training', () => {
    const planned = planRuns(base, [arm('blend')], [1])[0] as PlannedRun;
    expect(finished(planned, [ran('blend', 1, 0.1)])?.seed).toBe(1);
    expect(finished(planned, [ran('blend', 0, 0.1), ran('chrf', 1, 0.1)])).toBeUndefined();
    expect(finished({ ...planned, settings: { ...planned.settings, steps: 60 } }, [ran('blend', 1, 0.1)])).toBeUndefined();
    expect(finished({ ...planned, settings: { ...planned.settings, checkpointSeconds: 5 } }, [ran('blend', 1, 0.1)])).toBeDefined();
    expect(sameTraining(base, { ...base, learningRate: 1e-3 })).toBe(false);
  });
});

describe('over seeds', () => {
  test('mean, sample deviation and range of what was measured', () => {
    expect(spread([1, 2, 6])).toEqual({ n: 3, mean: 3, sd: Math.sqrt(7), min: 1, max: 6 });
    expect(spread([0.5, NaN])).toEqual({ n: 1, mean: 0.5, sd: NaN, min: 0.5, max: 0.5 });
    expect(spread([]).mean).toBeNaN();
  });

  test('the table has a row an arm in the order of the arms, before and after, with the spread', () => {
    const summaries = summarise([ran('stage1', 0, 0.1), ran('blend', 1, 0.3), ran('blend', 0, 0.1)]);
    expect(summaries.map((entry) => [entry.arm, entry.results.map((result) => result.seed)])).toEqual([['blend', [0, 1]], ['stage1', [0]]]);
    const lines = ablationMarkdown(summaries, (seconds) => `${seconds} s`).split('\n');
    expect(lines).toContain('| Default blend | 0, 1 | 0.590 → 0.790 ± 0.141 (0.690..0.890) | 0.100 → 0.300 ± 0.141 (0.200..0.400) | 0.200 → 0.400 ± 0.141 (0.300..0.500) | 0.400 → 0.400 ± 0.000 (0.400..0.400) | 0.010 → 0.010 ± 0.000 (0.010..0.010) | 30.5 s |');
    expect(lines.find((line) => line.startsWith('| Stage 1 only | 0 |'))).toContain('0.590 → 0.690 |');
    expect(lines.filter((line) => line.startsWith('| Default blend |')).at(-1)).toBe('| Default blend | 0.800 | 0.700 | 0.900 | 0.800 |');
    const columns = lines.filter((line) => line.startsWith('| arm |')).map((line) => line.split('|').length);
    for (const line of lines.filter((text) => text.startsWith('|'))) expect(columns).toContain(line.split('|').length);
  });
});

describe('the figure', () => {
  const summaries = summarise([ran('blend', 0, 0.1), ran('blend', 1, 0.3), ran('blend', 2, 0.3), ran('chrf', 0, -0.1)]);
  const figure = ablationFigure(summaries);
  const of = (tag: string): Record<string, string | number>[] => figure.shapes.filter((shape) => shape.tag === tag).map((shape) => shape.attributes);

  test('has a dot a seed, a bar for the mean and a tick where it began, all on one axis', () => {
    expect([of('circle').length, of('rect').length]).toEqual([4, 2]);
    // Axis from 0.45 to 0.90 between x = 170 and x = 656: 0.69 is 24/45 along it, the mean 0.8233 is 37.33/45, the start 0.59 is 14/45.
    expect(of('circle')[0]!['cx']).toBeCloseTo(170 + (486 * 24) / 45, 1);
    expect(of('rect')[0]!['x']).toBeCloseTo(170 + (486 * 37.3333) / 45 - 3, 1);
    expect(of('line').find((line) => line['stroke-dasharray'])!['x1']).toBeCloseTo(170 + (486 * 14) / 45, 1);
    // Two seeds with the same value do not hide each other.
    expect(of('circle')[1]!['cx']).toBe(of('circle')[2]!['cx']);
    expect(of('circle')[1]!['cy']).not.toBe(of('circle')[2]!['cy']);
  });

  test('takes its colour from where it stands, and its text is text', () => {
    for (const shape of figure.shapes) for (const key of ['fill', 'stroke']) if (key in shape.attributes) expect(shape.attributes[key]).toBe('currentColor');
    const svg = figureSvg({ ...figure, title: 'a < b & "c"' });
    expect(svg).toContain('aria-label="a &lt; b &amp; &quot;c&quot;"');
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 720 134"/);
    expect(svg.match(/<circle /g)).toHaveLength(4);
    expect(svg.match(/<(\w+)/g)!.length).toBe(svg.match(/<\/(\w+)>|\/>/g)!.length);
    expect(svg).not.toMatch(/NaN|undefined/);
  });

  test('an arm without a measured similarity is named and not drawn as 0', () => {
    const blind = resultOf(planRuns(base, [arm('exact')], [0])[0]!, summary(0.1, { before: { 'heldout/similarity': 0.2 }, after: { 'heldout/similarity': 0.3 } }));
    const drawn = ablationFigure(summarise([blind]));
    expect(drawn.shapes.filter((shape) => shape.tag === 'rect' || shape.tag === 'circle')).toEqual([]);
    expect(drawn.shapes.map((shape) => shape.text)).toContain('not measured by the default blend');
    expect(figureSvg(drawn)).not.toContain('NaN');
  });

  test('the axis holds all values with a margin, within 0 and 1, and is never narrow', () => {
    expect(axisBounds([0.49, 0.89])).toEqual([0.45, 0.9]);
    expect(axisBounds([0.5])).toEqual([0.45, 0.55]);
    expect(axisBounds([1])).toEqual([0.9, 1]);
    expect(axisBounds([0])).toEqual([0, 0.1]);
    expect(axisBounds([])).toEqual([0, 1]);
  });
});

test('the defaults are what the yardstick is made of', () => {
  expect(weights(defaults())).toMatchObject({ weightEdit: 0.3, weightF1: 0.2, weightChrf: 0.1, weightStructure: 0.4 });
});
