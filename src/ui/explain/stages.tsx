/** The stages of one step, each with its sentence and what there is to see; knows one function's samples, not how they were chosen. */
import type { ComponentChildren, JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { scoreOptions } from '../../reward/blend';
import { metricLabel } from '../../reward/table';
import { deviation, mean } from '../../rl/advantage';
import type { Episode } from '../../types';
import { Code } from '../code';
import { plural, signed, value, visible } from '../format';
import { scaleOf } from '../samples/token_looks';
import { TokenPanel } from '../samples/token_panel';
import { token } from './chosen';
import { readerPrompt, writerPrompt } from './prompt_text';
import type { PromptPiece } from './prompt_text';
import { movedIn, rowAt } from './sources';
import type { Shown } from './sources';

export const STAGES = [
  { name: 'Prompt', plain: 'The model is shown the code and a mark that means "now describe it".' },
  { name: 'Samples', plain: 'It answers several times, rolling the dice for each word, so that the answers differ.' },
  { name: 'Filter', plain: 'A description that copies the code, breaks off or is no sentence is refused or counts half, because it would be cheating.' },
  { name: 'Rebuilt', plain: 'Now the model is shown only the description and has to write the code.' },
  { name: 'Reward', plain: 'Several rulers measure how alike the rebuilt code and the original are; together, times the filter, they are the reward.' },
  { name: 'Group', plain: 'All answers for this function are compared with their own average: good means better than the siblings.' },
  { name: 'Advantage', plain: 'How much better or worse than the siblings, measured in usual differences; above zero is praise, below zero is blame.' },
  { name: 'Tokens', plain: 'Praise and blame reach every word: those of good answers are pushed up, those of bad ones down.' },
  { name: 'Weights', plain: 'All these pushes together move the model\'s numbers by a tiny step.' },
] as const;

interface Props { stage: number; shown: Shown; episodes: readonly Episode[]; group: readonly Episode[]; episode: Episode }

export function StageView({ stage, ...props }: Props): JSX.Element {
  const View = [Prompt, Samples, Filter, Rebuilt, Reward, Group, Advantage, Tokens, Weights][stage]!;
  return <View {...props} />;
}

type Stage = Omit<Props, 'stage'>;

function PromptText({ pieces, label }: { pieces: PromptPiece[]; label: string }): JSX.Element {
  return <pre class="code prompt" tabIndex={0} role="group" aria-label={label}>{pieces.map(({ special, text }, i) => (special ? <b key={i} class="special">{text}</b> : visible(text)))}<span class="cursor" aria-hidden="true">▍</span></pre>;
}

function Prompt({ episode }: Stage): JSX.Element {
  return (
    <>
      <PromptText pieces={writerPrompt(episode.code, episode.language)} label="Prompt of the writer" />
      <p class="muted">Marks like &lt;|doc|&gt; are single tokens of their own that no text can forge. What the model writes from here on is the documentation, until it writes &lt;|end|&gt;.</p>
    </>
  );
}

function Samples({ group, episode, shown }: Stage): JSX.Element {
  return <><ol class="answers">{group.map(e => <li key={e.group} class={e === episode ? 'chosen' : ''}><b>{e.group + 1}</b> <span>{visible(e.documentation) || '(nothing)'}</span></li>)}</ol><p class="muted">{plural(group.length, 'sample')} at temperature {value(shown.settings.temperature)}.</p></>;
}

function Filter({ group, episode }: Stage): JSX.Element {
  return (
    <ol class="answers">{group.map(e => (
      <li key={e.group} class={e === episode ? 'chosen' : ''}><b>{e.group + 1}</b> <span>R_doc {value(e.rDoc)}: {e.rDoc === 1 ? 'passes' : e.rDoc === 0 ? 'refused' : 'counts half'}{e.rDocReason ? ` (${e.rDocReason})` : ''}; copied share {value(e.leak)}</span></li>
    ))}</ol>
  );
}

function Rebuilt({ episode }: Stage): JSX.Element {
  const made = episode.reconstructions[0];
  return (
    <div class="columns">
      <section><h4>What the reader is shown</h4><PromptText pieces={readerPrompt(episode.documentation, episode.language)} label="Prompt of the reader" /></section>
      <section><h4>What it wrote</h4>{made ? <Code language={episode.language} code={visible(made.code)} label="Rebuilt code" /> : <p class="note">Nothing was rebuilt: a refused documentation is worth 0 whatever would come of it.</p>}</section>
      <section><h4>The original</h4><Code language={episode.language} code={episode.code} label="Original code" /></section>
    </div>
  );
}

interface BarRow { label: string; size: number; text: string; kind?: 'up' | 'down' | 'total' | 'chosen' }

/** Bars from a zero line, each with its number; below zero they are hatched and go to the left. */
function BarList({ rows, label, range }: { rows: readonly BarRow[]; label: string; range: readonly [number, number] }): JSX.Element {
  const [low, high] = range, width = high - low || 1, zero = (100 * -low) / width;
  return (
    <ul class="bar-list" aria-label={label}>
      {rows.map(({ label: name, size, text, kind = 'up' }) => {
        const to = (100 * (Math.max(low, Math.min(high, size || 0)) - low)) / width;
        return (
          <li key={name} class={`b-${kind}`}>
            <span>{name}</span>
            <svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
              <rect class="fill" x={Math.min(zero, to)} width={Math.abs(to - zero)} y="1" height="10" />
              {kind === 'down' && Array.from({ length: Math.ceil(Math.abs(to - zero) / 2) }, (_, i) => <line key={i} class="hatch" x1={to + 2 * i} x2={to + 2 * i + 1} y1="11" y2="1" />)}
              <line class="zero" x1={zero} x2={zero} y1="0" y2="12" />
            </svg>
            <b>{text}</b>
          </li>
        );
      })}
    </ul>
  );
}

function Reward({ episode, shown }: Stage): JSX.Element {
  const made = episode.reconstructions[0], { weights } = scoreOptions(shown.settings);
  const parts = Object.entries(made?.parts ?? {}).filter(([name]) => (weights[name] ?? 0) > 0);
  const total = parts.reduce((sum, [name]) => sum + weights[name]!, 0);
  const terms = Object.entries(episode.terms ?? {}).filter(([, term]) => Number.isFinite(term));
  return (
    <>
      <BarList label="Parts of the reward" range={[0, 1]} rows={[
        ...parts.map(([name, part]): BarRow => ({ label: `${metricLabel(name)}, weight ${value(weights[name]! / total)}`, size: part, text: value(part), kind: 'chosen' })),
        { label: 'similarity, all together', size: made?.similarity ?? NaN, text: value(made?.similarity) },
        { label: 'filter (R_doc)', size: episode.rDoc, text: value(episode.rDoc) },
        { label: 'reward', size: episode.reward, text: value(episode.reward), kind: 'total' },
      ]} />
      {terms.length > 0 && <p class="muted">Also judged by: {terms.map(([name, term]) => `${name.replaceAll('_', ' ')} ${value(term)}`).join(', ')}. What these take away or add is in the reward.</p>}
      {!Number.isFinite(episode.reward) && <p class="note">There is no reward: this run learns without one.</p>}
    </>
  );
}

const finite = (group: readonly Episode[]): number[] => group.map(e => e.reward).filter(Number.isFinite);

function Group({ group, episode }: Stage): JSX.Element {
  const rewards = finite(group), centre = mean(rewards), spread = deviation(rewards), x = (r: number): number => 4 + 92 * Math.max(0, Math.min(1, r));
  return (
    <>
      <svg class="group-line" viewBox="0 0 100 22" role="img" aria-label={`Rewards ${rewards.map(value).join(', ')}; mean ${value(centre)}, deviation ${value(spread)}`}>
        <rect class="spread" x={x(centre - spread)} width={Math.max(0, x(centre + spread) - x(centre - spread))} y="2" height="14" />
        <line class="axis" x1="4" x2="96" y1="16" y2="16" /><line class="centre" x1={x(centre)} x2={x(centre)} y1="2" y2="16" />
        {group.map((e, i) => <circle key={e.group} class={e === episode ? 'chosen' : ''} cx={x(e.reward || 0)} cy={3 + (12 * (i + 0.5)) / group.length} r={e === episode ? 1.1 : 0.7} />)}
        <text x="4" y="20">0</text><text x="96" y="20" text-anchor="end">1</text>
      </svg>
      <p id="group-numbers">Mean <b>{value(centre)}</b>, deviation <b>{value(spread)}</b> over {plural(rewards.length, 'sample')}. {spread <= 1e-12 ? 'All got the same: there is nothing to learn from this group.' : `Sample ${episode.group + 1} got ${value(episode.reward)}.`}</p>
    </>
  );
}

function Advantage({ group }: Stage): JSX.Element {
  const most = Math.max(1e-9, ...group.map(e => Math.abs(e.advantage)));
  return (
    <BarList label="Advantages" range={[-most, most]} rows={group.map((e): BarRow => ({
      label: `sample ${e.group + 1}, reward ${value(e.reward)}`, size: e.advantage, text: signed(e.advantage), kind: e.advantage < 0 ? 'down' : 'up',
    }))} />
  );
}

function Tokens({ group, episode }: Stage): JSX.Element {
  const made = episode.reconstructions[0];
  const traced = useMemo(() => [...(episode.documentationTrace ? [{ title: 'Documentation', trace: episode.documentationTrace }] : []), ...(made?.trace ? [{ title: 'Reconstruction', trace: made.trace }] : [])], [episode]);
  const scale = useMemo(() => scaleOf(group.flatMap(e => [e.documentationTrace, ...e.reconstructions.map(({ trace }) => trace)])), [group]);
  if (traced.length === 0) return <p class="note">The tokens of this function were not kept in this step. The first function of the list has them.</p>;
  return (
    <>
      <TokenPanel traced={traced} scale={scale} onChosen={(of, t) => { token.value = { part: traced[of]!.title === 'Documentation' ? 'documentation' : 'code', t }; }} />
      <p class="muted">Choose a token: the formula below takes its numbers.</p>
    </>
  );
}

function Weights({ shown, episodes }: Stage): JSX.Element {
  const at = episodes[0]!.step, moved = movedIn(shown, at);
  const row = rowAt(shown, at);
  const most = Math.max(1e-12, ...(moved ?? []).map(({ norm }) => norm));
  const facts: ComponentChildren = <p>The gradient had the length <b>{value(row?.['grad_norm'])}</b> (cut at {value(shown.settings.maxGradNorm)}); the learning rate was {value(shown.settings.learningRate * Math.min(1, at / Math.max(1, shown.settings.learningRateWarmup)))}.</p>;
  return moved && moved.length > 0 ? (
    <>
      <BarList label="How far each part moved" range={[0, most]} rows={moved.map(({ name, norm, share }): BarRow => ({ label: name, size: norm, text: `${value(norm)} (${value(100 * share)} % of its length)` }))} />
      {facts}
    </>
  ) : <>{facts}<p class="note">How far each layer moved was not measured: it takes two copies of the weights, which a live run does not keep. The recorded run has it.</p></>;
}
