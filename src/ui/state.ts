/** The one store of signals that every view is drawn from; knows no worker, no storage and no DOM. */
import { computed, signal } from '@preact/signals';
import { fromQuery, presetSettings } from '../config';
import type { PresetName, Settings } from '../config';
import type { Account } from '../corpus/account';
import type { Choice } from '../corpus/choice';
import type { AdapterInfo, CodeItem, Draft, Episode, MetricRow, ModelConfig, Phase, RunMark, StoryPage } from '../types';
import { Batched } from './batched';
import type { Capability } from './capability';
import type { Part } from './eta';
import type { Failure } from './failures';
import { MetricTable } from './metric_table';
import { parsePlace } from './place';
import type { Place } from './place';

export type Stage = 'loop' | 'warmstart';

// ---- what a view shows -------------------------------------------------------------------------------------------------

export type RunState = 'idle' | 'starting' | 'running' | 'pausing' | 'paused' | 'stopping' | 'finished' | 'stopped' | 'failed';

/** What ingestion found: counts in words that need no further knowledge. */
export interface CorpusReport {
  filesSeen: number;
  filesUsed: number;
  /** Reason and how many files, most frequent first. */
  leftOut: { reason: string; count: number; examples: string[] }[];
  languages: { language: string; files: number; functions: number }[];
  functions: number;
  duplicates: number;
  withDocumentation: number;
  train: number;
  heldout: number;
  /** Caps that were hit and the like, as sentences. */
  notices: string[];
  /** Of the duplicates, and what was dropped between the splits; absent in corpora of older versions. */
  exact?: number; near?: number; crossed?: number; characters?: number;
}

export interface CorpusView { id: string; name: string; hash: string; source: 'sample' | 'folder'; items: CodeItem[]; report: CorpusReport | null;
  /** What became of each file; absent for the sample and corpora of older versions. */
  account?: Account;
  /** Set when it is a part of another corpus. */
  part?: { of: string; name: string; choice: Choice };
}
export interface CorpusListing { id: string; name: string; functions: number; bytes: number; createdAt: number }
/** `unit`: what `done` counts while `total` is not known (0). */
export interface Ingest { label: string; done: number; total: number; unit?: string; startedAt?: number }
/** What came in last and gave no function: shown beside the corpus, which stays in use. */
export interface Fruitless { name: string; report: CorpusReport; account: Account }
export interface RunListing {
  id: string; name: string; preset: string; state: string; step: number; steps: number; createdAt: number; corpusId: string;
  /** Where it was branched off from. */
  branchOf?: { name: string; stage: Stage; step: number };
  settings: Settings; summary: Record<string, unknown> | null;
}
export interface Notice { id: number; level: 'info' | 'warning' | 'error'; code: string; text: string; step: number }
export interface StorageView { usage: number; quota: number; persisted: boolean | null; available: boolean; /** Why it is not available. */ reason?: string }
export interface EncoderView { name: string; dimensions: number; device: string }
export interface ModelView { name: string; source: 'starter' | 'folder'; config: ModelConfig }

export interface RunView {
  id: string; name: string; preset: string; state: RunState;
  /** Completed steps of the stage, and all of it. */
  stage: Stage; step: number; steps: number;
  phase: Phase | null; done: number; total: number;
  /** What is being done before the run itself can speak, such as training a tokenizer; '' = see phase. */
  doing: string;
  secondsPerStep: number; left: [number, number] | null;
  /** Kernels that are being compiled; null = none. */
  compiling: { done: number; total: number } | null;
  /** Sequences of the phase under way; total 0 = it does not count any. */
  rows: { done: number; total: number };
  /** Median seconds of each part of a step. */
  typical: Partial<Record<Part, number>>;
  /** The step that the newest save holds; -1 = none in this page's life. */
  savedStep: number;
  tokensPerSecond: number; savedAt: number;
  settings: Settings | null;
}

export const EMPTY_RUN: RunView = {
  id: '', name: '', preset: '', state: 'idle', stage: 'loop', step: 0, steps: 0, phase: null, done: 0, total: 0, doing: '',
  secondsPerStep: NaN, left: null, compiling: null, rows: { done: 0, total: 0 }, typical: {}, savedStep: -1, tokensPerSecond: NaN, savedAt: 0, settings: null,
};

// ---- the store ---------------------------------------------------------------------------------------------------------

export const place = signal<Place>(parsePlace(''));
export const capability = signal<Capability>({ kind: 'checking' });
/** The adapter the engine itself reports; it runs in its own worker and could see another one than the page. */
export const adapter = signal<AdapterInfo | null>(null);
export const failure = signal<Failure | null>(null);
/** Spoken by screen readers; see announcer. */
export const announcement = signal('');
/** A short message with an optional way back, such as undo after deleting. */
export const toast = signal<{ text: string; undo?: () => void } | null>(null);

export const preset = signal<PresetName>('demo');
export const settings = signal<Settings>(presetSettings('demo'));
/** What was wrong with the configuration in the address; shown until it is changed. */
export const queryErrors = signal<string[]>([]);

