/** The ways files come in from anywhere on the page: three file inputs and a drop. Knows where they go, not what becomes of them. */
import { signal } from '@preact/signals';
import type { JSX, TargetedEvent } from 'preact';
import { useEffect } from 'preact/hooks';
import { useActions } from './actions';
import { formatPlace } from './place';
import { busy, ingest, toast } from './state';

/** True while something is dragged over the page. */
export const dragging = signal(false);

const INPUTS = { folder: 'folder-input', zip: 'zip-input', model: 'model-input' } as const;

/** Opens the browser's dialog for a folder of code, a zip or a model folder; call it from a click. */
export function ask(what: keyof typeof INPUTS): void {
  document.getElementById(INPUTS[what])?.click();
}

/** Mounted once, whatever tab is shown, so that a drop never navigates away and scripts always find the inputs. */
export function FileWays(): JSX.Element {
  const actions = useActions();
  useEffect(() => {
    const withFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent): void => { if (withFiles(event)) { event.preventDefault(); dragging.value = true; } };
    const leave = (event: DragEvent): void => { if (event.relatedTarget === null) dragging.value = false; };
    const drop = (event: DragEvent): void => {
      if (!withFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      dragging.value = false;
      if (busy.peek() || ingest.peek()) { toast.value = { text: busy.peek() ? 'A run is under way: stop it to change the data.' : 'Files are being read: wait or cancel first.' }; return; }
      void actions.addDropped(event.dataTransfer);
      location.hash = formatPlace({ tab: 'data' });
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => { removeEventListener('dragover', over); removeEventListener('dragleave', leave); removeEventListener('drop', drop); };
  }, []);
  const taken = (use: (files: File[]) => Promise<void>) => (event: TargetedEvent<HTMLInputElement>): void => {
    const files = [...(event.currentTarget.files ?? [])];
    if (files.length > 0) void use(files);
    // The same folder may be chosen twice: without this the second choice is no change.
    event.currentTarget.value = '';
  };
  const folder = (element: HTMLInputElement | null): void => { if (element) element.webkitdirectory = true; };
  return (
    <div class="unseen" aria-hidden="true">
      <input id={INPUTS.folder} type="file" multiple tabIndex={-1} ref={folder} onChange={taken(files => actions.addFiles(files))} />
      <input id={INPUTS.zip} type="file" accept=".zip,application/zip" tabIndex={-1} onChange={taken(files => actions.addZip(files[0]!))} />
      <input id={INPUTS.model} type="file" multiple tabIndex={-1} ref={folder} onChange={taken(files => actions.loadModel(files))} />
    </div>
  );
}
