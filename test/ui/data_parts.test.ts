/** What the Data tab is made of without its page: the tree and its keys, lengths, filters, choices, pieces of a vocabulary. */
import { describe, expect, it } from 'vitest';
import type { FileRecord } from '../../src/corpus/account';
import { EVERYTHING, readChoice } from '../../src/corpus/choice';
import { fingerprint } from '../../src/corpus/duplicates';
import { applyChoice, chosen } from '../../src/corpus/pick';
import { createTokenizer } from '../../src/tokenizer/tokenizer';
import { trainTokenizer } from '../../src/tokenizer/train';
import { pieceTable, vocabularyOf } from '../../src/tokenizer/vocabulary';
import { adviceFor, meaningOf } from '../../src/ui/data/reasons';
import { filterItems, histogram, NO_FILTER } from '../../src/ui/data/search';
import { visible } from '../../src/ui/data/tokens_view';
import { buildTree, everyFolder, filterRecords, firstOpen, keyInTree, recordsOf, typeAhead, visibleRows } from '../../src/ui/data/tree';
import { generateCorpus } from '../../src/synthetic/corpus';
import type { CodeItem } from '../../src/types';

const used = (path: string, functions = 1): FileRecord => ({ path, reason: '', language: 'javascript', functions });
const records: FileRecord[] = [
  used('p/src/b.js', 2), used('p/src/a.js'), used('p/z.js', 0), { path: 'p/.env', reason: 'secret file (by name)' },
  { path: 'p/src/k.js', reason: 'secret inside: AWS access key' }, { path: 'p/node_modules', reason: 'vendor or tool folder', folder: 40 }, { path: 'p/logo.js', reason: 'binary' },
];

describe('tree', () => {
  const root = buildTree(records);
  it('sums what is below, folders first', () => {
    const [p] = root.children!;
    expect([p!.name, p!.files, p!.used, p!.functions]).toEqual(['p', 46, 3, 3]);
    expect(p!.children!.map(child => child.name)).toEqual(['node_modules', 'src', '.env', 'logo.js', 'z.js']);
    expect([...firstOpen(root)]).toEqual(['p']);
    expect([...everyFolder(root)]).toEqual(['p', 'p/src']);
  });
  it('goes as the ARIA practices say', () => {
    const rows = visibleRows(root, new Set(['p']));
    expect(rows.map(row => [row.node.name, row.level, row.place, row.of, row.open])).toEqual([
      ['p', 1, 1, 1, true], ['node_modules', 2, 1, 5, undefined], ['src', 2, 2, 5, false], ['.env', 2, 3, 5, undefined], ['logo.js', 2, 4, 5, undefined], ['z.js', 2, 5, 5, undefined],
    ]);
    expect(keyInTree('ArrowRight', rows, 2)).toEqual({ at: 2, toggle: 'p/src' });
    expect(keyInTree('ArrowRight', rows, 0)).toEqual({ at: 1 });
    expect(keyInTree('ArrowLeft', rows, 3)).toEqual({ at: 0 });
    expect(keyInTree('ArrowLeft', rows, 0)).toEqual({ at: 0, toggle: 'p' });
    expect(keyInTree('*', rows, 3)).toEqual({ at: 3, openAll: ['p/src'] });
    expect([keyInTree('End', rows, 0)!.at, keyInTree('ArrowDown', rows, 5)!.at, keyInTree('Home', rows, 4)!.at, keyInTree('x', rows, 0)]).toEqual([5, 5, 0, null]);
    expect([typeAhead(rows, 0, 'z'), typeAhead(rows, 2, 's'), typeAhead(rows, 2, 'sr'), typeAhead(rows, 0, 'q')]).toEqual([5, 2, 2, -1]);
  });
  it('is filtered by state, reason and path', () => {
    expect(filterRecords(records, { state: 'left out', reason: 'secret', query: '' }).map(r => r.path)).toEqual(['p/.env', 'p/src/k.js']);
    expect(filterRecords(records, { state: 'used', reason: '', query: 'SRC' }).map(r => r.path)).toEqual(['p/src/b.js', 'p/src/a.js']);
  });
  it('takes 25,000 files in well under a second', () => {
    const many = Array.from({ length: 25_000 }, (_, i) => used(`p/${i % 97}/${i % 13}/f${i}.js`));
    const started = performance.now();
    const rows = visibleRows(buildTree(many), everyFolder(buildTree(many)));
    expect(rows.length).toBe(25_000 + 1 + 97 + 97 * 13);
    expect(performance.now() - started).toBeLessThan(1_500);
  });
  it('every reason has a meaning, and nothing found has an advice', () => {
    for (const { reason } of records) if (reason !== '') expect(meaningOf(reason).length, reason).toBeGreaterThan(10);
    expect(adviceFor([])).toContain('empty');
    expect(adviceFor([{ reason: 'ignored by .gitignore', count: 9 }, { reason: 'binary', count: 2 }])).toContain('ignore file');
  });
});

