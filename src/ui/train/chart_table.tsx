/** The numbers of a chart as text: the newest two hundred rows of each table; everything is in the exported files. */
import type { JSX } from 'preact';
import { value } from '../format';
import type { DrawnLine } from './chart_data';
import type { Source } from './chart_source';

const MOST = 200;

export function DataTable({ lines, onPick }: { lines: readonly DrawnLine[]; onPick?: ((step: number, source: Source) => void) | undefined }): JSX.Element {
  const sources = [...new Set(lines.map(line => line.source))];
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Data of the chart">
      {sources.map((source, s) => {
        const table = source.table(), own = lines.filter(line => line.source === source);
        const rows = table.rows(table.length - MOST).filter(row => own.some(line => row[line.key] !== undefined)).reverse();
        return (
          <table class="data" key={s}>
            <thead><tr><th scope="col">step</th>{own.map(line => <th scope="col" key={line.key}>{line.label}</th>)}</tr></thead>
            <tbody>{rows.map(row => {
              const step = row[table.key]!;
              return (
                <tr key={step}>
                  <th scope="row">{onPick ? <button type="button" class="link" title="Samples of this step" onClick={() => onPick(step, source)}>{step}</button> : step}</th>
                  {own.map(line => <td key={line.key}>{row[line.key] === undefined ? '' : value(row[line.key])}</td>)}
                </tr>
              );
            })}</tbody>
          </table>
        );
      })}
    </div>
  );
}
