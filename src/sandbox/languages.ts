/** What page and sandbox agree on: languages, requests and answers. Holds no engine, so that the page need not load one. */
import type { Language } from '../types';
import type { SandboxJob, Verdict } from './quickjs';

/** What can be run. */
export const LANGUAGES: readonly Language[] = ['javascript', 'typescript', 'tsx'];

export interface SandboxRequest extends SandboxJob { language: Language }

export interface SandboxApi {
  /** Resolves when the interpreter is loaded. */
  ready(): Promise<void>;
  /** Outputs of one job and how it ended; see QuickJSSandbox. */
  run(request: SandboxRequest): Promise<Verdict>;
}
