/** Original and reconstruction with what differs marked, the documentation between; and, when asked for, the same pair in an editor's diff view. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Episode } from '../../types';
import { visible } from '../format';
import { intraline } from '../intraline';
import type { Piece } from '../intraline';

type Made = Episode['reconstructions'][number] | undefined;

export function Difference({ episode, made }: { episode: Episode; made: Made }): JSX.Element {
  const pair = intraline(episode.code, made?.code ?? episode.code);
  const editor = useSignal(false);
  return (
    <>
      <div class="trio">
        <section class="wide-only"><h3>Original</h3><Marked pieces={pair.original} label="Original" /></section>
        <section class="between"><h3>Documentation</h3><p class="doc">{visible(episode.documentation) || '(nothing)'}</p></section>
        <section class="wide-only"><h3>Reconstruction {made?.exact && <span class="badge good">exact</span>}</h3>{made ? <Marked pieces={pair.reconstruction} label="Reconstruction" /> : <p class="muted">None was made of this sample.</p>}</section>
        <section class="narrow-only">
          <h3>{made ? 'Original and reconstruction in one' : 'Original'} {made?.exact && <span class="badge good">exact</span>}</h3>
          <Marked pieces={pair.unified} label="Original and reconstruction in one" />
          {!made && <p class="muted">No reconstruction was made of this sample.</p>}
        </section>
      </div>
      {made && (
        <div class="row">
          <p class="muted">{pair.same ? 'Both are the same, character by character.' : 'What is struck through is lost; what is underlined was put in.'}</p>
          <button type="button" class="small" aria-expanded={editor.value} onClick={() => { editor.value = !editor.value; }}>{editor.value ? 'Close the diff editor' : 'Open in a diff editor'}</button>
        </div>
      )}
      {made && editor.value && <Merge original={episode.code} reconstruction={made.code} />}
    </>
  );
}

/** The editor comes with the first press: nobody else loads it. */
function Merge({ original, reconstruction }: { original: string; reconstruction: string }): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const failed = useSignal(false);
  useEffect(() => {
    let close = (): void => undefined, gone = false;
    void import('./merge_view').then(({ openMerge }) => { if (!gone && host.current) close = openMerge(host.current, original, reconstruction); }, () => { failed.value = true; });
    return () => { gone = true; close(); };
  }, [original, reconstruction]);
  return failed.value ? <p class="note warn">The diff editor could not be loaded: the page is offline, or was updated since. The marked texts above say the same; reload the page to try again.</p> : <div class="merge" ref={host} />;
}

/** Text nodes only: what the model wrote is never markup. */
function Marked({ pieces, label }: { pieces: Piece[]; label: string }): JSX.Element {
  return (
    <pre class="code" tabIndex={0} role="group" aria-label={label}>
      {pieces.map((piece, i) => (piece.kind === 'removed' ? <del key={i}>{visible(piece.text)}</del> : piece.kind === 'added' ? <ins key={i}>{visible(piece.text)}</ins> : visible(piece.text)))}
    </pre>
  );
}
