/** Level 1: the training as a story. The same ten functions at the start, at a step one chooses, and now; the curves beside. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { StoryEntry, StoryPage } from '../../types';
import { Code } from '../code';
import { count, value, visible } from '../format';
import { Chart } from '../train/chart';
import type { Line } from '../train/chart';
import { openStep, page, storyItem } from './chosen';
import { nearestStep, rowAt } from './sources';
import type { Shown } from './sources';
import { changes } from './story_words';

const LINES: readonly Line[] = [
  { key: 'reward/mean', label: 'reward', color: 'c-reward', smooth: true },
  { key: 'heldout/similarity', label: 'held-out, own documentation', color: 'c-heldout' },
  { key: 'heldout/shuffled', label: 'another function\'s documentation', color: 'c-shuffled', dash: [6, 4] },
  { key: 'heldout/empty', label: 'no documentation', color: 'c-floor', dash: [4, 4] },
  { key: 'heldout/oracle', label: 'perfect documentation', color: 'c-oracle', dash: [2, 3] },
];
/** Between pages while it plays, ms. */
const PACE = 1_600;

export function Story({ shown }: { shown: Shown }): JSX.Element {
  const { stories } = shown;
  const at = Math.min(page.value ?? stories.length - 1, stories.length - 1);
  const first = stories[0], now = stories[at], newest = stories.at(-1);
  const chosen = newest?.entries.find(({ itemId }) => itemId === storyItem.value)?.itemId ?? gainedMost(first?.entries ?? [], newest?.entries ?? []);
  const open = (step: number): void => {
    const to = nearestStep(shown.steps, step);
    if (to === undefined) return;
    openStep(to);
    document.getElementById('explain-step')?.scrollIntoView({ block: 'start' });
  };
  return (
    <section class="card explain-level" aria-labelledby="explain-story">
      <h2 id="explain-story"><span class="level">1</span> The training as a story</h2>
      <p class="plain">The model describes a function in words, then tries to write the function again from those words alone; what works is repeated, and so its words get better.</p>
      {first && now && newest ? (
        <>
          <Scrubber steps={stories.map(one => one.step)} at={at} />
          <div class="story-words" id="story-words">{changes(first, now, { first: rowAt(shown, first.step), now: rowAt(shown, now.step) }).map(text => <p key={text}>{text}</p>)}</div>
          <Functions first={first.entries} now={now.entries} step={now.step} chosen={chosen} />
          <Sides first={first} now={now} newest={newest} chosen={chosen} />
        </>
      ) : <p class="note">{shown.kind === 'open' ? 'This run has no evaluation in words: it was made by an older version, holds no function out, or has not been measured yet. Its steps can be opened below, and the recorded run has the whole story.' : 'The recording holds no evaluation.'}</p>}
      <Chart title="Reward, and what keeps it honest" lines={LINES} range={[0, 1]} source={shown.curves} group={`explain ${shown.kind}`} onPick={open} />
      <p class="muted">Click the chart, or move its cursor with the arrow keys and press Enter: the nearest step that was kept opens below. <button type="button" class="link" disabled={shown.steps.length === 0} onClick={() => open(now?.step ?? shown.steps.at(-1)!)}>Open the nearest kept step</button></p>
    </section>
  );
}

