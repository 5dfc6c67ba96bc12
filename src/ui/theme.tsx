/** How the page looks: light, dark or the system's theme, and large type for a room; kept per browser. Knows the attributes the style sheet looks at and nothing else. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useMenu } from './menu';
import { applyAwake, awake } from './page_life';
import { recall, remember } from './remembered';

const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];
const NAMES: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' };
const KEY = 'batcoder.theme';
const SCALE_KEY = 'batcoder.scale';

export const theme = signal<Theme>('system');
/** Large type: for a projector, and for who reads it more easily. */
export const large = signal(false);

export function applyTheme(to: Theme = THEMES.find(t => t === recall(KEY)) ?? 'system'): void {
  document.documentElement.dataset['theme'] = to;
  // After the attribute: charts read their colours from the page as soon as they hear of it.
  theme.value = to;
  remember(KEY, to);
}

export function applyScale(to: boolean = recall(SCALE_KEY) === 'large'): void {
  document.documentElement.dataset['scale'] = to ? 'large' : 'normal';
  large.value = to;
  remember(SCALE_KEY, to ? 'large' : 'normal');
}

/** A small menu that folds away by Escape and by a click elsewhere. */
export function DisplayMenu(): JSX.Element {
  const menu = useMenu();
  return (
    <details class="menu" id="display" ref={menu}>
      <summary class="small">Display</summary>
      <div class="menu-box">
        <fieldset>
          <legend>Theme</legend>
          {THEMES.map(t => (
            <label key={t} class="check"><input type="radio" name="theme" value={t} checked={theme.value === t} onChange={() => applyTheme(t)} /> {NAMES[t]}</label>
          ))}
        </fieldset>
        <label class="check"><input type="checkbox" checked={large.value} onChange={event => applyScale(event.currentTarget.checked)} /> Large type, for a room</label>
        <label class="check"><input type="checkbox" id="awake" checked={awake.value} onChange={event => applyAwake(event.currentTarget.checked)} /> Keep the screen on while a run is in sight</label>
      </div>
    </details>
  );
}
