/** What outputs are worth, and on which inputs a function is judged. */
import { describe, expect, it } from 'vitest';
import { agreement, differences } from '../../src/execution/agreement';
import { chooseInputs } from '../../src/execution/choose';

describe('agreement', () => {
  it('is the share of equal outputs, and 0 where nothing ran', () => {
    expect(agreement(['1', '2', '3', '4'], ['1', '2', '3', '5'])).toBe(0.75);
    expect(agreement(['1', '2'], null)).toBe(0);
    expect(agreement(['1', '2'], ['1'])).toBe(0);
    expect(differences(['1', '2', '3'], ['1', '0', 'ERR'])).toEqual([1, 2]);
    expect(differences(['1', '2'], null)).toEqual([0, 1]);
  });

  it('pays an equal failure only as far as outputs are right: code that only fails gets 0', () => {
    expect(agreement(['1', 'ERR', 'ERR', '2'], ['ERR', 'ERR', 'ERR', 'ERR'])).toBe(0);
    expect(agreement(['1', 'ERR', 'ERR', '2'], ['1', 'ERR', 'ERR', '2'])).toBe(1);
    expect(agreement(['1', 'ERR', 'ERR', '2'], ['1', 'ERR', 'ERR', '0'])).toBe(0.5);
    expect(agreement(['1', 'ERR', 'ERR', '2'], ['1', '7', '7', '2'])).toBe(0.5);
    expect(agreement(['ERR'], ['ERR'])).toBe(0);
  });
});

describe('the inputs that are taken', () => {
  const pool = Array.from({ length: 30 }, (_, i) => [i]);
  const ran = (output: (i: number) => string) => ({ outputs: pool.map((_, i) => output(i)), ending: 'ran' });

  it('spread the outputs evenly, whatever share of the pool gives them', () => {
    const mostly = ran((i) => (i % 10 === 9 ? 'true' : 'false')), chosen = chooseInputs(pool, mostly, mostly, 6);
    expect('outputs' in chosen && chosen.outputs.filter((output) => output === 'true')).toHaveLength(3);
    const all = ran(String), distinct = chooseInputs(pool, all, all, 8);
    expect('inputs' in distinct && distinct.inputs).toEqual(pool.slice(0, 8));
  });

  it('hold few failures, and a function that fails, varies, hangs or always says the same is not judged', () => {
    const half = ran((i) => (i % 2 ? 'ERR' : String(i))), chosen = chooseInputs(pool, half, half, 10);
    expect('outputs' in chosen && chosen.outputs.filter((output) => output === 'ERR')).toHaveLength(2);
    const reason = (first: Parameters<typeof chooseInputs>[1], second = first): string => { const own = chooseInputs(pool, first, second, 10); return 'reason' in own ? own.reason : ''; };
    expect(reason({ ...ran(() => 'ERR'), ending: 'threw', said: "ReferenceError: 'chunk' is not defined\n" })).toBe('it uses chunk, which is defined elsewhere');
    expect(reason({ ...ran(() => 'ERR'), ending: 'no output' })).toBe('it gives nothing that JSON can say');
    expect(reason(ran(String), ran((i) => String(i + 1)))).toBe('its output differs from run to run');
    expect(reason({ ...ran(String), ending: 'time' })).toBe('it runs too long');
    expect(reason({ outputs: null, ending: 'undefined' })).toBe('it does not compile by itself');
    expect(reason(ran(() => '1'))).toBe('it gives the same output on every input that was tried');
    expect(reason(ran(String))).toBe('');
  });
});
