/** The Explain tab: which run is explained, three levels that fill each other, attention, and the exhibits. Works without WebGPU and without storage on the recorded run. */
import '../train/train.css';
import './explain.css';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { presetSettings } from '../../config';
import { count } from '../format';
import { busy, episodesVersion, preset, queryErrors, run, settings, toast } from '../state';
import { AttentionLevel } from './attention_level';
import { resetChosen } from './chosen';
import { Exhibits } from './exhibit_list';
import { loadRecording, openHasData, recordingProblem, shown, wanted } from './sources';
import type { Shown, SourceKind } from './sources';
import { StepLevel } from './step_level';
import { useOpened } from './opened';
import { Story } from './story';

export function ExplainView(): JSX.Element {
  useEffect(() => { void loadRecording(); }, []);
  void episodesVersion.value;
  const one = shown.value;
  return (
    <div class="explain">
      <Head one={one} />
      {one ? <Levels key={one.key} one={one} />
        : recordingProblem.value ? <section class="panel bad"><h2>The recorded run could not be loaded</h2><p>{recordingProblem.value} Your own runs are not affected.</p><div class="row"><button type="button" onClick={() => void loadRecording()}>Try again</button></div></section>
        : <p class="empty">Loading the recorded run…</p>}
      <Exhibits />
    </div>
  );
}

function Levels({ one }: { one: Shown }): JSX.Element {
  const opened = useOpened(one);
  return <><Story shown={one} /><StepLevel shown={one} opened={opened} /><AttentionLevel shown={one} episode={opened.episode} /></>;
}

function Head({ one }: { one: Shown | null }): JSX.Element {
  const kind: SourceKind = one?.kind ?? wanted.value ?? 'recorded', about = one?.recording?.about;
  const choose = (to: SourceKind): void => { wanted.value = to; resetChosen(); };
  const reset = (): void => {
    queryErrors.value = [];
    preset.value = 'demo';
    settings.value = { ...presetSettings('demo'), model: 'starter-small', seed: 0 };
    choose('recorded');
    toast.value = { text: 'As at the start of the lesson: the recorded run is shown, and the Demo of the small starter with seed 0 is set up. Your runs are untouched.' };
    scrollTo({ top: 0 });
  };
  return (
    <section class="toolbar explain-head" aria-label="What is explained">
      <fieldset class="row"><legend class="unseen">Run</legend>
        <label class="check"><input type="radio" name="explain-source" checked={kind === 'recorded'} onChange={() => choose('recorded')} /> The recorded run</label>
        <label class="check"><input type="radio" name="explain-source" checked={kind === 'open'} disabled={!openHasData.value} onChange={() => choose('open')} /> {openHasData.value ? `Your run ${run.value.name}` : 'Your run (none is open)'}</label>
      </fieldset>
      <button type="button" class="small" disabled={busy.value} onClick={reset}>Reset to lesson start</button>
      {about && <p class="muted">Recorded {about.recorded}: {count(about.updates)} updates of the {about.model === 'starter' ? 'starter' : 'small starter'} ({count(about.parameters, true)} parameters), seed {about.seed}, on {about.adapter}.</p>}
    </section>
  );
}
