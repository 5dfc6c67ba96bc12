/** The gate and the reward on a real package: honest documentation passes, code is itself, and copies are caught. */
import { readFileSync, readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaults } from '../../src/config';
import { ORACLE, WRITER_DETAIL, describe as describeItem } from '../../src/corpus/describe';
import { extractFunctions } from '../../src/corpus/functions';
import { createParser } from '../../src/corpus/parser';
import { scoreOptions } from '../../src/reward/blend';
import { PairScorer } from '../../src/reward/scorer';
import { judgeDocumentation } from '../../src/rl/document';
import { createRng } from '../../src/rng';
import type { CodeItem } from '../../src/types';
import { strangers } from '../../src/loop/evaluate';
import { inModules, nodeGrammars } from '../corpus/node_grammars';
import { realParser } from '../reward/grammars';

let items: CodeItem[];
beforeAll(async () => {
  const parser = await createParser(nodeGrammars);
  await parser.load(['javascript']);
  const folder = inModules('lodash-es');
  items = readdirSync(folder).filter((name) => name.endsWith('.js') && !/^lodash/.test(name)).flatMap((name) => extractFunctions(parser, 'javascript', `lodash-es/${name}`, readFileSync(`${folder}/${name}`, 'utf8')).items);
});

const judge = (item: CodeItem, text: string) => judgeDocumentation({ text, finished: true, structure: 'sentences', code: item.code, params: item.params, leakGate: true });

describe('lodash-es', () => {
  it('passes its own facts and comments through the gate', () => {
    expect(items.length).toBeGreaterThan(400);
    const rng = createRng(3);
    for (const [detail, wanted] of [[WRITER_DETAIL, 0.98], [ORACLE, 0.97]] as const) {
      const verdicts = items.map((item) => judge(item, describeItem(item, rng, detail)));
      const reasons = verdicts.filter((verdict) => verdict.rDoc < 1);
      expect(1 - reasons.length / items.length).toBeGreaterThan(wanted);
    }
  });
  it('refuses copied bodies', () => {
    const copies = items.map((item) => judge(item, `Does this: ${item.code.replace(/\s+/g, ' ')}.`));
    expect(copies.every((verdict) => verdict.rDoc === 0)).toBe(true);
  });
  it('scores every function as itself, and strangers far below', async () => {
    const scorer = new PairScorer(await realParser(['javascript']));
    const some = items.slice(0, 150), other = strangers(some);
    const pair = (reconstruction: (i: number) => string) => scorer.score(some.map((item, i) => ({ original: item.code, reconstruction: reconstruction(i), language: item.language })), scoreOptions(defaults()));
    const own = await pair((i) => some[i]!.code), floor = await pair((i) => some[other[i]!]!.code);
    expect(own.every((score) => score.value > 1 - 1e-9 && score.parses && score.exact)).toBe(true);
    const mean = floor.reduce((sum, score) => sum + score.value, 0) / floor.length;
    expect(mean).toBeGreaterThan(0.1);
    expect(mean).toBeLessThan(0.4);
  });
});
