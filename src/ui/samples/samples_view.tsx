/** The Samples tab: step, then group, then completion; filters; every place has an address. */
import './samples.css';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Episode } from '../../types';
import { useActions } from '../actions';
import { FILTER_WORDS, FILTERS, groupEpisodes, MARK_WORDS, marksOf } from '../episode_filter';
import type { EpisodeFilter, EpisodeGroup } from '../episode_filter';
import { count, signed, value } from '../format';
import { formatPlace } from '../place';
import type { Place } from '../place';
import { episodesOf, episodesVersion, episodeSteps, place, run } from '../state';
import { EpisodeDetail } from './episode_detail';

export function SamplesView(): JSX.Element {
  const actions = useActions();
  const filters = useSignal<ReadonlySet<EpisodeFilter>>(new Set());
  const older = useSignal<{ run: string; step: number; episodes: Episode[] | undefined } | null>(null);
  void episodesVersion.value;
  const here = place.value;
  const runId = run.value.id;
  const steps = episodeSteps();
  const step = here.step ?? steps.at(-1);
  const live = step === undefined ? undefined : episodesOf(step);
  const kept = older.value && older.value.run === runId && older.value.step === step ? older.value : null;
  const episodes = live ?? kept?.episodes;

  // A permalink may name a run that is not open yet.
  useEffect(() => { if (here.run !== undefined && here.run !== runId) void actions.openRun(here.run); }, [here.run]);
  // Steps that have left memory are read back.
  useEffect(() => {
    if (step === undefined || live || kept || !runId) return;
    void actions.episodes(runId, step).then(found => { older.value = { run: runId, step, episodes: found }; });
  }, [step, runId, live === undefined]);

  if (step === undefined) return <p class="empty">No samples yet. They appear with the first step of a run: press Start, or open a saved run on the <a href="#runs">Runs</a> tab.</p>;
  const groups = groupEpisodes(episodes ?? [], filters.value);
  const chosen = choose(groups, here);
  return (
    <div class="samples">
      <SampleToolbar step={step} steps={steps} filters={filters} shown={groups.reduce((n, g) => n + g.episodes.length, 0)} all={episodes?.length ?? 0} />
      {!episodes && <p class="empty">{kept ? `No samples are kept of step ${count(step)}.` : 'Reading the samples of this step…'}</p>}
      {episodes && groups.length === 0 && <p class="empty">No sample of this step falls under the chosen filters.</p>}
      <div class="samples-body">
        {groups.length > 0 && <div class="groups">{groups.map(group => <Group key={group.itemId} group={group} step={step} chosen={chosen} />)}</div>}
        {chosen && <EpisodeDetail episode={chosen} />}
      </div>
    </div>
  );
}

function choose(groups: EpisodeGroup[], here: Place): Episode | undefined {
  const group = groups.find(g => g.itemId === here.item) ?? groups[0];
  return group?.episodes.find(e => e.group === here.group) ?? group?.episodes[0];
}

function address(to: { step: number; item?: string; group?: number }): string {
  const { id } = run.peek();
  return formatPlace({ tab: 'samples', ...(id ? { run: id } : {}), ...to });
}

function SampleToolbar({ step, steps, filters, shown, all }: { step: number; steps: number[]; filters: { value: ReadonlySet<EpisodeFilter> }; shown: number; all: number }): JSX.Element {
  const before = steps.findLast(s => s < step);
  const after = steps.find(s => s > step);
  const go = (to: number | undefined): void => { if (to !== undefined) location.hash = address({ step: to }); };
  return (
    <div class="toolbar">
      <div class="stepper">
        <button type="button" disabled={before === undefined} onClick={() => go(before)} aria-label="Earlier step">←</button>
        <label class="inline">Step <input type="number" min="0" value={step} onChange={event => go(Math.max(0, Math.round(Number(event.currentTarget.value))))} /></label>
        <button type="button" disabled={after === undefined} onClick={() => go(after)} aria-label="Later step">→</button>
        <button type="button" disabled={steps.length === 0 || step === steps.at(-1)} onClick={() => go(steps.at(-1))}>Newest</button>
      </div>
      <fieldset class="filters">
        <legend class="unseen">Show only</legend>
        {FILTERS.map(filter => (
          <label key={filter} class="check"><input type="checkbox" checked={filters.value.has(filter)} onChange={() => {
            const next = new Set(filters.value);
            if (!next.delete(filter)) next.add(filter);
            filters.value = next;
          }} />{FILTER_WORDS[filter]}</label>
        ))}
      </fieldset>
      <span class="muted">{count(shown)} of {count(all)} samples</span>
    </div>
  );
}

function Group({ group, step, chosen }: { group: EpisodeGroup; step: number; chosen: Episode | undefined }): JSX.Element {
  return (
    <section class="group">
      <h3>{group.name} <span class="muted">{group.language} · {group.path}</span></h3>
      <p class="muted">mean reward {value(group.mean)} ± {value(group.deviation)}{group.hidden > 0 ? `, ${group.hidden} hidden by filters` : ''}</p>
      <div class="scroll" tabIndex={0} role="region" aria-label={`Samples of ${group.name}`}>
        <table class="data">
          <thead><tr><th scope="col">#</th><th scope="col">reward</th><th scope="col">similarity</th><th scope="col">R_doc</th><th scope="col">leak</th><th scope="col">advantage</th><th scope="col">tokens</th><th scope="col" class="left">marks</th></tr></thead>
          <tbody>{group.episodes.map(e => (
            <tr key={e.group} class={e === chosen ? 'chosen' : ''}>
              <th scope="row"><a class="row-link" href={address({ step, item: e.itemId, group: e.group })} aria-current={e === chosen ? 'true' : undefined}>{e.group + 1}</a></th>
              <td><span class="meter"><svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect width={100 * Math.min(1, Math.max(0, e.reward || 0))} height="6" /></svg>{value(e.reward)}</span></td>
              <td>{value(e.reconstructions[0]?.similarity)}</td>
              <td>{value(e.rDoc)}</td><td>{value(e.leak)}</td>
              <td class={e.advantage > 0 ? 'plus' : e.advantage < 0 ? 'minus' : ''}>{signed(e.advantage)}</td>
              <td>{count(e.documentationTokens)}</td>
              <td class="marks">{[...(e.reconstructions.some(r => r.exact) ? ['exact'] : []), ...marksOf(e).map(mark => MARK_WORDS[mark])].join(', ')}</td>
            </tr>
          ))}</tbody>
        </table>
      </div>
    </section>
  );
}
