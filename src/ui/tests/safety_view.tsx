/** Tests tab: whether what was rebuilt behaves like the original where it looks like it, and which insecure patterns it brings in, before and after training. */
import './safety.css';
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Divergent, Introduced, SafetySide } from '../../loop/safety';
import { sidesOf } from '../../loop/safety';
import { KINDS } from '../../safety/kinds';
import type { Kind } from '../../safety/kinds';
import { LANGUAGES } from '../../sandbox/languages';
import type { Episode } from '../../types';
import { useActions } from '../actions';
import type { Actions } from '../actions';
import { value } from '../format';
import { formatPlace } from '../place';
import { EngineFetch } from './engine_fetch';
import { Difference } from '../samples/difference';
import { episodesOf, episodesVersion, episodeSteps, run } from '../state';
import { openBehaviour, openExecutor } from '../worker_ports';

interface Measured { run: string; alike: number; before: SafetySide | null; after: SafetySide }
const measured = signal<Measured | null>(null);
const alike = signal(0.8);
const going = signal<{ done: number; total: number; stop: () => void } | null>(null);
const failed = signal('');

async function measure(actions: Actions, runId: string): Promise<void> {
  let stopped = false;
  const executor = openExecutor(), behaviour = openBehaviour();
  going.value = { done: 0, total: 0, stop: () => { stopped = true; executor.close(); } };
  failed.value = '';
  try {
    const { measureSafety } = await import('../../loop/safety'), { before, after } = sidesOf(episodeSteps());
    const of = async (steps: readonly number[]): Promise<Episode[]> => {
      const found: Episode[] = [];
      for (const step of steps) found.push(...episodesOf(step) ?? await actions.episodes(runId, step) ?? []);
      return found;
    };
    const side = async (steps: readonly number[]): Promise<SafetySide> => measureSafety(await of(steps), {
      executor, plan: behaviour.plan, introduced: behaviour.introduced, alike: alike.peek(), count: (run.peek().settings?.executionInputs) ?? 20, stopped: () => stopped,
    }, (done, total) => { if (going.value) going.value = { ...going.value, done, total }; });
    const first = before.length > 0 ? await side(before) : null, last = await side(after);
    if (!stopped) measured.value = { run: runId, alike: alike.peek(), before: first, after: last };
  } catch (error) {
    if (!stopped) failed.value = `Nothing was measured: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    executor.close();
    behaviour.close();
    if (stopped) failed.value = 'Stopped: nothing was measured.';
    going.value = null;
  }
}

export function SafetyView(): JSX.Element {
  const actions = useActions();
  void episodesVersion.value;
  const { id } = run.value, steps = episodeSteps(), progress = going.value, found = measured.value?.run === id ? measured.value : null;
  const { before, after } = sidesOf(steps);
  return (
    <section class="tests-section safety" aria-label="Safety">
      <div class="card tests-ask">
        <h2>Does what looks alike behave alike?</h2>
        <p class="muted">The samples of the run that is open, its first kept steps against its last: reconstructions that are alike in text are run beside their originals on made inputs, and all are searched for insecure patterns that the original has not. This runs code that the model wrote, in the sandbox. It runs {LANGUAGES.join(', ')}; the search reads twelve languages.</p>
        {!id || steps.length === 0 ? <p class="note">There are no samples yet. Start a run, or open one in the Runs tab.</p> : (
          <div class="row">
            <label class="labelled" for="safety-alike">Alike from, 0.5 to 1 <input id="safety-alike" type="number" min={0.5} max={1} step={0.05} value={alike.value} disabled={progress !== null} onChange={event => {
              const next = Number(event.currentTarget.value);
              if (next >= 0.5 && next <= 1) alike.value = next;
              event.currentTarget.value = String(alike.peek());
            }} /></label>
            {progress ? <button type="button" onClick={progress.stop}>Stop</button> : <button type="button" class="primary" id="safety-run" onClick={() => void measure(actions, id)}>Run the code and compare</button>}
            <p class="muted" role="status">{progress ? (progress.total === 0 ? 'Reading the samples' : `${progress.done} of ${progress.total} pairs run`) : before.length > 0 ? `Steps ${before.join(', ')} against ${after.join(', ')}` : `Step ${after.join(', ')} alone: there is no other to hold it against`}</p>
          </div>
        )}
        {progress && <EngineFetch />}
        {failed.value !== '' && <p class="note warn" role="alert">{failed.value}</p>}
      </div>
      {found && <Found found={found} />}
    </section>
  );
}

function Found({ found: { before, after, alike: from, run: runId } }: { found: Measured }): JSX.Element {
  const sides: [name: string, side: SafetySide][] = [...(before ? [['Before', before] as [string, SafetySide]] : []), ['After', after]];
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label="Divergence">
        <table class="numbers safety-table">
          <caption>Rebuilt functions whose text is not the original's but at least {from} alike, by the share of tokens that stay</caption>
          <thead><tr><th scope="col">Side</th><th scope="col">Steps</th><th scope="col">Rebuilt</th><th scope="col">Alike</th><th scope="col">Could be run</th><th scope="col">Behave differently</th></tr></thead>
          <tbody>{sides.map(([name, side]) => (
            <tr key={name}><th scope="row">{name}</th><td>{side.steps.join(', ')}</td><td>{side.reconstructions}</td><td>{side.similar}</td><td>{side.judged}</td><td>{side.judged > 0 ? <><b>{Math.round((100 * side.divergent.length) / side.judged)} %</b> ({side.divergent.length} of {side.judged})</> : 'none was run'}</td></tr>
          ))}</tbody>
        </table>
      </div>
      {sides.some(([, side]) => side.reasons.length > 0) && <p class="muted">Not judged: {[...new Map(sides.flatMap(([, side]) => side.reasons)).entries()].slice(0, 4).map(([reason, n]) => `${reason} (${n})`).join('; ')}.</p>}
      <Patterns sides={sides} />
      {sides.map(([name, side]) => <Side key={name} name={name} side={side} runId={runId} />)}
    </>
  );
}

/** Insecure patterns brought in, by language and kind. */
function Patterns({ sides }: { sides: [string, SafetySide][] }): JSX.Element {
  const rows = new Map<string, number[]>();
  sides.forEach(([, side], s) => {
    for (const { episode, findings } of side.introduced) for (const { kind } of findings) {
      const key = `${episode.language}\t${kind}`, counts = rows.get(key) ?? sides.map(() => 0);
      counts[s]!++;
      rows.set(key, counts);
    }
  });
  if (rows.size === 0) return <p>No reconstruction brings an insecure pattern in, of {sides.map(([name, side]) => `${side.reconstructions} ${name.toLowerCase()}`).join(' and ')}.</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Insecure patterns">
      <table class="numbers safety-table">
        <caption>Insecure patterns brought in</caption>
        <thead><tr><th scope="col">Language</th><th scope="col">Pattern</th>{sides.map(([name]) => <th key={name} scope="col">{name}</th>)}</tr></thead>
        <tbody>{[...rows].sort().map(([key, counts]) => {
          const [language = '', kind = ''] = key.split('\t'), known = KINDS[kind as Kind];
          return <tr key={key}><th scope="row">{language}</th><td title={known.why}>{known.label}</td>{counts.map((n, i) => <td key={i}>{n}</td>)}</tr>;
        })}</tbody>
      </table>
    </div>
  );
}

/** Listed of each kind; more are counted. */
const LISTED = 50;

function Side({ name, side, runId }: { name: string; side: SafetySide; runId: string }): JSX.Element | null {
  const { divergent, introduced } = side;
  if (divergent.length + introduced.length === 0) return null;
  return (
    <section class="tests-problems" aria-label={name}>
      <h3>{name}: {divergent.length} behave differently, {introduced.length} with an insecure pattern</h3>
      <ul class="tests-list">
        {introduced.slice(0, LISTED).map((one, i) => <Insecure key={`i${i}`} one={one} runId={runId} />)}
        {divergent.slice(0, LISTED).map((one, i) => <Differs key={`d${i}`} one={one} runId={runId} />)}
      </ul>
      {Math.max(divergent.length, introduced.length) > LISTED && <p class="muted">The first {LISTED} of each are listed.</p>}
    </section>
  );
}

const sampleOf = (episode: Episode, runId: string): string => formatPlace({ tab: 'samples', run: runId, step: episode.step, item: episode.itemId, group: episode.group });

function Insecure({ one: { episode, at, findings }, runId }: { one: Introduced; runId: string }): JSX.Element {
  return (
    <li><details>
      <summary>{episode.name} <span class="muted">{episode.language}, step {episode.step}, reconstruction {at + 1}</span> <span class="tests-marks">{findings.map(({ name }, i) => <span key={i} class="badge warn">{name}</span>)}</span></summary>
      <div class="tests-opened">
        {findings.map(({ kind, line, text }, i) => <p key={i}>Line {line}: <code>{text}</code>. {KINDS[kind].why}</p>)}
        <Difference episode={episode} made={episode.reconstructions[at]} />
        <p><a href={sampleOf(episode, runId)}>Open the sample</a></p>
      </div>
    </details></li>
  );
}

function Differs({ one: { episode, at, textSimilarity, inputs, differing, of }, runId }: { one: Divergent; runId: string }): JSX.Element {
  const text = (output: string): string => (output === 'ERR' ? 'nothing: it failed' : output);
  return (
    <li><details>
      <summary>{episode.name} <span class="muted">{episode.language}, step {episode.step}, reconstruction {at + 1}</span> <span class="tests-marks"><span class="badge">{value(textSimilarity)} alike</span> <span class="badge warn">{differing} of {of} inputs differ</span></span></summary>
      <div class="tests-opened">
        <div class="scroll" tabIndex={0} role="region" aria-label="Inputs that differ">
          <table class="safety-table"><thead><tr><th scope="col">Input</th><th scope="col">Original</th><th scope="col">Rebuilt</th></tr></thead>
            <tbody>{inputs.map(({ input, expected, found }, i) => <tr key={i}><td><code>{input.map(part => JSON.stringify(part)).join(', ')}</code></td><td><code>{text(expected)}</code></td><td><code>{text(found)}</code></td></tr>)}</tbody>
          </table>
        </div>
        <Difference episode={episode} made={episode.reconstructions[at]} />
        <p><a href={sampleOf(episode, runId)}>Open the sample</a></p>
      </div>
    </details></li>
  );
}
