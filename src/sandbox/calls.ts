/** One function called on every argument list, within one bound on all output; knows no language. */
import { FAILED, MOST_SAID, type Ending, type Verdict } from './languages';

/** What a call came to: its text, or how it failed and what the error said. */
export type Called = string | { ending: Ending; said: string };

/**
 * The verdict of a job with inputs. `call` is told how much output there is room for; null from it is a result that has no text. `guarded` turns
 * what throws through a room, and ends it, into an answer: what is left is then not begun.
 */
export function callEach(inputs: readonly unknown[][], longest: number, guarded: <T>(act: () => T, ended: (ending: Ending, said: string) => T) => T, call: (input: unknown[], room: number) => Called | null): Verdict {
  let room = longest, ending: Ending = 'ran', said = '', over = false;
  const outputs = inputs.map((input) => {
    if (over) return FAILED;
    const called = guarded<Called | null>(() => call(input, room), (why, text) => {
      over = true;
      return { ending: why, said: text };
    });
    if (typeof called === 'string') {
      room -= called.length;
      return called;
    }
    if (ending === 'ran') ({ ending, said } = called ?? { ending: 'no output', said: '' });
    return FAILED;
  });
  return { outputs, ending, ...(said === '' || ending === 'ran' ? {} : { said: said.slice(0, MOST_SAID) }) };
}
