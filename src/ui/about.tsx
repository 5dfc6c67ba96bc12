/** The foot of the page: what was asked of the network, what is kept here, how to have it all offline and how to be rid of it. Knows no run's content. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import './about.css';
import { confirmed } from './dialog';
import { eraseEverything } from './erase';
import { bytes, count } from './format';
import { buildId, makeAvailable, offline, takeUpdate } from './offline';
import { requests } from './requests';
import { useSpoken } from './speech';
import { busy, corpora, heldElsewhere, runs, storage, toast } from './state';

const clock = (at: number): string => new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });

/** "Since this page opened: 31 requests, all for its own files; none since 12:03." */
function RequestLine(): JSX.Element {
  const { count: asked, foreign, last } = requests.value;
  return (
    <p id="requests">Since this page opened: {count(asked)} {asked === 1 ? 'request' : 'requests'}, {foreign.length === 0
      ? 'all for its own files'
      : <strong>{foreign.length} of them to other addresses: {foreign.join(', ')}</strong>}{last > 0 && `; none since ${clock(last)}`}.</p>
  );
}

function OfflineLine(): JSX.Element {
  const { state, why, kept, missing, progress, problem } = offline.value;
  useSpoken(problem, true);
  const left = missing.reduce((sum, file) => sum + file.bytes, 0);
  return (
    <div id="offline" data-state={state}>
      {state === 'waiting' || state === 'installing' ? <p>A copy of this page for use without a network is being made.</p>
        : state === 'none' ? <p>Not available without a network: {why}. Everything else works; the page has to be reachable when you open it.</p>
        : <p>This page works without a network ({bytes(kept)} kept{left > 0 ? '; the grammars and interpreters of languages other than JavaScript and the runtime of embedding models are kept when first used' : ', everything included'}).</p>}
      {state === 'ready' && left > 0 && !progress && <button type="button" class="small" id="make-available" onClick={() => void makeAvailable()}>Make all of it available offline ({bytes(left)})</button>}
      {progress && <p class="about-progress"><progress value={progress.done} max={progress.total} aria-label="Making everything available offline" /> <span>{bytes(progress.done)} of {bytes(progress.total)}</span></p>}
      {problem && <p class="note warn">{problem}</p>}
    </div>
  );
}

/** A newer build waits until a person lets it in, and never during a run. */
export function UpdateNotice(): JSX.Element | null {
  const others = useSignal(0);
  useSpoken(offline.value.update ? 'A new version of this page is ready.' : '');
  if (!offline.value.update) return null;
  return (
    <div class="note update" id="update">
      <span>A new version of this page is ready. {busy.value ? 'It waits until the run has ended.' : 'What is saved stays.'}
        {others.value > 0 && ` Close the other ${others.value === 1 ? 'window' : `${others.value} windows`} of this page first: two versions are never mixed.`}</span>
      <button type="button" class="small" disabled={busy.value} onClick={() => {
        takeUpdate().then(n => { others.value = n; }, (error: unknown) => { toast.value = { text: `The new version did not start (${error instanceof Error ? error.message : String(error)}). This one goes on; close and open the page to try again.` }; });
      }}>Reload</button>
    </div>
  );
}

async function erase(): Promise<void> {
  const what = [`${count(runs.peek().length)} ${runs.peek().length === 1 ? 'run' : 'runs'} with their checkpoints and samples`, `${count(corpora.peek().length)} ${corpora.peek().length === 1 ? 'corpus' : 'corpora'}`,
    ...(offline.peek().kept > 0 ? [`the copy for use without a network (${bytes(offline.peek().kept)})`] : []), 'what you set here (the theme, the charts, measured times)', 'what was measured of the graphics adapter'];
  const yes = await confirmed({ title: 'Delete everything this page stored?', yes: 'Delete everything', danger: true,
    text: `${what.slice(0, -1).join(', ')} and ${what.at(-1)!} will go, and the page reloads. Another copy of this lab at ${location.origin} keeps its runs in the same place: they go too. This cannot be undone. Files you exported stay where you saved them.` });
  if (!yes) return;
  try {
    await eraseEverything();
    location.replace(location.pathname);
  } catch (error) {
    toast.value = { text: error instanceof Error ? error.message : String(error) };
  }
}

export function About(): JSX.Element {
  const build = buildId();
  return (
    <footer class="about" aria-label="About this page">
      <RequestLine />
      <OfflineLine />
      <details>
        <summary>What is stored where</summary>
        <ul>
          <li><strong>Your code</strong>, once you drop it here, its runs, checkpoints and samples: in this browser's database (IndexedDB, <code>batcoder-lab</code>), readable by pages of this address ({location.origin}) and by whoever uses this browser profile.</li>
          <li><strong>The page's own files</strong>: in this browser's cache, each checked against the hash that the build wrote down.</li>
          <li><strong>The theme, the choices of the charts, measured times and the name of the newest run</strong>: in this browser's local storage. The address bar carries settings only, never code.</li>
          <li><strong>What was measured of your graphics adapter</strong>: in this browser's database <code>batcoder-tuning</code>.</li>
          <li><strong>On a server</strong>: nothing. The page's policy lets it speak to its own address only, and there it only fetches its files.</li>
          {Number.isFinite(storage.value.usage) && <li>In use by this address: {bytes(storage.value.usage)}.</li>}
        </ul>
        <button type="button" class="danger small" id="erase" disabled={busy.value || heldElsewhere.value.size > 0} onClick={() => void erase()}>Delete everything this page stored</button>
        {busy.value ? <span class="muted"> Stop the run first.</span> : heldElsewhere.value.size > 0 && <span class="muted"> Stop the run in the other tab first.</span>}
      </details>
      <p class="muted">BatCoder Lab {build === '' ? '(development)' : build} · MIT licence</p>
    </footer>
  );
}
