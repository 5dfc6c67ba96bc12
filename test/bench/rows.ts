/** One measured line, and who measures it: the plain data that a page hands to the command. */

export const SECTIONS = ['ceilings', 'matmul', 'train', 'decode', 'update', 'tricks'] as const;
export type Section = (typeof SECTIONS)[number];
/** What is measured when nothing is asked for: tricks compare ours with ours, and are asked for by name. */
export const USUAL: readonly Section[] = ['ceilings', 'matmul', 'train', 'decode', 'update'];

/** null = not measured or without meaning. */
export interface Row {
  /** What was done, for instance `train`. */
  name: string;
  peer: string;
  size: string;
  /** Of `train` and `decode`: the model's name in the list of sizes, and the sequences that decode at once. */
  model?: string;
  sequences?: number;
  /** Of one repetition: a product, a step, a token of every row. */
  median_ms: number | null;
  /** (largest - smallest) / median over the rounds. */
  spread: number | null;
  /** Peer's median over ours. */
  ratio: number | null;
  /** Share of what the adapter's own ceilings would allow: see the table's foot. */
  roofline: number | null;
  dispatches: number | null;
  submits: number | null;
  /** Bytes uploaded and read back. */
  bytes: number | null;
  /** Buffers made. */
  buffers: number | null;
  rounds: number;
  /** Of `update`: share of the time in which the GPU worked. */
  busy?: Busy;
  note?: string;
  error?: string;
  /** Why it was not tried. */
  skipped?: string;
}

/**
 * `least`: time in its compute passes, by timestamp queries; null where the adapter has none. `most`: time in which a submit was
 * outstanding, from its call until the page heard of its end.
 */
export interface Busy { least: number | null; most: number }

/** What the adapter gave to whoever was fastest, per second. */
export interface Ceilings {
  flops: number; bytes: number;
  /** With f16 storage and f32 sums; null where the adapter has no f16. */
  halfFlops: number | null;
  /** The f32 product's FLOP a second of each who has one, by name: what a model would take can be estimated from it. */
  rates: Record<string, number>;
}

export interface Job {
  section: Section;
  /** For train, decode and tricks. */
  size?: string;
  /** 'losses': check that peers train alike, instead of timing them. */
  check?: 'losses';
  /** Beside ours; for tricks the variants. */
  peers: string[];
  ceilings: Ceilings | null;
  /** Seconds that the job may take. */
  budget: number;
}

export interface JobResult { rows: Row[]; ceilings?: Ceilings }

/** What a page says while it works; `peer` is whose turn it is, so that a crash has a name. */
export interface Progress { text: string; peer: string }

export interface AdapterLine { text: string; software: boolean }

export const empty = (name: string, peer: string, size: string): Row =>
  ({ name, peer, size, median_ms: null, spread: null, ratio: null, roofline: null, dispatches: null, submits: null, bytes: null, buffers: null, rounds: 0 });

/** One line, with an end. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim().slice(0, 240) || 'no reason given';
}
