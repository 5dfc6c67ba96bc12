/** The newest sample as cards, so that one turn of the loop can be read from left to right. */
import type { JSX } from 'preact';
import { signed, value, visible } from '../format';
import { formatPlace } from '../place';
import { episodesVersion, newestEpisodes, run } from '../state';

export function LatestSample(): JSX.Element | null {
  void episodesVersion.value;
  const episodes = newestEpisodes();
  if (!episodes || episodes.length === 0) return null;
  const { step } = episodes[0]!;
  const best = episodes.reduce((a, b) => (b.reward > a.reward ? b : a));
  const made = best.reconstructions[0];
  const { id } = run.value;
  return (
    <section aria-label="Newest sample" class="latest">
      <h2>Best of step {step}</h2>
      <ol class="cards">
        <li><h3>Function</h3><pre class="code">{best.code}</pre></li>
        <li><h3>Documentation it wrote</h3><p class="doc">{visible(best.documentation) || '(nothing)'}</p></li>
        <li><h3>Rebuilt from that alone</h3>{made ? <pre class="code">{visible(made.code)}</pre> : <p class="muted">None was made: this reward asks how likely the original is under the documentation.</p>}</li>
        <li><h3>Reward</h3><p class="big">{value(best.reward)}</p><p class="muted">similarity {value(made?.similarity)}, documentation {value(best.rDoc)}, leak {value(best.leak)}</p>
          <h3>Advantage</h3><p class="big">{signed(best.advantage)}</p><p class="muted">{best.advantage > 0 ? 'better than its group: made more likely' : best.advantage < 0 ? 'worse than its group: made less likely' : 'all alike: no signal'}</p></li>
      </ol>
      <p><a href={formatPlace({ tab: 'samples', step, item: best.itemId, group: best.group, ...(id ? { run: id } : {}) })}>Open this sample</a></p>
    </section>
  );
}
