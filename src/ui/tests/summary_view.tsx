/** pass@k of each subject with its interval, as bars with whiskers and as a table; the whole and each language; and the ways out. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { KS } from '../../benchmark/pass_at_k';
import type { Estimate } from '../../benchmark/pass_at_k';
import { summary, toCsv, toJsonLines } from '../../benchmark/results';
import type { LanguageRates, Measurement } from '../../benchmark/results';
import { useActions } from '../actions';
import { fileName } from '../files';
import { plural, signed } from '../format';

const bounds = ({ low, high, problems }: Estimate): string => (low === null || high === null ? problems < 2 ? 'no interval: one problem' : 'no interval: all alike' : `${low.toFixed(2)} to ${high.toFixed(2)}`);
const words = (estimate: Estimate | null, fallback = 'not defined'): string => (estimate ? `${estimate.value.toFixed(3)} (${bounds(estimate)})` : fallback);

export function Summary({ id, name, measurement }: { id: string; name: string; measurement: Measurement }): JSX.Element {
  const actions = useActions(), rows = useMemo(() => summary(measurement), [measurement]), whole = rows[0]!;
  const { subjects, how, notes, partial } = measurement, counted = whole.rates[0]?.problems ?? 0;
  const save = (ending: string, text: string): void => actions.saveFile({ name: fileName(name, ending), bytes: new TextEncoder().encode(text) });
  return (
    <section class="card tests-summary" aria-label="Pass rates" id="rates">
      <div class="panel-head">
        <h2>{name}</h2>
        <span class="row">
          <button type="button" class="small" onClick={() => save('.jsonl', toJsonLines(measurement))}>Export JSONL</button>
          <button type="button" class="small" onClick={() => save('.csv', toCsv(measurement))}>Export CSV</button>
        </span>
      </div>
      {counted === 0 ? <p class="empty">{id === '' ? 'Rates are drawn once all have answered the same problems. What there is so far stands below.' : 'No problem was reached by all of them, so there is nothing to compare. The problems below show what there is.'}</p> : <>
        <Bars whole={whole} subjects={subjects.map(subject => subject.name)} />
        <p class="muted">Over {plural(counted, 'problem')}{counted < measurement.problems.length ? ` of ${measurement.problems.length}, those that ${subjects.length > 1 ? 'all' : 'it'} reached` : ''}. The estimator is unbiased; whiskers are 95 % intervals by resampling the problems 2,000 times, or the exact binomial bound where all or none were right. pass@k is not defined with fewer than k samples a problem.</p>
        <RatesTable rows={rows} subjects={subjects.map(subject => subject.name)} />
      </>}
      {subjects.some(({ kind }) => kind === 'model') && <p class="muted">{how.n} samples a problem, temperature {how.temperature}, top-p {how.topP}, at most {how.longest} tokens, seed {how.seed}; put as {how.template.slice(0, 200)}.</p>}
      {partial && <p class="note warn">It was stopped before all was done: these are the problems that were reached.</p>}
      {notes.map(note => <p key={note} class="note warn">{note}</p>)}
    </section>
  );
}

/** A group a k, a bar a subject. Lengths are drawn; each number stands beside its bar. */
function Bars({ whole, subjects }: { whole: LanguageRates; subjects: readonly string[] }): JSX.Element {
  const lists = [{ plus: false, of: whole.rates.map(({ pass }) => pass) }, ...(whole.rates.some(({ plus }) => plus !== null) ? [{ plus: true, of: whole.rates.map(({ plus }) => plus ?? KS.map(() => null)) }] : [])];
  const over = whole.rates.map(({ plus }) => plus?.find(estimate => estimate !== null)?.problems ?? null).find(problems => problems !== null) ?? null;
  return (
    <div class="tests-bars">
      {lists.map(({ plus, of }) => KS.map((k, i) => (
        <section key={`${k} ${plus}`} aria-label={`pass@${k}${plus ? ' with the harder tests' : ''}`}>
          <h3>pass@{k}{plus && `, harder tests too${over === null || over === whole.rates[0]!.problems ? '' : `: ${plural(over, 'problem')} that ${over === 1 ? 'has' : 'have'} them`}`}</h3>
          {of.every(row => row[i] === null) ? <p class="muted">not defined: fewer than {k} samples</p> : of.map((row, s) => <Bar key={s} name={subjects[s]!} number={s} estimate={row[i] ?? null} />)}
        </section>
      )))}
    </div>
  );
}

function Bar({ name, number, estimate }: { name: string; number: number; estimate: Estimate | null }): JSX.Element {
  const at = (share: number): string => `${(1 + 98 * share).toFixed(2)}%`;
  return (
    <div class="tests-bar">
      <span class="tests-name">{name}</span>
      <svg class={`tests-line swatch run-${number % 8}`} width="100%" height="18" role="img" aria-label={`${name}: ${words(estimate)}`}>
        <line class="tests-axis" x1={at(0)} x2={at(1)} y1="17" y2="17" />
        {[0, 0.5, 1].map(tick => <line key={tick} class="tests-axis" x1={at(tick)} x2={at(tick)} y1="13" y2="17" />)}
        {estimate && <rect x={at(0)} y="3" width={`${(98 * estimate.value).toFixed(2)}%`} height="10" fill="currentColor" />}
        {estimate && estimate.low !== null && estimate.high !== null && <g class="tests-whisker">
          <line x1={at(estimate.low)} x2={at(estimate.high)} y1="8" y2="8" /><line x1={at(estimate.low)} x2={at(estimate.low)} y1="3" y2="13" /><line x1={at(estimate.high)} x2={at(estimate.high)} y1="3" y2="13" />
        </g>}
      </svg>
      <span class="figure">{estimate ? <><b>{estimate.value.toFixed(3)}</b> <span class="muted">{bounds(estimate)}</span></> : <span class="muted">not defined</span>}</span>
    </div>
  );
}

function RatesTable({ rows, subjects }: { rows: readonly LanguageRates[]; subjects: readonly string[] }): JSX.Element {
  const plus = rows.some(({ rates }) => rates.some(one => one.plus !== null)), several = subjects.length > 1;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Rates by language">
      <table class="data">
        <caption>By language</caption>
        <thead><tr><th scope="col" class="left">Language</th><th scope="col" class="left">Answers of</th><th scope="col">Problems</th><th scope="col">Right</th>{KS.map(k => <th key={k} scope="col">pass@{k}</th>)}{plus && <th scope="col">pass@1, harder tests too</th>}{several && <th scope="col">gain in pass@1 over the first</th>}</tr></thead>
        <tbody>{rows.flatMap(({ language, rates, gain }) => rates.map((rate, s) => (
          <tr key={`${language} ${s}`}>
            <th scope="row">{language ?? 'all'}</th><td class="left">{subjects[s]}</td><td>{rate.problems}</td><td>{rate.right} of {rate.samples}</td>
            {rate.pass.map((estimate, i) => <td key={i}>{words(estimate, '–')}</td>)}
            {plus && <td>{words(rate.plus?.[0] ?? null, '–')}</td>}
            {several && <td>{s === rates.length - 1 && gain?.[0] ? `${signed(gain[0].value)}${gain[0].low === null || gain[0].high === null ? '' : ` (${signed(gain[0].low)} to ${signed(gain[0].high)})`}` : ''}</td>}
          </tr>
        )))}</tbody>
      </table>
    </div>
  );
}
