/** Blending similarity metrics by hand: a slider and a box for each weight, and what share of the reward that is. */
import type { JSX } from 'preact';
import { presetSettings } from '../../config';
import type { Settings } from '../../config';
import { EVERY_ENTRY, isMetric } from '../../reward/table';
import { LineSwatch } from '../line_swatch';
import { preset, queryErrors, settings } from '../state';
import { METRIC_LOOKS } from './metrics_lines';
import type { MetricLook } from './metrics_lines';
import { change } from './settings_form';

/** Share of each metric in the blend, by name; weights need not sum to 1. All 0 when no metric has a weight. */
export function shares(own: Settings): Map<string, number> {
  const total = METRIC_LOOKS.reduce((sum, { setting }) => sum + (own[setting.key] as number), 0);
  return new Map(METRIC_LOOKS.map(({ name, setting }) => [name, total > 0 ? (own[setting.key] as number) / total : 0]));
}

/** Weights of every metric at once: those named get 1, the others 0; null = the preset's own. */
export function blended(own: Settings, chosen: readonly string[] | null, base: Settings): Settings {
  return { ...own, ...Object.fromEntries(METRIC_LOOKS.map(({ name, setting }) => [setting.key, chosen === null ? base[setting.key] : chosen.includes(name) ? 1 : 0])) };
}

const percent = (share: number): string => `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

export function BlendPanel(): JSX.Element {
  const own = settings.value, share = shares(own), base = presetSettings(preset.value);
  const mixed = METRIC_LOOKS.some(({ setting }) => own[setting.key] !== base[setting.key]), none = [...share.values()].every(part => part === 0);
  const take = (chosen: readonly string[] | null): void => { queryErrors.value = []; settings.value = blended(settings.peek(), chosen, base); };
  return (
    <div class="blend">
      <div class="panel-head">
        <h3>What counts as similar</h3>
        <span class="row">
          <button type="button" class="small" disabled={!mixed} onClick={() => take(null)}>Preset's blend</button>
        </span>
      </div>
      <p class="muted">The reward is the weighted mean of these, whatever the weights sum to. Every metric is drawn below, whichever is rewarded; execution only where it has a share. Changes count from the next start on.</p>
      <ShareBar share={share} />
      {none && <p class="note warn">All weights are 0: give at least one metric a share.</p>}
      {own.reward === 'log-likelihood' && <p class="note">The reward is the log-likelihood: the blend is measured and shown, not learned from.</p>}
      <div class="blend-rows">{METRIC_LOOKS.map(look => <BlendRow key={look.name} look={look} share={share.get(look.name)!} own={own} take={take} />)}</div>
    </div>
  );
}

/** Widths are SVG attributes: the page's policy refuses inline styles. */
function ShareBar({ share }: { share: ReadonlyMap<string, number> }): JSX.Element {
  let at = 0;
  const parts = METRIC_LOOKS.flatMap(({ name, label, color }) => {
    const width = share.get(name)! * 100, x = at;
    at += width;
    return width > 0 ? [<rect key={name} class={`share ${color}`} x={x} y={0} width={width} height={4}><title>{`${label} ${percent(width / 100)}`}</title></rect>] : [];
  });
  const text = METRIC_LOOKS.filter(({ name }) => share.get(name)! > 0).map(({ name, label }) => `${label} ${percent(share.get(name)!)}`).join(', ');
  return <svg class="share-bar" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label={`Shares: ${text || 'none'}`}>{parts}</svg>;
}

function BlendRow({ look, share, own, take }: { look: MetricLook; share: number; own: Settings; take: (chosen: readonly string[]) => void }): JSX.Element {
  const { name, label, color, setting } = look, { min = 0, max = 1, step = 0.05 } = setting, weight = own[setting.key] as number, id = `blend-${name}`;
  const read = (text: string): void => { if (text.trim() !== '') change(setting, Number(text)); };
  return (
    <div class={`blend-row${share === 0 ? ' unused' : ''}`}>
      <label for={id} title={isMetric(name) ? EVERY_ENTRY[name]!.meaning : setting.meaning}>
        <LineSwatch color={color} dash={look.dash} />
        <span>{label}</span>
      </label>
      <input type="range" aria-label={`${label}, slider`} min={min} max={max} step={step} value={weight} onInput={event => read(event.currentTarget.value)} />
      <input type="number" id={id} min={min} max={max} step="any" value={weight} onChange={event => {
        read(event.currentTarget.value);
        // A refused value must not stay in the box as if it counted.
        event.currentTarget.value = String(settings.peek()[setting.key]);
      }} />
      <span class="output">{percent(share)}</span>
      <button type="button" class="quiet small" disabled={share === 1} onClick={() => take([name])}>only<span class="unseen"> {label}</span></button>
    </div>
  );
}
