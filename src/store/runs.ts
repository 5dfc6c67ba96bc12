/** Knows what is kept of a run besides its checkpoints: its record, metrics and episodes, and their export; knows no training. */
import { labError, type Checkpoint, type Episode, type MetricRow, type RunMark, type StoryPage } from '../types';
import { metricsCsv, metricsJsonl, samplesJsonl, utf8 } from '../formats/metrics';
import type { FileEntry } from '../formats/model_folder';
import type { RunCheckpoints } from './checkpoints';
import { createQueue, orderKey, type Change, type KeyValue, type StoreName } from './key_value';
import { copyName, freshName } from './run_names';
import { checkedName, createId, STRAY_MS, type Restore } from './shelf';

export type RunState = 'new' | 'running' | 'paused' | 'stopped' | 'finished' | 'failed';

export interface RunRecord {
  id: string;
  /** Two words such as `amber-fox` until someone renames it. */
  name: string;
  preset: string;
  settings: Record<string, string | number | boolean>;
  /** Which stored things it started from; '' = the shipped ones. */
  corpusId: string; modelId: string;
  /** The encoder that gives its embeddings, where it has one; the hash is of the encoder's file. */
  embedding?: { name: string; sha256: string };
  state: RunState;
  createdAt: number; updatedAt: number;
  /** Completed updates of the loop. */
  step: number;
  /** What happened to it, oldest first; absent in runs of older versions. */
  marks?: RunMark[];
  /** What summary.json says besides the record; filled in at the end of a run. */
  summary: Record<string, unknown>;
  /** The last save that was acknowledged; absent before the first, and in records of older versions. */
  saved?: SavedPoint;
  /** When it came from a file; absent for runs that were made here. */
  importedAt?: number;
  /** The run and its checkpoint that this one went on from. The run may be gone, or of another browser: then its id is ''. */
  branchOf?: SavedPoint & { runId: string; name: string };
}

export interface SavedPoint { stage: Checkpoint['stage']; step: number; at: number }

interface StoredRun extends RunRecord { deletedAt?: number }

export type RunChange = Partial<Pick<RunRecord, 'state' | 'step' | 'summary' | 'settings' | 'corpusId' | 'modelId' | 'embedding' | 'marks' | 'saved'>>;

/** What a run is made from when it does not begin at its beginning. */
export type Adopted = Omit<RunRecord, 'id' | 'createdAt' | 'updatedAt'>;

/** A run that is being put together: nothing shows it yet. */
export interface Adoption {
  id: string;
  /** Committed together with the record: what must appear with it. */
  changes: Change[];
  /** Fields of the record that are known only once other things were written. */
  fields: Partial<Pick<RunRecord, 'corpusId' | 'modelId'>>;
  /** Take away what was written outside of the run's own keys, should it come to nothing. */
  undo: (() => Promise<Change[]>)[];
}

