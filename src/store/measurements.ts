/** Knows how measured pass rates are kept, one file a measurement on a shelf, and holds what comes back against its shape; does not know how they are measured. */
import type { Measurement } from '../benchmark/results';
import { labError } from '../types';
import type { KeyValue } from './key_value';
import { createShelf, type Restore, type ShelfEntry } from './shelf';

/** What a list shows without reading the measurement. */
export interface MeasurementInfo {
  subjects: string[]; problems: number; n: number; partial: boolean;
  /** pass@1 of each subject, null where it has none. */
  pass: (number | null)[];
}

export interface Measurements {
  list(): Promise<ShelfEntry<MeasurementInfo>[]>;
  save(name: string, measurement: Measurement, info: MeasurementInfo): Promise<ShelfEntry<MeasurementInfo>>;
  /** @throws BadInput when it is gone, damaged, or of no shape that this page knows */
  load(id: string): Promise<Measurement>;
  rename(id: string, name: string): Promise<void>;
  remove(id: string): Promise<Restore>;
  purge(ageMs: number): Promise<void>;
}

const FILE = 'measurement.json';

export function createMeasurements(store: KeyValue, options: { chunkBytes?: number; now?: () => number } = {}): Measurements {
  const shelf = createShelf<MeasurementInfo>(store, 'measurements', options);
  return {
    list: shelf.list, rename: shelf.rename, remove: shelf.remove, purge: shelf.purge,
    save: (name, measurement, info) => shelf.add(name, [{ name: FILE, bytes: new TextEncoder().encode(JSON.stringify(measurement)) }], info),
    load: async id => {
      const { entry, files } = await shelf.load(id), file = files.find(({ name }) => name === FILE);
      try {
        if (!file) throw new Error('its file is missing');
        // Only who looks at one needs its shape: the first view does without.
        const { measurementShape } = await import('./measurement_shape');
        return measurementShape(JSON.parse(new TextDecoder().decode(file.bytes)), 'measurement');
      } catch (cause) {
        throw labError('BadInput', `The results of "${entry.name}" cannot be read: ${(cause as Error).message}. They were not changed. Measure again, or delete them.`);
      }
    },
  };
}
