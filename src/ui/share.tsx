/** The Share button: a link that is a configuration, and in plain words what is in it and what is not. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { PRESETS, presetSettings, SETTINGS, toQuery } from '../config';
import { CopyButton } from './clipboard';
import { Dialog } from './dialog';
import { plural } from './format';
import { corpus, model, preset, settings } from './state';

export function Share(): JSX.Element {
  const open = useSignal(false);
  return (
    <>
      <button type="button" class="small" id="share" aria-haspopup="dialog" onClick={() => { open.value = true; }}>Share</button>
      {open.value && <ShareDialog onClose={() => { open.value = false; }} />}
    </>
  );
}

function ShareDialog({ onClose }: { onClose: () => void }): JSX.Element {
  const name = preset.value;
  const base = presetSettings(name);
  const changed = SETTINGS.filter(({ key }) => settings.value[key] !== base[key]);
  const query = toQuery(settings.value, name);
  const link = `${location.origin}${location.pathname}${query === 'preset=demo' ? '' : `?${query}`}`;
  const ownData = corpus.value?.source === 'folder', ownModel = model.value?.source === 'folder';
  return (
    <Dialog id="share-dialog" title="Share this configuration" onClose={onClose} foot={<CopyButton label="Copy link" text={link} primary />}>
      <label class="share-link"><span class="muted">The link</span><input readOnly value={link} onFocus={event => event.currentTarget.select()} /></label>
      <div class="columns">
        <section aria-label="In the link">
          <h3>In the link</h3>
          <p>The preset {PRESETS[name].label}{changed.length === 0 ? ', and nothing else: no setting differs from it.' : ` and the ${plural(changed.length, 'setting that differs', 'settings that differ')} from it:`}</p>
          {changed.length > 0 && <ul class="share-list">{changed.map(({ key, label }) => <li key={key}>{label}: <b>{String(settings.value[key])}</b> <span class="muted">instead of {String(base[key])}</span></li>)}</ul>}
        </section>
        <section aria-label="Not in the link">
          <h3>Not in the link</h3>
          <ul class="share-list">
            <li>your code and the names of your files</li>
            <li>the model and its weights</li>
            <li>runs, curves, samples and anything the model wrote</li>
          </ul>
          <p class="muted">{ownData || ownModel ? `Who opens it starts with the page's own ${[...(ownData ? ['sample corpus'] : []), ...(ownModel ? ['starter model'] : [])].join(' and ')}, not with yours. ` : ''}To hand a run on, export it in Runs as a file.</p>
        </section>
      </div>
      <p class="muted">The page checks what a link says before it uses any of it: with one wrong setting none is applied.</p>
    </Dialog>
  );
}
