/** A code as the model reads it: one chip a token, white space drawn, the id of the one that is pointed at. Text nodes only. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Piece } from '../../tokenizer/vocabulary';
import { count, plural } from '../format';
import { Spoken } from '../speech';
import { piecesOf } from './token_counts';
import type { Vocabulary } from './token_counts';

/** White space in signs that can be seen; a part of a character as its bytes. */
export function visible({ text, bytes }: Piece): string {
  return text === '' ? `‹${bytes}›` : text.replace(/ /g, '·').replace(/\t/g, '→').replace(/\r/g, '␍').replace(/\n/g, '↵');
}

/** Chips drawn at once: more is a screenful after the other. */
const MOST = 1_500;

export function Tokens({ code, vocabulary }: { code: string; vocabulary: Vocabulary }): JSX.Element {
  const found = useSignal<{ code: string; json: string; pieces: Piece[] } | null>(null);
  const problem = useSignal('');
  const at = useSignal(-1);
  const shown = useSignal(MOST);
  useEffect(() => {
    let wanted = true;
    at.value = -1;
    shown.value = MOST;
    problem.value = '';
    piecesOf(code, vocabulary).then(pieces => { if (wanted) found.value = { code, json: vocabulary.json, pieces }; }, (error: unknown) => { if (wanted) problem.value = error instanceof Error ? error.message : String(error); });
    return () => { wanted = false; };
  }, [code, vocabulary.json]);
  if (problem.value) return <p class="note warn">The tokens could not be worked out: {problem.value} The code is unchanged; reload the page to try again.</p>;
  const current = found.value;
  if (!current || current.code !== code || current.json !== vocabulary.json) return <p class="muted">Cutting into tokens…</p>;
  const { pieces } = current;
  const picked = pieces[at.value];
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = Math.min(shown.value, pieces.length) - 1;
    const to = event.key === 'ArrowRight' ? Math.min(last, at.value + 1) : event.key === 'ArrowLeft' ? Math.max(0, at.value - 1) : event.key === 'Home' ? 0 : event.key === 'End' ? last : -1;
    if (to < 0) return;
    event.preventDefault();
    at.value = to;
    if (event.currentTarget instanceof HTMLElement) event.currentTarget.querySelector(`[data-at="${to}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  const pick = (event: Event): void => {
    const place = event.target instanceof HTMLElement ? event.target.dataset['at'] : undefined;
    if (place !== undefined) at.value = Number(place);
  };
  return (
    <div class="tokens" id="tokens">
      <p><b>{plural(pieces.length, 'token')}</b> for {plural(code.length, 'character')}: {(code.length / Math.max(1, pieces.length)).toFixed(2)} characters a token. <span class="muted">Vocabulary: {vocabulary.name}. · is a space, ↵ a line break, → a tab.</span></p>
      <div class="token-chips" role="group" tabIndex={0} aria-label={`${count(pieces.length)} tokens; arrow keys go from one to the next`} onKeyDown={onKeyDown} onMouseOver={pick} onClick={pick}>
        {pieces.slice(0, shown.value).map((piece, i) => (
          // A line break ends a line here too.
          <><span key={i} data-at={i} class={`token${i % 2 ? ' odd' : ''}${i === at.value ? ' picked' : ''}`}>{visible(piece)}</span>{piece.text.startsWith('\n') && <br />}</>
        ))}
      </div>
      {pieces.length > shown.value && <button type="button" class="small" onClick={() => { shown.value += MOST; }}>{count(pieces.length - shown.value)} more</button>}
      <p class="token-said"><Spoken urgent text={picked ? `Token ${count(at.value + 1)}: ${visible(picked)}` : ''} />{picked ? <>Token {count(at.value + 1)}: <code>{visible(picked)}</code>, id {picked.id}</> : <span class="muted">Point at a token, or use the arrow keys, to read its id.</span>}</p>
    </div>
  );
}
