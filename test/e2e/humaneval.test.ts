/**
 * HumanEval in the tab: every canonical solution passes its tests, every wrong version of it fails. The file (MIT, 164 problems) is not ours
 * to ship: BATCODER_HUMANEVAL names it, or it lies beside the checkout. Without it there is nothing to check, and the test says so.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../scripts/build.mjs';
import { openPage, type OpenPage } from './harness';
import { EMPTIED, flipped, perturbed } from './mutants';

const path = process.env['BATCODER_HUMANEVAL'] || join(root, '../shared/data/HumanEval.jsonl.gz');
const here = existsSync(path);
if (!here) console.log(`HumanEval was not checked: there is no file ${path}. BATCODER_HUMANEVAL names another place.`);

interface Row { task_id: string; prompt: string; canonical_solution: string; test: string; entry_point: string }
const rows = (): Row[] => gunzipSync(readFileSync(path)).toString().trim().split('\n').map(line => JSON.parse(line) as Row);

/** Where the first exchange by rule changes nothing that a test could see, or there is none: what is exchanged instead. */
const CHOSEN: Readonly<Record<string, readonly [from: string, to: string]>> = {
  // Nothing there that the rules exchange.
  7: ['if substring in', 'if substring not in'], 22: [', int)', ', str)'], 23: ['len(string)', 'len(string) + 1'], 27: ['swapcase', 'lower'], 29: ['startswith', 'endswith'],
  38: ['encode_cyclic(encode_cyclic(s))', 'encode_cyclic(s)'], 115: ['ceil', 'floor'], 152: ['x-y', 'x+y'],
  // A set of small integers is in order already.
  34: ['set(l)', 'l'],
  // Each number but 0 begins with a one: without it the counts are in the same order.
  116: ["'1'", "'0'"],
  // Its tests have no date that the first exchange (of the month in the last condition) treats otherwise.
  124: ['return True', 'return False'],
};
const exchanged = ({ task_id, canonical_solution: body }: Row): string => {
  const chosen = CHOSEN[task_id.split('/')[1]!];
  return chosen === undefined ? flipped(body)[0]! : body.replace(...chosen);
};

let lab: OpenPage;
beforeAll(async () => { if (here) lab = await openPage({ prefix: '/x/y/', headers: {} }); });
afterAll(async () => { await lab?.close(); });

test.skipIf(!here)('all 164 canonical solutions pass, and their emptied, perturbed and changed versions fail', async () => {
  const problems = rows();
  expect(problems.length).toBe(164);
  const versions: Record<string, (row: Row) => string> = {
    canonical: row => row.prompt + row.canonical_solution,
    emptied: row => row.prompt + EMPTIED,
    perturbed: row => perturbed(row.prompt + row.canonical_solution, row.entry_point),
    exchanged: row => row.prompt + exchanged(row),
  };
  const start = performance.now();
  for (const [kind, of] of Object.entries(versions)) {
    const jobs = problems.map(row => ({ language: 'python' as const, code: of(row), name: row.entry_point, tests: `${row.test}\ncheck(${row.entry_point})` }));
    if (kind !== 'canonical') expect(jobs.filter(({ code }, i) => code === versions['canonical']!(problems[i]!))).toEqual([]);
    const verdicts = await lab.page.evaluate(list => globalThis.batcoder.execute(list), jobs);
    const wanted = kind === 'canonical' ? 'ran' : 'threw';
    expect(verdicts.flatMap(({ ending, said }, i) => (ending === wanted ? [] : [`${kind} ${problems[i]!.task_id}: ${ending}, ${said}`]))).toEqual([]);
  }
  console.log(`HumanEval: 656 programs in ${((performance.now() - start) / 1000).toFixed(1)} s, the start of Python included`);
  expect(lab.errors).toEqual([]);
}, 300_000);
