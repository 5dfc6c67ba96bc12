/** The table of kernels of one piece of work, and all of them as one bar; knows rows, not where they come from. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { count, value } from '../format';
import type { KernelKey, KernelRow, WorkTotals } from './kernel_rows';

type Column = 'kernel' | 'calls' | 'ms' | 'flopRate' | 'byteRate';
const COLUMNS: { key: Column; label: string }[] = [
  { key: 'kernel', label: 'Kernel' }, { key: 'calls', label: 'Calls' }, { key: 'ms', label: 'ms' }, { key: 'flopRate', label: 'GFLOP/s' }, { key: 'byteRate', label: 'GB/s' },
];

export function percent(share: number): string {
  if (!Number.isFinite(share)) return '–';
  return share > 0 && share < 0.0005 ? '< 0.1 %' : `${(share * 100).toFixed(share > 0 && share < 0.0995 ? 1 : 0)} %`;
}
const giga = (rate: number): string => value(rate / 1e9);

/** Rows in another order; equals keep theirs, what is no number goes to the end. */
export function sorted(rows: readonly KernelRow[], column: Column, down: boolean): KernelRow[] {
  const sign = down ? -1 : 1;
  return rows.toSorted((a, b) => {
    if (column === 'kernel') return sign * (a.kernel < b.kernel ? -1 : a.kernel > b.kernel ? 1 : 0);
    const x = a[column], y = b[column];
    return Number.isNaN(x) || Number.isNaN(y) ? Number(Number.isNaN(x)) - Number(Number.isNaN(y)) : sign * (x - y);
  });
}

export function KernelTable({ caption, rows, totals, keys, ceilings }: { caption: string; rows: readonly KernelRow[]; totals: WorkTotals; keys: ReadonlyMap<string, KernelKey>; ceilings: boolean }): JSX.Element {
  const column = useSignal<Column>('ms'), down = useSignal(true);
  const head = (key: Column, label: string): JSX.Element => {
    const chosen = column.value === key;
    return (
      <th scope="col" key={key} aria-sort={chosen ? (down.value ? 'descending' : 'ascending') : undefined}>
        <button type="button" class="sort" onClick={() => { down.value = chosen ? !down.value : key !== 'kernel'; column.value = key; }}>{label}<span aria-hidden="true">{chosen ? (down.value ? ' ↓' : ' ↑') : ''}</span></button>
      </th>
    );
  };
  return (
    <div class="scroll kernels" tabIndex={0} role="region" aria-label={caption}>
      <table class="data">
        <caption>{caption}</caption>
        <thead><tr>
          {COLUMNS.slice(0, 3).map(({ key, label }) => head(key, label))}
          <th scope="col" class="left">Share of the time</th>
          {head('flopRate', 'GFLOP/s')}{ceilings && <th scope="col">of ceiling</th>}
          {head('byteRate', 'GB/s')}{ceilings && <th scope="col">of ceiling</th>}
          {ceilings && <th scope="col" class="left">Bound by</th>}
        </tr></thead>
        <tbody>{sorted(rows, column.value, down.value).map(row => (
          <tr key={row.kernel} data-kernel={row.kernel}>
            <th scope="row"><Key of={keys.get(row.kernel)} /><KernelName name={row.kernel} /></th>
            <td>{count(row.calls)}</td><td>{value(row.ms)}</td>
            <td class="left"><span class="meter"><svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect width={100 * row.share} height="6" /></svg>{percent(row.share)}</span></td>
            <td>{giga(row.flopRate)}</td>{ceilings && <td>{percent(row.flopShare)}</td>}
            <td>{giga(row.byteRate)}</td>{ceilings && <td>{percent(row.byteShare)}</td>}
            {ceilings && <td class="left">{row.bound === 'unknown' ? '–' : row.bound}</td>}
          </tr>
        ))}</tbody>
        <tfoot><tr>
          <th scope="row">All kernels</th><td>{count(totals.calls)}</td><td>{value(totals.ms)}</td><td class="left">100 %</td>
          <td>{giga(totals.flopRate)}</td>{ceilings && <td>{percent(totals.flopShare)}</td>}
          <td>{giga(totals.byteRate)}</td>{ceilings && <td>{percent(totals.byteShare)}</td>}
          {ceilings && <td class="left">{totals.bound === 'unknown' ? '–' : totals.bound}</td>}
        </tr></tfoot>
      </table>
    </div>
  );
}

/** May be broken at its dot, where a column is narrow. */
function KernelName({ name }: { name: string }): JSX.Element {
  return <span>{name.split(/(?<=\.)/).flatMap((part, i) => (i > 0 ? [<wbr key={i} />, part] : [part]))}</span>;
}

/** Number and colour of a kernel: the number is what the drawings and the table share for those who do not see the colour. */
function Key({ of: key }: { of: KernelKey | undefined }): JSX.Element | null {
  return key ? <span class="kernel-key"><svg class={key.color} viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" rx="2" fill="currentColor" /></svg>{key.number}</span> : null;
}

/** Narrower than this, a number would not stand inside its piece on a small screen; in percent of the width, for one digit and for two. */
const LABEL_WIDTH = [3.2, 6];
export const fits = (width: number, number: number): boolean => width >= LABEL_WIDTH[number < 10 ? 0 : 1]!;

/** Time of each kernel as pieces of one bar, in the table's first order. */
export function ShareBar({ rows, keys, label }: { rows: readonly KernelRow[]; keys: ReadonlyMap<string, KernelKey>; label: string }): JSX.Element {
  let at = 0;
  const parts = rows.flatMap(({ kernel, share, ms }) => {
    const x = at, width = share * 100, key = keys.get(kernel);
    at += width;
    return width > 0 && key ? [(
      <g key={kernel}>
        <rect class={`piece ${key.color}`} x={`${x}%`} y="0" width={`${width}%`} height="22"><title>{`${key.number} ${kernel}: ${value(ms)} ms, ${percent(share)}`}</title></rect>
        {fits(width, key.number) && <text class="piece-label" x={`${x + width / 2}%`} y="15" text-anchor="middle">{key.number}</text>}
      </g>
    )] : [];
  });
  const first = rows.slice(0, 5).map(({ kernel, share }) => `${kernel} ${percent(share)}`).join(', ');
  return <svg class="pieces" width="100%" height="22" role="img" aria-label={`${label}: ${first}${rows.length > 5 ? ', and others' : ''}`}>{parts}</svg>;
}
