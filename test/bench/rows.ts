/** One measured line, and who measures it: the plain data that a page hands to the command. */

export const SECTIONS = ['ceilings', 'matmul', 'train', 'decode', 'update'] as const;
export type Section = (typeof SECTIONS)[number];

/** null = not measured or without meaning. */
export interface Row {
  /** What was done, for instance `train`. */
  name: string;
  peer: string;
  size: string;
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
  note?: string;
  error?: string;
  /** Why it was not tried. */
  skipped?: string;
}

/** What the adapter gave to whoever was fastest, per second. */
export interface Ceilings { flops: number; bytes: number }

export interface Job {
  section: Section;
  /** For train and decode. */
  size?: string;
  /** 'losses': check that peers train alike, instead of timing them. */
  check?: 'losses';
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
