/** When each kernel ran: a drawing that can be looked at more closely by buttons, and the dispatches in sight as a table. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { KernelSpan, WorkProfile } from '../../types';
import { count, value } from '../format';
import type { KernelKey } from './kernel_rows';
import { fits } from './kernel_table';
import { blocksOf, moved, spansIn, ticks, wholeWindow } from './timeline';
import type { Window } from './timeline';

/** Nearer than this part of the whole there is nothing left to see. */
const NEAREST = 1 / 4096;
/** Rows of the table at most: a window with more is better looked at through the table of kernels. */
const MOST_ROWS = 200;
const MOVES = [['in', 'Zoom in'], ['out', 'Zoom out'], ['earlier', '← Earlier'], ['later', 'Later →']] as const;

export function Timeline({ work, keys, name }: { work: WorkProfile; keys: ReadonlyMap<string, KernelKey>; name: string }): JSX.Element | null {
  const { spans } = work, whole = wholeWindow(spans), chosen = useSignal<Window | null>(null), listed = useSignal(false);
  if (!(whole.to > 0)) return null;
  const window = chosen.value && chosen.value.to <= whole.to ? chosen.value : whole, length = window.to - window.from;
  const can = { in: length > whole.to * NEAREST, out: length < whole.to, earlier: window.from > 0, later: window.to < whole.to * (1 - 1e-9) };
  const at = (ms: number): number => (ms - window.from) / length * 100;
  const shown = spansIn(spans, window), blocks = blocksOf(spans, window);
  return (
    <figure class="timeline">
      <figcaption class="row">
        <h4>When each kernel ran, ms since the first dispatch</h4>
        <span class="row">{MOVES.map(([how, label]) => (
          <button key={how} type="button" class="small" disabled={!can[how]} onClick={() => { chosen.value = moved(window, whole, how); }}>{label}<span class="unseen"> in the timeline of the {name}</span></button>
        ))}</span>
      </figcaption>
      <svg class="pieces" width="100%" height="54" role="img" aria-label={`Timeline of the ${name}, ${value(window.from)} to ${value(window.to)} ms: ${count(shown.length)} dispatches. They stand in the table of dispatches below.`}>
        <rect class="lane" x="0" y="0" width="100%" height="32" />
        {blocks.map((block, i) => {
          const key = block.kernel === null ? undefined : keys.get(block.kernel), x = at(block.startMs), width = at(block.endMs) - x;
          return key ? (
            <g key={i}>
              <rect class={`${block.calls === 1 ? 'piece' : 'mass'} ${key.color}`} x={`${x}%`} y="0" width={`${width}%`} height="32"><title>{`${key.number} ${block.kernel}: ${value(block.startMs)} to ${value(block.endMs)} ms${block.calls === 0 ? ', most of it' : ''}`}</title></rect>
              {fits(width, key.number) && <text class="piece-label" x={`${x + width / 2}%`} y="20" text-anchor="middle">{key.number}</text>}
            </g>
          ) : null;
        })}
        {ticks(window).map(tick => {
          const x = at(tick);
          return (
            <g key={tick}>
              <line class="tick" x1={`${x}%`} x2={`${x}%`} y1="32" y2="38" />
              <text class="tick-label" x={`${x}%`} y="50" text-anchor={x < 4 ? 'start' : x > 96 ? 'end' : 'middle'}>{tick}</text>
            </g>
          );
        })}
      </svg>
      <details onToggle={event => { listed.value = event.currentTarget.open; }}>
        <summary>{count(shown.length)} {shown.length === spans.length ? 'dispatches' : `of ${count(spans.length)} dispatches in sight`}</summary>
        {listed.value && <Dispatches spans={shown} keys={keys} name={name} />}
      </details>
    </figure>
  );
}

/** A launch that asks for nothing at all was not counted. */
const counted = ({ flops, bytes }: KernelSpan, amount: number): string => (flops + bytes > 0 ? value(amount) : '–');

function Dispatches({ spans, keys, name }: { spans: readonly KernelSpan[]; keys: ReadonlyMap<string, KernelKey>; name: string }): JSX.Element {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`Dispatches of the ${name}`}>
      <table class="data">
        <caption>{spans.length > MOST_ROWS ? `The first ${MOST_ROWS} dispatches in sight; zoom in for the others` : 'Dispatches in sight'}</caption>
        <thead><tr><th scope="col">Kernel</th><th scope="col">Start, ms</th><th scope="col">ms</th><th scope="col">MFLOP</th><th scope="col">kB</th></tr></thead>
        <tbody>{spans.slice(0, MOST_ROWS).map((span, i) => (
          <tr key={i}><th scope="row">{keys.get(span.kernel)?.number} {span.kernel}</th><td>{value(span.startMs)}</td><td>{value(span.ms)}</td><td>{counted(span, span.flops / 1e6)}</td><td>{counted(span, span.bytes / 1e3)}</td></tr>
        ))}</tbody>
      </table>
    </div>
  );
}
