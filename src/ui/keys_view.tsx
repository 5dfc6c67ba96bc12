/** Does what a key means, and shows the list of keys. Which key means what stands in keys.ts. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useActions } from './actions';
import type { Actions } from './actions';
import { Dialog } from './dialog';
import { KEYS, keyAction, keysOn, placeOf, switchKeys } from './keys';
import type { KeyAction } from './keys';
import { formatPlace } from './place';
import { busy, place, run, toast } from './state';

const listed = signal(false);

/** The button and its dialog; also where keys are heard, once for the page. */
export function Keys(): JSX.Element {
  const actions = useActions();
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      // A dialog has the page to itself.
      if (!keysOn.peek() || document.querySelector('dialog[open]')) return;
      const action = keyAction(event, placeOf(event.target));
      if (action && perform(action, actions)) event.preventDefault();
    };
    addEventListener('keydown', hear);
    return () => { removeEventListener('keydown', hear); };
  }, []);
  return (
    <>
      <button type="button" class="small" id="keys" aria-haspopup="dialog" onClick={() => { listed.value = true; }}>Keys<kbd aria-hidden="true">?</kbd></button>
      {listed.value && (
        <Dialog id="keys-dialog" title="Keys" onClose={() => { listed.value = false; }}>
          <table class="keys">
            <thead class="unseen"><tr><th scope="col">Key</th><th scope="col">What it does</th></tr></thead>
            <tbody>{KEYS.map(({ keys, what }) => <tr key={what}><th scope="row">{keys.map((key, i) => <>{i > 0 && (keys[0] === '1' ? ' to ' : ' ')}<kbd>{key}</kbd></>)}</th><td>{what}</td></tr>)}</tbody>
          </table>
          <p class="muted">Tab, Enter and the arrows reach everything else. Keys do nothing while you type in a field.</p>
          <label class="check"><input type="checkbox" checked={keysOn.value} onChange={event => switchKeys(event.currentTarget.checked)} /> Keys are on</label>
        </Dialog>
      )}
    </>
  );
}

/** True when the key was used. */
function perform(action: KeyAction, actions: Actions): boolean {
  const { state } = run.peek();
  switch (action.does) {
    case 'pause':
      if (state === 'paused') actions.proceed();
      else if (state === 'running') actions.pause();
      // Without a run Space scrolls, as on any page.
      else return busy.peek();
      return true;
    case 'step':
      if (state === 'paused') actions.step();
      return state === 'paused';
    case 'save':
      if (busy.peek()) actions.save();
      toast.value = { text: busy.peek() ? 'The run saves at its next step.' : 'No run is under way, so there is nothing to save.' };
      return true;
    case 'search': {
      const field = document.querySelector<HTMLElement>('#panel input[type=search], #panel [data-filter]');
      field?.focus();
      return field !== null;
    }
    case 'help':
      listed.value = true;
      return true;
    case 'tab':
      if (place.peek().tab !== action.tab) location.hash = formatPlace({ tab: action.tab, ...(action.tab === 'samples' && run.peek().id ? { run: run.peek().id } : {}) });
      return true;
  }
}
