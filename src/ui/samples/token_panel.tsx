/** Documentation and reconstruction as tokens, coloured by what the update did to them: chips with a roving focus, a card of one token's numbers, a table of all. */
import './tokens.css';
import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { TokenTrace } from '../../types';
import { count, signed, value, visible } from '../format';
import { changeOf, fate, lacks, looksOf, MODES, MODE_WORDS, spelled, textOf } from './token_looks';
import type { Look, Mode, Scale } from './token_looks';

export interface Traced { title: string; trace: TokenTrace }
interface At { of: number; t: number }

/** @param onChosen hears of the token that the arrows or the buttons are at. */
export function TokenPanel({ traced, scale, onChosen }: { traced: Traced[]; scale: Scale; onChosen?: (of: number, t: number) => void }): JSX.Element {
  const mode = useSignal<Mode>('push');
  const table = useSignal(false);
  /** What the arrows are at, and what the pointer is over. */
  const at = useSignal<At>({ of: 0, t: 0 });
  const over = useSignal<At | null>(null);
  useEffect(() => { at.value = { of: 0, t: 0 }; over.value = null; }, [traced[0]?.trace]);
  useEffect(() => { onChosen?.(at.value.of, at.value.t); }, [at.value]);
  const { legend } = MODE_WORDS[mode.value];
  return (
    <section class="tokens" aria-label="Tokens">
      <div class="panel-head">
        <h3>Tokens</h3>
        <div class="row">
          <label class="inline">Colour by <select value={mode.value} onChange={event => { mode.value = event.currentTarget.value as Mode; }}>{MODES.map(one => <option key={one} value={one}>{MODE_WORDS[one].label}</option>)}</select></label>
          <button type="button" class="small" aria-pressed={table.value} onClick={() => { table.value = !table.value; }}>Table</button>
        </div>
      </div>
      <p class="muted">{legend}</p>
      <Legend mode={mode.value} />
      {table.value ? traced.map(one => <TokenTable key={one.title} {...one} />) : (
        <>
          <Card traced={traced} at={at} over={over} />
          {traced.map((one, of) => <Chips key={one.title} {...one} of={of} mode={mode.value} scale={scale} at={at} over={over} />)}
        </>
      )}
    </section>
  );
}

function Legend({ mode }: { mode: Mode }): JSX.Element {
  const samples: [string, string][] = mode === 'push' ? [['t-up t-3', 'pushed up'], ['t-down t-3', 'pushed down'], ['t-clipped', 'clipped'], ['t-zero', 'not pushed']]
    : mode === 'change' ? [['t-up t-3', 'likelier now'], ['t-down t-3', 'less likely now'], ['t-zero', 'unchanged']]
      : [1, 2, 3, 4].map((level): [string, string] => [`t-amount t-${level}`, mode === 'entropy' ? ['0.05', '0.5', '1', '2'][level - 1]! : ['p < 95 %', '50 %', '10 %', '1 %'][level - 1]!]);
  return <p class="token-legend">{samples.map(([look, words]) => <span key={words} class="inline"><span class={`token ${look}`} aria-hidden="true">ab</span>{words}</span>)}<span class="muted">A thicker line is a larger number.</span></p>;
}

function Chips({ title, trace, of, mode, scale, at, over }: Traced & { of: number; mode: Mode; scale: Scale; at: Signal<At>; over: Signal<At | null> }): JSX.Element {
  const missing = lacks(trace, mode), focused = at.value.of === of ? at.value.t : 0;
  const token = (target: EventTarget | null): number | null => {
    const found = target instanceof Element ? target.closest<HTMLElement>('[data-t]') : null;
    return found ? Number(found.dataset['t']) : null;
  };
  const move = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
    const from = token(event.target), chips = event.currentTarget.children;
    if (from === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = { ArrowRight: from + 1, ArrowLeft: from - 1, Home: 0, End: chips.length - 1, ArrowDown: beside(chips, from, 1), ArrowUp: beside(chips, from, -1) }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    (chips[Math.max(0, Math.min(chips.length - 1, to))] as HTMLElement | undefined)?.focus();
  };
  return (
    <div class="token-block">
      <h4 id={`tokens-${of}`}>{title} <span class="muted">{count(trace.ids.length)} tokens</span></h4>
      {missing && <p class="note">{missing}</p>}
      <div class="token-text" role="listbox" aria-labelledby={`tokens-${of}`} aria-orientation="horizontal" onKeyDown={move}
        onPointerOver={event => { const t = token(event.target); over.value = t === null ? null : { of, t }; }} onPointerLeave={() => { over.value = null; }}
        onFocusIn={event => { const t = token(event.target); if (t !== null) at.value = { of, t }; }}>
        {looksOf(trace, mode, scale).map((look, t) => <Chip key={t} look={look} t={t} focused={t === focused} chosen={at.value.of === of && t === focused} />)}
      </div>
    </div>
  );
}

