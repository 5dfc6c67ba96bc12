/** The corpus a first visit finds: drawn by the generator from the recipe its starter model was trained on. */
import { corpusHash } from '../corpus/corpus';
import { generateCorpus } from '../synthetic/corpus';
import type { CodeItem, Language } from '../types';
import type { CorpusReport, CorpusView } from './state';

/** What of the generator a sample corpus is. */
export interface SampleRecipe { seed: number; families: number; languages: Language[]; count: number; heldout: number }

const WHOLE: SampleRecipe = { seed: 1, families: 48, languages: ['javascript', 'python', 'ruby'], count: 8000, heldout: 400 };

/**
 * The recipe in a model file's metadata (`sample`: JSON with any of the recipe's fields); what it does not say follows from the
 * languages its tokenizer speaks: the small starter was trained on the first sixteen families in one language.
 */
export function recipeOf(metadata: Record<string, string>, speaks: (language: Language) => boolean): SampleRecipe {
  const languages = WHOLE.languages.filter(speaks);
  const base: SampleRecipe = { ...WHOLE, ...(languages.length > 0 ? { languages } : {}), ...(languages.length === 1 ? { families: 16 } : {}) };
  let told: Partial<Record<keyof SampleRecipe, unknown>> = {};
  try {
    const read: unknown = JSON.parse(metadata['sample'] ?? '{}');
    if (typeof read === 'object' && read !== null) told = read;
  } catch { /* a note in someone else's file that is no JSON says nothing about the corpus */ }
  const whole = (value: unknown, otherwise: number, most: number): number => (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most ? value : otherwise);
  const named = Array.isArray(told.languages) ? WHOLE.languages.filter(language => (told.languages as unknown[]).includes(language)) : [];
  return {
    seed: whole(told.seed, base.seed, 2 ** 31), families: Math.max(1, whole(told.families, base.families, 48)), languages: named.length > 0 ? named : base.languages,
    count: Math.max(16, whole(told.count, base.count, 20_000)), heldout: Math.max(16, whole(told.heldout, base.heldout, 2_000)),
  };
}

/** Draws the corpus; about 0.1 ms a function. */
export async function sampleCorpus(recipe: SampleRecipe): Promise<CorpusView> {
  const { seed, families, languages, count, heldout } = recipe;
  const items = [
    ...generateCorpus({ seed, count, split: 'train', languages, families }),
    ...generateCorpus({ seed, count: heldout, split: 'variation', languages, families }),
    ...generateCorpus({ seed, count: heldout, split: 'combination', languages, families }),
  ];
  return { id: '', name: 'Sample corpus', hash: await corpusHash(items), source: 'sample', items, report: countItems(items) };
}

/** A report of items that came from no files. */
export function countItems(items: readonly CodeItem[]): CorpusReport {
  const byLanguage = new Map<string, number>();
  for (const item of items) byLanguage.set(item.language, (byLanguage.get(item.language) ?? 0) + 1);
  const train = items.filter(item => item.split === 'train').length;
  return {
    filesSeen: 0, filesUsed: 0, leftOut: [], languages: [...byLanguage].map(([language, functions]) => ({ language, files: 0, functions })),
    functions: items.length, duplicates: 0, withDocumentation: items.filter(item => item.documentation !== '' || item.phrases !== undefined).length,
    train, heldout: items.length - train, notices: [],
  };
}