function Scrubber({ steps, at }: { steps: number[]; at: number }): JSX.Element {
  const playing = useSignal(false);
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const last = steps.length - 1;
  useEffect(() => {
    if (!playing.value) return;
    const timer = setInterval(() => {
      const next = (page.peek() ?? last) + 1;
      if (next >= last) playing.value = false;
      page.value = Math.min(next, last);
    }, PACE);
    return () => clearInterval(timer);
  }, [playing.value, last]);
  const go = (to: number): void => { playing.value = false; page.value = Math.max(0, Math.min(last, to)); };
  return (
    <div class="scrubber" role="group" aria-label="Step of the story">
      <button type="button" class="small" disabled={at === 0} onClick={() => go(0)}>To step 0</button>
      <button type="button" class="small" disabled={at === 0} aria-label="Earlier evaluation" onClick={() => go(at - 1)}>‹</button>
      {!still && <button type="button" class="small" aria-pressed={playing.value} onClick={() => {
        if (!playing.value && at === last) page.value = 0;
        else page.value = at;
        playing.value = !playing.value;
      }}>{playing.value ? 'Hold' : 'Play'}</button>}
      <button type="button" class="small" disabled={at === last} aria-label="Later evaluation" onClick={() => go(at + 1)}>›</button>
      <button type="button" class="small" disabled={at === last} onClick={() => go(last)}>To the newest</button>
      <label class="scrub"><span class="unseen">Step</span><input type="range" min={0} max={last} value={at} aria-valuetext={`step ${steps[at]}`} onInput={event => go(Number(event.currentTarget.value))} /></label>
      <span class="scrub-step" id="story-step">step {count(steps[at]!)} of {count(steps[last]!)}</span>
    </div>
  );
}

/** The ten, each with its similarity at the start and at the chosen step. */
function Functions({ first, now, step, chosen }: { first: StoryEntry[]; now: StoryEntry[]; step: number; chosen: string }): JSX.Element {
  return (
    <ul class="story-functions" aria-label="Functions">
      {now.map(entry => {
        const before = first.find(one => one.itemId === entry.itemId)?.similarity ?? NaN;
        return (
          <li key={entry.itemId}>
            <button type="button" class="small" aria-pressed={entry.itemId === chosen} onClick={() => { storyItem.value = entry.itemId; }}>
              <span class="story-name">{entry.name}</span>
              <Bars before={before} now={entry.similarity} />
              <span class="story-numbers">{value(before)} → {value(entry.similarity)}{entry.exact ? ' ✓' : ''}<span class="unseen"> at step {step}{entry.exact ? ', exact' : ''}</span></span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** The function whose similarity rose most: the one to look at first. */
function gainedMost(first: readonly StoryEntry[], now: readonly StoryEntry[]): string {
  const gain = ({ itemId, similarity }: StoryEntry): number => similarity - (first.find(one => one.itemId === itemId)?.similarity ?? similarity);
  return now.reduce<StoryEntry | undefined>((best, one) => (best === undefined || gain(one) > gain(best) ? one : best), undefined)?.itemId ?? '';
}

const wide = (share: number): number => 100 * Math.max(0, Math.min(1, share || 0));

function Bars({ before, now }: { before: number; now: number }): JSX.Element {
  return (
    <svg class="story-bars" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
      <rect class="was" width={wide(before)} height="4" y="0" /><rect class="is" width={wide(now)} height="6" y="6" />
    </svg>
  );
}

function Sides({ first, now, newest, chosen: id }: { first: StoryPage; now: StoryPage; newest: StoryPage; chosen: string }): JSX.Element | null {
  const of = (one: StoryPage): StoryEntry | undefined => one.entries.find(({ itemId }) => itemId === id);
  const chosen = of(now);
  if (!chosen) return null;
  const sides = [first, ...(now.step !== first.step && now.step !== newest.step ? [now] : []), ...(newest.step === first.step ? [] : [newest])];
  return (
    <div class="story-sides">
      <section aria-label="The original"><h3>{chosen.name} <span class="muted">the original</span></h3><Code language={chosen.language} code={chosen.code} label="Original code" /></section>
      {sides.map(side => {
        const entry = of(side);
        return entry && (
          <section key={side.step} aria-label={`Step ${side.step}`}>
            <h3>Step {count(side.step)} <span class="muted">{value(entry.similarity)}{entry.exact ? ', exact' : ''}</span></h3>
            <p class="doc">{visible(entry.documentation) || '(nothing)'}</p>
            {entry.rDoc < 1 && <p class="muted">{entry.rDoc === 0 ? 'Would be refused' : 'Would count half'}: {entry.rDocReason}</p>}
            <Code language={entry.language} code={visible(entry.reconstruction)} label={`Rebuilt at step ${side.step}`} />
          </section>
        );
      })}
    </div>
  );
}
