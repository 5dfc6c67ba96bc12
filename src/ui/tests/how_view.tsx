/** How a model is asked: sampling, what is taken of its answer, and the template, with what it makes of the first chosen problem. */
import type { JSX } from 'preact';
import { useSignal } from '@preact/signals';
import { DEFAULT_DOCUMENTATION, DEFAULT_TEMPLATE, DEFAULT_TEXT, PLACEHOLDERS, questionOf, textFor, unknownPlaceholders } from '../../benchmark/template';
import type { Template } from '../../benchmark/template';
import { LANGUAGE_NAMES } from '../../corpus/languages';
import type { Language } from '../../types';
import { TakingPick } from './subject_picks';
import { BOXES, change, chosenProblems, DEFAULTS, testSettings } from './tests_state';

export function HowBoxes(): JSX.Element {
  const now = testSettings.value;
  return (
    <fieldset class="tests-part">
      <legend><h3>How models are asked</h3></legend>
      <div class="tests-boxes">
        {BOXES.map(({ key, label, min, max, step, meaning }) => (
          <label key={key} class="labelled" title={meaning}>{label}
            <input type="number" name={key} min={min} max={max} step={step} value={now[key]} onChange={event => {
              const typed = Number(event.currentTarget.value), bounded = Math.min(max, Math.max(min, step === 1 ? Math.round(typed) : typed));
              if (event.currentTarget.value.trim() !== '' && Number.isFinite(bounded)) change({ [key]: bounded });
              event.currentTarget.value = String(testSettings.peek()[key]);
            }} />
          </label>
        ))}
      </div>
      {now.n < 10 && <p class="help">pass@10 needs 10 samples a problem and pass@100 needs 100: with fewer there is no such number.</p>}
      {now.temperature === 0 && now.n > 1 && <p class="help">At temperature 0 all samples of a problem are the same.</p>}
      <TakingPick label="What is run of an answer" value={now.taking} onPick={taking => change({ taking })} />
      <TemplateBoxes />
      <button type="button" class="small tests-add" disabled={JSON.stringify(now) === JSON.stringify(DEFAULTS)} onClick={() => change(DEFAULTS)}>Back to the defaults</button>
    </fieldset>
  );
}

function TemplateBoxes(): JSX.Element {
  const { template } = testSettings.value, first = chosenProblems.value[0];
  const picked = useSignal<Language | ''>(''), language = picked.value || (first?.language ?? 'javascript');
  const set = (next: Partial<Template>): void => change({ template: { ...template, ...next } });
  const own = template.form === 'reader' ? template.documentation : textFor(template, language), unknown = unknownPlaceholders(own);
  const shown = first && (template.form === 'reader' || first.language === language) ? first : chosenProblems.value.find(one => one.language === language);
  const question = shown && questionOf(shown, template);
  return (
    <details class="tests-template">
      <summary>How a problem is put: {template.form === 'reader' ? 'as the lab\'s models read it' : 'as a text'}{JSON.stringify(template) === JSON.stringify(DEFAULT_TEMPLATE) ? '' : ', changed'}</summary>
      <fieldset class="filters">
        <legend class="unseen">Form of the question</legend>
        <label class="check"><input type="radio" name="template-form" checked={template.form === 'reader'} onChange={() => set({ form: 'reader' })} />documentation, then code: what the lab's models are trained on</label>
        <label class="check"><input type="radio" name="template-form" checked={template.form === 'text'} onChange={() => set({ form: 'text' })} />a text that the model goes on from</label>
      </fieldset>
      {template.form === 'reader' ? <>
        <label class="labelled">Documentation<textarea rows={3} spellcheck={false} value={template.documentation} onChange={event => set({ documentation: event.currentTarget.value.slice(0, 20_000) || DEFAULT_DOCUMENTATION })} /></label>
        <label class="check"><input type="checkbox" checked={template.given} onChange={event => set({ given: event.currentTarget.checked })} />the head of the function is given, where the problem has one</label>
      </> : <>
        <label class="inline">Language <select value={language} onChange={event => { picked.value = event.currentTarget.value as Language; }}>{LANGUAGE_NAMES.map(name => <option key={name} value={name}>{name}</option>)}</select></label>
        <label class="labelled">Text<textarea rows={4} spellcheck={false} value={textFor(template, language)} onChange={event => set({ texts: { ...template.texts, [language]: event.currentTarget.value.slice(0, 20_000) || DEFAULT_TEXT } })} /></label>
        <p class="help">A text that ends in {'{prompt}'} or {'{signature}'} has an answer that goes on from there; after any other the answer is a whole program.</p>
      </>}
      <p class="help">{Object.entries(PLACEHOLDERS).map(([name, meaning]) => `{${name}} ${meaning}`).join('; ')}.</p>
      {unknown.length > 0 && <p class="note warn">{unknown.map(name => `{${name}}`).join(', ')} is no placeholder and stays as it is.</p>}
      {question && <section aria-label="Example"><h4>The first chosen problem, as it is put</h4><pre class="code" tabIndex={0} role="group" aria-label="Question">{question.text === '' ? '(nothing: the problem has no such part)' : question.text}</pre>{template.form === 'reader' && question.start !== '' && <pre class="code" tabIndex={0} role="group" aria-label="Where the answer begins">{question.start}</pre>}</section>}
    </details>
  );
}
