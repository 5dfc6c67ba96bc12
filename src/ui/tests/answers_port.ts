/** Has programs found in answers by a worker, a few at a time; one that hangs or breaks down is replaced, and its answers stay as they are. */
import * as Comlink from 'comlink';
import type { SanitiseAll } from '../../benchmark/answer';
import type { AnswersApi } from '../../../workers/answers';
import { spawn } from '../spawn';
import { failure, pageBase } from '../worker_ports';

/** Answers of one message, and how long it may take: a hopeless answer takes a second or two. */
const TOGETHER = 12, PATIENCE_MS = 60_000;

interface Open { api: Comlink.Remote<AnswersApi>; failed: Promise<never>; end(): void }

/** `left` hears how many answers were taken as they are because their worker broke down. */
export function openAnswers(left: (count: number) => void): { sanitise: SanitiseAll; close(): void } {
  let open: Open | undefined;
  const start = (): Open => {
    const worker = spawn('answers');
    return { api: Comlink.wrap<AnswersApi>(worker), failed: failure(worker), end: () => { worker.terminate(); open = undefined; } };
  };
  const some = async (list: Parameters<SanitiseAll>[0]): Promise<string[]> => {
    const worker = open ??= start();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error('too slow')), PATIENCE_MS); });
    try {
      return await Promise.race([worker.api.sanitise([...list], `${pageBase()}grammars/`), worker.failed, late]);
    } catch (cause) {
      worker.end();
      // A grammar that cannot be had is missing for all of them, and says so.
      if (cause instanceof Error && cause.name === 'BadInput') throw cause;
      if (list.length === 1) { left(1); return [list[0]!.text]; }
      const each: string[] = [];
      for (const one of list) each.push(...await some([one]));
      return each;
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    sanitise: async list => {
      const found: string[] = [];
      for (let at = 0; at < list.length; at += TOGETHER) found.push(...await some(list.slice(at, at + TOGETHER)));
      return found;
    },
    close: () => { open?.end(); },
  };
}
