/** How the engines that answer in texts say what happened: the ending behind an error's text. Knows no engine. */
import { MOST_SAID, type Ending, type Verdict } from './languages';

/** What an error's text means; the first pattern that fits. */
export type Meanings = readonly [RegExp, Ending][];

export function endingOf(text: string, meanings: Meanings): Ending {
  return meanings.find(([pattern]) => pattern.test(text))?.[1] ?? 'threw';
}

/** A verdict without outputs. */
export function failed(ending: Ending, said = ''): Verdict {
  return { outputs: null, ending, ...(said === '' ? {} : { said: said.slice(0, MOST_SAID) }) };
}
