/** The settings of several runs side by side; knows the table of settings, no run. */
import { SETTINGS } from '../../config';
import type { SettingValue, Settings } from '../../config';

export interface DiffRow { key: string; label: string; group: string; unit: string; values: SettingValue[]; differs: boolean }

/** One row a setting, in the order of the settings; only those that are not the same everywhere, unless all are asked for. */
export function configDiff(settings: readonly Settings[], all: boolean): DiffRow[] {
  const rows = SETTINGS.map(({ key, label, group, unit = '' }): DiffRow => {
    const values = settings.map(own => own[key]);
    return { key, label, group, unit, values, differs: values.some(value => value !== values[0]) };
  });
  return all ? rows : rows.filter(({ differs }) => differs);
}

/** Everything that it takes to get the same run again, as one line of text. */
export function reproduceLine(run: { name: string; preset: string; settings: Settings }, facts: { version: string; corpus: string; corpusHash: string; query: string }): string {
  return `BatCoder Lab ${facts.version}, run ${run.name}: ?${facts.query || `preset=${run.preset}`}, seed ${run.settings.seed}, corpus ${facts.corpus}${facts.corpusHash ? ` (SHA-256 ${facts.corpusHash})` : ''}`;
}
