/** The functions of the corpus: searched, listed a screen at a time, shown with what is known of them. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { CodeItem } from '../../types';
import { Code } from '../code';
import { count } from '../format';
import { corpus } from '../state';
import { searchItems } from './search';

const PAGE = 60;

export function FunctionList(): JSX.Element | null {
  const query = useSignal('');
  const shown = useSignal(PAGE);
  const open = useSignal<string | null>(null);
  const current = corpus.value;
  if (!current || current.items.length === 0) return null;
  const found = searchItems(current.items, query.value);
  const chosen = found.find(item => item.id === open.value) ?? found[0];
  return (
    <section aria-label="Functions" class="functions">
      <div class="toolbar">
        <h2>Functions</h2>
        <input type="search" placeholder="Name, path, language or code" aria-label="Search functions" value={query.value} onInput={event => { query.value = event.currentTarget.value; shown.value = PAGE; }} />
        <span class="muted">{count(found.length)} of {count(current.items.length)}</span>
      </div>
      <div class="functions-body">
        <ul class="function-names">
          {found.slice(0, shown.value).map(item => (
            <li key={item.id}>
              <button type="button" class={item === chosen ? 'chosen' : ''} aria-pressed={item === chosen} onClick={() => { open.value = item.id; }}>
                <b>{item.name}</b><span class="muted">{item.language}{item.split === 'train' ? '' : ', held out'} · {item.path}</span>
              </button>
            </li>
          ))}
          {found.length > shown.value && <li><button type="button" class="more" onClick={() => { shown.value += PAGE * 4; }}>{count(found.length - shown.value)} more</button></li>}
          {found.length === 0 && <li class="muted">Nothing matches.</li>}
        </ul>
        {chosen && <ItemDetail item={chosen} />}
      </div>
    </section>
  );
}

function ItemDetail({ item }: { item: CodeItem }): JSX.Element {
  return (
    <article class="detail" aria-label={item.name}>
      <h3>{item.name}</h3>
      <p class="muted">{item.language} · {item.path}, lines {item.startLine} to {item.endLine} · {item.split === 'train' ? 'trained on' : `held out (${item.split})`}</p>
      <Code language={item.language} code={item.code} label={`Code of ${item.name}`} />
      {item.documentation && <><h4>Its own documentation</h4><p class="doc">{item.documentation}</p></>}
      {item.phrases && <><h4>True sentences, from vague to precise</h4><p class="doc">{[item.phrases.vague[0], item.phrases.medium[0], item.phrases.precise[0]].filter(Boolean).join(' ')}</p></>}
      {item.facts.length > 0 && <><h4>Facts from its syntax tree</h4><ul class="fact-list">{item.facts.map(fact => <li key={fact.sentence}>{fact.sentence}</li>)}</ul></>}
      {item.inputs && <p class="muted">{count(item.inputs.length)} argument lists to run it on.</p>}
    </article>
  );
}
