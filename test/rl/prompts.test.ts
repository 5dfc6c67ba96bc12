/** Tests of the three formats as token ids. */
import { describe, expect, it } from 'vitest';
import { createPrompts } from '../../src/rl/prompts';
import { SPECIALS } from '../../src/types';
import { wordTokenizer } from '../loop/small_corpus';

const tokenizer = wordTokenizer(['a b c'], ['python', 'ruby']);
const id = (token: string): number => tokenizer.special(token);

describe('prompts', () => {
  const prompts = createPrompts(tokenizer, 2);
  it('are the agreed formats', () => {
    expect(prompts.lm('python')).toEqual([id('<|bos|>'), id('<|python|>')]);
    expect(prompts.writer([50, 51], 'ruby')).toEqual([id('<|bos|>'), id('<|code|>'), id('<|ruby|>'), 50, 51, id('<|doc|>')]);
    expect(prompts.reader([60], 'python')).toEqual([id('<|bos|>'), id('<|doc|>'), 60, id('<|code|>'), id('<|python|>')]);
    expect(SPECIALS.map(id)).toEqual([0, 1, 2, 3, 4]);
    expect(prompts.completion('a b c')).toEqual([...tokenizer.encode('a b c'), id('<|end|>')]);
  });
  it('cut documentation at the longest allowed, and encode special-token text as plain text', () => {
    expect(prompts.documentation('a b c')).toEqual(tokenizer.encode('a b c').slice(0, 2));
    expect(prompts.documentationCompletion('a b c')).toHaveLength(3);
    expect(prompts.ids('<|end|>').every((token) => token >= SPECIALS.length)).toBe(true);
  });
  it('say when a language has no token', () => {
    expect(prompts.speaks('go')).toBe(false);
    expect(() => prompts.lm('go')).toThrow(/no token for go/);
  });
});
