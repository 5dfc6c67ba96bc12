/** One problem of a round opened: its text, its answers by cluster, what they gave on the tests, and which was learned and why. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { ConsensusRecord, Episode } from '../../types';
import { Code } from '../code';
import { count, plural, value, visible } from '../format';
import { badgeOf, percent } from './stages';

export function Badge({ consensus }: { consensus: ConsensusRecord }): JSX.Element {
  const { badge, words } = badgeOf(consensus.confidence, consensus.chosen);
  return <span class={`chip ucoder-badge ${badge}`}><span aria-hidden="true">{badge === 'sure' ? '●' : badge === 'unsure' ? '◐' : '○'}</span> {words}</span>;
}

/** Clusters as one bar of answers; those that ran too seldom are the rest. */
export function ClusterBar({ consensus, answers }: { consensus: ConsensusRecord; answers: number }): JSX.Element {
  let x = 0;
  const parts = consensus.clusters.map(({ members }, i) => {
    const width = (100 * members.length) / answers, part = <rect key={i} x={x} y="0" width={Math.max(0, width - 0.6)} height="10" class={`cluster-${Math.min(i, 4)}`} />;
    x += width;
    return part;
  });
  const said = `${plural(answers, 'answer')}: ${consensus.clusters.map(({ members }) => members.length).join(', ') || 'none'} in clusters, ${answers - consensus.clusters.reduce((sum, { members }) => sum + members.length, 0)} left out`;
  return <svg class="ucoder-bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label={said}>{parts}</svg>;
}

/** Clusters shown side by side with their outputs. */
const MOST_CLUSTERS = 6;

export function ProblemDetail({ episode, consensus }: { episode: Episode; consensus: ConsensusRecord }): JSX.Element {
  const opened = useSignal<number | null>(null);
  const first = consensus.chosen >= 0 ? consensus.clusters.findIndex(({ members }) => members.includes(consensus.chosen)) : 0;
  const cluster = consensus.clusters[opened.value ?? Math.max(0, first)];
  const member = cluster && (cluster.members.includes(consensus.chosen) ? consensus.chosen : cluster.members[0]!);
  const answer = member === undefined ? undefined : episode.reconstructions[member];
  const known = consensus.right;
  return (
    <section class="detail" aria-label={`Problem ${episode.name}`}>
      <div class="panel-head"><h3>{episode.name} <span class="muted">{episode.language} · {episode.path}</span></h3><Badge consensus={consensus} /></div>
      <p class="doc">{visible(episode.documentation)}</p>
      <p>{consensus.why}</p>
      {known && <p class="muted">By the original, which was not used: {known.filter(Boolean).length} of {known.length} answers are right{consensus.chosen >= 0 ? `; the learned one is ${known[consensus.chosen] ? 'right' : 'wrong'}` : ''}.</p>}
      <h4>What the clusters give</h4>
      {consensus.clusters.length === 0 ? <p class="muted">No answer ran on enough of the tests.</p> : (
        <div class="scroll" tabIndex={0} role="region" aria-label="Outputs by cluster">
          <table class="data ucoder-outputs">
            <thead><tr><th scope="col">test</th>{consensus.clusters.slice(0, MOST_CLUSTERS).map(({ members }, i) => (
              <th key={i} scope="col"><button type="button" class="small" aria-pressed={cluster === consensus.clusters[i]} onClick={() => { opened.value = i; }}>{members.length} of {episode.reconstructions.length}</button></th>
            ))}</tr></thead>
            <tbody>{consensus.tests.map((test, t) => (
              <tr key={t}><th scope="row"><code>{visible(test)}</code></th>{consensus.clusters.slice(0, MOST_CLUSTERS).map(({ outputs }, i) => {
                const output = outputs[t] ?? null, differs = i > 0 && output !== consensus.clusters[0]!.outputs[t];
                return <td key={i} class={differs ? 'differs' : ''}>{differs && <span class="unseen">differs: </span>}<code>{output === null ? 'failed' : visible(output)}</code></td>;
              })}</tr>
            ))}</tbody>
          </table>
        </div>
      )}
      <p class="muted">{consensus.testCount > consensus.tests.length ? `The first ${consensus.tests.length} of ${consensus.testCount} tests. ` : ''}{consensus.clusters.length > MOST_CLUSTERS ? `${consensus.clusters.length - MOST_CLUSTERS} smaller clusters are not shown. ` : ''}{consensus.clusters.length > 1 && 'Underlined: other than the largest cluster.'}</p>
      {answer && member !== undefined && (<>
        <h4>{member === consensus.chosen ? 'The learned answer' : 'An answer of this cluster'}</h4>
        <Code language={episode.language} code={visible(answer.code)} label={`Answer ${member + 1}`} />
        <p class="muted">Ran on {percent(consensus.executed[member] ?? NaN)} of the tests (e); perplexity {value(consensus.perplexity[member])} (f); {plural(cluster?.members.length ?? 0, 'answer')} like it (s){known ? `; ${known[member] ? 'behaves' : 'does not behave'} as the original` : ''}.</p>
      </>)}
      {episode.code !== '' && <details><summary>The original, which the answers never saw</summary><Code language={episode.language} code={episode.code} label="Original" /></details>}
      <p class="muted">Two answers of different clusters agree on {percent(consensus.agreement)} of the tests (p): the theorem’s bound is {consensus.failure >= 1 ? '1, no promise' : value(consensus.failure)} with {consensus.testCount} tests, and 5 % would take {count(consensus.needed)}.</p>
    </section>
  );
}
