/**
 * The built page's sandbox for Ruby and Lua against code that wants out: nothing arrives anywhere, the page lives on, nobody is paid for a
 * forgery. That the canary hears, and that a worker of the sandbox reaches it with nothing even if code broke out of its interpreter, stands
 * in sandbox.test.ts: frame and policy are the same for every engine.
 */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { executionPasses } from '../../src/loop/execution';
import type { Judged } from '../../src/sandbox/executor';
import type { SandboxRequest } from '../../src/sandbox/languages';
import type { CodeItem } from '../../src/types';
import { openPage, type OpenPage } from './harness';
import { LUA, RUBY } from './ruby_lua_programs';

/** Long enough for what was sent to arrive on a busy machine; what is sent from here arrives in a few. */
const ARRIVAL_MS = 800;
let heard = 0, packets = 0;
// Raw, so that whatever connects at all is heard.
const canary = createServer((_, response) => { response.end(); }).on('connection', () => { heard++; });
const udp = createSocket('udp4', () => { packets++; });
let lab: OpenPage;

beforeAll(async () => {
  await new Promise<void>(resolve => { canary.listen(0, '127.0.0.1', resolve); });
  const { port } = canary.address() as AddressInfo;
  await new Promise<void>(resolve => { udp.bind(port, '127.0.0.1', resolve); });
  lab = await openPage({ prefix: '/x/y/', headers: {} });
});
afterAll(async () => {
  await lab?.close();
  canary.close();
  udp.close();
});

const execute = (jobs: SandboxRequest[]): Promise<Judged[]> => lab.page.evaluate(list => globalThis.batcoder.execute(list), jobs);
/** What the error said is for people; the verdicts here are compared without it. */
const plain = ({ outputs, ending }: Judged): string => JSON.stringify({ outputs, ending });

test('the canary hears: one connection and one packet from here', async () => {
  const { port } = canary.address() as AddressInfo;
  await fetch(`http://127.0.0.1:${port}/`);
  const sender = createSocket('udp4');
  await new Promise<void>(resolve => { sender.send('x', port, '127.0.0.1', () => { resolve(); }); });
  sender.close();
  await expect.poll(() => [heard, packets]).toEqual([1, 1]);
});

const ENGINES = {
  ruby: {
    ...RUBY, kills: 4,
    next: { code: 'def f(xs)\n  xs.map { |x| x + 1 }.select { |x| x.to_s.size > 1 }\nend', name: 'f', inputs: [[[8, 9, 10]]] },
    probe: (code: string, address: string, port: number) => `U = ${JSON.stringify(address)}\nP = ${port}\ndef f\n  ${code}\n  "out"\nend`,
    original: 'def f(xs)\n  sum = xs.sum { |x| x * x }\n  { "sum" => sum, "label" => "s#{sum}" }\nend',
    honest: 'def f(list)\n  sum = 0\n  list.each { |x| sum += x ** 2 }\n  { label: "s" + sum.to_s, sum: sum }\nend',
    /** These come to an end: what they name is there, and leads nowhere. */
    harmless: new Set(['require "js/array"; 1', 'require "js"; JS::True', 'require "net/protocol"; Net::Protocol', 'require "etc"; Etc.getpwuid']),
  },
  lua: {
    ...LUA, kills: 2,
    next: { code: 'local function f(xs) local r = {} for _, x in ipairs(xs) do if #tostring(x + 1) > 1 then r[#r + 1] = x + 1 end end return r end', name: 'f', inputs: [[[8, 9, 10]]] },
    probe: (code: string, address: string, port: number) => `local U, P = ${JSON.stringify(address)}, ${port}\nfunction f()\n  ${code}\n  return "out"\nend`,
    original: 'function f(xs)\n  local sum = 0\n  for _, x in ipairs(xs) do sum = sum + x * x end\n  return { sum = sum, label = "s" .. sum }\nend',
    honest: 'local function f(list)\n  local sum = 0\n  for i = 1, #list do sum = sum + list[i] * list[i] end\n  return { label = ("s%d"):format(sum), sum = sum * 1.0 }\nend',
    harmless: new Set(['os.execute()']),
  },
};

