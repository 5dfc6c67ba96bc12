/** The Runs tab: what was trained here, several runs over each other, going on with one, taking it in and out. */
import './runs.css';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useActions } from '../actions';
import { bytes, plural } from '../format';
import { formatPlace } from '../place';
import { busy, heldElsewhere, run, runs, toast } from '../state';
import { AblationPanel } from './ablation_view';
import { CompareView } from './compare_view';
import { OutcomeCard } from './outcome_card';
import { asking, RunDialogs } from './run_dialogs';
import { GROUPS, SORTS } from './run_list';
import type { GroupKey, SortKey } from './run_list';
import { RunRow } from './run_row';
import { arranged, group, overlaid, readSizes, search, selected, sizes, sort } from './runs_state';

export function RunsView(): JSX.Element {
  const actions = useActions();
  const listed = runs.value;
  useEffect(() => { void readSizes(actions); }, [listed]);
  const sum = [...sizes.value.values()].reduce((total, size) => total + size, 0);
  return (
    <div class="runs">
      <OutcomeCard />
      <section aria-label="Saved runs" class="runs-list">
        <div class="panel-head">
          <h2>Runs {listed.length > 0 && <span class="muted">{plural(listed.length, 'run')}{sum > 0 && `, ${bytes(sum)} of checkpoints`}</span>}</h2>
          <ImportButton />
        </div>
        {listed.length === 0 ? <FirstVisit /> : <><Tools /><List /></>}
      </section>
      <CompareView />
      <AblationPanel />
      <RunDialogs />
    </div>
  );
}

function FirstVisit(): JSX.Element {
  return (
    <div class="empty">
      <p>No runs yet. Press Start: a run is saved here from its first checkpoint on, every minute and whenever you stop it.</p>
      <p>Then you can close the tab and go on where it stopped, lay its curves over those of another run, branch off from a checkpoint, or take the whole run to another browser as one file.</p>
    </div>
  );
}

function ImportButton(): JSX.Element {
  const actions = useActions();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" disabled={busy.value} onClick={() => input.current?.click()}>Import a run</button>
      <input ref={input} class="unseen" type="file" id="run-input" tabIndex={-1} aria-label="File of a run" onChange={event => {
        const file = event.currentTarget.files?.[0];
        if (file) void actions.importRun(file);
        event.currentTarget.value = '';
      }} />
    </>
  );
}

function Tools(): JSX.Element {
  return (
    <div class="toolbar">
      <input type="search" placeholder="Find a run" aria-label="Find a run" value={search.value} onInput={event => { search.value = event.currentTarget.value; }} />
      <label class="inline">Sort <select class="small" value={sort.value} onChange={event => { sort.value = event.currentTarget.value as SortKey; }}>{Object.entries(SORTS).map(([key, words]) => <option key={key} value={key}>{words}</option>)}</select></label>
      <label class="inline">Group <select class="small" value={group.value} onChange={event => { group.value = event.currentTarget.value as GroupKey; }}>{Object.entries(GROUPS).map(([key, words]) => <option key={key} value={key}>{words}</option>)}</select></label>
      {selected.value.length > 0 && <Bulk />}
    </div>
  );
}

function Bulk(): JSX.Element {
  const actions = useActions();
  const chosen = runs.value.filter(({ id }) => selected.value.includes(id));
  const fixed = chosen.some(({ id }) => heldElsewhere.value.has(id) || (busy.value && run.value.id === id));
  async function remove(): Promise<void> {
    // Each deletion leaves its way back in the message; together they are one.
    const undos: (() => void)[] = [];
    for (const { id } of chosen) {
      toast.value = null;
      await actions.deleteRun(id);
      const { undo } = toast.peek() ?? {};
      if (undo) undos.push(undo);
    }
    if (undos.length > 1) toast.value = { text: `${undos.length} runs were deleted.`, undo: () => { for (const undo of undos) undo(); } };
    selected.value = [];
  }
  return (
    <span class="row" role="group" aria-label="Selected runs">
      <span class="muted">{chosen.length} selected</span>
      <button type="button" class="small" onClick={() => { overlaid.value = [...new Set([...overlaid.value, ...selected.value])]; document.getElementById('compare')?.scrollIntoView(); }}>Compare</button>
      <button type="button" class="small" onClick={() => { asking.value = { what: 'export', runs: chosen }; }}>Export</button>
      <button type="button" class="small danger" disabled={fixed} onClick={() => void remove()}>Delete</button>
      <button type="button" class="small quiet" onClick={() => { selected.value = []; }}>None</button>
    </span>
  );
}

function List(): JSX.Element {
  const groups = arranged.value;
  if (groups.length === 0) return <p class="empty">No run matches the search.</p>;
  return (
    <>
      {groups.map(({ title, rows }) => (
        <div key={title}>
          {title && <h3 class="run-group">{title} <span class="muted">{rows.length}</span></h3>}
          <ul class="list">{rows.map(row => <RunRow key={row.run.id} row={row} held={heldElsewhere.value.has(row.run.id)} />)}</ul>
        </div>
      ))}
      {run.value.id !== '' && <p class="muted">The open run's <a href={formatPlace({ tab: 'train' })}>curves</a> and <a href={formatPlace({ tab: 'samples', run: run.value.id })}>samples</a>.</p>}
    </>
  );
}
