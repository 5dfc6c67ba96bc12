/** Level 3: the formula with the chosen token's numbers in it, each beside the lines of our source that compute it, and what other methods would have made of it. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { methodOf } from '../../rl/methods';
import type { Episode } from '../../types';
import { deviation, mean } from '../../rl/advantage';
import { count, signed, value, visible } from '../format';
import { spelled, textOf } from '../samples/token_looks';
import { token } from './chosen';
import { EXCERPTS, methodLine, piecesOf } from './excerpts';
import type { Excerpt } from './excerpts';
import { advantageText, RATIO_WORDS, readerJudged, sideBySide, surrogate, surrogateFormula, writerJudged } from './formula';
import type { Shown } from './sources';

export function FormulaLevel({ shown, episodes, episode }: { shown: Shown; episodes: readonly Episode[]; episode: Episode }): JSX.Element {
  return (
    <section class="card explain-level" aria-labelledby="explain-formula">
      <h2 id="explain-formula"><span class="level">3</span> The formula, with this token's numbers</h2>
      <p class="plain">Every word the model wrote is made a little likelier if the whole text did better than its siblings, and a little less likely if it did worse; the formula says by how much.</p>
      {shown.settings.objective === 'policy' ? <Numbers shown={shown} episodes={episodes} episode={episode} />
        : <p class="note">This run does not learn by a policy gradient (its objective is {shown.settings.objective}): nothing is compared within a group, every chosen text is simply copied with weight 1, and there is no advantage, ratio or clip to show.</p>}
    </section>
  );
}

function Numbers({ shown, episodes, episode }: { shown: Shown; episodes: readonly Episode[]; episode: Episode }): JSX.Element {
  const { settings } = shown, method = methodOf(settings), { part, t } = token.value;
  const judged = useMemo(() => (part === 'documentation' ? writerJudged(episodes) : readerJudged(episodes, settings)), [episodes, part, settings]);
  const own = judged.find(one => one.episode === episode);
  if (!own) return <p class="note">No code was rebuilt from this documentation, so the reader has no tokens here. Choose a token of the documentation.</p>;
  const { trace } = own, at = trace ? Math.min(t, trace.ids.length - 1) : 0;
  const group = judged.filter(one => one.group === own.group).map(one => one.reward), all = judged.map(one => one.reward);
  const A = own.advantage, text = advantageText(method.advantage, { own: own.reward, group, all }, settings.advantageEpsilon);
  const rho = trace?.ratios?.[at], logp = trace?.logps[at] ?? NaN;
  const made = surrogate(method, A, rho ?? 1, logp), term = trace?.terms?.[at], weight = term !== undefined && made.l !== 0 ? term / made.l : NaN;
  const parts = made.held ? ' A clip had the last word.' : '';
  return (
    <>
      <p id="formula-token">{trace ? <>Token <code class="token-name">{spelled(visible(textOf(trace, at)))}</code> ({at + 1} of {count(trace.ids.length)}) of the {part === 'documentation' ? 'documentation' : 'rebuilt code'} of {episode.name}, sample {episode.group + 1}, step {episode.step}; method {settings.method}.</>
        : <>The tokens of this sample were not kept, only its reward. Method {settings.method}.</>}</p>
      <ol class="formula">
        <Line name="Reward" formula={part === 'documentation' ? 'r = similarity × R_doc, with what is added or taken off' : 'r = similarity, less the price of padding'} numbers="" result={value(own.reward)}
          words={`of this ${part === 'documentation' ? 'documentation' : 'piece of code'}; its group has ${group.map(value).join(', ')}`} source={part === 'documentation' ? EXCERPTS.reward : undefined} />
        <Line name="Advantage" formula={text.formula} numbers={text.numbers} result={signed(A)} id="formula-advantage"
          words={A > 0 ? 'better than the others: pushed up' : A < 0 ? 'worse than the others: pushed down' : deviation(group) === 0 ? 'all the same: no signal' : 'as good as the others: no push'}
          source={method.advantage === 'batch-mean' ? EXCERPTS.batchMean : method.advantage.endsWith('whiten') ? EXCERPTS.whiten : EXCERPTS.advantage} />
        <Line name="Ratio" formula={method.ratio === 'none' ? 'not used by this method' : 'ρ = p now / p when it was sampled'} numbers={trace ? `p was ${value(Math.exp(logp))}` : ''} result={value(rho)}
          words={method.ratio === 'none' ? '' : settings.updatesPerBatch === 1 ? `${RATIO_WORDS[method.ratio]}; 1, because the one update starts from the very weights that sampled` : RATIO_WORDS[method.ratio]} source={EXCERPTS.ratio} />
        <Line name="Term" formula={surrogateFormula(method)} numbers={trace ? made.text : ''} result={trace ? signed(made.l) : '–'} words={`${method.clip === 'none' ? 'no clip' : `clip keeps the ratio ${method.clip === 'cispo' ? `under ${value(method.epsilonHigh)}` : `within 1 − ${value(method.epsilonLow)} and 1 + ${value(method.epsilonHigh)}`}`}.${parts}`} source={EXCERPTS.term} />
        <Line name="Weight" formula={`w by ${method.aggregation}`} numbers={term !== undefined && Number.isFinite(weight) ? `${signed(term)} / ${signed(made.l)}` : ''} result={value(weight)} words={Number.isFinite(weight) ? `one of about ${count(1 / weight)} such tokens` : term === undefined ? 'not recorded for this sample' : 'not to be told from a term of 0'} source={EXCERPTS.weight} />
        <Line name="Push" formula="w · dl / d log p, less the KL's part" numbers="" result={signed(trace?.pushes?.[at] ?? NaN)} words={trace?.after ? `log p went from ${value(logp)} to ${value(trace.after[at])} in this update, in which all tokens pulled at the same weights` : 'how hard the update pulled at this token'} source={EXCERPTS.push} />
      </ol>
      <Methods judged={judged} own={own} t={at} shown={shown} />
      <p class="muted">Group mean {value(mean(group.filter(Number.isFinite)))}, deviation {value(deviation(group.filter(Number.isFinite)))}, {group.length} samples; {count(judged.length)} samples in the step.</p>
    </>
  );
}

function Line({ name, formula, numbers, result, words, source, id }: { name: string; formula: string; numbers: string; result: string; words: string; source: Excerpt | undefined; id?: string }): JSX.Element {
  return (
    <li id={id}>
      <div class="formula-line"><h3>{name}</h3><p class="formula-text">{formula}</p><p class="formula-numbers">{numbers && <>{numbers} = </>}<b>{result}</b></p>{words && <p class="muted">{words}</p>}</div>
      {source && <details class="formula-source" open><summary>{source.file}, line {source.line}</summary><SourceText source={source} /></details>}
    </li>
  );
}

export function SourceText({ source }: { source: Excerpt }): JSX.Element {
  return <pre class="code" tabIndex={0} role="group" aria-label={`${source.file} from line ${source.line}`}><code class="coloured">{piecesOf(source.code).map(({ kind, text }, i) => (kind === 'plain' ? text : <span key={i} class={`c-${kind}`}>{text}</span>))}</code></pre>;
}

function Methods({ judged, own, t, shown }: { judged: ReturnType<typeof writerJudged>; own: ReturnType<typeof writerJudged>[number]; t: number; shown: Shown }): JSX.Element {
  const sides = useMemo(() => sideBySide(judged, own, t, shown.settings.advantageEpsilon), [judged, own, t, shown.settings]);
  return (
    <>
      <h3>The same sample under other methods</h3>
      <div class="scroll" tabIndex={0} role="region" aria-label="Methods side by side">
        <table class="data" id="methods">
          <thead><tr><th scope="col">method</th><th scope="col">advantage A</th><th scope="col" class="left">A compares with</th><th scope="col" class="left">ratio</th><th scope="col" class="left">clip</th><th scope="col">term l</th><th scope="col" class="left">averaged</th></tr></thead>
          <tbody>{sides.map(({ name, method, A, l, held }) => (
            <tr key={name} class={name === shown.settings.method ? 'chosen' : ''}>
              <th scope="row">{name}{name === shown.settings.method ? ' (this run)' : ''}</th><td>{signed(A)}</td><td class="left">{COMPARES[method.advantage]}</td><td class="left">{RATIO_WORDS[method.ratio]}</td>
              <td class="left">{method.clip === 'none' ? 'none' : method.clip === 'cispo' ? `ratio at most ${value(method.epsilonHigh)}` : `1 − ${value(method.epsilonLow)} to 1 + ${value(method.epsilonHigh)}`}</td><td>{signed(l)}{held ? ', clipped' : ''}</td><td class="left">{method.aggregation}</td>
            </tr>
          ))}</tbody>
        </table>
      </div>
      <p class="muted">Worked out on the samples of this step, with this token's ratio and without KL. Terms with log p in them (reinforce, cispo) have their own size and sign; what pushes is their slope, which is A times the ratio that counts.</p>
      <details><summary>The switches of {shown.settings.method}</summary><SourceText source={methodLine(shown.settings.method)} /></details>
    </>
  );
}

const COMPARES = {
  'batch-mean': 'all samples', 'group-std': 'its group, in deviations', 'group-mean': 'its group', 'leave-one-out': 'the others of its group', 'group-mean-batch-std': 'its group, in deviations of all',
  'whiten': 'all tokens', 'group-mean-whiten': 'its group, in deviations of all tokens',
} as const;
