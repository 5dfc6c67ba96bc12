/** Asks a worker which stretches of a code are what, one code at a time, and remembers; knows no colour and draws nothing. */
import * as Comlink from 'comlink';
import type { Language } from '../types';
import type { ColourApi } from '../../workers/colour';
import { failure, pageBase } from './worker_ports';
import { spawn } from './spawn';

/** Codes remembered; the ones asked for last stay. */
const REMEMBERED = 300;
/** Longer code stays plain: it is a file, not a function. */
const LONGEST = 60_000;
/** A parse of one function takes milliseconds; the worker of one that takes this long is ended. */
const PATIENCE_MS = 5_000;
/** A grammar may break down on the model's broken code, and with it its worker. After so many the page stays plain. */
const MOST_WORKERS = 6;

const known = new Map<string, Uint32Array>();
const waiting = new Map<string, Promise<Uint32Array | null>>();
let open: { api: Comlink.Remote<ColourApi>; failed: Promise<never>; end(): void } | undefined;
let opened = 0;
let queue: Promise<unknown> = Promise.resolve();

const keyOf = (language: Language, code: string): string => `${language}\0${code}`;

/** The spans when they are known already (see colourCode for their form). */
export function knownColours(language: Language, code: string): Uint32Array | undefined { return known.get(keyOf(language, code)); }

/** The spans; null when the code stays plain: too long, no grammar, or its worker broke down. Never rejects. */
export function coloursOf(language: Language, code: string): Promise<Uint32Array | null> {
  const key = keyOf(language, code);
  const there = known.get(key);
  if (there) return Promise.resolve(there);
  if (code.length > LONGEST || opened > MOST_WORKERS) return Promise.resolve(null);
  let asked = waiting.get(key);
  if (!asked) {
    asked = queue.then(() => ask(language, code)).then((spans) => {
      waiting.delete(key);
      if (spans) remember(key, spans);
      return spans;
    });
    queue = asked;
    waiting.set(key, asked);
  }
  return asked;
}

function remember(key: string, spans: Uint32Array): void {
  known.set(key, spans);
  if (known.size > REMEMBERED) known.delete(known.keys().next().value!);
}

async function ask(language: Language, code: string): Promise<Uint32Array | null> {
  const worker = open ??= start();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error('too slow')), PATIENCE_MS); });
  try {
    return await Promise.race([worker.api.colour(language, code, `${pageBase()}grammars/`), worker.failed, late]);
  } catch {
    // A missing grammar, a trap in one, a parse without end: the code stays plain and the next begins with a fresh worker.
    worker.end();
    open = undefined;
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function start(): NonNullable<typeof open> {
  opened++;
  const worker = spawn('colour');
  return { api: Comlink.wrap<ColourApi>(worker), failed: failure(worker), end: () => { worker.terminate(); } };
}