function Chip({ look: { text, kind, level, words }, t, focused, chosen }: { look: Look; t: number; focused: boolean; chosen: boolean }): JSX.Element {
  const shown = text === '' ? '∅' : visible(text).replaceAll('\n', '⏎\n');
  return <span class={`token t-${kind} t-${level}`} data-t={t} role="option" aria-selected={chosen} tabIndex={focused ? 0 : -1} aria-label={`${spelled(visible(text))}, ${words}`}>{shown}</span>;
}

/** The token nearest in the line below (1) or above (-1). */
function beside(chips: HTMLCollection, from: number, way: 1 | -1): number {
  const box = chips[from]!.getBoundingClientRect();
  let best = from, distance = Infinity, line: number | null = null;
  for (let i = from + way; i >= 0 && i < chips.length; i += way) {
    const other = chips[i]!.getBoundingClientRect();
    if (way * (other.top - box.top) < 4) continue;
    line ??= other.top;
    if (Math.abs(other.top - line) > 4) break;
    if (Math.abs(other.left - box.left) < distance) { best = i; distance = Math.abs(other.left - box.left); }
  }
  return best;
}

function Card({ traced, at, over }: { traced: Traced[]; at: Signal<At>; over: Signal<At | null> }): JSX.Element | null {
  const { of, t } = over.value ?? at.value, one = traced[of];
  if (!one || t >= one.trace.ids.length) return null;
  const { title, trace } = one, last = trace.ids.length - 1;
  const go = (to: number): void => { over.value = null; at.value = { of, t: Math.max(0, Math.min(last, to)) }; };
  const facts: [string, string][] = [
    ['Log-probability', `${value(trace.logps[t])} (${percent(trace.logps[t]!)})`],
    ['After the update', trace.after ? `${value(trace.after[t])} (${signed(changeOf(trace, t))})` : '–'],
    ['Ratio', value(trace.ratios?.[t])], ['Entropy', value(trace.entropies?.[t])], ['Term', signed(trace.terms?.[t] ?? NaN)], ['Push', signed(trace.pushes?.[t] ?? NaN)],
  ];
  return (
    <div class="token-card">
      <div class="row">
        <button type="button" class="small" aria-label="Previous token" disabled={t === 0} onClick={() => go(t - 1)}>‹</button>
        <button type="button" class="small" aria-label="Next token" disabled={t === last} onClick={() => go(t + 1)}>›</button>
        <span><code class="token-name">{spelled(visible(textOf(trace, t)))}</code> <span class="muted">{title.toLowerCase()}, token {t + 1} of {count(last + 1)}, id {trace.ids[t]}</span></span>
        <b>{fate(trace, t).words}</b>
      </div>
      <dl>{facts.map(([name, text]) => <div key={name}><dt>{name}</dt><dd>{text}</dd></div>)}</dl>
    </div>
  );
}

const percent = (logp: number): string => `${Number((100 * Math.exp(logp)).toPrecision(3))} %`;

function TokenTable({ title, trace }: Traced): JSX.Element {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`Tokens of the ${title.toLowerCase()}`}>
      <table class="data">
        <caption>{title}</caption>
        <thead><tr><th scope="col">token</th><th scope="col">log p</th><th scope="col">after</th><th scope="col">change</th><th scope="col">ratio</th><th scope="col">entropy</th><th scope="col">term</th><th scope="col">push</th><th scope="col" class="left">state</th></tr></thead>
        <tbody>{Array.from(trace.ids, (id, t) => (
          <tr key={t}>
            <th scope="row"><code>{spelled(visible(textOf(trace, t)))}</code> <span class="muted">{id}</span></th>
            <td>{value(trace.logps[t])}</td><td>{value(trace.after?.[t])}</td><td>{signed(changeOf(trace, t))}</td><td>{value(trace.ratios?.[t])}</td><td>{value(trace.entropies?.[t])}</td>
            <td>{signed(trace.terms?.[t] ?? NaN)}</td><td>{signed(trace.pushes?.[t] ?? NaN)}</td><td class="left">{fate(trace, t).words}</td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}
