/** The Choose section: which functions are trained on, with counts before anything is changed. A part is kept as a corpus of its own. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { EVERYTHING, isDocumented, isEverything } from '../../corpus/choice';
import type { Choice } from '../../corpus/choice';
import type { Language } from '../../types';
import type { Picked } from '../../../workers/corpus';
import { useActions } from '../actions';
import { count, plural } from '../format';
import { busy } from '../state';
import type { CorpusView } from '../state';
import { Spoken } from '../speech';
import { useLengths } from './vocabulary';
import type { Vocabulary } from './token_counts';

/** Typing is over after this long. */
const QUIET_MS = 250;

export function ChooseView({ current, vocabulary }: { current: CorpusView; vocabulary: Vocabulary | null }): JSX.Element {
  const actions = useActions();
  const whole = useSignal<CorpusView | null>(current.part ? null : current);
  const problem = useSignal('');
  useEffect(() => {
    let wanted = true;
    actions.wholeCorpus().then(view => { if (wanted) whole.value = view; }, (error: unknown) => { if (wanted) problem.value = error instanceof Error ? error.message : String(error); });
    return () => { wanted = false; };
  }, [current.id]);
  if (problem.value) {
    return (
      <section aria-label="Choose" class="choose">
        <p class="note warn">This corpus is a part of {current.part?.name ?? 'another'}, which is no longer in this browser: no other part of it can be chosen. It can be trained on as it is; drop the folder again to choose anew. <span class="muted">{problem.value}</span></p>
      </section>
    );
  }
  if (!whole.value) return <p class="muted">Loading the whole corpus…</p>;
  return <Chooser key={`${whole.value.id} ${current.id}`} whole={whole.value} start={current.part?.choice ?? EVERYTHING} vocabulary={vocabulary} />;
}

