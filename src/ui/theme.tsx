/** Light, dark or the system's theme, kept per browser; knows the attribute the style sheet looks at and nothing else. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';

const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];
const KEY = 'batcoder.theme';

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return THEMES.find(t => t === value) ?? 'system';
  } catch {
    return 'system'; // site data blocked: the theme is just not remembered
  }
}

export const theme = signal<Theme>('system');

export function applyTheme(to: Theme = stored()): void {
  document.documentElement.dataset['theme'] = to;
  // After the attribute: charts read their colours from the page as soon as they hear of it.
  theme.value = to;
  try { localStorage.setItem(KEY, to); } catch { /* see stored() */ }
}

export function ThemeSwitch(): JSX.Element {
  return (
    <label class="theme">
      <span class="unseen">Theme</span>
      <select value={theme.value} onChange={event => applyTheme(THEMES.find(t => t === event.currentTarget.value) ?? 'system')}>
        {THEMES.map(t => <option key={t} value={t}>{t === 'system' ? 'System theme' : t === 'light' ? 'Light' : 'Dark'}</option>)}
      </select>
    </label>
  );
}
