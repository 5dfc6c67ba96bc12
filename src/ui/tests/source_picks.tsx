/** Which problems: ours by language, and files that were loaded or dropped; what is wrong with a file stands here. */
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { saidOfNone } from '../../sandbox/languages';
import { dragging } from '../file_ways';
import { plural } from '../format';
import { chosenSources, dropFile, fileProblem, files, pick, reading, sources, strayFiles, suite, takeFiles } from './tests_state';

export function SourcePicks(): JSX.Element {
  const input = useRef<HTMLInputElement>(null), chosen = new Set(chosenSources.value.map(({ key }) => key)), list = sources.value;
  const leftOut = files.value.flatMap(({ unknown }) => Object.entries(unknown));
  return (
    <fieldset class="tests-part">
      <legend><h3>Problems</h3></legend>
      {suite.value === null && <p class="muted">Reading our own problems…</p>}
      {list.map(({ key, name, problems, runs }) => (
        <div class="tests-pick" key={key}>
          <label class="check"><input type="checkbox" checked={chosen.has(key)} disabled={!runs} onChange={event => pick(key, event.currentTarget.checked)} /><span>{name} <span class="muted">{plural(problems.length, 'problem')}{!runs && `; ${[...new Set(problems.map(({ language }) => saidOfNone(language)))].join('; ')}`}</span></span></label>
          {key.startsWith('file:') && <button type="button" class="quiet" aria-label={`Remove ${name}`} onClick={() => dropFile(key.slice(5))}>×</button>}
        </div>
      ))}
      <div class={dragging.value ? 'tests-drop over' : 'tests-drop'}>
        <p class="muted">Drop a file on this tab: HumanEval, MBPP, EvalPlus or MultiPL-E as .json, .jsonl, .gz or .zip. A file of answers (task_id with completion or solution) is scored against it. Nothing is uploaded.</p>
        <button type="button" id="load-benchmark" onClick={() => input.current?.click()}>Load files</button>
        <input ref={input} class="unseen" type="file" id="benchmark-input" multiple tabIndex={-1} aria-label="Benchmark files" onChange={event => {
          const taken = [...event.currentTarget.files ?? []];
          event.currentTarget.value = '';
          if (taken.length > 0) void takeFiles(taken);
        }} />
        {reading.value !== '' && <span class="muted">Reading {reading.value}…</span>}
      </div>
      {fileProblem.value !== '' && <p class="note bad" id="file-problem">{fileProblem.value}</p>}
      {leftOut.length > 0 && <p class="note warn">{leftOut.map(([language, count]) => `${plural(count, 'problem')} in ${language}`).join(', ')} left out: not one of the twelve languages that are known here.</p>}
      {strayFiles.value.length > 0 && <p class="note warn">{strayFiles.value.join(', ')} {strayFiles.value.length > 1 ? 'answer' : 'answers'} none of the problems that are chosen. Load the benchmark too, or choose its problems above.</p>}
    </fieldset>
  );
}