describe('choice', () => {
  const items: CodeItem[] = generateCorpus({ seed: 3, count: 300, split: 'train' }).map((item, i) => ({ ...item, phrases: i % 3 === 0 ? item.phrases! : undefined, split: i % 10 === 0 ? 'heldout' : 'train' }) as CodeItem);
  const lengths = items.map((_, i) => i);
  const prints = items.map(item => fingerprint(item.code));
  it('takes what fits all of it', () => {
    expect(chosen(items, lengths, EVERYTHING).length).toBe(300);
    expect(chosen(items, lengths, { ...EVERYTHING, minTokens: 10, maxTokens: 19, documented: true })).toEqual([12, 15, 18]);
    const python = chosen(items, lengths, { ...EVERYTHING, languages: ['python'] });
    expect(python).toEqual(items.flatMap((item, i) => (item.language === 'python' ? [i] : [])));
    expect(chosen(items, lengths, { ...EVERYTHING, exclude: '*.py\n!sample/sum.py\n' })).toEqual(items.flatMap((item, i) => (item.language !== 'python' || item.path === 'sample/sum.py' ? [i] : [])));
  });
  it('keeps the split, or draws one in which no near-copy crosses, the same for the same seed', () => {
    const kept = applyChoice(items, lengths, { ...EVERYTHING, maxTokens: 99 }, () => { throw new Error('not needed'); });
    expect([kept.train, kept.heldout, kept.crossed, kept.splitBy]).toEqual([90, 10, 0, 'kept']);
    const draw = (seed: number): CodeItem[] => applyChoice(items, lengths, { ...EVERYTHING, split: { share: 0.3, seed } }, () => prints).items;
    const ids = (seed: number): string => draw(seed).filter(item => item.split === 'heldout').map(item => item.id).join();
    expect(ids(1)).toBe(ids(1));
    expect(ids(1)).not.toBe(ids(2));
  });
  it('of unknown origin is made whole, and nothing else comes with it', () => {
    expect(readChoice(null)).toEqual(EVERYTHING);
    expect(readChoice({ languages: ['go', 7], minTokens: -1, maxTokens: 9, documented: 'yes', exclude: 5, split: { share: 0.9, seed: 1 }, other: 1 })).toEqual({ ...EVERYTHING, languages: ['go'], maxTokens: 9 });
    const choice = { ...EVERYTHING, exclude: 'a', split: { share: 0.2, seed: 4 } };
    expect(readChoice(JSON.parse(JSON.stringify(choice)))).toEqual(choice);
  });
});

describe('functions', () => {
  const items = generateCorpus({ seed: 1, count: 40, split: 'train' });
  it('are filtered by what they are', () => {
    const lengths = items.map((_, i) => i);
    expect(filterItems(items, lengths, { ...NO_FILTER, minTokens: 5, maxTokens: 8 })).toEqual(items.slice(5, 9));
    expect(filterItems(items, null, { ...NO_FILTER, language: 'ruby', tested: 'yes' })).toEqual(items.filter(item => item.language === 'ruby'));
    expect(filterItems(items, lengths, { ...NO_FILTER, tested: 'no' })).toEqual([]);
    expect(recordsOf(items).reduce((n, record) => n + record.functions!, 0)).toBe(40);
  });
  it('fall into buckets that double', () => {
    expect(histogram([15, 16, 31, 64, 200])).toEqual([{ from: 0, to: 16, count: 1 }, { from: 16, to: 32, count: 2 }, { from: 32, to: 64, count: 0 }, { from: 64, to: 128, count: 1 }, { from: 128, to: 256, count: 1 }]);
    expect(histogram([])).toEqual([]);
  });
});

describe('pieces', () => {
  const json = trainTokenizer(['const list = list + 1;\n\tlist', 'list of lists \u00e9\u00e9'], { vocabSize: 300, languages: ['javascript'] });
  it('say together what the text says, and each shows its white space', async () => {
    const tokenizer = await createTokenizer(json), table = pieceTable(json);
    const text = 'const list\n\t= \u00e9;';
    const pieces = tokenizer.encode(text).map(id => table.get(id)!);
    expect(pieces.map(piece => piece.text).join('')).toBe(text);
    expect(visible({ id: 0, text: ' a\n\t', bytes: '' })).toBe('\u00b7a\u21b5\u2192');
    const half = tokenizer.encode('\u20ac').map(id => table.get(id)!);
    expect(half.map(visible)).toEqual(['‹e2›', '‹82›', '‹ac›']);
  });
  it('are counted', () => {
    const { vocabulary, merges, specials, longest } = vocabularyOf(json);
    expect([vocabulary, specials]).toEqual([specials + 256 + merges, 6]);
    expect(longest[0]!.text.trim()).toBe('list');
  });
});
