/** `npm run bench`: the engine beside its peers on one adapter, as a table and a file; knows browsers, jobs and files, no kernel. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright-core';
import { createServer, type ViteDevServer } from 'vite';
import { adapterLine, runJob } from '../test/bench/jobs';
import { nodeHost } from '../test/bench/node_host';
import type {} from '../test/bench/page';
import { benchJson, benchTable, oursFailed, type Header } from '../test/bench/report';
import { empty, reasonOf, SECTIONS, USUAL, type AdapterLine, type Ceilings, type Job, type JobResult, type Progress, type Row, type Section } from '../test/bench/rows';
import { SIZES } from '../test/bench/sizes';
import { VARIANTS } from '../test/bench/variants';
import { browserFlags } from './browser-flags.mjs';
import { root } from './build.mjs';
import { findBrowser } from './find-browser.mjs';
import { messageOf } from './page';
import { grammars } from './vite-grammars';

/** Names in the table, and the packages whose versions stand beside them. */
export const PEERS: Readonly<Record<string, string>> = {
  'jax-js': '@jax-js/jax', tfjs: '@tensorflow/tfjs-backend-webgpu', 'onnxruntime-web': 'onnxruntime-web', 'transformers.js': '@huggingface/transformers',
};
/** Who has a part in what; the others would only say that they have none. */
const TAKING_PART: Record<Section, readonly string[]> = {
  ceilings: ['jax-js', 'tfjs', 'onnxruntime-web'], matmul: ['jax-js', 'tfjs', 'onnxruntime-web'], train: ['jax-js', 'tfjs', 'onnxruntime-web'],
  decode: ['onnxruntime-web', 'transformers.js', 'jax-js', 'tfjs'], update: [], tricks: [],
};
/** Whom a section measures beside ours: peers, or ours with something changed. */
const beside = (section: Section, peers: readonly string[]): string[] =>
  (section === 'tricks' ? VARIANTS.map(variant => variant.name) : peers.filter(peer => TAKING_PART[section].includes(peer)));
const SIZED: readonly Section[] = ['train', 'decode', 'tricks'];

export const USAGE = `Usage: npm run bench -- [--json FILE] [--only ${SECTIONS.join(',')}] [--sizes ${SIZES.map(size => size.name).join(',')}]
                        [--peers ${Object.keys(PEERS).join(',')} | none] [--node] [--minutes N]
  --json FILE   the rows with every number as measured; the table goes to standard output
  --only LIST   sections (default: all but tricks, which measures our own engine with one choice changed at a time); the ceilings are
                always measured, because the shares are shares of them
  --sizes LIST  models to train and decode with (default: all; on a software adapter those that do not finish in time wait for a GPU)
  --peers LIST  whom to measure beside ours (default: all)
  --node        in Node on the machine's Vulkan adapter; a peer that needs a browser says so
  --minutes N   the most that one section may take per size (default 10)`;

export interface BenchRequest { json: string | null; sections: Section[]; sizes: string[]; peers: string[]; node: boolean; minutes: number }

/** @throws with every problem and the usage; nothing is started */
export function readArguments(args: string[], cwd: string): BenchRequest {
  const problems: string[] = [];
  let values: { json?: string; only?: string; sizes?: string; peers?: string; minutes?: string; node?: boolean } = {};
  try {
    const text = { type: 'string' } as const;
    ({ values } = parseArgs({ args, options: { json: text, only: text, sizes: text, peers: text, minutes: text, node: { type: 'boolean' } } }));
  } catch (error) {
    problems.push(messageOf(error));
  }
  const list = <T extends string>(what: string, given: string | undefined, known: readonly T[], usual = known): T[] => {
    if (given === undefined) return [...usual];
    const names = given.split(',').map(name => name.trim());
    for (const name of names) if (!known.includes(name as T)) problems.push(`There is no ${what} called "${name}"; there are ${known.join(', ')}.`);
    return known.filter(name => names.includes(name));
  };
  const sections = list('section', values.only, SECTIONS, USUAL);
  const sizes = list('size', values.sizes, SIZES.map(size => size.name));
  const peers = values.peers === 'none' ? [] : list('peer', values.peers, Object.keys(PEERS));
  const minutes = values.minutes === undefined ? 10 : Number(values.minutes);
  if (!(minutes > 0)) problems.push(`--minutes wants a number above 0, not "${values.minutes}".`);
  if (problems.length > 0) throw new Error(`${problems.join('\n')}\n${USAGE}`);
  return { json: values.json === undefined ? null : resolve(cwd, values.json), sections, sizes, peers, node: values.node === true, minutes };
}

