/** One sample in full: the original, the documentation between, the reconstruction with what differs marked, and how it was scored. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { scoreOptions } from '../../reward/blend';
import { METRICS, isMetric } from '../../reward/table';
import type { Episode } from '../../types';
import { signed, value, visible } from '../format';
import { intraline } from '../intraline';
import type { Piece } from '../intraline';
import { run, settings, toast } from '../state';

export function EpisodeDetail({ episode }: { episode: Episode }): JSX.Element {
  const which = useSignal(0);
  const made = episode.reconstructions[which.value] ?? episode.reconstructions[0];
  // Parts of parts (`codebleu/dataflow`) are for export; here each metric is one number.
  const whole = Object.entries(made?.parts ?? {}).filter(([name]) => !name.includes('/'));
  const { weights } = scoreOptions(run.value.settings ?? settings.value);
  const paid = ([name]: [string, number]): boolean => (weights[name] ?? 0) > 0;
  const rewarded = Object.fromEntries(whole.filter(paid)), watched = Object.fromEntries(whole.filter((part) => !paid(part)));
  const terms = Object.entries(episode.terms ?? {}).filter(([, term]) => Number.isFinite(term));
  const pair = intraline(episode.code, made?.code ?? episode.code);
  const copy = (): void => {
    const text = `// ${episode.path} ${episode.name}, step ${episode.step}, sample ${episode.group + 1}\n${episode.code}\n\n// documentation\n${episode.documentation}\n\n// reconstruction\n${made?.code ?? ''}\n`;
    void navigator.clipboard.writeText(text).then(() => { toast.value = { text: 'Sample copied.' }; }, () => { toast.value = { text: 'The browser refused the clipboard; select the text by hand.' }; });
  };
  return (
    <article class="detail" aria-label="Sample">
      <div class="panel-head">
        <h2>{episode.name} <span class="muted">sample {episode.group + 1}, step {episode.step}</span></h2>
        <div class="row">
          <button type="button" class="small" onClick={copy}>Copy</button>
          <button type="button" class="small" onClick={() => void navigator.clipboard.writeText(location.href).then(() => { toast.value = { text: 'Address copied. It holds the place and the settings, no code.' }; }, () => { toast.value = { text: 'The browser refused the clipboard; the address bar has it.' }; })}>Copy address</button>
        </div>
      </div>
      <p class="muted">{episode.language} · {episode.path}</p>
      {episode.reconstructions.length > 1 && (
        <div class="row" role="group" aria-label="Reconstruction">
          {episode.reconstructions.map((r, i) => <button key={i} type="button" class="small" aria-pressed={r === made} onClick={() => { which.value = i; }}>{i + 1}: {value(r.similarity)}</button>)}
        </div>
      )}
      <div class="trio">
        <section><h3>Original</h3><Marked pieces={pair.original} /></section>
        <section class="between"><h3>Documentation</h3><p class="doc">{visible(episode.documentation) || '(nothing)'}</p></section>
        <section><h3>Reconstruction {made?.exact && <span class="badge good">exact</span>}</h3>{made ? <Marked pieces={pair.reconstruction} /> : <p class="muted">None was made of this sample.</p>}</section>
      </div>
      {made && <p class="muted">{pair.same ? 'Both are the same, character by character.' : 'Struck through on the left is lost; underlined on the right was put in.'}</p>}
      <dl class="facts score">
        <dt>Reward</dt><dd><b>{value(episode.reward)}</b></dd>
        <dt>Advantage</dt><dd class={episode.advantage > 0 ? 'plus' : episode.advantage < 0 ? 'minus' : ''}>{signed(episode.advantage)} for the documentation{made ? `, ${signed(made.advantage)} for the code` : ''}</dd>
        <dt>Similarity</dt><dd>{value(made?.similarity)}{made && Object.keys(rewarded).length > 0 && <> from <Parts parts={rewarded} /></>}</dd>
        {Object.keys(watched).length > 0 && <><dt>Other metrics</dt><dd><Parts parts={watched} /></dd></>}
        <dt>R_doc</dt><dd>{value(episode.rDoc)}{episode.rDocReason && `: ${episode.rDocReason}`}</dd>
        <dt>Leak</dt><dd>{value(episode.leak)}</dd>
        {Number.isFinite(episode.logLikelihood) && <><dt>Log-likelihood</dt><dd>{value(episode.logLikelihood)} nats/token of the original</dd></>}
        {terms.length > 0 && <><dt>Judged also by</dt><dd><Parts parts={Object.fromEntries(terms)} /></dd></>}
        <dt>Length</dt><dd>{episode.documentationTokens} tokens, {episode.documentation.length} characters; code {episode.code.length}, rebuilt {made?.code.length ?? 0} characters</dd>
        <dt>Rebuilt code</dt><dd>{made ? `${made.finished ? 'ended by itself' : 'was cut at the length limit'}, ${made.parses ? 'parses' : 'does not parse'}` : 'none was made'}</dd>
      </dl>
    </article>
  );
}

function Parts({ parts }: { parts: Record<string, number> }): JSX.Element {
  return <span class="parts">{Object.entries(parts).map(([name, score]) => <span key={name} class="part">{isMetric(name) ? METRICS[name].label : name.replaceAll('_', ' ')} {value(score)}</span>)}</span>;
}

/** Text nodes only: what the model wrote is never markup. */
function Marked({ pieces }: { pieces: Piece[] }): JSX.Element {
  return (
    <pre class="code" tabIndex={0}>
      {pieces.map((piece, i) => (piece.kind === 'removed' ? <del key={i}>{visible(piece.text)}</del> : piece.kind === 'added' ? <ins key={i}>{visible(piece.text)}</ins> : visible(piece.text)))}
    </pre>
  );
}
