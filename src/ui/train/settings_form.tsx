/** Every setting with its default, range, unit and meaning; reads them from the list in config and knows none by name but those with something beside them. */
import type { JSX } from 'preact';
import { checkSetting, presetSettings, SETTINGS } from '../../config';
import type { Setting, SettingGroup, SettingKey, SettingValue } from '../../config';
import { EncoderPanel } from '../embedding_panel';
import { queryErrors } from '../state';
import { busy, preset, settings } from '../state';

/** What stands under a setting, where a value alone does not say it all. */
const BESIDE: Partial<Record<SettingKey, () => JSX.Element | null>> = { embedding: EncoderPanel };
const GROUPS: SettingGroup[] = [...new Set(SETTINGS.map(s => s.group))];

export function SettingsForm(): JSX.Element {
  const base = presetSettings(preset.value);
  return (
    <div class="settings">
      {GROUPS.map(group => {
        const own = SETTINGS.filter(s => s.group === group);
        const changed = own.filter(s => settings.value[s.key] !== base[s.key]).length;
        return (
          <details key={group} open={group === 'Run'}>
            <summary>{group} <span class="muted">{own.length}{changed > 0 ? `, ${changed} changed` : ''}</span></summary>
            {own.map(setting => <Field key={setting.key} setting={setting} base={base[setting.key]} />)}
          </details>
        );
      })}
      {busy.value && <p class="muted">A run is under way: changes take effect at the next start.</p>}
    </div>
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
