/** One more language token: every older id stays, texts are encoded as before, and what cannot be grown is refused. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withLanguage } from '../../src/tokenizer/grow';
import { createTokenizer } from '../../src/tokenizer/tokenizer';

const shipped = readFileSync(new URL('../../public/models/starter/tokenizer.json', import.meta.url), 'utf8');

test('the new token comes last and changes nothing else', async () => {
  const grown = withLanguage(shipped, 'python'), before = await createTokenizer(shipped), after = await createTokenizer(grown.json);
  expect([grown.id, after.vocabSize, after.special('<|python|>')]).toEqual([before.vocabSize, before.vocabSize + 1, grown.id]);
  expect([before.hasSpecial('<|python|>'), after.hasSpecial('<|python|>')]).toEqual([false, true]);
  for (const text of ['def keep_ages(ages):\n    return [age for age in ages if age > 5]', 'function f(x) { return x; }', 'Keeps the ages above 5.', '<|python|>']) {
    if (!text.startsWith('<')) expect(Array.from(after.encode(text))).toEqual(Array.from(before.encode(text)));
    expect(after.decode(after.encode(text))).toBe(text);
  }
  expect(() => withLanguage(grown.json, 'python')).toThrow(/has a token for python already/);
  expect(() => withLanguage('{"model":{"vocab":{}},"added_tokens":[]}', 'python')).toThrow(/no special tokens/);
});

test('the starter that read Python was grown so', () => {
  const own = readFileSync(new URL('../../public/models/starter-python/tokenizer.json', import.meta.url), 'utf8');
  expect(own).toBe(withLanguage(shipped, 'python').json);
});