export interface Runs {
  create(start: { preset: string; settings: RunRecord['settings']; corpusId?: string; modelId?: string; name?: string }): Promise<RunRecord>;
  /** Newest first. */
  list(): Promise<RunRecord[]>;
  /** Throws BadInput when there is no such run. */
  get(id: string): Promise<RunRecord>;
  update(id: string, change: RunChange): Promise<RunRecord>;
  rename(id: string, name: string): Promise<void>;
  /** A new run with the same settings, at step 0, without metrics or checkpoints. */
  duplicate(id: string): Promise<RunRecord>;
  /**
   * A whole run at once: `fill` writes what belongs to it under its id, then the record appears, named by `naming`. Whatever fails,
   * nothing of it stays; where even taking it away fails, it is invisible and a later purge clears it.
   */
  adopt(start: Adopted, naming: (name: string, taken: ReadonlySet<string>) => string, fill: (adoption: Adoption) => Promise<void>): Promise<RunRecord>;
  /** Hides it; the function brings it back with all it had, until it is purged. */
  remove(id: string): Promise<Restore>;
  /** Frees what was deleted at least `ageMs` ago, checkpoints included. */
  purge(ageMs: number): Promise<void>;
  appendMetrics(id: string, rows: readonly MetricRow[]): Promise<void>;
  metrics(id: string): Promise<MetricRow[]>;
  /** Keeps the rows that pass: on resume, the rows that the checkpoint knows of. */
  trimMetrics(id: string, keep: (row: MetricRow) => boolean): Promise<void>;
  saveEpisodes(id: string, step: number, episodes: readonly Episode[]): Promise<void>;
  /** Forgets the episodes and evaluations of later steps: a resumed run makes them again. */
  trimEpisodes(id: string, lastStep: number): Promise<void>;
  episodes(id: string, step: number): Promise<Episode[]>;
  /** Steps that have episodes, ascending. */
  episodeSteps(id: string): Promise<number[]>;
  saveStory(id: string, page: StoryPage): Promise<void>;
  /** What its evaluations said of the same few functions, ascending by step; none in runs of older versions. */
  stories(id: string): Promise<StoryPage[]>;
  /** metrics.csv, metrics.jsonl, samples.jsonl, summary.json and, when given, the model's files under model/. */
  export(id: string, model?: readonly FileEntry[]): Promise<FileEntry[]>;
}

/** Steps whose episodes are kept of one run; beyond it the older half is thinned, so early steps stay visible. */
const EPISODE_STEPS = 400;
/** The same for evaluations in words, 8 kB each. The first and the newest always stay. */
const STORY_PAGES = 60;
/** They lie beside the samples, under names that no run has. */
const storyOf = (id: string) => `story/${id}`;

