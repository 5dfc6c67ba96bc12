/** Pairs of honest and cheating episodes in six languages: no trick may earn more than honesty does, and honesty must cost nothing. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaults } from '../../src/config';
import type { Settings } from '../../src/config';
import { combine } from '../../src/loop/rewards';
import { scoreOptions } from '../../src/reward/blend';
import { PairScorer } from '../../src/reward/scorer';
import { cheatReport } from '../../src/reward/cheat';
import { paddingReport } from '../../src/reward/cheat_padding';
import { judgeDocumentation } from '../../src/rl/document';
import type { Language } from '../../src/types';
import { realParser } from './grammars';

interface Fn { params: string[]; code: string; honest: string; sections: string; nearMiss: string }
/** A cheating documentation (from which the reader rebuilds the code exactly), or a cheating reconstruction from the honest documentation. */
interface Pair { function: string; trick: string; structure?: 'sections'; documentation?: string; reconstruction?: string }

const LANGUAGES: readonly Language[] = ['javascript', 'python', 'ruby', 'go', 'rust', 'java'];
const data = Object.fromEntries(LANGUAGES.map((language) => [language, JSON.parse(readFileSync(new URL(`./cheating/${language}.json`, import.meta.url), 'utf8')) as { functions: Record<string, Fn>; pairs: Pair[] }])) as Record<Language, { functions: Record<string, Fn>; pairs: Pair[] }>;

let scorer: PairScorer;
beforeAll(async () => { scorer = new PairScorer(await realParser(LANGUAGES)); });

/** As the loop puts it together: similarity less padding, then the documentation check, less the cheat penalty. */
function reward(fn: Fn, language: Language, documentation: string, reconstruction: string, settings: Settings): number {
  const verdict = judgeDocumentation({ text: documentation, finished: true, structure: settings.documentationStructure, code: fn.code, params: fn.params, leakGate: settings.leakPenalty });
  const score = scorer.scorePair({ original: fn.code, reconstruction, language }, scoreOptions(settings)).value;
  const similarity = Math.max(0, score - settings.paddingPenalty * paddingReport(fn.code, reconstruction, language).score);
  return combine(similarity - settings.cheatPenalty * cheatReport(fn.code, verdict.text, language).score, { verdict, tokens: [] }, settings);
}

describe.each(LANGUAGES)('%s', (language) => {
  const { functions, pairs } = data[language];
  it('has at least sixty different tricks, and honest episodes worth something', () => {
    expect(pairs.length).toBeGreaterThanOrEqual(60);
    expect(new Set(pairs.map((pair) => JSON.stringify([pair.function, pair.documentation, pair.reconstruction]))).size).toBe(pairs.length);
    for (const fn of Object.values(functions)) {
      expect(judgeDocumentation({ text: fn.honest, finished: true, structure: 'sentences', code: fn.code, params: fn.params, leakGate: true }).reason).toBe('');
      expect(judgeDocumentation({ text: fn.sections, finished: true, structure: 'sections', code: fn.code, params: fn.params, leakGate: true }).reason).toBe('');
      expect(cheatReport(fn.code, fn.honest, language).reasons).toEqual([]);
      expect(cheatReport(fn.code, fn.sections, language).reasons).toEqual([]);
      expect(paddingReport(fn.code, fn.nearMiss, language).reasons).toEqual([]);
      const miss = scorer.scorePair({ original: fn.code, reconstruction: fn.nearMiss, language }, scoreOptions(defaults()));
      expect(miss.parses).toBe(true);
      expect(miss.value).toBeGreaterThan(0.6);
      expect(miss.value).toBeLessThan(1);
      // Without any check the exact copy would win: what is tested below is the checks.
      expect(scorer.scorePair({ original: fn.code, reconstruction: fn.code, language }, scoreOptions(defaults())).value).toBe(1);
    }
  });
  it.each(['gate', 'additive'] as const)('pays no trick more than honesty under %s', (rDocMode) => {
    const winners = pairs.flatMap((pair) => {
      const fn = functions[pair.function]!;
      const settings: Settings = { ...defaults(), rDocMode, documentationStructure: pair.structure ?? 'sentences' };
      const truth = pair.structure === 'sections' ? fn.sections : fn.honest;
      const honest = reward(fn, language, truth, fn.nearMiss, settings);
      const cheating = reward(fn, language, pair.documentation ?? truth, pair.reconstruction ?? fn.code, settings);
      return cheating > honest ? [`${pair.function}: ${pair.trick}: ${cheating.toFixed(3)} > ${honest.toFixed(3)}`] : [];
    });
    expect(winners).toEqual([]);
  });
});

describe('without the penalties', () => {
  it('most tricks pay: they are what holds the tests above', () => {
    const without: Settings = { ...defaults(), cheatPenalty: 0, paddingPenalty: 0, rDocMode: 'additive' };
    const paid = LANGUAGES.flatMap((language) => data[language].pairs.map((pair) => {
      const fn = data[language].functions[pair.function]!, settings: Settings = { ...without, documentationStructure: pair.structure ?? 'sentences' };
      const truth = pair.structure === 'sections' ? fn.sections : fn.honest;
      return reward(fn, language, pair.documentation ?? truth, pair.reconstruction ?? fn.code, settings) > reward(fn, language, truth, fn.nearMiss, settings);
    }));
    expect(paid.filter(Boolean).length / paid.length).toBeGreaterThan(0.6);
  });
});
