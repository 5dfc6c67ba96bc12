/** The Tokenizer section: what the model's vocabulary does to this corpus, and one trained on it ahead of a run. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { VocabularyFacts } from '../../tokenizer/vocabulary';
import type { CodeItem } from '../../types';
import { isStop } from '../failures';
import { bytes, count, duration, plural } from '../format';
import { busy, settings } from '../state';
import { trainedAhead } from '../trained_ahead';
import { Spoken } from '../speech';
import { cancelTraining, factsOf, tokenizerTraining, trainAhead } from './token_counts';
import type { Vocabulary } from './token_counts';
import { visible } from './tokens_view';
import { useModelVocabulary } from './vocabulary';

export function TokenizerView({ items }: { items: readonly CodeItem[] }): JSX.Element {
  const own = useModelVocabulary();
  const trained = useSignal(0);
  const problem = useSignal('');
  const { vocabSize, model: wanted } = settings.value;
  const ahead = trained.value >= 0 ? trainedAhead(items, vocabSize) : undefined;
  const training = tokenizerTraining.value;
  const train = async (): Promise<void> => {
    problem.value = '';
    try {
      await trainAhead(items, vocabSize);
      trained.value++;
    } catch (error) {
      problem.value = isStop(error) ? 'Training the tokenizer was cancelled. Nothing was kept.' : error instanceof Error ? error.message : String(error);
    }
  };
  const seconds = training ? (performance.now() - training.startedAt) / 1000 : 0;
  return (
    <section aria-label="Tokenizer" class="tokenizer" id="tokenizer">
      <p>A model reads and writes tokens: pieces of text from a fixed vocabulary. The pieces of one function are under Functions, as Tokens.</p>
      <div class="columns">
        {own && <Facts title={`Vocabulary of ${own.name}`} vocabulary={own} items={items} note={wanted === 'new' ? 'Not used by the next run: it begins with a new model.' : 'The next run speaks it: a model keeps the vocabulary it learned with.'} />}
        <div class="card">
          <h3>Vocabulary of this corpus</h3>
          <p class="muted">{wanted === 'new' ? 'The next run begins with a new model and trains this vocabulary first; trained here, it is used at once.' : 'Used when a run begins with a new model (Train, model: new). Train it here to compare.'}</p>
          <div class="row">
            <label class="inline">Size <input type="number" id="vocab-size" min={300} max={16384} step={1} value={vocabSize} disabled={busy.value || training !== null}
              onChange={event => { const n = Math.floor(Number(event.currentTarget.value)); if (n >= 300 && n <= 16384) settings.value = { ...settings.peek(), vocabSize: n }; else event.currentTarget.value = String(vocabSize); }} /></label>
            {training === null
              ? <button type="button" id="train-tokenizer" disabled={ahead !== undefined} onClick={() => void train()}>{ahead ? 'Trained' : 'Train it now'}</button>
              : <button type="button" onClick={() => cancelTraining()}>Cancel</button>}
          </div>
          {training && <label class="bar"><span>Training, {Math.round(training.done * 100)} %{seconds > 1 && training.done > 0.05 ? `, about ${duration(seconds / training.done - seconds)} left` : ''}</span><progress value={training.done} max={1} /></label>}
          <Spoken urgent text={problem.value} />
          {problem.value && <p class="note warn">{problem.value}</p>}
          {ahead && <FactTable vocabulary={{ name: 'trained here', json: ahead }} items={items} />}
        </div>
      </div>
    </section>
  );
}

function Facts({ title, vocabulary, items, note }: { title: string; vocabulary: Vocabulary; items: readonly CodeItem[]; note: string }): JSX.Element {
  return <div class="card"><h3>{title}</h3><p class="muted">{note}</p><FactTable vocabulary={vocabulary} items={items} /></div>;
}

function FactTable({ vocabulary, items }: { vocabulary: Vocabulary; items: readonly CodeItem[] }): JSX.Element {
  const found = useSignal<VocabularyFacts | null>(null);
  useEffect(() => {
    let wanted = true;
    found.value = null;
    factsOf(items, vocabulary).then(facts => { if (wanted) found.value = facts; }, () => undefined);
    return () => { wanted = false; };
  }, [items, vocabulary.json]);
  const facts = found.value;
  if (!facts) return <p class="muted">Counting…</p>;
  return (
    <>
      <dl class="facts vocabulary-facts">
        <dt>vocabulary</dt><dd>{plural(facts.vocabulary, 'token')}: {count(facts.specials)} special, 256 bytes, {plural(facts.merges, 'merge')}</dd>
        <dt>before merges</dt><dd>{bytes(facts.bytes)} of code for training are as many tokens</dd>
        <dt>after</dt><dd>{plural(facts.tokens, 'token')}, {(100 * facts.tokens / Math.max(1, facts.bytes)).toFixed(0)} % of that</dd>
        <dt>characters a token</dt><dd><b>{(facts.characters / Math.max(1, facts.tokens)).toFixed(2)}</b></dd>
      </dl>
      <h4>Its longest pieces</h4>
      <p class="token-chips plain-chips">{facts.longest.map((piece, i) => <span key={piece.id} class={`token${i % 2 ? ' odd' : ''}`}>{visible(piece)}</span>)}</p>
    </>
  );
}
