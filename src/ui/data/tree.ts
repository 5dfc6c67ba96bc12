/** The folder that came in as a tree: built, filtered, flattened to rows, moved through by keys. Plain data; knows no DOM. */
import type { FileRecord } from '../../corpus/account';
import type { CodeItem } from '../../types';

export interface TreeNode {
  name: string; path: string;
  /** Folders first, then files, each by name; absent on a file and on a folder that was not looked into. */
  children?: TreeNode[];
  record?: FileRecord;
  /** Sums of all below. */
  files: number; used: number; functions: number;
}

export interface TreeFilter { state: 'all' | 'used' | 'left out'; /** '' = any. */ reason: string; query: string }

export interface TreeRow { node: TreeNode; level: number; place: number; of: number; /** undefined: nothing to open. */ open?: boolean }

/** One line of a reason for people: `secret inside: AWS access key` and `secret file (by name)` are told apart only in the detail. */
export const reasonGroup = (reason: string): string => (reason.startsWith('secret') ? 'secret' : reason);

/** Files that items came from, for corpora of which no more is known. */
export function recordsOf(items: readonly CodeItem[]): FileRecord[] {
  const files = new Map<string, FileRecord & { functions: number }>();
  for (const item of items) {
    const known = files.get(item.path);
    if (known) known.functions++; else files.set(item.path, { path: item.path, reason: '', language: item.language, functions: 1 });
  }
  return [...files.values()];
}

export function filterRecords(records: readonly FileRecord[], { state, reason, query }: TreeFilter): FileRecord[] {
  const word = query.trim().toLowerCase();
  return records.filter(record => (state === 'all' || (state === 'used') === (record.reason === ''))
    && (reason === '' || reasonGroup(record.reason) === reason) && (word === '' || record.path.toLowerCase().includes(word)));
}

/** The root has no name; its children are what was dropped. */
export function buildTree(records: readonly FileRecord[]): TreeNode {
  const root: TreeNode = { name: '', path: '', children: [], files: 0, used: 0, functions: 0 };
  const folders = new Map<string, TreeNode>([['', root]]);
  const folderOf = (path: string): TreeNode => {
    let node = folders.get(path);
    if (!node) {
      const slash = path.lastIndexOf('/');
      node = { name: path.slice(slash + 1), path, children: [], files: 0, used: 0, functions: 0 };
      folders.set(path, node);
      folderOf(slash < 0 ? '' : path.slice(0, slash)).children!.push(node);
    }
    return node;
  };
  for (const record of records) {
    const slash = record.path.lastIndexOf('/');
    const files = record.folder === undefined ? 1 : record.folder, used = record.reason === '' ? 1 : 0, functions = record.functions ?? 0;
    folderOf(slash < 0 ? '' : record.path.slice(0, slash)).children!.push({ name: record.path.slice(slash + 1), path: record.path, record, files, used, functions });
    for (let end = slash; ; end = record.path.lastIndexOf('/', end - 1)) {
      const above = folders.get(end < 0 ? '' : record.path.slice(0, end))!;
      above.files += files; above.used += used; above.functions += functions;
      if (end < 0) break;
    }
  }
  for (const { children } of folders.values()) children!.sort((a, b) => Number(isFile(a)) - Number(isFile(b)) || compare(a.name, b.name));
  return root;
}

const isFile = (node: TreeNode): boolean => node.children === undefined && node.record?.folder === undefined;
const compare = (a: string, b: string): number => { const x = a.toLowerCase(), y = b.toLowerCase(); return x < y ? -1 : x > y ? 1 : a < b ? -1 : 1; };

/** What is open at first: from the top down as long as there is only one way to go, and the folder where it ends. */
export function firstOpen(root: TreeNode): Set<string> {
  const open = new Set<string>();
  for (let at: TreeNode | undefined = root; at?.children?.length === 1; at = at.children[0]) if (at.children[0]!.children) open.add(at.children[0]!.path);
  return open;
}

export function everyFolder(root: TreeNode): Set<string> {
  const open = new Set<string>();
  const visit = (node: TreeNode): void => { for (const child of node.children ?? []) if (child.children) { open.add(child.path); visit(child); } };
  visit(root);
  return open;
}

/** The rows that are to be seen, top to bottom. */
export function visibleRows(root: TreeNode, open: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  const visit = (node: TreeNode, level: number): void => {
    const children = node.children ?? [];
    children.forEach((child, i) => {
      const isOpen = child.children && open.has(child.path);
      rows.push({ node: child, level, place: i + 1, of: children.length, ...(child.children ? { open: isOpen! } : {}) });
      if (isOpen) visit(child, level + 1);
    });
  };
  visit(root, 1);
  return rows;
}

/** What a key does, as the ARIA practices describe a tree: where to go, and which folder to open or close. null = not a key of a tree. */
export function keyInTree(key: string, rows: readonly TreeRow[], at: number): { at: number; toggle?: string; openAll?: string[] } | null {
  const row = rows[at];
  if (!row) return null;
  const last = rows.length - 1;
  switch (key) {
    case 'ArrowDown': return { at: Math.min(last, at + 1) };
    case 'ArrowUp': return { at: Math.max(0, at - 1) };
    case 'PageDown': return { at: Math.min(last, at + 10) };
    case 'PageUp': return { at: Math.max(0, at - 10) };
    case 'Home': return { at: 0 };
    case 'End': return { at: last };
    case 'ArrowRight': return row.open === undefined ? { at } : row.open ? { at: Math.min(last, at + 1) } : { at, toggle: row.node.path };
    case 'ArrowLeft': {
      if (row.open) return { at, toggle: row.node.path };
      for (let i = at - 1; i >= 0; i--) if (rows[i]!.level < row.level) return { at: i };
      return { at };
    }
    case '*': return { at, openAll: rows.filter(other => other.level === row.level && other.open === false && parentOf(other) === parentOf(row)).map(other => other.node.path) };
    default: return null;
  }
}

const parentOf = ({ node }: TreeRow): string => node.path.slice(0, Math.max(0, node.path.lastIndexOf('/')));

/** The next row whose name begins with what was typed, from the one after `at` around; -1 when there is none. */
export function typeAhead(rows: readonly TreeRow[], at: number, typed: string): number {
  const word = typed.toLowerCase();
  for (let i = 0; i < rows.length; i++) {
    // While a longer word is being typed the row that is at hand may stay.
    const place = (at + i + (word.length > 1 ? 0 : 1)) % rows.length;
    if (rows[place]!.node.name.toLowerCase().startsWith(word)) return place;
  }
  return -1;
}
