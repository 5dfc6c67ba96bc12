/** Attention of one head over one sequence: a grid of heads, tokens as chips, and what the token under the pointer or focus looks at. Knows shares, not where they come from. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { visible } from '../format';
import { spelled } from '../samples/token_looks';

export interface Heads { layers: number; heads: number }

/** Shares from 0 to 9: what a token's looks are drawn by. */
export function levelOf(share: number): number {
  return Math.max(0, Math.min(9, Math.round(9 * Math.sqrt(share))));
}

/** The largest shares of a row, the largest first. */
export function topOf(row: ArrayLike<number>, most: number): { at: number; share: number }[] {
  return Array.from(row, (share, at) => ({ at, share })).sort((a, b) => b.share - a.share).slice(0, most).filter(({ share }) => share >= 0.01);
}

export function HeadGrid({ layers, heads, chosen, onChoose }: Heads & { chosen: number; onChoose: (head: number) => void }): JSX.Element {
  return (
    <table class="head-grid" aria-label="Heads">
      <thead><tr><td />{Array.from({ length: heads }, (_, h) => <th key={h} scope="col">head {h + 1}</th>)}</tr></thead>
      <tbody>{Array.from({ length: layers }, (_, layer) => (
        <tr key={layer}><th scope="row">layer {layer + 1}</th>{Array.from({ length: heads }, (_, h) => {
          const at = layer * heads + h;
          return <td key={h}><button type="button" class="small" aria-pressed={at === chosen} aria-label={`${layer + 1}.${h + 1}, layer ${layer + 1}, head ${h + 1}`} onClick={() => onChoose(at)}>{layer + 1}.{h + 1}</button></td>;
        })}</tr>
      ))}</tbody>
    </table>
  );
}

/** @param shares T x T, row-major, rows sum to 1 */
export function AttentionText({ pieces, shares, label }: { pieces: readonly string[]; shares: Float32Array; label: string }): JSX.Element {
  const over = useSignal<number | null>(null), at = useSignal(pieces.length - 1);
  const T = pieces.length, from = Math.min(over.value ?? at.value, T - 1);
  const row = useMemo(() => shares.subarray(from * T, from * T + from + 1), [shares, from, T]);
  const top = useMemo(() => topOf(row, 5), [row]);
  const placeOf = (target: EventTarget | null): number | null => {
    const found = target instanceof Element ? target.closest<HTMLElement>('[data-i]') : null;
    return found ? Number(found.dataset['i']) : null;
  };
  const move = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
    const here = placeOf(event.target), to = here === null ? undefined : { ArrowRight: here + 1, ArrowDown: here + 1, ArrowLeft: here - 1, ArrowUp: here - 1, Home: 0, End: T - 1 }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.currentTarget.querySelector<HTMLElement>(`[data-i="${Math.max(0, Math.min(T - 1, to))}"]`)?.focus();
  };
  const name = (i: number): string => spelled(visible(pieces[i]!));
  return (
    <>
      <div class="attend-text" role="listbox" aria-label={label} aria-orientation="horizontal" onKeyDown={move}
        onPointerOver={event => { over.value = placeOf(event.target); }} onPointerLeave={() => { over.value = null; }}
        onFocusIn={event => { const i = placeOf(event.target); if (i !== null) at.value = i; }}>
        {pieces.map((piece, i) => (
          <span key={i} data-i={i} role="option" aria-selected={i === from} tabIndex={i === Math.min(at.value, T - 1) ? 0 : -1}
            class={`attend ${i > from ? 'later' : i === from ? 'from' : `a-${levelOf(row[i] ?? 0)}`}${piece.startsWith('<|') ? ' special' : ''}`}
            aria-label={`${name(i)}${i === from ? ', looks' : i < from ? `, ${Math.round(100 * (row[i] ?? 0))} %` : ''}`}>{visible(piece).replaceAll('\n', '⏎\n') || '∅'}</span>
        ))}
      </div>
      <p class="attend-words" id="attend-words">At <code class="token-name">{name(from)}</code> this head looks at {top.map(({ at: to, share }) => <span key={to} class="attend-top"><code class="token-name">{name(to)}</code> <b>{Math.round(100 * share)} %</b></span>)}.</p>
    </>
  );
}
