/** The Samples tab: step, then group, then completion; filters; every place has an address. */
import './samples.css';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Episode } from '../../types';
import { useActions } from '../actions';
import { countMarks, FILTER_WORDS, FILTERS, groupEpisodes } from '../episode_filter';
import type { EpisodeFilter, EpisodeGroup } from '../episode_filter';
import { count } from '../format';
import { keysOn } from '../keys';
import { formatPlace } from '../place';
import { episodesOf, episodesVersion, episodeSteps, place, run } from '../state';
import { choose } from './choice';
import type { Choice } from './choice';
import { EpisodeDetail } from './episode_detail';
import { Group } from './group_table';

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

  const groups = useMemo(() => groupEpisodes(episodes ?? [], filters.value), [episodes, filters.value]);
  const choice = choose(episodes ?? [], groups, { ...here, ...(step === undefined ? {} : { step }) });
  const { episode: chosen, before, after } = choice;
  const link = (to: Episode): string => address({ step: to.step, item: to.itemId, group: to.group });
  // Read when a key is pressed: what is drawn by then counts, not what was when the listener was set.
  const beside = useRef({ before, after });
  beside.current = { before, after };
  useEffect(() => {
    const turn = (event: KeyboardEvent): void => {
      const { before, after } = beside.current;
      const to = event.key === 'ArrowLeft' ? before : event.key === 'ArrowRight' ? after : undefined;
      if (!to || !keysOn.peek() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      // Where arrows mean something already, they keep their meaning.
      if (event.target instanceof Element && event.target.closest('input, select, textarea, [contenteditable], [role=tab], [role=listbox], dialog, .merge, .scroll')) return;
      event.preventDefault();
      location.hash = link(to);
    };
    document.addEventListener('keydown', turn);
    return () => { document.removeEventListener('keydown', turn); };
  }, []);

  if (step === undefined) return <p class="empty">No samples yet. They appear with the first step of a run: press Start, or open a saved run on the <a href="#runs">Runs</a> tab.</p>;
  const group = episodes?.filter(e => e.itemId === chosen?.itemId) ?? [];
  return (
    <div class="samples">
      <SampleToolbar step={step} steps={steps} filters={filters} shown={groups.reduce((n, g) => n + g.episodes.length, 0)} episodes={episodes ?? []} />
      {!episodes && <p class="empty">{kept ? `No samples are kept of step ${count(step)}: of a long run every other old step is let go, and a step that was not reached has none. ${steps.length > 0 ? `There are samples of steps ${count(steps[0]!)} to ${count(steps.at(-1)!)}.` : ''}` : 'Reading the samples of this step…'}</p>}
      {episodes && groups.length === 0 && <p class="empty">No sample of this step falls under the chosen filters.</p>}
      {choice.missing && <p class="note warn">{choice.missing}</p>}
      <div class="samples-body">
        {groups.length > 0 && <Groups key={`${runId} ${step}`} groups={groups} choice={choice} link={link} />}
        {chosen && <EpisodeDetail key={chosen.itemId} episode={chosen} group={group} before={before && link(before)} after={after && link(after)} />}
      </div>
    </div>
  );
}

/** Groups to a page, and rows that are drawn without being asked for. */
const PAGE = 8, OPEN_ROWS = 64;

function Groups({ groups, choice, link }: { groups: EpisodeGroup[]; choice: Choice; link: (to: Episode) => string }): JSX.Element {
  /** Groups that a person has opened or closed, and the page that was turned to; a new choice turns to its own. */
  const toggled = useSignal<ReadonlyMap<string, boolean>>(new Map());
  const turned = useSignal<{ by: number; page: number } | null>(null);
  const own = Math.floor(choice.group / PAGE), pages = Math.ceil(groups.length / PAGE);
  const page = Math.min(pages - 1, turned.value?.by === choice.group ? turned.value.page : own);
  const drawn = groups.slice(page * PAGE, (page + 1) * PAGE);
  const few = drawn.reduce((rows, { episodes }) => rows + episodes.length, 0) <= OPEN_ROWS;
  const turn = (to: number): void => { turned.value = { by: choice.group, page: to }; };
  return (
    <div class="groups">
      <h2 class="unseen">Functions of the step</h2>
      {pages > 1 && (
        <div class="row" role="group" aria-label="Pages of functions">
          <button type="button" class="small" disabled={page === 0} onClick={() => turn(page - 1)} aria-label="Earlier functions">‹</button>
          <span class="muted">functions {page * PAGE + 1} to {page * PAGE + drawn.length} of {groups.length}</span>
          <button type="button" class="small" disabled={page === pages - 1} onClick={() => turn(page + 1)} aria-label="Later functions">›</button>
        </div>
      )}
      {drawn.map((group, i) => {
        const open = toggled.value.get(group.itemId) ?? (few || group.itemId === choice.episode?.itemId);
        return <Group key={group.itemId} group={group} number={page * PAGE + i + 1} chosen={choice.episode} open={open} toggle={() => { toggled.value = new Map(toggled.value).set(group.itemId, !open); }} address={link} />;
      })}
    </div>
  );
}

function address(to: { step: number; item?: string; group?: number }): string {
  const { id } = run.peek();
  return formatPlace({ tab: 'samples', ...(id ? { run: id } : {}), ...to });
}

function SampleToolbar({ step, steps, filters, shown, episodes }: { step: number; steps: number[]; filters: { value: ReadonlySet<EpisodeFilter> }; shown: number; episodes: Episode[] }): JSX.Element {
  const counts = useMemo(() => countMarks(episodes), [episodes]);
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
          }} />{FILTER_WORDS[filter]} ({count(counts[filter])})</label>
        ))}
      </fieldset>
      <span class="muted">{count(shown)} of {count(episodes.length)} samples</span>
    </div>
  );
}