/** What is to be done, in order. Losses are compared before any training step is timed. */
export function jobsOf(request: BenchRequest): Omit<Job, 'ceilings'>[] {
  const job = (section: Section, more: Partial<Job> = {}): Omit<Job, 'ceilings'> =>
    ({ section, peers: beside(section, request.peers), budget: request.minutes * 60, ...more });
  const jobs = [job('ceilings')];
  for (const section of request.sections) {
    if (section === 'ceilings') continue;
    if (section === 'train') jobs.push(job('train', { check: 'losses', size: request.sizes.includes('0.1M') || !request.sizes.includes('0.3M') ? '0.1M' : '0.3M' }));
    if (SIZED.includes(section)) jobs.push(...request.sizes.map(size => job(section, { size })));
    else jobs.push(job(section));
  }
  return jobs;
}

/** Somewhere to run jobs; after a failure the next job finds a fresh one. */
interface Place {
  host: string;
  adapter: AdapterLine;
  /** Rejects with Culprit when a crash or a standstill has a name. */
  run(job: Job): Promise<JobResult>;
  close(): Promise<void>;
}

/** The job ended without a result while it was this peer's turn. */
export class Culprit extends Error {
  readonly peer: string;
  constructor(peer: string, message: string) {
    super(message);
    this.peer = peer;
  }
}

/**
 * Runs one job. Whoever crashes it or stands still is named in a row and left out of the next try; a peer whose losses differ is left out
 * from the start (`refused`). Ours failing ends the job with a row that says so.
 */
export async function settle(place: Pick<Place, 'run'>, job: Job, refused: ReadonlyMap<string, string>): Promise<JobResult> {
  const name = job.check === 'losses' ? 'losses' : job.section, size = job.size ?? '';
  const row = (peer: string): Row => ({ ...empty(name, peer, size), ...(job.size === undefined ? {} : { model: job.size }) });
  const out = new Map(job.check === 'losses' || job.section !== 'train' ? [] : [...refused].filter(([peer]) => job.peers.includes(peer)));
  for (;;) {
    const dropped = [...out].map(([peer, error]): Row => ({ ...row(peer), error }));
    try {
      const result = await place.run({ ...job, peers: job.peers.filter(peer => !out.has(peer)) });
      return { ...result, rows: [...result.rows, ...dropped] };
    } catch (error) {
      if (error instanceof Culprit && job.peers.includes(error.peer) && !out.has(error.peer)) out.set(error.peer, error.message);
      else return { rows: [{ ...row('ours'), error: reasonOf(error) }, ...dropped] };
    }
  }
}

/** Rejects when `work` takes longer than the job may, with whoever's turn it is. */
async function watched<T>(work: Promise<T>, seconds: number, turn: () => string, alive: Promise<never> = new Promise<never>(() => undefined)): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    // Estimates keep a job within its time; what is far beyond it stands still.
    timer = setTimeout(() => { reject(new Culprit(turn(), `no end after ${Math.round(seconds * 1.5)} s`)); }, seconds * 1500);
  });
  try {
    return await Promise.race([work, late, alive]);
  } finally {
    clearTimeout(timer);
  }
}

async function openBrowser(tell: (progress: Progress) => void): Promise<Place> {
  const found = await findBrowser(line => { process.stderr.write(`${line}\n`); });
  // A server of its own: nothing of the benchmark is in the product's build.
  const server: ViteDevServer = await createServer({
    root, configFile: false, logLevel: 'error', cacheDir: join(root, '.cache/bench-vite'), plugins: [grammars(root)], server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
    // Found here and not on the way: a package that turns up half-way reloads the page.
    optimizeDeps: {
      entries: [], noDiscovery: true, exclude: ['web-tree-sitter', '@jax-js/jax', '@huggingface/transformers', 'onnxruntime-web'],
      include: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-core/dist/register_all_gradients', '@tensorflow/tfjs-backend-webgpu', '@huggingface/tokenizers', 'fflate'],
    },
  });
  await server.listen();
  const address = server.httpServer!.address();
  const url = `http://localhost:${typeof address === 'object' && address !== null ? address.port : 0}/test/bench/index.html`;
  let browser: Browser | null = null, crashed: Promise<never> = new Promise<never>(() => undefined);
  let turn = 'ours';
  const errors: string[] = [];
  const close = async (): Promise<void> => {
    await browser?.close().catch(() => undefined);
    browser = null;
  };
  /** A browser of its own for each job: what one left on the GPU is gone for the next. */
  const open = async (): Promise<Page> => {
    await close();
    browser = await chromium.launch({ executablePath: found.executablePath, args: browserFlags });
    const fresh = await browser.newPage();
    turn = 'ours';
    errors.length = 0;
    fresh.on('pageerror', error => errors.push(error.message));
    fresh.on('console', message => { if (message.type() === 'error') errors.push(message.text()); });
    crashed = new Promise<never>((_, reject) => { fresh.once('crash', () => { reject(new Culprit(turn, 'the page crashed or ran out of memory')); }); });
    crashed.catch(() => undefined);
    await fresh.exposeFunction('benchTell', (progress: Progress) => { turn = progress.peer; tell(progress); });
    await fresh.goto(url, { timeout: 120_000 });
    await fresh.waitForFunction(() => 'bench' in globalThis, undefined, { timeout: 120_000 })
      .catch(() => { throw new Error(`The benchmark's page did not start: ${errors.join(' ') || 'it reported nothing'}`); });
    return fresh;
  };
  try {
    const first = await open();
    const adapter = await first.evaluate(() => globalThis.bench.adapter());
    return {
      host: `${browser!.browserType().name()} ${browser!.version()}`, adapter,
      run: async job => {
        const at = await open();
        return watched(at.evaluate(asked => globalThis.bench.run(asked), job), job.budget, () => turn, crashed);
      },
      close: async () => { await close(); await server.close(); },
    };
  } catch (error) {
    await close();
    await server.close();
    throw error;
  }
}

