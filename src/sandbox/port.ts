/**
 * Both ends of the port between the page and a sandbox worker; knows no frame and no language.
 *
 * After `ready` each message of the worker is one answer, with the nonce of the job it was asked for. Whatever else it says
 * ends it: the interpreter says nothing by itself, so something else is speaking.
 */
import type { SandboxWorker } from './executor';
import type { SandboxApi, SandboxRequest } from './languages';

interface Asked { nonce: string; request: SandboxRequest }

/** The worker's end. */
export function servePort(port: MessagePort, api: SandboxApi): void {
  port.onmessage = ({ data }: MessageEvent<Asked>) => {
    // An engine that broke gives no answer; saying so ends it, and the job is run in another.
    void api.run(data.request).then((answer) => { port.postMessage({ nonce: data.nonce, answer }); }, (error: unknown) => { port.postMessage(String(error)); });
  };
  void api.ready().then(() => { port.postMessage('ready'); }, (error: unknown) => { port.postMessage(String(error)); });
}

/** The page's end. `end` kills the worker; it is called once, whoever asks for it. */
export function connectPort(port: MessagePort, end: () => void): SandboxWorker {
  let started: (() => void) | undefined;
  let waiting: { nonce: string; resolve: (answer: Awaited<ReturnType<SandboxApi['run']>>) => void; reject: (error: Error) => void } | undefined;
  let gone: Error | undefined;
  let failed: (error: Error) => void = () => undefined;

  const finish = (why: string): void => {
    if (gone !== undefined) return;
    gone = new Error(why);
    // Closed first: what is still in the queue of the port is never read.
    port.onmessage = null;
    port.close();
    end();
    failed(gone);
    waiting?.reject(gone);
    waiting = undefined;
  };
  const ready = new Promise<void>((resolve, reject) => {
    started = resolve;
    failed = reject;
  });
  ready.catch(() => undefined);

  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (started !== undefined) {
      if (data !== 'ready') {
        finish(typeof data === 'string' ? data.slice(0, 200) : 'it did not say that it is ready');
        return;
      }
      started();
      started = undefined;
      return;
    }
    const { nonce, answer } = (typeof data === 'object' && data !== null ? data : {}) as { nonce?: unknown; answer?: unknown };
    if (waiting === undefined || nonce !== waiting.nonce) {
      finish('it said something that it was not asked');
      return;
    }
    // Its shape is the executor's to judge.
    waiting.resolve(answer as never);
    waiting = undefined;
  };

  return {
    api: {
      ready: () => ready,
      run: (request) => new Promise((resolve, reject) => {
        if (gone !== undefined || waiting !== undefined) {
          reject(gone ?? new Error('it is at work'));
          return;
        }
        waiting = { nonce: crypto.randomUUID(), resolve, reject };
        port.postMessage({ nonce: waiting.nonce, request } satisfies Asked);
      }),
    },
    terminate: () => { finish('it was ended'); },
  };
}
