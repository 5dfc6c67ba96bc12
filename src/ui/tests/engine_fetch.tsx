/** What is being fetched or started for the sandbox, wherever on this tab somebody waits for it. */
import type { JSX } from 'preact';
import { engineFetch } from '../sandbox_frame';

export function EngineFetch(): JSX.Element | null {
  const fetching = engineFetch.value;
  return fetching && <label class="bar wrap"><span>{fetching.words}{fetching.total > 0 && ', at the first use only'}</span>{fetching.total > 0 ? <progress value={fetching.done} max={fetching.total} /> : <progress />}</label>;
}