for (const [name, engine] of Object.entries(ENGINES)) {
  const language = name as 'ruby' | 'lua';

  test(`${name}: fifty hostile programs end as they should, the page stays smooth, and the next job is right`, async () => {
    expect(Object.keys(engine.hostile).length).toBeGreaterThanOrEqual(50);
    const asked = performance.now();
    expect((await execute([{ ...engine.next, language }, { ...engine.next, language }])).map(plain)).toEqual(Array(2).fill('{"outputs":["[10,11]"],"ending":"ran"}'));
    const started = performance.now();
    await lab.page.evaluate(() => {
      const beat = { last: performance.now(), worst: 0 };
      (globalThis as { beat?: typeof beat }).beat = beat;
      setInterval(() => { beat.worst = Math.max(beat.worst, performance.now() - beat.last); beat.last = performance.now(); }, 20);
    });
    const list = Object.entries(engine.hostile);
    const verdicts = await execute(list.flatMap(([, [, code]]) => [{ language, code, name: 'f', inputs: [[]] }, { ...engine.next, language }]));
    const wrong: string[] = [];
    const counts: Record<string, number> = {};
    list.forEach(([title, [endings]], i) => {
      const hostile = verdicts[2 * i]!, next = plain(verdicts[2 * i + 1]!);
      counts[hostile.ending] = (counts[hostile.ending] ?? 0) + 1;
      if (!endings.split('|').includes(hostile.ending)) wrong.push(`${title}: ${JSON.stringify(hostile).slice(0, 200)}`);
      if (next !== '{"outputs":["[10,11]"],"ending":"ran"}') wrong.push(`after ${title}: ${next.slice(0, 100)}`);
    });
    const worst = await lab.page.evaluate(() => (globalThis as unknown as { beat: { worst: number } }).beat.worst);
    console.log(`${name}: two workers started in ${(started - asked).toFixed(0)} ms; ${JSON.stringify(counts)} in ${((performance.now() - started) / 1000).toFixed(1)} s; the page's longest pause ${worst.toFixed(0)} ms`);
    expect(wrong).toEqual([]);
    expect(counts['killed'] ?? 0).toBeLessThanOrEqual(engine.kills);
    expect(worst).toBeLessThan(2000);
    expect(lab.errors).toEqual([]);
  }, 240_000);

  test(`${name}: no probe finds anything to reach with`, async () => {
    expect(engine.probes.length).toBeGreaterThanOrEqual(60);
    [heard, packets] = [0, 0];
    const { port } = canary.address() as AddressInfo;
    const verdicts = await execute(engine.probes.map(code => ({ language, name: 'f', inputs: [[]], code: engine.probe(code, `http://127.0.0.1:${port}/hit`, port) })));
    await new Promise(resolve => setTimeout(resolve, ARRIVAL_MS));
    expect([heard, packets]).toEqual([0, 0]);
    expect(verdicts.flatMap(({ outputs }, i) => (outputs === null || outputs[0] === 'ERR' || engine.harmless.has(engine.probes[i]!) ? [] : [engine.probes[i]!]))).toEqual([]);
    expect(verdicts.map(({ ending }) => ending)).not.toContain('odd');
  }, 120_000);

  test(`${name}: forgeries of the right result are not paid`, async () => {
    const item = { id: 'i', language, name: 'f', code: engine.original, inputs: [[[1, 2, 3]], [[]], [[10, -4]]] } as unknown as CodeItem;
    const executor = { languages: [language], run: async (jobs: SandboxRequest[]) => (await execute(jobs)).map(({ outputs }) => outputs) };
    expect(engine.forgeries.length).toBeGreaterThanOrEqual(30);
    expect(await executionPasses({ executor }, [item], [[engine.honest], ...engine.forgeries.map(code => [code])])).toEqual([[1], ...engine.forgeries.map(() => [0])]);
  }, 120_000);
}
