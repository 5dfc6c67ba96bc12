/** The chip that names the adapter, and the screen for each reason why there is none: what is missing, what became of the runs, what to do, and what works meanwhile. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { CHECKED_ON, takenFor } from './browser_support';
import { helpFor, SOFTWARE_HELP } from './capability';
import type { Missing } from './capability';
import { probeCapability } from './capability_probe';
import { CopyButton } from './clipboard';
import { lastSaved } from './failure_view';
import { savedBefore } from './failures';
import { bytes } from './format';
import { formatPlace, TABS } from './place';
import type { Tab } from './place';
import { speech, useSpoken } from './speech';
import { capability, failure, place } from './state';

export function CapabilityChip(): JSX.Element {
  const c = capability.value;
  if (c.kind === 'checking') return <span class="chip" id="capability">Checking WebGPU…</span>;
  if (c.kind !== 'ready') return <span class="chip bad" id="capability">No WebGPU</span>;
  return (
    <span class={`chip ${c.software ? 'warn' : 'good'}`} id="capability">
      {c.software ? 'WebGPU on the processor' : 'WebGPU ready'}
      <span class="chip-detail"> · {c.name} · f16 {c.f16 ? 'yes' : 'no'} · {bytes(c.bufferLimit)} limit</span>
    </span>
  );
}

/** What the other tabs are good for without a graphics adapter. */
const MEANWHILE: Readonly<Record<string, string>> = {
  explain: 'a recorded run, told from its first step to its last: how the loop learns, without training',
  data: 'drop your own code and see which functions are found, what is left out and why; the sample corpus is there already',
  samples: 'what a saved run wrote, rebuilt and was rewarded for',
  runs: 'curves of saved runs, their files to export, models to load',
};

/** An address that is not secure takes the browser's hashes away too, and reading code needs them. */
const NEED_SECURE: ReadonlySet<Tab> = new Set<Tab>(['data']);

export function CapabilityHelp(): JSX.Element | null {
  const c = capability.value;
  const missing = c.kind === 'checking' || c.kind === 'ready' ? null : helpFor(c, navigator.userAgent, location.href);
  const works = TABS.filter(tab => MEANWHILE[tab] && (c.kind !== 'insecure' || !NEED_SECURE.has(tab)));
  useSpoken(missing ? `${missing.title}. Training does not work here; the page says what does.` : '');
  if (c.kind === 'checking') return null;
  if (c.kind === 'ready') return c.software && place.value.tab === 'train' ? <SoftwareNote /> : null;
  if (!missing) return null;
  if (works.includes(place.value.tab) && failure.value?.name !== 'WebGPUUnavailable') {
    return <p class="note warn" id="capability-line">Training needs WebGPU, which this browser does not give the page; this tab works without it. <a href={formatPlace({ tab: 'train' })}>Why, and what to do</a></p>;
  }
  return (
    <section class="panel bad" id="capability-help" data-cause={c.kind} aria-labelledby="capability-title">
      <h2 id="capability-title">{missing.title}</h2>
      <dl class="facts">
        <dt>What is missing</dt><dd>{missing.cause}</dd>
        <dt>What became of the runs</dt><dd>{savedBefore(lastSaved.value, Date.now())}</dd>
        <dt>What to do</dt><dd><ol>{missing.steps.map(step => <li key={step}>{step}</li>)}</ol><p class="muted">For {takenFor(navigator.userAgent)}; what browsers can was checked on {CHECKED_ON}.</p></dd>
        <dt>Meanwhile</dt><dd>{works.length > 1 ? 'These work' : 'This works'} without WebGPU:<ul>{works.map(tab => <li key={tab}><a href={formatPlace({ tab })}>{tab[0]!.toUpperCase() + tab.slice(1)}</a>: {MEANWHILE[tab]}.</li>)}</ul></dd>
      </dl>
      <div class="row">
        {c.kind !== 'insecure' && c.kind !== 'no-api' && <AskAgain />}
        <CopyButton label="Copy details" text={details(c)} />
      </div>
      <details>
        <summary>Details</summary>
        <pre>{details(c)}</pre>
      </details>
    </section>
  );
}

/** A card can come back without a reload: plugged in, woken, switched on. */
function AskAgain(): JSX.Element {
  const asking = useSignal(false);
  async function again(): Promise<void> {
    asking.value = true;
    try { await probeCapability(); } finally { asking.value = false; }
    if (capability.peek().kind === 'ready') { failure.value = null; speech.announce('There is an adapter now.', true); } else speech.announce('Still no adapter.', true);
  }
  return <button type="button" disabled={asking.value} onClick={() => void again()}>{asking.value ? 'Asking…' : 'Ask for an adapter again'}</button>;
}

function SoftwareNote(): JSX.Element {
  return <p class="note warn" id="software-note"><b>{SOFTWARE_HELP.title}.</b> {SOFTWARE_HELP.cause} {SOFTWARE_HELP.steps.join(' ')}</p>;
}

function details(c: Missing): string {
  return `${c.kind}: ${c.detail}\n${navigator.userAgent}\nsecure context: ${String(isSecureContext)}\naddress: ${location.origin}`;
}
