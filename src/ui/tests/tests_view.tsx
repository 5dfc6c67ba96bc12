/** The Tests tab: its sections, each with a view of its own; files that are dropped on it are benchmarks and answers. */
import './tests.css';
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { dragging } from '../file_ways';
import { MeasureView } from './measure_view';
import { SafetyView } from './safety_view';
import { takeFiles } from './tests_state';

/** One line a section; a switch is drawn where there is more than one. */
const SECTIONS: readonly { key: string; name: string; View: () => JSX.Element }[] = [
  { key: 'rates', name: 'Pass rates', View: MeasureView },
  { key: 'safety', name: 'Safety', View: SafetyView },
];
const section = signal(SECTIONS[0]!.key);

export function TestsView(): JSX.Element {
  const { View } = SECTIONS.find(({ key }) => key === section.value)!;
  return (
    <div class="tests" onDragOver={event => { event.preventDefault(); }} onDrop={event => {
      const dropped = [...event.dataTransfer?.files ?? []];
      if (dropped.length === 0) return;
      event.preventDefault();
      // Elsewhere on the page a drop is code to train on.
      event.stopPropagation();
      dragging.value = false;
      void takeFiles(dropped);
    }}>
      {SECTIONS.length > 1 && (
        <div class="row" role="group" aria-label="Look at">
          {SECTIONS.map(({ key, name }) => <button key={key} type="button" aria-pressed={section.value === key} onClick={() => { section.value = key; }}>{name}</button>)}
        </div>
      )}
      <View />
    </div>
  );
}
