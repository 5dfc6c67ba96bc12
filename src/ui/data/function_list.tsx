/** The functions of the corpus: searched, filtered, listed a screen at a time, shown with what is known of them. */
import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { CodeItem, Split } from '../../types';
import { Code } from '../code';
import { count, plural } from '../format';
import { Spoken } from '../speech';
import { filterItems, NO_FILTER, searchItems } from './search';
import type { ItemFilter } from './search';
import { openItem } from './section';
import type { Vocabulary } from './token_counts';
import { Tokens } from './tokens_view';

const PAGE = 60;
const SPLITS: Record<Split, string> = { train: 'for training', heldout: 'held out', variation: 'held out: variations', combination: 'held out: combinations' };

/** @param lengths tokens of each item in the vocabulary; null while they are counted */
export function FunctionList({ items, lengths, vocabulary }: { items: readonly CodeItem[]; lengths: Uint32Array | null; vocabulary: Vocabulary | null }): JSX.Element {
  const query = useSignal('');
  const filter = useSignal<ItemFilter>(NO_FILTER);
  const shown = useSignal(PAGE);
  const set = (change: Partial<ItemFilter>): void => { filter.value = { ...filter.peek(), ...change }; shown.value = PAGE; };
  const found = searchItems(filterItems(items, lengths, filter.value), query.value);
  const chosen = items.find(item => item.id === openItem.value) ?? found[0];
  const index = useComputed(() => new Map(items.map((item, i) => [item.id, i])));
  const lengthOf = (item: CodeItem): number | undefined => lengths?.[index.value.get(item.id) ?? -1];
  const languages = [...new Set(items.map(item => item.language))], splits = [...new Set(items.map(item => item.split))];
  const tested = items.some(item => item.inputs);
  const choice = (label: string, key: 'language' | 'split' | 'documented' | 'tested', values: readonly [string, string][]): JSX.Element => (
    <label class="inline">{label} <select value={filter.value[key]} onChange={event => set({ [key]: event.currentTarget.value })}>
      <option value="">any</option>{values.map(([id, name]) => <option key={id} value={id}>{name}</option>)}
    </select></label>
  );
  const bound = (label: string, key: 'minTokens' | 'maxTokens'): JSX.Element => (
    <label class="inline">{label} <input type="number" class="tokens-bound" min={0} step={1} value={filter.value[key] || ''} placeholder="any" onInput={event => set({ [key]: Math.max(0, Math.floor(Number(event.currentTarget.value)) || 0) })} /></label>
  );
  return (
    <section aria-label="Functions" class="functions">
      <div class="toolbar">
        <input type="search" placeholder="Name, path, language or code" aria-label="Search functions" value={query.value} onInput={event => { query.value = event.currentTarget.value; shown.value = PAGE; }} />
        {languages.length > 1 && choice('Language', 'language', languages.map(l => [l, l]))}
        {splits.length > 1 && choice('Split', 'split', splits.map(s => [s, SPLITS[s]]))}
        {choice('Documented', 'documented', [['yes', 'yes'], ['no', 'no']])}
        {tested && choice('With tests', 'tested', [['yes', 'yes'], ['no', 'no']])}
        {lengths && <>{bound('Tokens from', 'minTokens')}{bound('to', 'maxTokens')}</>}
        {JSON.stringify(filter.value) !== JSON.stringify(NO_FILTER) && <button type="button" class="small" onClick={() => { filter.value = NO_FILTER; }}>Clear filters</button>}
        <span class="muted">{count(found.length)} of {count(items.length)}</span><Spoken text={`${count(found.length)} of ${count(items.length)} functions.`} />
      </div>
      <div class="functions-body">
        <ul class="function-names">
          {found.slice(0, shown.value).map(item => (
            <li key={item.id}>
              <button type="button" class={item === chosen ? 'chosen' : ''} aria-pressed={item === chosen} onClick={() => { openItem.value = item.id; }}>
                <b>{item.name}</b><span class="muted">{item.language}{item.split === 'train' ? '' : ', held out'}{lengthOf(item) === undefined ? '' : `, ${plural(lengthOf(item)!, 'token')}`} · {item.path}</span>
              </button>
            </li>
          ))}
          {found.length > shown.value && <li><button type="button" class="more" onClick={() => { shown.value += PAGE * 4; }}>{count(found.length - shown.value)} more</button></li>}
          {found.length === 0 && <li class="muted">Nothing matches.</li>}
        </ul>
        {chosen && <ItemDetail item={chosen} vocabulary={vocabulary} />}
      </div>
    </section>
  );
}

function ItemDetail({ item, vocabulary }: { item: CodeItem; vocabulary: Vocabulary | null }): JSX.Element {
  const asTokens = useSignal(false);
  return (
    <article class="detail" aria-label={item.name} id="function-detail">
      <div class="panel-head">
        <h3>{item.name}</h3>
        {vocabulary && (
          <span class="row" role="group" aria-label="Show as">
            <button type="button" class="small" aria-pressed={!asTokens.value} onClick={() => { asTokens.value = false; }}>Code</button>
            <button type="button" class="small" aria-pressed={asTokens.value} onClick={() => { asTokens.value = true; }}>Tokens</button>
          </span>
        )}
      </div>
      <p class="muted">{item.language} · {item.path}, lines {item.startLine} to {item.endLine} · {SPLITS[item.split]}</p>
      {asTokens.value && vocabulary ? <Tokens code={item.code} vocabulary={vocabulary} /> : <Code language={item.language} code={item.code} label={`Code of ${item.name}`} />}
      {item.documentation && <><h4>Its own documentation</h4><p class="doc">{item.documentation}</p></>}
      {item.phrases && <><h4>True sentences, from vague to precise</h4><p class="doc">{[item.phrases.vague[0], item.phrases.medium[0], item.phrases.precise[0]].filter(Boolean).join(' ')}</p></>}
      {item.facts.length > 0 && <><h4>Facts from its syntax tree</h4><ul class="fact-list">{item.facts.map(fact => <li key={fact.sentence}>{fact.sentence}</li>)}</ul></>}
      {item.inputs && <p class="muted">{count(item.inputs.length)} argument lists to run it on.</p>}
    </article>
  );
}
