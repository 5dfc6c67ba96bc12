/** One turn of the loop as five cards, read from left to right: as it comes about in a first step, later the best of the newest step. */
import { computed } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import type { Draft, Episode } from '../../types';
import { signed, value, visible } from '../format';
import { formatPlace } from '../place';
import { busy, draft, episodesVersion, newestEpisodes, run } from '../state';

/** The rest of a run changes ten times a second. */
const runId = computed(() => run.value.id);

export function LatestSample(): JSX.Element | null {
  void episodesVersion.value;
  const episodes = newestEpisodes();
  if (episodes && episodes.length > 0) return <Best episodes={episodes} />;
  const first = draft.value;
  return first && busy.value ? <Cards title={`The first turn of the loop, step ${first.step}`} of={first} /> : null;
}

function Best({ episodes }: { episodes: readonly Episode[] }): JSX.Element {
  const best = episodes.reduce((a, b) => (b.reward > a.reward ? b : a)), made = best.reconstructions[0], id = runId.value, { step } = best;
  return (
    <Cards title={`Best of step ${step}`} of={{ ...best, reconstruction: made?.code ?? null, similarity: made?.similarity ?? NaN }}>
      <p><a href={formatPlace({ tab: 'samples', step, item: best.itemId, group: best.group, ...(id ? { run: id } : {}) })}>Open this sample</a></p>
    </Cards>
  );
}

/** What is not there yet says what is being done about it. */
function Cards({ title, of, children }: { title: string; of: Draft; children?: ComponentChildren }): JSX.Element {
  const { documentation, reconstruction, reward, advantage } = of;
  return (
    <section aria-label="Newest sample" class="latest">
      <h2>{title}</h2>
      <ol class="cards five" tabIndex={0} aria-label="Function, documentation, reconstruction, reward, advantage">
        <li data-filled="true"><h3>Function</h3><pre class="code">{of.code}</pre></li>
        <li data-filled={documentation !== undefined}><h3>Documentation it wrote</h3>
          {documentation === undefined ? <Waiting text="Being written…" /> : <p class="doc">{visible(documentation) || '(nothing)'}</p>}</li>
        <li data-filled={reconstruction !== undefined}><h3>Rebuilt from that alone</h3>
          {reconstruction === undefined ? <Waiting text={documentation === undefined ? 'After the documentation.' : 'Being rebuilt…'} />
            : reconstruction === null ? <p class="muted">{of.rDoc === 0 ? 'None was made: the documentation was refused.' : 'None was made: this reward asks how likely the original is under the documentation.'}</p>
            : <pre class="code">{visible(reconstruction)}</pre>}</li>
        <li data-filled={reward !== undefined}><h3>Reward</h3>
          {reward === undefined ? <Waiting text={reconstruction === undefined ? 'After the code.' : 'Being scored…'} />
            : <><p class="big">{value(reward)}</p><p class="muted">similarity {value(of.similarity)}, documentation {value(of.rDoc)}{of.rDocReason ? ` (${of.rDocReason})` : ''}, leak {value(of.leak)}</p></>}</li>
        <li data-filled={advantage !== undefined}><h3>Advantage</h3>
          {advantage === undefined ? <Waiting text="When its group is scored." />
            : <><p class="big">{signed(advantage)}</p><p class="muted">{advantage > 0 ? 'better than its group: made more likely' : advantage < 0 ? 'worse than its group: made less likely' : 'all alike: no signal'}</p></>}</li>
      </ol>
      {children}
    </section>
  );
}

function Waiting({ text }: { text: string }): JSX.Element { return <p class="muted">{text}</p>; }
