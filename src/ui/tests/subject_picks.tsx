/** Whose answers: models of this browser, and files of answers. */
import type { JSX } from 'preact';
import { useSignal } from '@preact/signals';
import { TAKINGS } from '../../benchmark/answer';
import type { Taking } from '../../benchmark/answer';
import { plural } from '../format';
import { choicesOf, modelEntries } from '../models/model_state';
import { chosenFiles, chosenModels, change, dropFile, ownModels, pick, sampleFiles, testSettings } from './tests_state';

/** Bars tell so many apart. */
const MOST_MODELS = 6;

export function SubjectPicks(): JSX.Element {
  const choices = choicesOf(modelEntries.value ?? []), chosen = chosenModels.value, toAdd = useSignal('');
  const rest = choices.filter(({ ref }) => !chosen.includes(ref)), groups = [...new Set(rest.map(({ group }) => group))];
  const adding = rest.some(({ ref }) => ref === toAdd.value) ? toAdd.value : rest[0]?.ref ?? '';
  const files = new Set(chosenFiles.value.map(({ name }) => name));
  return (
    <fieldset class="tests-part">
      <legend><h3>Whose answers</h3></legend>
      {chosen.length === 0 && sampleFiles.value.length === 0 && <p class="muted">No model is chosen. Add one, or load a file with answers.</p>}
      {chosen.map(ref => {
        const label = choices.find(choice => choice.ref === ref)?.label ?? ref;
        return <div class="tests-pick" key={ref} data-subject={ref}><span>{label}</span><button type="button" class="quiet" aria-label={`Leave out ${label}`} onClick={() => { ownModels.value = chosen.filter(one => one !== ref); }}>×</button></div>;
      })}
      <div class="row">
        <label class="labelled grow">Model<select id="measured-model" value={adding} disabled={rest.length === 0} onChange={event => { toAdd.value = event.currentTarget.value; }}>
          {groups.map(group => <optgroup key={group} label={group}>{rest.filter(choice => choice.group === group).map(({ ref, label }) => <option key={ref} value={ref}>{label}</option>)}</optgroup>)}
        </select></label>
        <button type="button" class="tests-add" disabled={adding === '' || chosen.length >= MOST_MODELS} onClick={() => { ownModels.value = [...chosen, adding]; }}>Add</button>
      </div>
      <p class="muted">Models of runs and loaded folders stand on the <a href="#models">Models</a> tab. The last one is compared with the first.</p>
      {sampleFiles.value.map(({ name, samples }) => (
        <div class="tests-pick" key={name}>
          <label class="check"><input type="checkbox" checked={files.has(name)} onChange={event => pick(`answers:${name}`, event.currentTarget.checked)} /><span>{name} <span class="muted">{plural(samples.length, 'answer')}</span></span></label>
          <button type="button" class="quiet" aria-label={`Remove ${name}`} onClick={() => dropFile(name)}>×</button>
        </div>
      ))}
      {sampleFiles.value.length > 0 && <TakingPick label="What is run of an answer in a file" value={testSettings.value.fileTaking} onPick={fileTaking => change({ fileTaking })} />}
    </fieldset>
  );
}

export function TakingPick({ label, value, onPick }: { label: string; value: Taking; onPick(taking: Taking): void }): JSX.Element {
  return (
    <label class="labelled">{label}
      <select value={value} onChange={event => onPick(event.currentTarget.value as Taking)}>{(Object.keys(TAKINGS) as Taking[]).map(one => <option key={one} value={one}>{TAKINGS[one]}</option>)}</select>
    </label>
  );
}
