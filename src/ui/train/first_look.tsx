/** What a first visit sees in place of curves: one turn of the loop, told with a real function of the corpus. */
import type { JSX } from 'preact';
import { busy, corpus, metricsVersion, metricTable } from '../state';

export function FirstLook(): JSX.Element | null {
  void metricsVersion.value;
  const items = corpus.value?.items;
  if (busy.value || !items || metricTable().length + metricTable('warmstart').length > 0) return null;
  const item = items.find(i => i.phrases !== undefined && i.code.split('\n').length >= 3 && i.code.length < 160) ?? items.find(i => i.facts.length > 0) ?? items[0];
  if (!item) return null;
  const vague = item.phrases?.vague[0] ?? item.facts[0]?.sentence ?? '';
  const precise = item.phrases ? [...item.phrases.precise.slice(0, 1), ...item.facts.map(f => f.sentence)].join(' ') : item.facts.map(f => f.sentence).join(' ');
  return (
    <section aria-label="One turn of the loop" class="latest">
      <h2>One turn of the loop</h2>
      <ol class="cards" tabIndex={0} aria-label="Four steps">
        <li><h3>1. A function</h3><pre class="code">{item.code}</pre></li>
        <li><h3>2. The model writes documentation</h3>{vague && <p class="doc">{vague}</p>}<p class="muted">Several tries for each function; at first they are vague like this one, which is true and not enough.</p></li>
        <li><h3>3. It rebuilds the code from that alone</h3><p class="muted">The original is hidden. Only what the documentation says can come back.</p></li>
        <li><h3>4. The closer, the larger the reward</h3>{precise && <p class="doc">{precise}</p>}<p class="muted">Tries that beat their group become more likely. This is what it can learn to write.</p></li>
      </ol>
    </section>
  );
}
