/** What came in and what became of it, in numbers: tiles, languages, lengths, duplicates, secrets. Draws what it is given. */
import type { JSX } from 'preact';
import type { Account } from '../../corpus/account';
import { useActions } from '../actions';
import { bytes, count, plural } from '../format';
import { busy, capped } from '../state';
import type { CorpusReport, Fruitless } from '../state';
import { useSpoken } from '../speech';
import { adviceFor, meaningOf } from './reasons';
import { histogram } from './search';
import { FileTree } from './tree_view';

/** A length beside a number, for the eye alone. */
function Bar({ share }: { share: number }): JSX.Element {
  return <svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width={Math.max(share > 0 ? 1 : 0, 100 * share)} height={8} /></svg>;
}

export function Numbers({ report, source, lengths, account }: { report: CorpusReport; source: 'sample' | 'folder'; lengths: Uint32Array | null; account: Account | undefined }): JSX.Element {
  const actions = useActions();
  const left = report.leftOut.filter(entry => !entry.reason.startsWith('function: ')).reduce((n, entry) => n + entry.count, 0);
  const folder = source === 'folder';
  const tiles: [string, string][] = [
    ...(folder ? [['files read', count(report.filesUsed)], ['left out', count(left)]] as [string, string][] : []),
    ['functions', count(report.functions)], ['for training', count(report.train)], ['held out', count(report.heldout)],
    ['with documentation', count(report.withDocumentation)],
    ['duplicates dropped', count(report.duplicates)],
    ...(report.characters === undefined ? [] : [['of text', bytes(report.characters)]] as [string, string][]),
  ];
  const most = Math.max(1, ...report.languages.map(l => l.functions));
  const buckets = lengths ? histogram(lengths) : [];
  const fullest = Math.max(1, ...buckets.map(bucket => bucket.count));
  return (
    <>
      <ul class="tiles">{tiles.map(([name, n]) => <li key={name}><b>{n}</b> {name}{name === 'duplicates dropped' && report.exact !== undefined && <span class="muted"> ({count(report.exact)} the same, {count(report.near ?? 0)} nearly)</span>}</li>)}</ul>
      {report.notices.map(notice => <p key={notice} class="note warn">{notice}</p>)}
      {capped.value && !busy.value && <p><button type="button" class="small" onClick={() => void actions.readOn()}>Read the rest too</button> <span class="muted">up to ten times as much; it takes ten times as long.</span></p>}
      <div class="columns report-columns">
        {report.languages.length > 0 && (
          <table class="data">
            <caption>Languages</caption>
            <thead><tr><th scope="col">language</th>{folder && <th scope="col">files</th>}<th scope="col">functions</th><th class="share-cell"><span class="unseen">share</span></th></tr></thead>
            <tbody>{report.languages.map(l => <tr key={l.language}><th scope="row">{l.language}</th>{folder && <td>{count(l.files)}</td>}<td>{count(l.functions)}</td><td class="share-cell"><Bar share={l.functions / most} /></td></tr>)}</tbody>
          </table>
        )}
        {buckets.length > 0 && (
          <table class="data" id="length-table">
            <caption>Length of a function, in tokens</caption>
            <thead><tr><th scope="col">tokens</th><th scope="col">functions</th><th class="share-cell"><span class="unseen">share</span></th></tr></thead>
            <tbody>{buckets.map(bucket => <tr key={bucket.from}><th scope="row">{bucket.to === Infinity ? `${count(bucket.from)} and more` : `${count(bucket.from)} to ${count(bucket.to - 1)}`}</th><td>{count(bucket.count)}</td><td class="share-cell"><Bar share={bucket.count / fullest} /></td></tr>)}</tbody>
          </table>
        )}
        <LeftOut report={report} />
        {account && <Secrets account={account} />}
      </div>
    </>
  );
}

function LeftOut({ report }: { report: CorpusReport }): JSX.Element | null {
  if (report.leftOut.length === 0) return null;
  return (
    <table class="data wide-first">
      <caption>Left out, of {plural(report.filesSeen, 'file')} and their functions</caption>
      <thead><tr><th scope="col">reason</th><th scope="col">how many</th></tr></thead>
      <tbody>{report.leftOut.map(entry => (
        <tr key={entry.reason}>
          <th scope="row">{entry.examples.length > 0 ? <details><summary>{entry.reason}</summary><p class="muted">{meaningOf(entry.reason)}</p><ul class="paths">{entry.examples.map(path => <li key={path}>{path}</li>)}</ul></details> : entry.reason}</th>
          <td>{count(entry.count)}</td>
        </tr>
      ))}</tbody>
    </table>
  );
}

/** Kinds and paths; the secret itself is nowhere kept. */
function Secrets({ account }: { account: Account }): JSX.Element | null {
  const found = account.files.filter(record => record.reason.startsWith('secret'));
  if (found.length === 0) return null;
  const kinds = new Map<string, string[]>();
  for (const record of found) {
    const kind = record.reason === 'secret file (by name)' ? 'file that holds secrets by its name' : record.reason.replace(/^secret inside: /, '');
    kinds.set(kind, [...kinds.get(kind) ?? [], record.path]);
  }
  return (
    <table class="data wide-first" id="secrets">
      <caption>Secrets, left out with their files</caption>
      <thead><tr><th scope="col">looks like</th><th scope="col">files</th></tr></thead>
      <tbody>{[...kinds].sort((a, b) => b[1].length - a[1].length).map(([kind, paths]) => (
        <tr key={kind}><th scope="row"><details><summary>{kind}</summary><ul class="paths">{paths.slice(0, 50).map(path => <li key={path}>{path}</li>)}</ul>{paths.length > 50 && <p class="muted">and {count(paths.length - 50)} more</p>}</details></th><td>{count(paths.length)}</td></tr>
      ))}</tbody>
    </table>
  );
}

/** What came in and gave nothing: counts, what to do, and the list. */
export function FruitlessReport({ found, onDismiss }: { found: Fruitless; onDismiss: () => void }): JSX.Element {
  const { report, account, name } = found;
  const total = report.filesSeen;
  useSpoken(`No function was found in ${name}.`, true);
  const reasons = report.leftOut.filter(entry => !entry.reason.startsWith('function: ')).map(entry => `${count(entry.count)} ${entry.reason}`).join(', ');
  return (
    <section class="panel bad" id="fruitless" aria-label="Nothing found">
      <div class="panel-head"><h2>No function was found in {name}</h2><button type="button" class="small" onClick={onDismiss}>Dismiss</button></div>
      <p>{total === 0 ? 'No file came in.' : `${plural(total, 'file')}: ${count(report.filesUsed)} read${reasons ? `, ${reasons}` : ''}.`} The corpus in use is unchanged. {adviceFor(report.leftOut)}</p>
      {account.files.length > 0 && <FileTree records={account.files} unlisted={account.unlistedFiles} items={[]} />}
    </section>
  );
}
