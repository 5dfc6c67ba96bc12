/** The frame of the page: header, run bar, tabs, the messages above them. Knows the views, not what they show. */
import { signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { About, UpdateNotice } from './about';
import type { Actions } from './actions';
import { ActionsProvider } from './actions';
import { CapabilityChip, CapabilityHelp } from './capability_view';
import { Questions } from './dialog';
import { FailurePanel, StorageNote } from './failure_view';
import { FileWays } from './file_ways';
import { formatPlace, TABS } from './place';
import type { Tab } from './place';
import { LazyView, preloadView } from './lazy_view';
import type { LoadView } from './lazy_view';
import { Keys } from './keys_view';
import { RunBar } from './run_bar';
import { Share } from './share';
import { useSpoken } from './speech';
import { announcement, place, run, toast } from './state';
import { DisplayMenu } from './theme';
import { titleOf } from './title';

const NAMES: Record<Tab, string> = { data: 'Data', train: 'Train', samples: 'Samples', explain: 'Explain', runs: 'Runs', models: 'Models', ucoder: 'UCoder', tests: 'Tests', profile: 'Profile' };
const VIEWS: Record<Tab, LoadView> = {
  data: () => import('./data/data_view').then(m => m.DataView),
  train: () => import('./train/train_view').then(m => m.TrainView),
  samples: () => import('./samples/samples_view').then(m => m.SamplesView),
  explain: () => import('./explain/explain_view').then(m => m.ExplainView),
  runs: () => import('./runs/runs_view').then(m => m.RunsView),
  models: () => import('./models/models_view').then(m => m.ModelsView),
  ucoder: () => import('./ucoder/ucoder_view').then(m => m.UcoderView),
  tests: () => import('./tests/tests_view').then(m => m.TestsView),
  profile: () => import('./profile/profile_view').then(m => m.ProfileView),
};

const RAIL: LoadView = () => import('./runs/run_rail').then(m => m.RunRail);
/** Whether there is room for the list of runs at the side. */
const room = matchMedia('(min-width: 1200px)');
const wide = signal(room.matches);
room.addEventListener('change', () => { wide.value = room.matches; });

/** @param actions what the views may ask for. */
export function App({ actions }: { actions: Actions }): JSX.Element {
  useClearOfBar();
  return (
    <ActionsProvider value={actions}>
      <header class="top">
        <h1>BatCoder Lab</h1>
        <div class="top-side"><CapabilityChip /><span class="top-tools"><Share /><Keys /><DisplayMenu /></span></div>
        <p>A tiny language model in this tab documents functions, rebuilds them from that text alone, and is rewarded for fidelity. Your code stays here.</p>
      </header>
      <RunBar />
      <Tabs>
        <UpdateNotice />
        <FailurePanel />
        <CapabilityHelp />
        <StorageNote />
      </Tabs>
      <About />
      <FileWays />
      <Toast />
      <Questions />
      <div class="unseen" role="status" aria-live="polite" id="live">{announcement.value}</div>
    </ActionsProvider>
  );
}

/** What gets the focus scrolls clear of the bar that sticks, however tall the bar is by now. */
function useClearOfBar(): void {
  useEffect(() => {
    const bar = document.querySelector<HTMLElement>('.runbar');
    if (!bar) return;
    const watch = new ResizeObserver(() => {
      document.documentElement.style.scrollPaddingTop = `${getComputedStyle(bar).position === 'sticky' ? bar.offsetHeight + 8 : 0}px`;
    });
    watch.observe(bar);
    return () => { watch.disconnect(); };
  }, []);
}

/** A tab list as the ARIA practices describe it: one stop for Tab, arrows move and select, Home and End jump. */
function Tabs({ children }: { children: ComponentChildren }): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const current = place.value.tab;

  function select(tab: Tab): void {
    // Samples belong to a run: with its name in it, the address means the same tomorrow.
    const { id } = run.peek();
    location.hash = formatPlace(tab === place.value.tab ? place.value : tab === 'samples' && id ? { tab, run: id } : { tab });
  }
  function onKeyDown(event: KeyboardEvent): void {
    const at = TABS.indexOf(current);
    const to = event.key === 'ArrowRight' ? (at + 1) % TABS.length
      : event.key === 'ArrowLeft' ? (at + TABS.length - 1) % TABS.length
      : event.key === 'Home' ? 0 : event.key === 'End' ? TABS.length - 1 : -1;
    if (to < 0) return;
    event.preventDefault();
    select(TABS[to]!);
    list.current?.querySelector<HTMLButtonElement>(`#tab-${TABS[to]!}`)?.focus();
  }
  // The other tabs follow when the page has nothing better to do: a tab then opens at once, and without a connection too.
  useEffect(() => {
    const timer = setTimeout(() => { for (const load of Object.values(VIEWS)) preloadView(load); }, 3_000);
    return () => clearTimeout(timer);
  }, []);
  const title = titleOf(run.value, NAMES[current]);
  useEffect(() => { document.title = title; }, [title]);

  return (
    <>
      <nav class="tabs">
        <div role="tablist" aria-label="Views" ref={list} onKeyDown={onKeyDown}>
          {TABS.map(tab => (
            <button key={tab} type="button" role="tab" id={`tab-${tab}`} aria-selected={tab === current} aria-controls={tab === current ? 'panel' : undefined}
              tabIndex={tab === current ? 0 : -1} onClick={() => select(tab)}>{NAMES[tab]}</button>
          ))}
        </div>
      </nav>
      <div class={wide.value ? 'beside' : ''}>
        {wide.value && <LazyView load={RAIL} waiting="" />}
        <main>
          {children}
          <div role="tabpanel" id="panel" aria-labelledby={`tab-${current}`} tabIndex={-1}><LazyView key={current} load={VIEWS[current]} /></div>
        </main>
      </div>
    </>
  );
}

function Toast(): JSX.Element | null {
  const shown = toast.value;
  // Long enough to read and reach; moving the mouse or focus into it is not needed, the next action replaces it.
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => { if (toast.value === shown) toast.value = null; }, shown.undo ? 20_000 : 6_000);
    return () => clearTimeout(timer);
  }, [shown]);
  useSpoken(shown ? shown.text : '', true);
  if (!shown) return null;
  return (
    <section class="toast" aria-label="Message">
      <span>{shown.text}</span>
      {shown.undo && <button type="button" onClick={() => { shown.undo?.(); toast.value = null; }}>Undo</button>}
      <button type="button" class="quiet" aria-label="Dismiss" onClick={() => { toast.value = null; }}>×</button>
    </section>
  );
}
