/** The Files section: the tree of what came in, filtered, and what became of the file that is chosen. Draws only the rows in sight. */
import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { FileRecord } from '../../corpus/account';
import type { CodeItem } from '../../types';
import { count, plural } from '../format';
import { Spoken } from '../speech';
import { meaningOf } from './reasons';
import { openFunction } from './section';
import { buildTree, everyFolder, filterRecords, firstOpen, keyInTree, reasonGroup, typeAhead, visibleRows } from './tree';
import type { TreeFilter, TreeRow } from './tree';

/** Height of a row, px; the style sheet has the same. */
const ROW = 30;
const TYPING_MS = 700;

/** @param unlisted files left out that are only counted. @param items of the corpus in use, to be opened from here */
export function FileTree({ records, unlisted, items }: { records: readonly FileRecord[]; unlisted: number; items: readonly CodeItem[] }): JSX.Element {
  const filter = useSignal<TreeFilter>({ state: 'all', reason: '', query: '' });
  const found = useComputed(() => filterRecords(records, filter.value));
  const root = useComputed(() => buildTree(found.value));
  const open = useSignal<ReadonlySet<string>>(firstOpen(root.peek()));
  const rows = useComputed(() => visibleRows(root.value, open.value));
  const chosen = useSignal<string | null>(null);
  const reasons = [...records.reduce((table, { reason }) => (reason === '' ? table : table.set(reasonGroup(reason), (table.get(reasonGroup(reason)) ?? 0) + 1)), new Map<string, number>())].sort((a, b) => b[1] - a[1]);
  const set = (change: Partial<TreeFilter>): void => {
    filter.value = { ...filter.peek(), ...change };
    // What was looked for is to be seen, not to be opened folder by folder.
    const narrow = filter.value.query !== '' || filter.value.reason !== '' || filter.value.state !== 'all';
    open.value = narrow ? everyFolder(root.value) : firstOpen(root.value);
  };
  const record = chosen.value === null ? undefined : records.find(one => one.path === chosen.value);
  return (
    <section aria-label="Files" class="files-section">
      <div class="toolbar">
        <input type="search" placeholder="Part of a path" aria-label="Find files" value={filter.value.query} onInput={event => set({ query: event.currentTarget.value })} />
        <label class="inline">Show <select value={filter.value.state} onChange={event => set({ state: event.currentTarget.value as TreeFilter['state'], reason: '' })}>
          {(['all', 'used', 'left out'] as const).map(state => <option key={state} value={state}>{state}</option>)}
        </select></label>
        {reasons.length > 0 && (
          <label class="inline">Reason <select id="tree-reason" value={filter.value.reason} onChange={event => set({ reason: event.currentTarget.value, state: event.currentTarget.value === '' ? filter.peek().state : 'left out' })}>
            <option value="">any</option>
            {reasons.map(([reason, n]) => <option key={reason} value={reason}>{reason} ({count(n)})</option>)}
          </select></label>
        )}
        <span class="row">
          <button type="button" class="small" onClick={() => { open.value = everyFolder(root.peek()); }}>Open all</button>
          <button type="button" class="small" onClick={() => { open.value = new Set(); }}>Close all</button>
        </span>
        <Spoken text={`${count(found.value.length)} of ${count(records.length)} files.`} /><span class="muted">{plural(found.value.length, 'entry', 'entries')} of {count(records.length)}{unlisted > 0 ? `, and ${count(unlisted)} more that are only counted` : ''}</span>
      </div>
      <div class="files-body">
        {rows.value.length > 0
          ? <Rows rows={rows.value} chosen={chosen.value} onChoose={path => { chosen.value = path; }}
              onToggle={paths => { const next = new Set(open.peek()); for (const path of paths) if (!next.delete(path)) next.add(path); open.value = next; }} />
          : <p class="empty">{records.length === 0 ? 'Nothing came in.' : 'No file matches.'}</p>}
        {record ? <FileDetail record={record} items={items} /> : <p class="muted detail">Choose a file to see its functions, and what became of it.</p>}
      </div>
    </section>
  );
}

