/** What a run came to, in plain words with its controls, and what can be done next. Knows no storage. */
import type { JSX } from 'preact';
import { useActions } from '../actions';
import { signed, value } from '../format';
import { formatPlace } from '../place';
import { run, runs } from '../state';
import { asking } from './run_dialogs';
import { outcomeOf, outcomeWords } from './run_list';

/** Of the run that is open, once it has finished. */
export function OutcomeCard(): JSX.Element | null {
  const actions = useActions();
  const { id, state } = run.value;
  const row = runs.value.find(one => one.id === id);
  if (state !== 'finished' || !row?.summary) return null;
  const outcome = outcomeOf(row.summary);
  const lines: [string, number, number, string][] = [
    ['Held-out similarity', outcome.before, outcome.after, 'should rise'],
    ['From another function\'s documentation', outcome.shuffledBefore, outcome.shuffled, 'should not'],
    ['Exact match', outcome.exactBefore, outcome.exact, 'should rise'],
  ];
  return (
    <section class="card outcome" aria-label="Outcome" id="outcome">
      <h2>{row.name} has finished</h2>
      <p>{outcomeWords(outcome)}</p>
      <table class="data">
        <thead><tr><th scope="col">on held-out functions</th><th scope="col">before</th><th scope="col">after</th><th scope="col">change</th></tr></thead>
        <tbody>{lines.map(([label, before, after, wish]) => <tr key={label}><th scope="row">{label} <span class="muted">{wish}</span></th><td>{value(before)}</td><td>{value(after)}</td><td>{signed(after - before)}</td></tr>)}</tbody>
      </table>
      <p class="muted">{Number.isFinite(outcome.leak) ? `In ${Math.round(100 * outcome.leak)} % of the documentation the code itself leaks through. ` : ''}{Number.isFinite(outcome.oracle) ? `From the full true documentation the same reader reaches ${value(outcome.oracle)}.` : ''}</p>
      <div class="row">
        <a class="button primary" href={formatPlace({ tab: 'models' })}>Try the model</a>
        <button type="button" onClick={() => { asking.value = { what: 'export', runs: [row] }; }}>Export</button>
        <button type="button" onClick={() => { asking.value = { what: 'branch', runs: [row] }; }}>Branch</button>
        <button type="button" onClick={() => void actions.duplicateRun(row.id)}>Again with other settings</button>
      </div>
    </section>
  );
}