export function createRuns(store: KeyValue, checkpoints: RunCheckpoints, options: { now?: () => number; random?: () => number; episodeSteps?: number } = {}): Runs {
  const { now = Date.now, random = Math.random, episodeSteps: stepCap = EPISODE_STEPS } = options;
  const queue = createQueue();

  const find = async (id: string): Promise<StoredRun | undefined> => await store.get('runs', id) as StoredRun | undefined;
  const put = (record: StoredRun) => store.commit([{ store: 'runs', key: record.id, value: record }], 'strict');
  const all = async (): Promise<StoredRun[]> => {
    const records: StoredRun[] = [];
    for (const key of await store.keys('runs', '')) {
      const record = await find(key);
      if (record) records.push(record);
    }
    return records;
  };
  const get = async (id: string): Promise<RunRecord> => {
    const record = await find(id);
    if (!record || record.deletedAt !== undefined) throw labError('BadInput', 'This run is no longer here: it was deleted. Nothing was changed. Reload the list of runs.');
    return record;
  };
  const names = async () => new Set((await all()).map(record => record.name));
  const make = async (start: Omit<RunRecord, 'id' | 'state' | 'createdAt' | 'updatedAt' | 'step' | 'summary'>): Promise<RunRecord> => {
    const createdAt = now();
    const record: RunRecord = { ...start, id: createId(createdAt), state: 'new', createdAt, updatedAt: createdAt, step: 0, summary: {} };
    await put(record);
    return record;
  };
  const rowsOf = async (id: string): Promise<MetricRow[]> => {
    const rows: MetricRow[] = [];
    for (const key of await store.keys('metrics', `${id}/`)) rows.push(...await store.get('metrics', key) as MetricRow[]);
    return rows;
  };
  const removalsOf = async (name: StoreName, id: string): Promise<Change[]> => (await store.keys(name, `${id}/`)).map(key => ({ store: name, key, remove: true }));
  const everythingOf = async (id: string): Promise<Change[]> => [...await removalsOf('metrics', id), ...await removalsOf('episodes', id), ...await removalsOf('episodes', storyOf(id)), ...await checkpoints.removals(id)];
  /** Ids whose data has no record: of an import or a branch that was killed. Young ones may be under way in another tab. */
  const strays = async (): Promise<string[]> => {
    // Data is listed first: what appears later has a record that appears later too.
    const keys = [...await store.keys('metrics', ''), ...(await store.keys('episodes', '')).map(key => key.replace(/^story\//, '')), ...(await store.keys('chunks', 'checkpoint/')).map(key => key.slice('checkpoint/'.length))];
    const living = new Set(await store.keys('runs', ''));
    return [...new Set(keys.map(key => key.split('/')[0]!))].filter(id => !living.has(id) && /^[0-9a-z]{8,9}-[0-9a-f]{8}$/.test(id) && now() - parseInt(id, 36) >= STRAY_MS);
  };
  const storySteps = async (id: string) => (await store.keys('episodes', `${storyOf(id)}/`)).map(key => Number(key.slice(storyOf(id).length + 1)));
  const episodeSteps = async (id: string) => (await store.keys('episodes', `${id}/`)).map(key => Number(key.slice(id.length + 1)));

  return {
    create: start => queue(async () => make({
      name: start.name === undefined ? freshName(await names(), random) : checkedName(start.name),
      preset: start.preset, settings: start.settings, corpusId: start.corpusId ?? '', modelId: start.modelId ?? '',
    })),
    list: async () => (await all()).filter(record => record.deletedAt === undefined).sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1)),
    get,
    update: (id, change) => queue(async () => {
      const record = { ...await get(id), ...change, updatedAt: now() };
      await put(record);
      return record;
    }),
    rename: (id, name) => queue(async () => put({ ...await get(id), name: checkedName(name), updatedAt: now() })),
    duplicate: id => queue(async () => {
      const { name, preset, settings, corpusId, modelId } = await get(id);
      return make({ name: copyName(name, await names()), preset, settings, corpusId, modelId });
    }),
    adopt: async (start, naming, fill) => {
      const createdAt = now();
      const adoption: Adoption = { id: createId(createdAt), changes: [], fields: {}, undo: [] };
      const { id } = adoption;
      try {
        await fill(adoption);
        return await queue(async () => {
          const record: RunRecord = { ...start, ...adoption.fields, name: naming(checkedName(start.name), await names()), id, createdAt, updatedAt: createdAt };
          await store.commit([...adoption.changes, { store: 'runs', key: id, value: record }], 'strict');
          return record;
        });
      } catch (error) {
        // The record goes too: its commit may have happened and only the answer been lost.
        await (async () => {
          const changes: Change[] = [{ store: 'runs', key: id, remove: true }, ...await everythingOf(id)];
          for (const undo of adoption.undo) changes.push(...await undo());
          await store.commit(changes, 'strict');
        })().catch(() => undefined);
        throw error;
      }
    },
    remove: id => queue(async () => {
      await put({ ...await get(id), deletedAt: now() });
      return () => queue(async () => {
        const record = await find(id);
        if (!record) throw labError('BadInput', 'The deleted run has been cleared away for good and cannot come back.');
        const { deletedAt: _gone, ...restored } = record;
        await put(restored);
      });
    }),
    purge: ageMs => queue(async () => {
      for (const record of await all()) {
        if (record.deletedAt === undefined || now() - record.deletedAt < ageMs) continue;
        // The record goes last: should this stop half-way, the next purge finds the run again.
        await checkpoints.remove(record.id);
        await store.commit([...await removalsOf('metrics', record.id), ...await removalsOf('episodes', record.id), ...await removalsOf('episodes', storyOf(record.id)), { store: 'runs', key: record.id, remove: true }], 'strict');
      }
      for (const id of await strays()) await store.commit(await everythingOf(id), 'strict');
    }),

    appendMetrics: (id, rows) => queue(async () => {
      if (rows.length === 0) return;
      const last = (await store.keys('metrics', `${id}/`)).at(-1);
      const next = last === undefined ? 0 : Number(last.slice(id.length + 1)) + 1;
      // Relaxed: a crash may cost the newest rows, which a resumed run makes again.
      await store.commit([{ store: 'metrics', key: `${id}/${orderKey(next)}`, value: rows }], 'relaxed');
    }),
    metrics: rowsOf,
    trimMetrics: (id, keep) => queue(async () => {
      const rows = await rowsOf(id);
      const kept = rows.filter(keep);
      if (kept.length === rows.length) return;
      const changes = await removalsOf('metrics', id);
      if (kept.length > 0) changes.push({ store: 'metrics', key: `${id}/${orderKey(0)}`, value: kept });
      await store.commit(changes, 'strict');
    }),

    saveEpisodes: (id, step, episodes) => queue(async () => {
      const changes: Change[] = [{ store: 'episodes', key: `${id}/${orderKey(step)}`, value: episodes.map(compact) }];
      const steps = (await episodeSteps(id)).filter(other => other !== step);
      if (steps.length + 1 > stepCap) {
        steps.slice(0, Math.ceil(steps.length / 2)).forEach((old, i) => {
          if (i % 2 === 1) changes.push({ store: 'episodes', key: `${id}/${orderKey(old)}`, remove: true });
        });
      }
      await store.commit(changes, 'relaxed');
    }),
    trimEpisodes: (id, lastStep) => queue(async () => {
      const later = [
        ...(await episodeSteps(id)).filter(step => step > lastStep).map(step => `${id}/${orderKey(step)}`),
        ...(await storySteps(id)).filter(step => step > lastStep).map(step => `${storyOf(id)}/${orderKey(step)}`),
      ];
      if (later.length > 0) await store.commit(later.map(key => ({ store: 'episodes' as const, key, remove: true as const })), 'strict');
    }),
    episodes: async (id, step) => await store.get('episodes', `${id}/${orderKey(step)}`) as Episode[] | undefined ?? [],
    episodeSteps,
    saveStory: (id, page) => queue(async () => {
      const changes: Change[] = [{ store: 'episodes', key: `${storyOf(id)}/${orderKey(page.step)}`, value: page }];
      const steps = (await storySteps(id)).filter(step => step !== page.step);
      if (steps.length >= STORY_PAGES) for (let i = 1; i < steps.length; i += 2) changes.push({ store: 'episodes', key: `${storyOf(id)}/${orderKey(steps[i]!)}`, remove: true });
      await store.commit(changes, 'relaxed');
    }),
    stories: async id => {
      const pages: StoryPage[] = [];
      for (const step of await storySteps(id)) pages.push(await store.get('episodes', `${storyOf(id)}/${orderKey(step)}`) as StoryPage);
      return pages;
    },

    export: async (id, model = []) => {
      const record = await get(id);
      const rows = await rowsOf(id);
      const text = (name: string, content: string): FileEntry => ({ name, bytes: new TextEncoder().encode(content) });
      const samples: string[] = [];
      for (const step of await episodeSteps(id)) samples.push(samplesJsonl(await store.get('episodes', `${id}/${orderKey(step)}`) as Episode[]));
      const { summary, ...run } = record;
      return [
        text('metrics.csv', metricsCsv(rows)),
        text('metrics.jsonl', metricsJsonl(rows)),
        { name: 'samples.jsonl', bytes: utf8(samples) },
        text('summary.json', `${JSON.stringify({ ...summary, run }, null, 2)}\n`),
        ...model.map(file => ({ name: `model/${file.name}`, bytes: file.bytes })),
      ];
    },
  };
}

/** Storing a view stores the whole buffer behind it: log-probabilities are often views of one large readback. */
function compact(episode: Episode): Episode {
  const logps = episode.documentationLogps;
  return logps && logps.byteLength < logps.buffer.byteLength ? { ...episode, documentationLogps: logps.slice() } : episode;
}
