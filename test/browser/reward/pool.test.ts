/** The page's scoring workers in a real browser: grammars over the net, scores in order, and the end of the workers. */
import { expect, test } from 'vitest';
import { defaults } from '../../../src/config';
import { scoreOptions } from '../../../src/reward/blend';
import { PairScorer } from '../../../src/reward/scorer';
import type { ScoredPair } from '../../../src/types';
import { openReward } from '../../../src/ui/worker_ports';

const options = scoreOptions(defaults());
const pairs: ScoredPair[] = Array.from({ length: 90 }, (_, i) => ({
  original: `function f(a) {\n  return a + ${i % 9};\n}`, reconstruction: i % 10 === 3 ? 'function f(a) {' : `function f(b) {\n  return b${' * b'.repeat(i % 4)} + ${i % 3};\n}`, language: 'javascript',
}));

test('many pairs and few are scored in order, with their trees', async () => {
  const reward = await openReward(['javascript', 'python']);
  try {
    const scores = await reward.api.score(pairs, options);
    expect(scores.length).toBe(pairs.length);
    // The same, from the scorer without grammars in this thread: all but what comes of trees.
    const plain = await new PairScorer().score(pairs, options);
    scores.forEach((score, i) => {
      expect(score.parts).toMatchObject(plain[i]!.parts);
      expect(score.parses, pairs[i]!.reconstruction).toBe(i % 10 !== 3);
    });
    expect(new Set(scores.map((score) => score.parts['structure'])).size).toBeGreaterThan(3);
    expect(await reward.api.score(pairs.slice(0, 4), options)).toEqual(scores.slice(0, 4));
    expect((await reward.api.score([{ original: 'def f(a):\n    return a', reconstruction: 'def f(a):\n    return a', language: 'python' }], options))[0]).toMatchObject({ value: 1, parses: true, exact: true, parts: { structure: 1 } });
  } finally {
    reward.close();
  }
  await expect(reward.api.score(pairs, options)).rejects.toMatchObject({ name: 'Stopped' });
});

test('a grammar that does not load is said before anything is scored', async () => {
  await expect(openReward(['nonesuch' as never])).rejects.toMatchObject({ name: 'BadInput', message: expect.stringContaining('nonesuch') });
});
