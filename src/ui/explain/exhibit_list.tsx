/** The exhibits: a prediction first, then the run, then what it showed beside what we measured. Knows the open run's numbers, no engine. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { presetSettings, toQuery } from '../../config';
import type { Settings } from '../../config';
import { sameTraining } from '../../loop/ablation';
import { count, value } from '../format';
import { formatPlace } from '../place';
import { busy, metricsVersion, metricTable, preset, queryErrors, run, settings, toast } from '../state';
import { EXHIBIT_BASE, EXHIBITS, READINGS } from './exhibits';
import type { Exhibit } from './exhibits';
import { MEASURED } from './measured';
import { readingsOf } from './readings';
import type { Readings } from './readings';

/** What was predicted, by exhibit; kept while the page lives. */
const predicted = signal<Readonly<Record<string, number>>>({});

/** The whole configuration of an exhibit. */
export function exhibitSettings({ settings: own }: Exhibit): Settings {
  return { ...presetSettings('demo'), ...EXHIBIT_BASE, ...own };
}

/** The part of an address that sets it up. */
export function exhibitQuery(exhibit: Exhibit): string {
  return `?${toQuery(exhibitSettings(exhibit), 'demo')}${formatPlace({ tab: 'explain' })}`;
}

export function Exhibits(): JSX.Element {
  return (
    <section class="card explain-level" aria-labelledby="explain-exhibits">
      <h2 id="explain-exhibits">Exhibits: break it and see</h2>
      <p class="plain">Each exhibit changes one thing about the training; say first what you think will happen, then run it.</p>
      <ol class="exhibits">{EXHIBITS.map(one => <li key={one.id}><ExhibitCard exhibit={one} /></li>)}</ol>
    </section>
  );
}

function ExhibitCard({ exhibit }: { exhibit: Exhibit }): JSX.Element {
  const { id, title, plain, question, choices } = exhibit, own = exhibitSettings(exhibit), guess = predicted.value[id];
  const set = sameTraining(settings.value, own), query = exhibitQuery(exhibit);
  const setUp = (): void => {
    queryErrors.value = [];
    preset.value = 'demo';
    settings.value = own;
    toast.value = { text: `${title} is set up: press Start. It takes ${count(own.steps)} updates of the small starter.` };
  };
  return (
    <details class="exhibit" id={`exhibit-${id}`}>
      <summary><b>{title}</b>{set && <span class="badge good">set up</span>}</summary>
      <p>{plain}</p>
      <fieldset class="prediction">
        <legend>{question}</legend>
        {choices.map((choice, i) => <label key={choice} class="check"><input type="radio" name={`predict-${id}`} checked={guess === i} onChange={() => { predicted.value = { ...predicted.peek(), [id]: i }; }} /> {choice}</label>)}
      </fieldset>
      <div class="row">
        <button type="button" class="primary" disabled={guess === undefined || busy.value} onClick={setUp}>Set it up</button>
        <a href={query} class="exhibit-link">Link to these settings</a>
        {guess === undefined && <span class="muted">Choose what you expect first.</span>}
        {guess !== undefined && busy.value && <span class="muted">A run is under way: stop it first.</span>}
      </div>
      <p class="muted">Changes: {Object.entries(exhibit.settings).map(([key, to]) => `${key} = ${String(to)}`).join(', ') || 'nothing'}; small starter, {count(own.steps)} updates of {count(own.codesPerStep)} functions × {count(own.documentations)} documentations, seed {own.seed}.</p>
      <Outcome exhibit={exhibit} guess={guess} own={own} />
    </details>
  );
}

function Outcome({ exhibit, guess, own }: { exhibit: Exhibit; guess: number | undefined; own: Settings }): JSX.Element | null {
  void metricsVersion.value;
  const measured = MEASURED[exhibit.id];
  const ran = run.value.settings && sameTraining({ ...run.value.settings, seed: own.seed, traceGroups: own.traceGroups }, own) && metricTable().length > 1;
  if (!measured || guess === undefined) return null;
  const yours = ran ? readingsOf(metricTable().rows()) : null, done = ran && run.value.step >= own.steps;
  const cell = (readings: { before: Readings; after: Readings }, name: (typeof exhibit.shows)[number]): string => `${value(readings.before[name])} → ${value(readings.after[name])}`;
  return (
    <div class="outcome">
      {ran && <p class={done ? '' : 'muted'}>{done ? 'Your run has ended.' : `Your run is at update ${count(run.value.step)} of ${count(own.steps)}.`}</p>}
      <details open={done === true}>
        <summary>What we measured{yours ? ', and your run' : ''}</summary>
        <p><b>{guess === exhibit.right ? 'As you expected: ' : 'Not as you expected: '}{exhibit.choices[exhibit.right].toLowerCase()}.</b> {exhibit.why}</p>
        <div class="scroll" tabIndex={0} role="region" aria-label={`Results of ${exhibit.title}`}>
          <table class="data">
            <thead><tr><th scope="col">first → last</th><th scope="col">we measured</th>{yours && <th scope="col">your run</th>}</tr></thead>
            <tbody>{exhibit.shows.map(name => <tr key={name}><th scope="row" title={READINGS[name].meaning}>{READINGS[name].label}</th><td>{cell(measured, name)}</td>{yours && <td>{cell(yours, name)}</td>}</tr>)}</tbody>
          </table>
        </div>
        <p class="muted">{exhibit.shows.map(name => `${READINGS[name].label}: ${READINGS[name].meaning}`).join(' ')} Measured with seed {measured.seed}, {count(measured.updates)} updates, on {measured.adapter}.</p>
      </details>
    </div>
  );
}