async function openNode(tell: (progress: Progress) => void): Promise<Place> {
  let turn = 'ours';
  const host = await nodeHost(progress => { turn = progress.peer; tell(progress); });
  return {
    host: `Node ${process.version}`, adapter: await adapterLine(host.gpu),
    run: job => watched(runJob(host, job), job.budget, () => turn),
    close: () => Promise.resolve(),
  };
}

async function commit(): Promise<string> {
  const git = (args: string[]): Promise<string> => promisify(execFile)('git', args, { cwd: root }).then(({ stdout }) => stdout.trim());
  try {
    return `${await git(['rev-parse', '--short', 'HEAD'])}${await git(['status', '--porcelain', '--', 'src', 'shaders']) === '' ? '' : ' and changes'}`;
  } catch {
    return 'unknown';
  }
}

async function version(name: string): Promise<string> {
  return String((JSON.parse(await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8')) as { version?: unknown }).version);
}

/** One line that overwrites itself on a terminal, and lines elsewhere. */
function progressLine(): (progress: Progress) => void {
  const started = Date.now(), { stderr } = process;
  let last = '';
  return ({ text }) => {
    if (text === last) return;
    last = text;
    const line = `[${Math.round((Date.now() - started) / 1000)} s] ${text}`;
    stderr.write(stderr.isTTY ? `\r\u001b[K${line.slice(0, (stderr.columns || 100) - 1)}` : `${line}\n`);
  };
}

/** Exit status 0 when ours did all that was asked; a peer's failure is a row. */
export async function main(args: string[]): Promise<number> {
  let request: BenchRequest;
  try {
    request = readArguments(args, process.env['INIT_CWD'] ?? process.cwd());
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return 2;
  }
  const tell = progressLine();
  const place = await (request.node ? openNode(tell) : openBrowser(tell));
  const rows: Row[] = [];
  let ceilings: Ceilings | null = null;
  const header = async (): Promise<Header> => ({
    adapter: place.adapter.text, software: place.adapter.software, host: place.host, commit: await commit(), date: new Date().toISOString().slice(0, 16),
    peers: Object.fromEntries(await Promise.all(request.peers.map(async peer => [peer, await version(PEERS[peer]!)] as const))), ceilings,
  });
  try {
    process.stderr.write(`${place.adapter.text}; ${place.host}\n`);
    const refused = new Map<string, string>();
    for (const job of jobsOf(request)) {
      const result = await settle(place, { ...job, ceilings }, refused);
      rows.push(...result.rows);
      ceilings = result.ceilings ?? ceilings;
      if (job.check === 'losses') for (const row of result.rows) if (row.error !== undefined && row.peer !== 'ours') refused.set(row.peer, `not timed, its losses could not be shown equal to ours: ${row.error}`);
      // Written after every job: an hour of measuring must not hang on the last one.
      if (request.json !== null) {
        await mkdir(dirname(request.json), { recursive: true });
        await writeFile(request.json, benchJson(await header(), rows));
      }
    }
  } finally {
    await place.close();
  }
  process.stderr.write('\n');
  process.stdout.write(benchTable(await header(), rows));
  const failed = oursFailed(rows);
  for (const row of failed) process.stderr.write(`Ours failed: ${row.name} ${row.size}: ${row.error}\n`);
  return failed.length > 0 ? 1 : 0;
}