function Chooser({ whole, start, vocabulary }: { whole: CorpusView; start: Choice; vocabulary: Vocabulary | null }): JSX.Element {
  const actions = useActions();
  const choice = useSignal<Choice>(start);
  const picked = useSignal<{ choice: Choice; found: Picked } | null>(null);
  const problem = useSignal('');
  const applying = useSignal(false);
  const lengths = useLengths(whole.items, vocabulary);
  const now = choice.value;
  useEffect(() => {
    if (!lengths) return;
    let wanted = true;
    const timer = setTimeout(() => {
      actions.pickItems(whole, lengths, now).then(found => { if (wanted && found) { picked.value = { choice: now, found }; problem.value = ''; } }, (error: unknown) => { if (wanted) problem.value = error instanceof Error ? error.message : String(error); });
    }, QUIET_MS);
    return () => { wanted = false; clearTimeout(timer); };
  }, [now, lengths]);
  const set = (change: Partial<Choice>): void => { choice.value = { ...choice.peek(), ...change }; };
  const languages = [...whole.items.reduce((table, { language }) => table.set(language, (table.get(language) ?? 0) + 1), new Map<Language, number>())].sort((a, b) => b[1] - a[1]);
  const takes = (language: Language): boolean => now.languages === null || now.languages.includes(language);
  const toggle = (language: Language): void => {
    const left = languages.map(([name]) => name).filter(name => (name === language ? !takes(name) : takes(name)));
    set({ languages: left.length === languages.length ? null : left });
  };
  const documented = whole.items.filter(isDocumented).length;
  const found = picked.value?.choice === now ? picked.value.found : null;
  const empty = found !== null && (found.train === 0 || found.heldout === 0);
  const same = JSON.stringify(now) === JSON.stringify(start);
  const bound = (label: string, key: 'minTokens' | 'maxTokens'): JSX.Element => (
    <label class="inline">{label} <input type="number" class="tokens-bound" min={0} value={now[key] || ''} placeholder={key === 'minTokens' ? '0' : 'no limit'} onInput={event => set({ [key]: Math.max(0, Math.floor(Number(event.currentTarget.value)) || 0) })} /></label>
  );
  return (
    <section aria-label="Choose" class="choose" id="choose">
      <p>What is chosen here is what the next run trains and is tested on. It is kept as a corpus of its own, so that a run is always resumed on what it began with; {whole.name} itself stays whole.</p>
      <form class="choose-form" onSubmit={event => event.preventDefault()}>
        <fieldset class="group"><legend>Languages</legend>
          <div class="filters">{languages.map(([language, n]) => (
            <label key={language} class="check"><input type="checkbox" checked={takes(language)} onChange={() => toggle(language)} /> {language} <span class="muted">{count(n)}</span></label>
          ))}</div>
        </fieldset>
        <fieldset class="group"><legend>Length, in tokens{vocabulary ? ` of the vocabulary ${vocabulary.name}` : ''}</legend>
          {lengths ? <div class="row">{bound('from', 'minTokens')}{bound('to', 'maxTokens')}</div> : <p class="muted">{vocabulary ? 'Counting tokens…' : 'There is no vocabulary to count in yet.'}</p>}
        </fieldset>
        <fieldset class="group"><legend>Documentation</legend>
          <label class="check"><input type="checkbox" checked={now.documented} onChange={event => set({ documented: event.currentTarget.checked })} /> only functions that have one <span class="muted">{count(documented)} of {count(whole.items.length)}</span></label>
        </fieldset>
        <fieldset class="group"><legend>Leave out paths</legend>
          <label class="unseen" for="choose-exclude">Lines as in a .gitignore file</label>
          <textarea id="choose-exclude" rows={3} placeholder={'test/\n*.spec.ts'} value={now.exclude} aria-describedby="choose-exclude-note" onInput={event => set({ exclude: event.currentTarget.value })} />
          <p class="muted" id="choose-exclude-note">Lines as in a .gitignore file.</p>
        </fieldset>
        {whole.source === 'folder' && (
          <fieldset class="group"><legend>Held out</legend>
            <label class="check"><input type="checkbox" checked={now.split !== null} onChange={event => set({ split: event.currentTarget.checked ? { share: 0.15, seed: 1 } : null })} /> set functions aside anew</label>
            {now.split && (
              <div class="row">
                <label class="inline">share <input type="number" class="tokens-bound" min={1} max={50} value={Math.round(now.split.share * 100)} onChange={event => { const n = Math.round(Number(event.currentTarget.value)); if (n >= 1 && n <= 50) set({ split: { ...now.split!, share: n / 100 } }); else event.currentTarget.value = String(Math.round(now.split!.share * 100)); }} /> %</label>
                <label class="inline">seed <input type="number" class="tokens-bound" min={0} value={now.split.seed} onChange={event => { const n = Number(event.currentTarget.value); if (Number.isInteger(n) && n >= 0) set({ split: { ...now.split!, seed: n } }); }} /></label>
              </div>
            )}
          </fieldset>
        )}
      </form>
      <div class="choose-result card">
        <p id="choose-counts"><Spoken text={problem.value || (found === null ? '' : `${count(found.train)} for training, ${count(found.heldout)} held out.`)} />{problem.value ? problem.value : found === null ? 'Counting…'
          : <><b>{plural(found.train + found.heldout, 'function')}</b> of {count(whole.items.length)}: {count(found.train)} for training, {count(found.heldout)} held out{found.crossed > 0 ? `; ${count(found.crossed)} more dropped, because training has a near-copy` : ''}.</>}</p>
        {empty && <p class="note warn">{found.train === 0 ? 'Nothing would be left to train on. Take more in.' : 'Nothing would be held out, so nothing could be tested. Take more in, or set functions aside anew.'}</p>}
        <div class="row">
          <button type="button" class="primary" id="choose-apply" disabled={busy.value || applying.value || found === null || empty || same} onClick={() => {
            if (!found) return;
            applying.value = true;
            void actions.chooseItems(now, found.splits, found.hash).finally(() => { applying.value = false; });
          }}>{applying.value ? 'Applying…' : 'Apply'}</button>
          <button type="button" id="choose-all" disabled={busy.value || (isEverything(now) && isEverything(start))} onClick={() => {
            choice.value = EVERYTHING;
            if (!isEverything(start)) void actions.chooseAll();
          }}>All</button>
          {busy.value && <span class="muted">A run is under way: stop it to change the data.</span>}
          {!busy.value && same && !isEverything(start) && <span class="badge good">in use</span>}
        </div>
      </div>
    </section>
  );
}
