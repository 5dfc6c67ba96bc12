/** Every problem with how often it was solved; each opens what was asked, what was answered, and what came out of it. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { AnswerResult, KeptProblem, Measurement, ProblemResult } from '../../benchmark/results';
import { Code } from '../code';
import { visible } from '../format';
import { FILTERS, listed } from './problem_filter';
import type { Filter } from './problem_filter';

const PAGE = 25, ANSWERS = 4;

export function ProblemList({ measurement }: { measurement: Measurement }): JSX.Element {
  const search = useSignal(''), filter = useSignal<Filter>('all'), language = useSignal(''), turned = useSignal(0);
  const { problems, subjects } = measurement, languages = useMemo(() => [...new Set(problems.map(one => one.language))].sort(), [problems]);
  const places = listed(measurement, filter.value, search.value, language.value);
  const pages = Math.max(1, Math.ceil(places.length / PAGE)), page = Math.min(turned.value, pages - 1), drawn = places.slice(page * PAGE, (page + 1) * PAGE);
  return (
    <section class="card tests-problems" aria-label="Problems" id="problems">
      <h2>Problems</h2>
      <div class="toolbar">
        <input type="search" placeholder="Find a problem" aria-label="Find a problem" value={search.value} onInput={event => { search.value = event.currentTarget.value; turned.value = 0; }} />
        <label class="inline">Show <select id="problem-filter" value={filter.value} onChange={event => { filter.value = event.currentTarget.value as Filter; turned.value = 0; }}>
          {(Object.keys(FILTERS) as Filter[]).filter(one => one !== 'differs' || subjects.length > 1).map(one => <option key={one} value={one}>{FILTERS[one]}</option>)}
        </select></label>
        {languages.length > 1 && <label class="inline">Language <select value={language.value} onChange={event => { language.value = event.currentTarget.value; turned.value = 0; }}><option value="">all</option>{languages.map(one => <option key={one} value={one}>{one}</option>)}</select></label>}
        <span class="muted">{places.length} of {problems.length}</span>
      </div>
      {places.length === 0 && <p class="empty">No problem falls under this search and filter.</p>}
      <ul class="tests-list">{drawn.map(p => <li key={problems[p]!.id}><Problem problem={problems[p]!} results={measurement.results.map(row => row[p] ?? null)} names={subjects.map(({ name }) => name)} /></li>)}</ul>
      {pages > 1 && (
        <div class="row" role="group" aria-label="Pages of problems">
          <button type="button" class="small" disabled={page === 0} onClick={() => { turned.value = page - 1; }}>← Earlier</button>
          <span class="muted">{page * PAGE + 1} to {page * PAGE + drawn.length} of {places.length}</span>
          <button type="button" class="small" disabled={page === pages - 1} onClick={() => { turned.value = page + 1; }}>Later →</button>
        </div>
      )}
    </section>
  );
}

/** ● all, ◐ some, ○ none: the mark says it without colour, the words beside it say it without the mark. */
const mark = ({ n, c }: ProblemResult): string => (c === 0 ? '○' : c === n ? '●' : '◐');

function Problem({ problem, results, names }: { problem: KeptProblem; results: readonly (ProblemResult | null)[]; names: readonly string[] }): JSX.Element {
  const open = useSignal(false);
  return (
    <details onToggle={event => { open.value = event.currentTarget.open; }}>
      <summary>
        <b class="tests-id">{problem.id}</b> <span class="muted">{problem.entry}, {problem.language}</span>
        <span class="tests-marks">{results.map((result, s) => <span key={s} class="badge">{result ? <><span aria-hidden="true">{mark(result)} </span>{result.c} of {result.n}{result.plus !== undefined && `, ${result.plus} with the harder tests`}</> : 'no answer'}{names.length > 1 && <span class="muted"> {names[s]}</span>}</span>)}</span>
      </summary>
      {open.value && <Opened problem={problem} results={results} names={names} />}
    </details>
  );
}

function Opened({ problem, results, names }: { problem: KeptProblem; results: readonly (ProblemResult | null)[]; names: readonly string[] }): JSX.Element {
  const { description, prompt, tests, reference, language, source } = problem;
  return (
    <div class="tests-opened">
      {description !== '' && <p class="doc">{visible(description)}</p>}
      <p class="muted">From {source === 'suite' ? 'our own suite' : source}.</p>
      {prompt !== '' && <details><summary>Prompt</summary><Code language={language} code={visible(prompt)} label="Prompt" /></details>}
      {tests !== '' && <details><summary>Tests</summary><Code language={language} code={visible(tests)} label="Tests" /></details>}
      {reference !== '' && <details><summary>Reference solution</summary><Code language={language} code={visible(reference)} label="Reference solution" /></details>}
      <div class="tests-answers">
        {results.map((result, s) => (
          <section key={s} aria-label={`Answers of ${names[s]!}`}>
            <h3>{names[s]}{result && <span class="muted"> {result.c} of {result.n} right, {result.answers.length} different {result.answers.length === 1 ? 'program' : 'programs'}</span>}</h3>
            {!result && <p class="muted">It has no answer to this problem.</p>}
            {result && result.said !== '' && <p class="note warn">{result.said}</p>}
            {result && <Answers result={result} problem={problem} />}
          </section>
        ))}
      </div>
    </div>
  );
}

function Answers({ result, problem }: { result: ProblemResult; problem: KeptProblem }): JSX.Element {
  const all = useSignal(false), shown = all.value ? result.answers : result.answers.slice(0, ANSWERS);
  return (
    <>
      {shown.map((answer, i) => <Answer key={i} answer={answer} problem={problem} of={result.n} />)}
      {result.answers.length > ANSWERS && !all.value && <button type="button" class="small" onClick={() => { all.value = true; }}>Show all {result.answers.length} programs</button>}
    </>
  );
}

const ENDINGS: Record<string, string> = {
  ran: 'ran', undefined: 'does not compile or defines no such function', threw: 'a test failed or an error was thrown', time: 'out of time', memory: 'out of memory', stack: 'out of stack', 'no output': 'gave nothing that can be compared', killed: 'ended by the clock', odd: 'its worker forged messages', 'not run': 'not run',
};

function Answer({ answer, problem, of }: { answer: AnswerResult; problem: KeptProblem; of: number }): JSX.Element {
  const { count, passed, plus, ending, said, failed, code } = answer;
  const wrong = failed && ending === 'ran';
  return (
    <article class="tests-answer">
      <p class="row"><span class={passed && plus !== false ? 'badge good' : 'badge warn'}>{passed ? plus === false ? 'passed, but not the harder tests' : 'passed' : 'failed'}</span> <span class="muted">{count === 1 ? `one of ${of} samples` : `${count} of ${of} samples`}{(!passed || plus === false) && `: ${wrong ? 'another result' : ENDINGS[ending] ?? ending}`}</span></p>
      <Code language={problem.language} code={visible(code)} label="Program" />
      {failed && <dl class="facts"><dt>Called with</dt><dd><code>{visible(failed.input)}</code></dd><dt>Expected</dt><dd><code>{visible(failed.expected)}</code></dd><dt>Got</dt><dd><code>{visible(failed.got)}</code></dd></dl>}
      {said !== '' && <pre class="code tests-said" tabIndex={0} role="group" aria-label="Error">{visible(said)}</pre>}
    </article>
  );
}
