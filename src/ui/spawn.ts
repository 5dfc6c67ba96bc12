/**
 * Starts the page's workers so that each is under the page's policy; knows their files and names, not what they say.
 *
 * A worker loaded by its address obeys the headers of that file alone, and a plain static host sends none: it could reach any
 * origin. One started from a blob: inherits the policy of the page that made the blob, meta element included. So each worker is
 * a blob of two lines that imports the real file.
 */
import answers from '../../workers/answers.ts?worker&url';
import behaviour from '../../workers/behaviour.ts?worker&url';
import colour from '../../workers/colour.ts?worker&url';
import corpus from '../../workers/corpus.ts?worker&url';
import embedding from '../../workers/embedding.ts?worker&url';
import planner from '../../workers/planner.ts?worker&url';
import reward from '../../workers/reward.ts?worker&url';
import tokenizer from '../../workers/tokenizer.ts?worker&url';
import trainer from '../../workers/trainer.ts?worker&url';
import { noteRequests } from './requests';
import sample from './sample_worker.ts?worker&url';
import { trustedScript } from './trusted';

const FILES = { answers, behaviour, colour, corpus, embedding, planner, reward, sample, tokenizer, trainer };
export type WorkerKind = keyof typeof FILES;

/** One blob for each kind, kept: some browsers read the blob only after the constructor has returned. */
const bootstraps = new Map<WorkerKind, string>();

/**
 * The import is evaluated first, so the worker listens before its first message is delivered. The observer tells the page what
 * the worker asked for; Comlink on the other side passes over a message that is no answer.
 */
function bootstrap(kind: WorkerKind): string {
  const made = bootstraps.get(kind);
  if (made !== undefined) return made;
  const source = `import ${JSON.stringify(new URL(FILES[kind], document.baseURI).href)};
new PerformanceObserver(list => { postMessage({ requested: list.getEntries().map(entry => entry.name) }); }).observe({ type: 'resource', buffered: true });`;
  const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  bootstraps.set(kind, address);
  return address;
}

/** A new worker of this kind. Its script may still fail to load: the error event tells. */
export function spawn(kind: WorkerKind): Worker {
  const worker = new Worker(trustedScript(bootstrap(kind)) as unknown as string, { type: 'module', name: kind });
  worker.addEventListener('message', ({ data }: MessageEvent<{ requested?: unknown } | null>) => {
    if (typeof data === 'object' && data !== null && Array.isArray(data.requested)) noteRequests(data.requested.map(String));
  });
  return worker;
}
