/** One sample of a try: the texts as they come, what differs, the score, and each token with what it was drawn among. Knows no engine. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { value, visible } from '../format';
import { intraline } from '../intraline';
import type { Piece } from '../intraline';
import type { TrialSample, Writing } from './trial';

/** What a text is held against, and on which side of it this one stands. */
interface Other { text: string; side: 'left' | 'right' }

/** @param other the same sample of the other model; null = it is not held against that @param original the code that rebuilt code is held against */
export function SampleView({ sample, number, other, original, drafts }: { sample: TrialSample; number: number; other: { sample: TrialSample; side: 'left' | 'right' } | null; original: string | null; drafts: boolean }): JSX.Element {
  const { documentation, verdict, code, score } = sample;
  const against = (part: 'documentation' | 'code'): Other | null => {
    const writing = other?.sample[part];
    return other && writing?.ended ? { text: writing.text, side: other.side } : null;
  };
  return (
    <article class="try-sample" aria-label={`Sample ${number}`}>
      {drafts && <h4>Sample {number}</h4>}
      {documentation && (
        <section>
          <Text writing={documentation} other={against('documentation')} documentation />
          {verdict && <p class="muted">R_doc {value(verdict.rDoc)}{verdict.explanation && `: ${verdict.explanation}`} · leak {value(verdict.leak.score)}</p>}
          <Tokens writing={documentation} of={`documentation ${number}`} />
        </section>
      )}
      {code && (
        <section>
          <Text writing={code} other={original !== null ? { text: original, side: 'right' } : against('code')} />
          {score && <p class="score">Similarity <b>{value(score.value)}</b>{score.exact ? ', exact' : ''}{score.reason ? `, ${score.reason}` : score.parses ? '' : ', does not parse'}</p>}
          <Tokens writing={code} of={`code ${number}`} />
        </section>
      )}
    </article>
  );
}

function Text({ writing, other, documentation = false }: { writing: Writing; other: Other | null; documentation?: boolean }): JSX.Element {
  const { text, ended } = writing;
  const pieces = !other || !ended ? null : other.side === 'right' ? intraline(other.text, text).reconstruction : intraline(text, other.text).original;
  const shown = pieces ? <Pieces pieces={pieces} /> : visible(text);
  const rest = <>{!ended && <span class="caret" aria-hidden="true">▍</span>}{ended && text === '' && <span class="muted">(nothing)</span>}</>;
  return documentation ? <p class="doc">{shown}{rest}</p> : <pre class="code" tabIndex={0}>{shown}{rest}</pre>;
}

/** Text nodes only: what the model wrote is never markup. */
function Pieces({ pieces }: { pieces: Piece[] }): JSX.Element {
  return <>{pieces.map((piece, i) => (piece.kind === 'removed' ? <del key={i}>{visible(piece.text)}</del> : piece.kind === 'added' ? <ins key={i}>{visible(piece.text)}</ins> : visible(piece.text)))}</>;
}

/** A token by hand: arrows move, the table says what else was likely there. */
function Tokens({ writing: { tokens, ended }, of }: { writing: Writing; of: string }): JSX.Element {
  const at = useSignal(0);
  const now = tokens[Math.min(at.value, tokens.length - 1)];
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = event.key === 'ArrowRight' ? at.value + 1 : event.key === 'ArrowLeft' ? at.value - 1 : event.key === 'Home' ? 0 : event.key === 'End' ? tokens.length - 1 : -1;
    if (to < 0 || to >= tokens.length) return;
    event.preventDefault();
    at.value = to;
    (event.currentTarget as HTMLElement).querySelectorAll('button')[to]?.focus();
  };
  return (
    <details class="tokens">
      <summary>{tokens.length} tokens{ended ? '' : ' so far'}, and what else was likely</summary>
      <div class="token-row" role="toolbar" aria-label={`Tokens of ${of}`} onKeyDown={onKeyDown}>
        {tokens.map((token, i) => (
          <button key={i} type="button" class="token" aria-pressed={i === at.value} tabIndex={i === Math.min(at.value, tokens.length - 1) ? 0 : -1} title={`probability ${value(token.drawn.p)}`} onClick={() => { at.value = i; }}>{shownToken(token.text)}</button>
        ))}
      </div>
      {now && (
        <table class="data alternatives">
          <caption>Token {Math.min(at.value, tokens.length - 1) + 1}: {shownToken(now.text)}, drawn with probability {value(now.drawn.p)}</caption>
          <thead><tr><th scope="col">Likeliest there</th><th scope="col">Probability</th></tr></thead>
          <tbody>{now.among.map(({ text, p }, i) => (
            <tr key={i} class={now.drawn.among[i]!.id === now.drawn.id ? 'chosen' : ''}>
              <th scope="row"><code>{shownToken(text)}</code>{now.drawn.among[i]!.id === now.drawn.id && <span class="muted"> drawn</span>}</th>
              <td><span class="meter"><svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect width={100 * p} height="6" /></svg>{value(p)}</span></td>
            </tr>
          ))}</tbody>
        </table>
      )}
    </details>
  );
}

/** White space as marks: a token may be nothing else. */
function shownToken(text: string): string { return visible(text).replaceAll(' ', '·').replaceAll('\n', '⏎') || '∅'; }
