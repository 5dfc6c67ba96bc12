/** CodeMirror's merge view of two texts, read-only, in a shadow root: there its sheets are constructed ones, which style-src 'self' allows and a style element is not. */
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';

/** Both sides side by side from this width on, in px; one text with what was lost above what came in below it. */
const WIDE = 640;

const look = EditorView.theme({
  '&': { fontSize: '13px', backgroundColor: 'var(--sunken)', color: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--ink-soft)', borderRight: '1px solid var(--line)' },
  '.cm-content': { fontFamily: 'var(--mono)' },
  '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': { background: 'var(--orange-soft)', textDecoration: 'line-through' },
  '&.cm-merge-b .cm-changedText, .cm-insertedLine .cm-changedText': { background: 'var(--blue-soft)', textDecoration: 'underline' },
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: 'color-mix(in srgb, var(--orange-soft) 45%, transparent)' },
  '&.cm-merge-b .cm-changedLine, &.cm-merge-b .cm-insertedLine': { backgroundColor: 'color-mix(in srgb, var(--blue-soft) 45%, transparent)' },
});

/** Draws into `host`; call what it returns before the host goes. */
export function openMerge(host: HTMLElement, original: string, reconstruction: string): () => void {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const named = (name: string) => EditorView.contentAttributes.of({ 'aria-label': name });
  const shared = [lineNumbers(), EditorView.lineWrapping, EditorView.editable.of(false), EditorState.readOnly.of(true), look];
  if (host.clientWidth >= WIDE) {
    const view = new MergeView({ parent: root, root, gutter: true, a: { doc: original, extensions: [...shared, named('Original')] }, b: { doc: reconstruction, extensions: [...shared, named('Reconstruction')] } });
    return () => { view.destroy(); };
  }
  const view = new EditorView({ parent: root, root, doc: reconstruction, extensions: [...shared, named('Reconstruction with what it lost'), unifiedMergeView({ original, mergeControls: false })] });
  return () => { view.destroy(); };
}
