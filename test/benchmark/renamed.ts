/** When two functions are the same but for white space, for names, or for names and numbers; knows tokens, not what they do. */
import { codeTokens } from '../../src/corpus/duplicates';
import type { SuiteLanguage } from '../../src/benchmark/suite';

/** What stands for itself: words of the language and what it brings along. Everything else that is not behind a dot is a name that someone chose. */
const OWN: Readonly<Record<SuiteLanguage, ReadonlySet<string>>> = {
  javascript: new Set('break const continue else false for function if in let null of return true undefined while Array Infinity Math Number Object Set String parseInt'.split(' ')),
  python: new Set('False None True and any all append break continue def elif else enumerate for if in is lambda len list max min not or pow range return sorted str sum while zip'.split(' ')),
  ruby: new Set('and begin break def do each else elsif end false format if nil next not or return self true unless until when while'.split(' ')),
};

/** Without white space: names matter. */
export const wordsOf = (code: string): string => codeTokens(code).join(' ');

/** With every chosen name replaced by the order of its first use. */
export function renamed(code: string, language: SuiteLanguage): string {
  const names = new Map<string, string>();
  const tokens = codeTokens(code);
  return tokens.map((token, i) => {
    if (!/^[A-Za-z_]/.test(token) || OWN[language].has(token) || tokens[i - 1] === '.' || tokens[i - 1] === '&') return token;
    if (!names.has(token)) names.set(token, `name${names.size}`);
    return names.get(token)!;
  }).join(' ');
}

/** As `renamed`, with every number the same one. */
export const shapeOf = (code: string, language: SuiteLanguage): string => renamed(code, language).replace(/(?<![\w])\d+/g, '0');
