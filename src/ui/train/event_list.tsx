/** What happened to the run, as text: the marks of the charts with their shapes and meanings. */
import type { JSX } from 'preact';
import { count, plural } from '../format';
import { marks } from '../state';
import { OPEN_RUN } from './chart_source';
import { MARK_LOOKS } from './marks';
import type { MarkKind } from '../../types';

/** Newest that are listed one by one. */
const MOST = 100;

export function MarkShape({ kind }: { kind: MarkKind }): JSX.Element {
  const { shape, closed, color } = MARK_LOOKS[kind];
  return (
    <svg class={`mark mark-${color}`} viewBox="-1.3 -1.3 2.6 2.6" aria-hidden="true">
      {shape.map((corners, i) => { const points = corners.map(corner => corner.join(',')).join(' '); return closed ? <polygon key={i} points={points} fill="currentColor" /> : <polyline key={i} points={points} fill="none" stroke="currentColor" stroke-width="0.45" />; })}
    </svg>
  );
}

export function EventList(): JSX.Element | null {
  const measured = [...OPEN_RUN.warmstart.marks!(), ...OPEN_RUN.loop.marks!()].filter(mark => mark.kind === 'evaluated');
  const list = marks.value;
  if (list.length + measured.length === 0) return null;
  const counts = new Map<MarkKind, number>();
  for (const { kind } of [...list, ...measured]) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return (
    <details class="events">
      <summary><span class="mark-counts"><span>What happened:</span>{[...counts].map(([kind, n]) => <span key={kind} title={MARK_LOOKS[kind].meaning}><MarkShape kind={kind} /> {MARK_LOOKS[kind].label} {count(n)}</span>)}</span></summary>
      <ol class="event-list">
        {list.slice(-MOST).toReversed().map((mark, i) => (
          <li key={i}><MarkShape kind={mark.kind} /> <span>{mark.stage === 'warmstart' ? 'warm-start step' : 'step'} {count(mark.step)}</span> <b>{MARK_LOOKS[mark.kind].label}</b>
            <span class="muted">{mark.at > 0 && new Date(mark.at).toLocaleString()} {MARK_LOOKS[mark.kind].meaning}</span></li>
        ))}
      </ol>
      {list.length > MOST && <p class="muted">{plural(list.length - MOST, 'older one')} not listed.</p>}
    </details>
  );
}
