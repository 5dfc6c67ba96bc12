/** The Train tab: presets, what they will cost, settings, curves, the newest sample and what the run has to say. */
import './train.css';
import type { JSX } from 'preact';
import { PRESETS, presetSettings } from '../../config';
import type { PresetName } from '../../config';
import { consequence, warmstartPairs } from '../consequence';
import { bytes, count, duration, value } from '../format';
import { predict, rateOf } from '../rates';
import { busy, capability, corpus, model, notices, preset, queryErrors, settings } from '../state';
import { useSpoken } from '../speech';
import { Charts, openStep } from './charts';
import { FirstLook } from './first_look';
import { foreseen, watchMemory } from './foresight';
import { LatestSample } from './latest_sample';
import { SimilarityPanel } from './metrics_panel';
import { SettingsForm } from './settings_form';

export function TrainView(): JSX.Element {
  useSpoken(queryErrors.value.length > 0 ? 'The address holds settings that cannot be used. None of them was applied.' : '');
  return (
    <div class={`train${busy.value ? ' busy' : ''}`}>
      <section class="train-side" aria-label="Configuration">
        {queryErrors.value.length > 0 && (
          <div class="panel bad" id="address-errors">
            <h2>The address holds settings that cannot be used</h2>
            <ul>{queryErrors.value.map(error => <li key={error}>{error}</li>)}</ul>
            <p>None of them was applied: these are the Demo's settings.</p>
          </div>
        )}
        <Presets />
        <CostLine />
        <SettingsForm />
      </section>
      <div class="train-main">
        <Notices />
        <FirstLook />
        <LatestSample />
        <Charts />
        <SimilarityPanel onPick={openStep} />
      </div>
    </div>
  );
}

function choose(name: PresetName): void {
  queryErrors.value = [];
  preset.value = name;
  settings.value = presetSettings(name);
}

function Presets(): JSX.Element {
  const sample = corpus.value?.source === 'sample';
  return (
    <fieldset class="presets">
      <legend>Preset</legend>
      {Object.values(PRESETS).map(p => (
        <label key={p.name} class={`preset${preset.value === p.name ? ' chosen' : ''}`}>
          <input type="radio" name="preset" value={p.name} checked={preset.value === p.name} disabled={busy.value} onChange={() => choose(p.name)} />
          <span class="preset-name">{p.label}</span>
          <span class="preset-meaning">{p.meaning}</span>
        </label>
      ))}
      {sample && (preset.value === 'folder' || preset.value === 'overnight') && <p class="note">The sample corpus is chosen. Put your own folder in on the <a href="#data">Data</a> tab for this preset to mean what it says.</p>}
      {!sample && corpus.value && settings.value.model !== 'new' && model.value?.source === 'starter' && <p class="note">The starter model has only seen the sample corpus. For your own code choose <button type="button" class="link" onClick={() => choose('folder')}>Folder</button>.</p>}
    </fieldset>
  );
}

function CostLine(): JSX.Element {
  const s = settings.value;
  const c = consequence(s, model.value?.config ?? null);
  const pairs = s.warmstartSteps > 0 && corpus.value ? warmstartPairs(s, corpus.value.items) : null;
  watchMemory();
  const memory = foreseen.value, adapterName = capability.value.kind === 'ready' ? capability.value.name : '', rate = adapterName ? rateOf(adapterName) : null, told = rate && predict(rate, s, model.value?.config ?? null);
  return (
    <div class="cost" id="consequence">
      {memory && 'problem' in memory && <p class="note bad" role="alert" id="unfit"><b>This would not fit.</b> {memory.problem}</p>}
      <dl class="facts">
        <dt>Model</dt><dd><b>{count(c.parameters, true)} parameters</b></dd>
        <dt>Memory</dt><dd>{memory && 'bytes' in memory ? <><b>{bytes(memory.bytes)}</b> on the adapter, by the engine's plan{memory.recompute === 'layers' && s.recompute === 'none' && '; layers are computed again, because nothing else fits'}</> : <>{bytes(c.trainingBytes)} of training state, activations on top</>}</dd>
        <dt>A step</dt><dd>{count(c.sequencesPerStep)} sequences ({count(s.codesPerStep)} functions × {count(s.documentations)} documentations × {count(1 + s.reconstructions)} texts), at most {count(c.tokensPerStep, true)} sampled tokens</dd>
        <dt>Time here</dt><dd>{rate && told ? <><b>about {value(told.step)} s a step, {duration(told.loop)} for the loop</b>; measured here on {new Date(rate.at).toLocaleDateString()}, scaled by the work</> : 'not measured yet in this browser'}</dd>
        <dt>Disk</dt><dd>{bytes(c.checkpointBytes)} a checkpoint; four are kept at most</dd>
      </dl>
      {pairs && <p>Before that a warm start of {count(s.warmstartSteps)} steps, each about {count(Math.round(pairs.lm))} codes alone, {count(Math.round(pairs.writer))} codes with documentation to write and {count(Math.round(pairs.reader))} documentations to rebuild code from; of {count(pairs.functions, true)} functions {count(pairs.ownText, true)} bring text of their own and {count(pairs.sentences, true)} have true sentences by analysis.</p>}
    </div>
  );
}

function Notices(): JSX.Element | null {
  const list = notices.value;
  if (list.length === 0) return null;
  return (
    <section class="notices" aria-label="Notices of the run" id="notices">
      {list.slice(-4).reverse().map(n => (
        <p key={n.id} class={`note ${n.level === 'info' ? '' : n.level === 'warning' ? 'warn' : 'bad'}`} data-code={n.code}>
          {n.level !== 'info' && <b>{n.level === 'warning' ? 'Warning. ' : 'Error. '}</b>}{n.text}{n.step > 0 && <span class="muted"> Step {count(n.step)}.</span>}
        </p>
      ))}
      {list.length > 4 && (
        <details><summary>{list.length - 4} earlier</summary>{list.slice(0, -4).reverse().map(n => <p key={n.id} class="note">{n.text} <span class="muted">Step {count(n.step)}.</span></p>)}</details>
      )}
    </section>
  );
}
