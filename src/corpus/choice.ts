/** The form in which a part of a corpus is chosen to train on; picks nothing. */
import type { CodeItem, Language } from '../types';

export interface Choice {
  /** null = all. */
  languages: Language[] | null;
  /** Length of a function in tokens, both included; 0 = no limit above. */
  minTokens: number; maxTokens: number;
  /** Only functions with documentation of their own. */
  documented: boolean;
  /** Paths left out: lines as in a .gitignore, from the top of the corpus. */
  exclude: string;
  /** Held-out functions drawn anew; null = those that were set aside when the code was read. */
  split: { share: number; seed: number } | null;
}

export const EVERYTHING: Choice = { languages: null, minTokens: 0, maxTokens: 0, documented: false, exclude: '', split: null };

export const isEverything = (choice: Choice): boolean => JSON.stringify(choice) === JSON.stringify(EVERYTHING);

/** Documented: in words of its own, or with the sentences that the sample corpus brings. */
export const isDocumented = (item: CodeItem): boolean => item.undocumented !== true && (item.documentation !== '' || item.phrases !== undefined);

/** A choice of unknown origin (storage): a fresh one with what is understood of it. */
export function readChoice(value: unknown): Choice {
  const given = typeof value === 'object' && value !== null ? value as Partial<Record<keyof Choice, unknown>> : {};
  const whole = (n: unknown): number => (typeof n === 'number' && Number.isInteger(n) && n >= 0 ? n : 0);
  const split = typeof given.split === 'object' && given.split !== null ? given.split as { share?: unknown; seed?: unknown } : null;
  return {
    languages: Array.isArray(given.languages) ? given.languages.filter((l): l is Language => typeof l === 'string') : null,
    minTokens: whole(given.minTokens), maxTokens: whole(given.maxTokens), documented: given.documented === true,
    exclude: typeof given.exclude === 'string' ? given.exclude.slice(0, 10_000) : '',
    split: split && typeof split.share === 'number' && split.share > 0 && split.share <= 0.5 ? { share: split.share, seed: whole(split.seed) } : null,
  };
}
