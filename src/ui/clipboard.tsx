/** Copies text, and lets a person do it where the browser refuses; knows nothing of what the text says. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { speech } from './speech';

/** A button that copies `text`. Refused, it shows the text selected, to be copied by hand. */
export function CopyButton({ text, label, primary = false }: { text: string; label: string; primary?: boolean }): JSX.Element {
  const state = useSignal<'' | 'copied' | 'refused'>('');
  const id = useId();
  async function copy(): Promise<void> {
    try {
      // Typed as always there, but pages that are not secure have none.
      await (navigator.clipboard as Clipboard | undefined ?? refuse()).writeText(text);
      state.value = 'copied';
      speech.announce('Copied.', true);
    } catch {
      state.value = 'refused';
      speech.announce('The browser refused to copy. The text is selected: copy it with the keyboard.', true);
    }
  }
  return (
    <>
      <button type="button" class={primary ? 'primary' : ''} onClick={() => void copy()}>{state.value === 'copied' ? 'Copied' : label}</button>
      {state.value === 'refused' && (
        <div class="copy-by-hand">
          <label class="muted" for={id}>The browser refused to copy. The text is selected: press Ctrl+C or ⌘C.</label>
          <textarea id={id} readOnly rows={4} value={text} ref={area => { if (area && document.activeElement !== area) { area.focus(); area.select(); } }} />
        </div>
      )}
    </>
  );
}

function refuse(): never { throw new Error('This page has no clipboard.'); }
