/** Knows what a sample corpus must be: distinct, deterministic, truly split, described at three levels. */
import { beforeAll, describe, expect, it } from 'vitest';
import { FAMILIES, generateCorpus, generateSamples, type Sample } from '../../src/synthetic/corpus';
import { grownCorpus, SECOND, secondCorpus } from '../../src/synthetic/sample';
import type { CodeItem } from '../../src/types';
import { countItems } from '../../src/ui/corpus_counts';

const small = { seed: 1, families: 16, languages: ['python'] as const };
const combination = ({ family, slots, item }: Sample): string => `${family.id} ${item.params[0]} ${slots.verb}`;

describe('the families', () => {
  it('are 48, the first 16 over one list of numbers; all in JavaScript and Python, at least 24 in Ruby', () => {
    expect(FAMILIES.map((family) => family.id).slice(0, 16)).toEqual(['filter', 'reject', 'map', 'sum', 'sumif', 'count', 'max', 'min', 'mean', 'product', 'find', 'first', 'any', 'all', 'take', 'skip']);
    expect(new Set(FAMILIES.map((family) => family.id)).size).toBe(48);
    for (const family of FAMILIES.slice(0, 16)) expect(family.takes[0]).toBe('numbers');
    expect(FAMILIES.filter((family) => family.ruby !== undefined).length).toBe(47);
  });

  it('state every slot of the body in the precise phrase, in every language the same slots', () => {
    const slotsOf = (lines: readonly string[], mark: RegExp): string[] => [...new Set(lines.join('\n').match(mark) ?? [])].map((slot) => slot.replace(/[${}]/g, '')).sort();
    const names = new Set(['f', 'xs', 'x', 'n', 's', 'd']);
    for (const family of FAMILIES) {
      const body = slotsOf(family.javascript, /\$[a-z]+[0-9]?/g);
      expect(slotsOf(family.python, /\$[a-z]+[0-9]?/g).filter((slot) => slot !== 'x'), family.id).toEqual(body.filter((slot) => slot !== 'x'));
      if (family.ruby !== undefined) expect(slotsOf(family.ruby, /\$[a-z]+[0-9]?/g).filter((slot) => slot !== 'x'), family.id).toEqual(body.filter((slot) => slot !== 'x'));
      for (const phrase of family.precise) {
        expect(slotsOf([phrase], /\{[a-z]+[0-9]?\}/g).filter((slot) => slot !== 'n'), family.id).toEqual(body.filter((slot) => !names.has(slot)));
      }
      for (const phrase of family.medium) expect(phrase, family.id).not.toMatch(/\{(?!op\})/);
      for (const phrase of family.vague) expect(phrase, family.id).not.toMatch(/[{0-9]/);
    }
  });

  it('share their vague phrases, not their precise ones', () => {
    // The small corpus of 16 families is vague in itself, too.
    for (const families of [FAMILIES, FAMILIES.slice(0, 16)]) {
      const uses = new Map<string, number>();
      for (const family of families) for (const phrase of family.vague) uses.set(phrase, (uses.get(phrase) ?? 0) + 1);
      expect([...uses].filter(([, n]) => n < 2)).toEqual([]);
    }
    const precise = FAMILIES.flatMap((family) => family.precise);
    expect(new Set(precise).size).toBe(precise.length);
    const medium = FAMILIES.flatMap((family) => family.medium);
    expect(new Set(medium).size).toBe(medium.length);
  });
});

describe('generateCorpus', { timeout: 60000 }, () => {
  let items: CodeItem[];
  let seconds: number;
  beforeAll(() => {
    const start = performance.now();
    items = generateCorpus({ ...small, count: 20000, split: 'train' });
    seconds = (performance.now() - start) / 1000;
  }, 60000);

  it('makes 20,000 distinct functions in a few seconds', () => {
    expect(items.length).toBe(20000);
    expect(new Set(items.map((item) => item.code)).size).toBe(20000);
    expect(new Set(items.map((item) => item.id)).size).toBe(20000);
    expect(seconds).toBeLessThan(30);
    const mean = items.reduce((total, item) => total + item.code.length, 0) / items.length;
    expect(mean).toBeGreaterThan(60);
    expect(mean).toBeLessThan(110);
  });

  it('gives the same items for the same seed, a prefix for a smaller count, others for another seed', () => {
    expect(generateCorpus({ ...small, count: 500, split: 'train' })).toEqual(items.slice(0, 500));
    const other = generateCorpus({ ...small, seed: 2, count: 500, split: 'train' });
    expect(other.map((item) => item.code)).not.toEqual(items.slice(0, 500).map((item) => item.code));
  });

  it('fills every field of an item', () => {
    const lines = new Map<string, number>();
    for (const item of generateCorpus({ seed: 3, count: 2000, split: 'train' })) {
      expect(item.path).toMatch(/^sample\/[a-z]+\.(js|py|rb)$/);
      expect(item.startLine).toBeGreaterThan(lines.get(item.path) ?? 0);
      expect(item.endLine - item.startLine + 1).toBe(item.code.split('\n').length);
      lines.set(item.path, item.endLine);
      expect(item.code.startsWith(`${item.signature}\n`)).toBe(true);
      expect(item.signature).toContain(`${item.name}(${item.params.join(', ')})`);
      expect(item.code).not.toMatch(/\$|undefined|NaN/);
      expect(new Set(item.params).size).toBe(item.params.length);
      expect(item.facts.map((fact) => fact.kind)).toEqual(['name', 'params']);
      expect(item.facts[0]!.values).toEqual([item.name]);
      expect(item.facts[1]!.values).toEqual(item.params);
      const sentences = [...item.facts.map((fact) => fact.sentence), ...Object.values(item.phrases!).flat()];
      for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z][^{}$]*\.$/);
      for (const level of Object.values(item.phrases!)) expect(level.length).toBeGreaterThan(0);
      expect(item.inputs!.length).toBeGreaterThanOrEqual(6);
      for (const input of item.inputs!) expect(input.length).toBe(item.params.length);
      expect(JSON.parse(JSON.stringify(item.inputs))).toEqual(item.inputs);
    }
  });

  it('uses each family and language about equally where there is room', () => {
    const counts = new Map<string, number>();
    for (const item of generateCorpus({ seed: 4, count: 6000, split: 'train', languages: ['javascript', 'python'] })) counts.set(item.path, (counts.get(item.path) ?? 0) + 1);
    expect(counts.size).toBe(96);
    for (const path of ['sample/filter.py', 'sample/where.js', 'sample/countchar.py']) {
      expect(counts.get(path)).toBeGreaterThan(35);
      expect(counts.get(path)).toBeLessThan(110);
    }
  });

  it('splits by hash: combinations 1 in 7, variations 1 in 10 of the rest, nothing shared, in any language', () => {
    const wide = { seed: 5, count: 3000 };
    const train = generateSamples({ ...wide, split: 'train' }), held = generateSamples({ ...wide, split: 'combination' }), varied = generateSamples({ ...wide, split: 'variation' });
    const trained = new Set(train.map(combination)), heldOut = new Set(held.map(combination));
    for (const key of heldOut) expect(trained.has(key)).toBe(false);
    for (const sample of varied) expect(heldOut.has(combination(sample))).toBe(false);
    // Twins: the same slots in another language are in the same split.
    const twin = ({ family, slots, item }: Sample): string => JSON.stringify([family.id, item.params, family.python.join().match(/\$[a-z]+[0-9]?/g)!.map((s) => slots[s.slice(1) as 'k'] ?? ''), slots.verb, slots.suffix]);
    const trainTwins = new Set(train.map(twin));
    expect(trainTwins.size).toBeLessThan(train.length);
    for (const sample of [...held, ...varied]) expect(trainTwins.has(twin(sample))).toBe(false);
    for (const [split, samples] of [['train', train], ['combination', held], ['variation', varied]] as const) for (const { item } of samples) expect(item.split).toBe(split);
    // Shares, over all (family, noun, verb) triples seen.
    const share = heldOut.size / (heldOut.size + trained.size);
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.19);
  });

  it('refuses what does not exist', () => {
    const refused = expect.objectContaining({ name: 'BadInput' }) as Error;
    expect(() => generateCorpus({ seed: 1, count: 1, split: 'train', languages: ['go'] })).toThrow(refused);
    expect(() => generateCorpus({ seed: 1, count: 1, split: 'train', languages: [] })).toThrow(refused);
    expect(() => generateCorpus({ seed: 1, count: 1, split: 'train', families: 0 })).toThrow(refused);
    expect(() => generateCorpus({ seed: 1, count: 1, split: 'train', families: 49 })).toThrow(refused);
    expect(() => generateCorpus({ seed: 1, count: 3000, split: 'variation', families: 1, languages: ['python'] })).toThrow(refused);
  });
});

describe('the second language', () => {
  it('is Python that hardly anybody documented, its held-out functions known to be documented', () => {
    const items = secondCorpus(4000, 50), train = items.filter((item) => item.split === 'train'), documented = train.filter((item) => item.undocumented !== true);
    expect([train.length, items.length, new Set(items.map((item) => item.language))]).toEqual([4000, 4100, new Set(['python'])]);
    expect(documented.length).toBeGreaterThan(0);
    expect(documented.length).toBeLessThanOrEqual((2 * 4000) / SECOND.documentedOneIn);
    expect(items.filter((item) => item.split !== 'train').every((item) => item.undocumented === undefined)).toBe(true);
    // What the Data tab says of it.
    expect(countItems(items).withDocumentation).toBe(100 + documented.length);
    // A larger draw is the same functions and more: the starter has read what a run then learns from, and no held-out one.
    const grown = grownCorpus(10000, 100), read = new Set(grown.filter((item) => item.split === 'train').map((item) => item.code));
    expect(train.every((item) => read.has(item.code))).toBe(true);
    expect(items.filter((item) => item.split !== 'train').some((item) => read.has(item.code))).toBe(false);
    expect(grown.filter((item) => item.language === 'javascript').length).toBe(grown.length / 2);
  });
});
