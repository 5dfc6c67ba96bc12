/** Every setting with its default, range, unit and meaning; reads them from the list in config and knows none by name but those with something beside them. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { checkSetting, PRESETS, presetSettings, SETTINGS } from '../../config';
import type { Setting, SettingGroup, SettingKey, Settings, SettingValue } from '../../config';
import { EncoderPanel } from '../embedding_panel';
import { queryErrors } from '../state';
import { plural } from '../format';
import { busy, preset, run, settings } from '../state';

/** What stands under a setting, where a value alone does not say it all. */
const BESIDE: Partial<Record<SettingKey, () => JSX.Element | null>> = { embedding: EncoderPanel };
const GROUPS: SettingGroup[] = [...new Set(SETTINGS.map(s => s.group))];

/** What is looked for in names and meanings; '' = everything. */
const search = signal('');

export function SettingsForm(): JSX.Element {
  const base = presetSettings(preset.value), found = SETTINGS.filter(s => matches(s, search.value)), looking = search.value.trim() !== '';
  return (
    <div class="settings">
      <Differences base={base} />
      <label class="settings-search"><span class="unseen">Search the settings</span>
        <input type="search" placeholder={`Search ${SETTINGS.length} settings`} value={search.value} onInput={event => { search.value = event.currentTarget.value; }} /></label>
      {looking && <p class="muted" role="status">{found.length === 0 ? 'No setting has these words in its name or meaning.' : `${plural(found.length, 'setting')} found.`}</p>}
      {GROUPS.map(group => {
        const own = found.filter(s => s.group === group);
        if (own.length === 0) return null;
        const changed = own.filter(s => settings.value[s.key] !== base[s.key]).length;
        return (
          <details key={`${group} ${looking}`} open={looking || group === 'Run'}>
            <summary>{group} <span class="muted">{own.length}{changed > 0 ? `, ${changed} changed` : ''}</span></summary>
            {own.map(setting => <Field key={setting.key} setting={setting} base={base[setting.key]} />)}
          </details>
        );
      })}
    </div>
  );
}

/** Whether every word of a search stands in a setting's name, key or meaning. */
export function matches(setting: Setting, words: string): boolean {
  const text = `${setting.label} ${setting.key} ${setting.group} ${setting.meaning}`.toLowerCase();
  return words.toLowerCase().split(/\s+/).every(word => text.includes(word));
}

/** Settings whose values are not the same in two configurations, in listing order. */
export function differences(own: Settings, other: Settings): { setting: Setting; own: SettingValue; other: SettingValue }[] {
  return SETTINGS.filter(({ key }) => own[key] !== other[key]).map(setting => ({ setting, own: own[setting.key], other: other[setting.key] }));
}

/** What is not the preset's, each with its way back, and what the run under way does not have. */
function Differences({ base }: { base: Settings }): JSX.Element {
  const own = differences(settings.value, base), under = busy.value && run.value.settings ? differences(settings.value, run.value.settings) : [], { label } = PRESETS[preset.value];
  return (
    <>
      {under.length > 0 && (
        <div class="note warn" id="pending">
          <p><b>New changes apply at the next start.</b> The run under way goes on with its own:</p>
          <ul>{under.map(({ setting, own: next, other }) => <li key={setting.key}>{setting.label}: now {String(other)}, then {String(next)}</li>)}</ul>
          <p><button type="button" class="small" onClick={() => { queryErrors.value = []; settings.value = { ...run.peek().settings! }; }}>Back to the run's settings</button></p>
        </div>
      )}
      {own.length > 0 && (
        <details class="differences" id="differences">
          <summary>{own.length} changed from {label}</summary>
          <ul>{own.map(({ setting, own: value, other }) => (
            <li key={setting.key}><span>{setting.label}: <b>{String(value)}</b>{setting.unit ? ` ${setting.unit}` : ''}</span>
              <button type="button" class="reset" onClick={() => change(setting, other)}><span aria-hidden="true">↺</span> {String(other)}<span class="unseen"> is {label}'s value of {setting.label}: reset</span></button></li>
          ))}</ul>
          <button type="button" class="small" onClick={() => { queryErrors.value = []; settings.value = { ...base }; }}>Reset all</button>
        </details>
      )}
    </>
  );
}

/** A value that is out of range is not taken. */
export function change(setting: Setting, value: SettingValue): void {
  if (checkSetting(setting.key, value) !== null) return;
  queryErrors.value = [];
  settings.value = { ...settings.value, [setting.key]: value };
}

function Field({ setting, base }: { setting: Setting; base: SettingValue }): JSX.Element {
  const current = settings.value[setting.key];
  const id = `set-${setting.key}`;
  const changed = current !== base;
  const Beside = BESIDE[setting.key];
  return (
    <div class={`field${changed ? ' changed' : ''}`}>
      <div class="field-head">
        <label for={id}>{setting.label}</label>
        {changed && (
          <button type="button" class="reset" title={`Back to ${String(base)}`} onClick={() => change(setting, base)}>
            <span aria-hidden="true">↺</span> <span>{String(base)}</span><span class="unseen"> is the preset's value of {setting.label}: reset</span>
          </button>
        )}
      </div>
      <Control setting={setting} current={current} base={base} id={id} />
      <p class="help" id={`${id}-help`}>{setting.meaning}<span class="source"> Source: {setting.source}.</span></p>
      {Beside && <Beside />}
    </div>
  );
}

function Control({ setting, current, base, id }: { setting: Setting; current: SettingValue; base: SettingValue; id: string }): JSX.Element {
  if (setting.kind === 'boolean') {
    return <input type="checkbox" id={id} checked={current === true} aria-describedby={`${id}-help`} onChange={event => change(setting, event.currentTarget.checked)} />;
  }
  if (setting.kind === 'choice') {
    return (
      <select id={id} value={String(current)} aria-describedby={`${id}-help`} onChange={event => change(setting, event.currentTarget.value)}>
        {setting.choices?.map(choice => <option key={choice} value={choice}>{choice}</option>)}
      </select>
    );
  }
  const { min = 0, max = 1, step = 1 } = setting;
  // A slider over 0 to 100,000 is of no use by hand: it spans what people choose, the box beside it takes the whole range.
  const reach = Math.min(max, sliderReach(Number(base), max));
  const read = (text: string): void => { if (text.trim() !== '') change(setting, Number(text)); };
  const ticks = `${id}-ticks`;
  return (
    <div class="number">
      <input type="range" aria-label={`${setting.label}, slider`} min={min} max={reach} step={step} value={Math.min(Number(current), reach)} list={ticks} onInput={event => read(event.currentTarget.value)} />
      <datalist id={ticks}><option value={Number(base)} label="default" /></datalist>
      <input type="number" id={id} min={min} max={max} step="any" value={Number(current)} aria-describedby={`${id}-help`} onChange={event => {
        read(event.currentTarget.value);
        // A refused value must not stay in the box as if it counted.
        event.currentTarget.value = String(settings.peek()[setting.key]);
      }} />
      {setting.unit && <span class="unit">{setting.unit}</span>}
    </div>
  );
}

/** Upper end of a slider: ten times the default at the most, the whole range when that is close. */
export function sliderReach(base: number, max: number): number {
  if (max <= 100) return max;
  return Math.min(max, Math.max(100, base * 10));
}