function Rows({ rows, chosen, onChoose, onToggle }: { rows: readonly TreeRow[]; chosen: string | null; onChoose: (path: string) => void; onToggle: (paths: string[]) => void }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const at = useSignal(0);
  const top = useSignal(0);
  const height = useSignal(480);
  const typed = useRef({ text: '', when: 0 });
  const active = Math.min(at.value, rows.length - 1);
  useEffect(() => {
    const watch = new ResizeObserver(() => { if (box.current) height.value = box.current.clientHeight; });
    if (box.current) watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  const first = Math.max(0, Math.floor(top.value / ROW) - 8), end = Math.min(rows.length, Math.ceil((top.value + height.value) / ROW) + 8);
  const show = (row: number): void => {
    at.value = row;
    const element = box.current;
    if (!element) return;
    if (row * ROW < element.scrollTop) element.scrollTop = row * ROW;
    else if ((row + 1) * ROW > element.scrollTop + element.clientHeight) element.scrollTop = (row + 1) * ROW - element.clientHeight;
    top.value = element.scrollTop;
  };
  const act = (row: TreeRow): void => { if (row.open !== undefined) onToggle([row.node.path]); else onChoose(row.node.path); };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = rows[active];
    if (!row) return;
    if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); act(row); return; }
    const move = keyInTree(event.key, rows, active);
    if (move) {
      event.preventDefault();
      if (move.toggle) onToggle([move.toggle]);
      if (move.openAll) onToggle(move.openAll);
      show(move.at);
    } else if (event.key.length === 1) {
      event.preventDefault();
      const now = performance.now();
      typed.current = { text: now - typed.current.when < TYPING_MS ? typed.current.text + event.key : event.key, when: now };
      const place = typeAhead(rows, active, typed.current.text);
      if (place >= 0) show(place);
    }
  };
  return (
    <div class="tree" role="tree" aria-label="Files and folders" id="file-tree" tabIndex={0} ref={box} aria-activedescendant={`tree-${active}`}
      onKeyDown={onKeyDown} onScroll={event => { top.value = event.currentTarget.scrollTop; }}>
      <Spacer rows={first} />
      {rows.slice(first, end).map((row, i) => <Row key={row.node.path} row={row} id={first + i} active={first + i === active} chosen={row.node.path === chosen} onClick={() => { at.value = first + i; act(row); }} />)}
      <Spacer rows={rows.length - end} />
    </div>
  );
}

/** Stands for rows out of sight. Its height is set through the object model: the policy of the page refuses style attributes. */
function Spacer({ rows }: { rows: number }): JSX.Element {
  return <div aria-hidden="true" ref={element => { if (element) element.style.height = `${rows * ROW}px`; }} />;
}

function Row({ row: { node, level, place, of, open }, id, active, chosen, onClick }: { row: TreeRow; id: number; active: boolean; chosen: boolean; onClick: () => void }): JSX.Element {
  const { record } = node;
  return (
    <div role="treeitem" id={`tree-${id}`} class={`tree-row lv-${Math.min(level, 12)}${active ? ' active' : ''}${chosen ? ' chosen' : ''}${record && record.reason !== '' ? ' left' : ''}`}
      aria-level={level} aria-posinset={place} aria-setsize={of} aria-selected={chosen} {...(open === undefined ? {} : { 'aria-expanded': open })} onClick={onClick}>
      <span class="tree-mark" aria-hidden="true">{open === undefined ? (record?.folder !== undefined ? '▪' : '') : open ? '▾' : '▸'}</span>
      <span class="tree-name">{node.name}{node.children || record?.folder !== undefined ? '/' : ''}</span>
      <span class="tree-note">{record ? noteOf(record) : `${count(node.used)} of ${plural(node.files, 'file')}, ${plural(node.functions, 'function')}`}</span>
    </div>
  );
}

function noteOf(record: FileRecord): string {
  if (record.reason === '') return `${record.language ?? ''} · ${plural(record.functions ?? 0, 'function')}${record.left ? `, ${count(record.left.length)} left out` : ''}`;
  return `left out: ${record.reason}${record.folder ? ` (${plural(record.folder, 'file')})` : ''}`;
}

function FileDetail({ record, items }: { record: FileRecord; items: readonly CodeItem[] }): JSX.Element {
  const own = items.filter(item => item.path === record.path);
  const used = record.functions ?? 0;
  return (
    <article class="detail" aria-label={record.path} id="file-detail">
      <h3 class="tree-path">{record.path}</h3>
      {record.reason !== ''
        ? <><p><span class="badge warn">left out</span> <b>{record.reason}</b>{record.detail ? ` (${record.detail})` : ''}</p><p>{meaningOf(record.reason)}</p></>
        : <p><span class="badge good">used</span> {record.language}, {plural(used, 'function')}{own.length < used ? `, ${count(own.length)} of them chosen to train on` : ''}</p>}
      {own.length > 0 && <><h4>In the corpus</h4><ul class="own-functions">{own.map(item => (
        <li key={item.id}><button type="button" class="link" onClick={() => openFunction(item.id)}>{item.name}</button> <span class="muted">line {item.startLine}, {item.split === 'train' ? 'for training' : 'held out'}</span></li>
      ))}</ul></>}
      {record.left && <><h4>Left out</h4><ul class="own-functions">{record.left.map(left => (
        <li key={`${left.line} ${left.name} ${left.reason}`}><b>{left.name}</b> <span class="muted">line {left.line}</span>: {left.reason}{left.of ? ` of ${left.of}` : ''}. <span class="muted">{meaningOf(left.reason)}</span></li>
      ))}</ul></>}
      {record.reason === '' && own.length === 0 && !record.left && <p class="muted">No function stands in this file.</p>}
    </article>
  );
}
