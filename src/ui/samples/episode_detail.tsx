/** One sample in full: the original, the documentation between, the reconstruction with what differs marked, how it was scored, and its tokens. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { scoreOptions } from '../../reward/blend';
import { metricLabel } from '../../reward/table';
import type { Episode } from '../../types';
import { signed, value } from '../format';
import { run, settings, toast } from '../state';
import { Difference } from './difference';
import { scaleOf } from './token_looks';
import { TokenPanel } from './token_panel';

const TRACELESS = 'The tokens of this sample were not recorded: a step keeps those of its first 128 completions, and runs of older versions kept none.';

/** @param group every sample of the same function in the step. */
export function EpisodeDetail({ episode, group, before, after }: { episode: Episode; group: Episode[]; before: string | undefined; after: string | undefined }): JSX.Element {
  const which = useSignal(0);
  const made = episode.reconstructions[which.value] ?? episode.reconstructions[0];
  // Parts of parts (`codebleu/dataflow`) are for export; here each metric is one number.
  const whole = Object.entries(made?.parts ?? {}).filter(([name]) => !name.includes('/'));
  const { weights } = scoreOptions(run.value.settings ?? settings.value);
  const paid = ([name]: [string, number]): boolean => (weights[name] ?? 0) > 0;
  const rewarded = Object.fromEntries(whole.filter(paid)), watched = Object.fromEntries(whole.filter((part) => !paid(part)));
  const terms = Object.entries(episode.terms ?? {}).filter(([, term]) => Number.isFinite(term));
  const traced = [...(episode.documentationTrace ? [{ title: 'Documentation', trace: episode.documentationTrace }] : []), ...(made?.trace ? [{ title: 'Reconstruction', trace: made.trace }] : [])];
  // Full strength is the group's largest: a completion that is hardly pushed looks so.
  const scale = useMemo(() => scaleOf(group.flatMap((e) => [e.documentationTrace, ...e.reconstructions.map(({ trace }) => trace)])), [group]);
  const copy = (): void => {
    const text = `// ${episode.path} ${episode.name}, step ${episode.step}, sample ${episode.group + 1}\n${episode.code}\n\n// documentation\n${episode.documentation}\n\n// reconstruction\n${made?.code ?? ''}\n`;
    void navigator.clipboard.writeText(text).then(() => { toast.value = { text: 'Sample copied.' }; }, () => { toast.value = { text: 'The browser refused the clipboard; select the text by hand.' }; });
  };
  return (
    <article class="detail" aria-label="Sample">
      <div class="panel-head">
        <h2>{episode.name} <span class="muted">sample {episode.group + 1}, step {episode.step}</span></h2>
        <div class="row">
          <a class="button small" aria-disabled={before === undefined} {...(before === undefined ? {} : { href: before })} title="Previous sample (left arrow)">‹ Previous</a>
          <a class="button small" aria-disabled={after === undefined} {...(after === undefined ? {} : { href: after })} title="Next sample (right arrow)">Next ›</a>
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
      <Difference episode={episode} made={made} />
      {episode.discarded && <p class="note warn"><b>Documentation:</b> {episode.discarded}</p>}
      {made?.discarded && <p class="note warn"><b>Reconstruction:</b> {made.discarded}</p>}
      <dl class="facts score">
        <dt>Reward</dt><dd><b>{value(episode.reward)}</b></dd>
        <dt>Advantage</dt><dd class={episode.advantage > 0 ? 'plus' : episode.advantage < 0 ? 'minus' : ''}>{signed(episode.advantage)} for the documentation{made ? `, ${signed(made.advantage)} for the code` : ''}</dd>
        <dt>Similarity</dt><dd>{value(made?.similarity)}{made && Object.keys(rewarded).length > 0 && <> from <Parts parts={rewarded} /></>}</dd>
        {Object.keys(watched).length > 0 && <><dt>Other metrics</dt><dd><Parts parts={watched} /></dd></>}
        <dt>R_doc</dt><dd>{value(episode.rDoc)}{episode.rDocReason && `: ${episode.rDocReason}`}</dd>
        <dt>Leak</dt><dd>{value(episode.leak)}</dd>
        {episode.lift !== undefined && <><dt>Lift</dt><dd>{signed(episode.lift)} nats/token: how much likelier the reader finds the original with this documentation than with none</dd></>}
        {Number.isFinite(episode.logLikelihood) && <><dt>Log-likelihood</dt><dd>{value(episode.logLikelihood)} nats/token of the original</dd></>}
        {terms.length > 0 && <><dt>Judged also by</dt><dd><Parts parts={Object.fromEntries(terms)} /></dd></>}
        <dt>Length</dt><dd>{episode.documentationTokens} tokens, {episode.documentation.length} characters; code {episode.code.length}, rebuilt {made?.code.length ?? 0} characters</dd>
        <dt>Rebuilt code</dt><dd>{made ? `${made.finished ? 'ended by itself' : 'was cut at the length limit'}, ${made.parses ? 'parses' : 'does not parse'}` : 'none was made'}</dd>
      </dl>
      {traced.length > 0 ? <TokenPanel traced={traced} scale={scale} /> : <p class="muted">{TRACELESS}</p>}
    </article>
  );
}

function Parts({ parts }: { parts: Record<string, number> }): JSX.Element {
  return <span class="parts">{Object.entries(parts).map(([name, score]) => <span key={name} class="part">{metricLabel(name).replaceAll('_', ' ')} {value(score)}</span>)}</span>;
}
