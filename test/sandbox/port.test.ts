/** What a sandbox worker may say on its port: its answer, once, to what it was asked. */
import { expect, test } from 'vitest';
import { createExecutor, type SandboxWorker } from '../../src/sandbox/executor';
import { connectPort, servePort } from '../../src/sandbox/port';
import { createSandbox } from '../../src/sandbox/serve_quickjs';

type Asked = { nonce: string };
/** A worker that says what `speak` makes it say when it is asked for the nth job. */
function rogue(speak: (say: (message: unknown) => void, asked: Asked, n: number) => void): { spawn: () => SandboxWorker; ended: () => number } {
  let ended = 0;
  return {
    ended: () => ended,
    spawn: () => {
      const { port1, port2 } = new MessageChannel();
      let n = 0;
      port2.onmessage = ({ data }: MessageEvent<Asked>) => { speak((message) => { port2.postMessage(message); }, data, n++); };
      port2.postMessage('ready');
      return connectPort(port1, () => { ended++; port2.close(); });
    },
  };
}
const job = { language: 'javascript' as const, code: 'function f(x) { return x }', name: 'f', inputs: [[1]] };
const right = { outputs: ['1'], ending: 'ran' };

test('the real worker answers over the port', async () => {
  const executor = createExecutor({
    spawn: () => {
      const { port1, port2 } = new MessageChannel();
      servePort(port2, createSandbox());
      return connectPort(port1, () => { port2.close(); });
    },
  });
  expect(await executor.judge([job, { ...job, inputs: [[2]] }])).toEqual([right, { outputs: ['2'], ending: 'ran' }]);
  executor.close();
});

test('an engine that breaks says so at once, and its job is run again in another', async () => {
  let spawned = 0;
  const spawn = (breaks: (n: number) => boolean) => (): SandboxWorker => {
    const { port1, port2 } = new MessageChannel(), n = spawned++;
    servePort(port2, { ready: () => Promise.resolve(), run: () => (breaks(n) ? Promise.reject(new Error('no memory left')) : Promise.resolve({ outputs: ['1'], ending: 'ran' })) });
    return connectPort(port1, () => { port2.close(); });
  };
  expect(await createExecutor({ spawn: spawn(n => n === 0) }).judge([job])).toEqual([right]);
  expect(await createExecutor({ spawn: spawn(() => true) }).judge([job])).toEqual([{ outputs: null, ending: 'odd' }]);
  expect(spawned).toBe(4);
});

test('whoever says what it was not asked is ended, and paid nothing', async () => {
  const forgeries: Record<string, unknown> = {
    'no nonce': { answer: right }, 'an empty nonce': { nonce: '', answer: right }, 'a guessed nonce': { nonce: crypto.randomUUID(), answer: right },
    'a nonce that is no text': { nonce: {}, answer: right }, 'a bare answer': right, 'a list': ['1'], 'a number': 1, nothing: null, 'a second start': 'ready', text: 'paid',
  };
  for (const [name, message] of Object.entries(forgeries)) {
    const { spawn, ended } = rogue((say) => { say(message); });
    expect(await createExecutor({ spawn }).judge([job]), name).toEqual([{ outputs: null, ending: 'odd' }]);
    // Once on suspicion, once for certain.
    expect(ended(), name).toBe(2);
  }
});

test('an answer of another shape is no answer', async () => {
  for (const answer of [undefined, null, '1', ['1'], { outputs: ['1'] }, { outputs: [1], ending: 'ran' }, { outputs: ['1', '1'], ending: 'ran' }, { outputs: ['1'], ending: 'paid' }, { outputs: ['x'.repeat(1e6)], ending: 'ran' }]) {
    const { spawn } = rogue((say, { nonce }) => { say({ nonce, answer }); });
    expect(await createExecutor({ spawn }).judge([job])).toEqual([{ outputs: null, ending: 'odd' }]);
  }
});

test('a job beside a forger is run again in a worker of its own', async () => {
  // It answers twice for the first job: the second answer arrives while the next job is asked for.
  let forging = true;
  const { spawn, ended } = rogue((say, { nonce }) => {
    say({ nonce, answer: right });
    if (!forging) return;
    forging = false;
    say({ nonce, answer: right });
  });
  expect(await createExecutor({ spawn }).judge([job, job, job])).toEqual([right, right, right]);
  expect(ended()).toBe(1);
});

test('of a flood the first message is read, and no more', async () => {
  let sent = 0;
  const { spawn } = rogue((say) => { for (; sent % 5000 !== 4999; sent++) say({ outputs: ['1'] }); sent++; });
  const start = performance.now();
  expect(await createExecutor({ spawn }).judge([job])).toEqual([{ outputs: null, ending: 'odd' }]);
  expect(performance.now() - start).toBeLessThan(1500);
  expect(sent).toBe(10_000);
});