export const corpus = signal<CorpusView | null>(null);
export const corpora = signal<CorpusListing[]>([]);
export const ingest = signal<Ingest | null>(null);
export const fruitless = signal<Fruitless | null>(null);
/** What was dropped last reached a cap and can be read on. */
export const capped = signal(false);
export const model = signal<ModelView | null>(null);
/** Why there is no model to start from; '' while it loads or when it is there. */
export const modelProblem = signal('');
/** The encoder chosen for embeddings; null = none. */
export const encoder = signal<EncoderView | null>(null);
/** Bytes of the runtime while one is being loaded, equal when the model itself is being opened. */
export const encoderLoading = signal<{ name: string; done: number; total: number } | null>(null);
/** Why the folder chosen last is not in use; '' when it is. */
export const encoderProblem = signal('');
export const storage = signal<StorageView>({ usage: NaN, quota: NaN, persisted: null, available: true });

export const run = signal<RunView>(EMPTY_RUN);
export const runs = signal<RunListing[]>([]);
/** Runs that another tab is training: here they can be looked at and nothing else. */
export const heldElsewhere = signal<ReadonlySet<string>>(new Set());
/** An unfinished run of an earlier visit, offered until something is started. */
export const resumable = signal<RunListing | null>(null);
export const notices = signal<Notice[]>([]);
/** The episode that is coming about, until whole ones are there. */
export const draft = signal<Draft | null>(null);
/** What happened to the open run, oldest first: the marks of its charts. */
export const marks = signal<readonly RunMark[]>([]);

/** What the evaluations of the open run said of the same few functions, ascending by step. */
export const stories = signal<readonly StoryPage[]>([]);

/** True while a run holds the engine. */
export const busy = computed(() => ['starting', 'running', 'pausing', 'paused', 'stopping'].includes(run.value.state));
/** Whether Start would do something now. */
export const startable = computed(() => capability.value.kind === 'ready' && corpus.value !== null && ingest.value === null && !busy.value
  && (settings.value.model === 'new' || model.value !== null));

// ---- numbers and samples, outside the framework -------------------------------------------------------------------------

/** Steps whose samples are kept in memory, about 0.2 MB each with their tokens; older ones are read back from storage. */
const EPISODE_STEPS = 150;

/** Bumped at most ten times a second, whatever the run sends. */
export const metricsVersion = signal(0);
export const episodesVersion = signal(0);
let loopTable = new MetricTable();
let warmTable = new MetricTable('warmstart/step');
let episodes = new Map<number, Episode[]>();
const metricsBatch = new Batched(() => { metricsVersion.value++; });
const episodesBatch = new Batched(() => { episodesVersion.value++; });

export function metricTable(stage: Stage = 'loop'): MetricTable { return stage === 'loop' ? loopTable : warmTable; }

/** Adds a row to the curves of the stage it counts for. */
export function addMetrics(row: MetricRow): void {
  (row['step'] === undefined && row['warmstart/step'] !== undefined ? warmTable : loopTable).add(row);
  metricsBatch.touch();
}

/** Starts empty curves and samples, for a new run or one read back. */
export function clearRunData(): void {
  loopTable = new MetricTable();
  warmTable = new MetricTable('warmstart/step');
  episodes = new Map();
  notices.value = [];
  marks.value = [];
  draft.value = null;
  stories.value = [];
  storedSteps.value = [];
  metricsBatch.touch();
  episodesBatch.touch();
}

/** Adds the samples of a step; the oldest steps leave memory first. */
export function addEpisodes(step: number, added: Episode[]): void {
  episodes.set(step, added);
  if (episodes.size > EPISODE_STEPS) {
    const oldest = episodes.keys().next();
    if (!oldest.done) episodes.delete(oldest.value);
  }
  episodesBatch.touch();
}

/** Adds an evaluation; a run resumed from an older checkpoint makes later ones again. */
export function addStory(page: StoryPage): void {
  stories.value = [...stories.peek().filter(({ step }) => step < page.step), page];
}

/** Steps of the open run whose samples are in storage. */
export const storedSteps = signal<number[]>([]);

export function episodesOf(step: number): Episode[] | undefined { return episodes.get(step); }
/** Steps with samples, in memory or in storage, ascending. */
export function episodeSteps(): number[] { return [...new Set([...storedSteps.value, ...episodes.keys()])].sort((a, b) => a - b); }
/** The newest step whose samples are in memory. */
export function newestEpisodes(): Episode[] | undefined { return [...episodes].reduce<[number, Episode[]] | undefined>((best, entry) => (best && best[0] > entry[0] ? best : entry), undefined)?.[1]; }

let noticeId = 0;
/** Adds a notice; the same code with the same text replaces its older self instead of piling up. */
export function addNotice(level: Notice['level'], code: string, text: string, step: number): void {
  const rest = notices.value.filter(n => n.code !== code || n.text !== text);
  notices.value = [...rest, { id: ++noticeId, level, code, text, step }].slice(-50);
}

/** Takes the configuration from an address; with any mistake in it, the demo stays and the mistakes are shown. */
export function readQuery(query: string): void {
  const read = fromQuery(query);
  preset.value = read.preset;
  settings.value = read.settings;
  queryErrors.value = read.errors;
}
