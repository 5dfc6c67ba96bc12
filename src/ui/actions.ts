/** What a person can ask of the page, as one interface: views call it, the session fulfils it. No implementation here. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { CheckpointInfo } from '../store/checkpoints';
import type { Choice } from '../corpus/choice';
import type { Episode, MetricRow } from '../types';
import type { Tryout } from './models/tryout';
import type { Measuring } from './tests/measuring';
import type { AblationPlan } from './runs/ablation_plan';
import type { CorpusView } from './state';
import type { Picked } from '../../workers/corpus';

/** One exported file. */
export interface ExportFile { name: string; bytes: Uint8Array<ArrayBuffer> }

/** One head over a sample of a run: its code with the documentation (writer), or the documentation with the code (reader). `head` counts through the layers. */
export interface AttentionRequest { run: string; kind: 'writer' | 'reader'; episode: Episode; head: number }
export interface AttentionView { layers: number; heads: number; pieces: string[]; shares: Float32Array }

export interface Actions {
  start(): Promise<void>;
  pause(): void;
  /** Goes on after a pause. */
  proceed(): void;
  /** One update, then paused again. */
  step(): void;
  stop(): void;
  /** Asks for a checkpoint at the next step. */
  save(): void;

  addFiles(files: FileList | File[]): Promise<void>;
  addDropped(transfer: DataTransfer): Promise<void>;
  addZip(file: File): Promise<void>;
  cancelIngest(): void;
  useSample(): Promise<void>;
  /** The corpus in a second language, and the starter that read it. */
  useSecond(): Promise<void>;
  useCorpus(id: string): Promise<void>;
  renameCorpus(id: string, name: string): Promise<void>;
  deleteCorpus(id: string): Promise<void>;
  exportCorpus(id: string): Promise<void>;
  askPersistence(): Promise<void>;
  /** Reading goes no further: the corpus is made of what was read so far. */
  enoughIngest(): void;
  /** Reads what was dropped last once more, under larger caps. */
  readOn(): Promise<void>;
  /** Makes a part of the corpus the corpus in use, kept as its own; `splits` as the corpus worker picked them. */
  chooseItems(choice: Choice, splits: Uint8Array, hash: string): Promise<void>;
  /** The corpus that the one in use is a part of; itself when it is whole. */
  wholeCorpus(): Promise<CorpusView>;
  /** What a choice would take of it, by place; null when another corpus was asked about since. */
  pickItems(whole: CorpusView, lengths: Uint32Array, choice: Choice): Promise<Picked | null>;
  /** Back from a part to the whole corpus. */
  chooseAll(): Promise<void>;
  /** The tokenizer of the model in use; rejects when there is none. */
  modelTokenizer(): Promise<{ name: string; json: string }>;

  /** Opens a saved run's curves and samples without training. */
  openRun(id: string): Promise<void>;
  resumeRun(id: string): Promise<void>;
  /** The metrics of a saved run, to be drawn beside those of others. */
  runMetrics(id: string): Promise<MetricRow[]>;
  renameRun(id: string, name: string): Promise<void>;
  duplicateRun(id: string): Promise<void>;
  deleteRun(id: string): Promise<void>;
  /** The run's files, made when asked. */
  runFiles(id: string): Promise<ExportFile[]>;
  saveRunZip(id: string): Promise<void>;
  /** Downloads the whole run as one file; `withCorpus` puts in the code that it was trained on too. */
  exportRun(id: string, withCorpus: boolean): Promise<void>;
  /** Brings such a file in as a new run and opens it; what is wrong with a file is shown, and nothing is changed then. */
  importRun(file: File): Promise<void>;
  /** Makes a new run that goes on from that checkpoint of the other. */
  branchRun(id: string, order: number): Promise<void>;
  /** The checkpoints of a run that can be branched from, oldest first; empty when they cannot be read (the failure is shown). */
  checkpointsOf(id: string): Promise<CheckpointInfo[]>;
  saveFile(file: ExportFile): void;
  loadModel(files: FileList | File[]): Promise<void>;
  /** Reads anew which models there are. */
  listModels(): Promise<void>;
  /** The next run starts from this model; see models/refs. */
  startFrom(ref: string): Promise<void>;
  renameModel(id: string, name: string): Promise<void>;
  deleteModel(id: string): Promise<void>;
  exportModel(ref: string): Promise<void>;
  /** Where models are tried out; its code is loaded when first asked for. */
  tryout(): Promise<Tryout>;
  /** Where pass rates are measured and kept; its code is loaded when first asked for. */
  measuring(): Promise<Measuring>;
  /** Takes the encoder in a folder for embeddings; what is wrong with it is shown beside the setting. */
  chooseEncoder(files: FileList | File[]): Promise<void>;
  dropEncoder(transfer: DataTransfer): Promise<void>;

  /** Runs what is missing of a queue, one run after the other; resolves when it has ended. */
  startAblation(plan: AblationPlan): Promise<void>;
  /** Stops the run under way at its next step and begins no other. */
  stopAblation(): void;

  /** Has the next step and the next block of decoding of the run under way timed, kernel by kernel; resolves when they were. */
  profileNext(): Promise<void>;
  /** Reads what the engine knows of its memory and of work that was timed. */
  readProfile(): Promise<void>;

  /** What a head of the run's model looks at; in words when its model is not in the engine, or the sample's tokens were not kept. */
  attention(request: AttentionRequest): Promise<AttentionView | string>;

  /** Samples of a step that have left memory; undefined when none were kept. */
  episodes(runId: string, step: number): Promise<Episode[] | undefined>;
}

const Context = createContext<Actions | null>(null);
export const ActionsProvider = Context.Provider;

export function useActions(): Actions {
  const actions = useContext(Context);
  if (!actions) throw new Error('A view was drawn outside ActionsProvider.');
  return actions;
}
