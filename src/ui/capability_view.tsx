/** The chip that names the adapter, and the screen for each reason why there is none. */
import type { JSX } from 'preact';
import { helpFor } from './capability';
import { bytes } from './format';
import { capability } from './state';

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

export function CapabilityHelp(): JSX.Element | null {
  const c = capability.value;
  if (c.kind === 'checking') return null;
  if (c.kind === 'ready') {
    return c.software
      ? <p class="note warn">This adapter is software: the processor does the work of a graphics card. Everything works, many times slower. The Demo preset with fewer updates is the right size.</p>
      : null;
  }
  const help = helpFor(c, navigator.userAgent, location.href);
  return (
    <section class="panel bad" aria-labelledby="capability-title">
      <h2 id="capability-title">{help.title}</h2>
      <p>{help.cause}</p>
      <ul>{help.steps.map(step => <li key={step}>{step}</li>)}</ul>
      <p class="muted">{help.footnote}</p>
      <details>
        <summary>Details for a report</summary>
        <pre>{`${c.kind}: ${c.detail}\n${navigator.userAgent}\nsecure context: ${String(isSecureContext)}`}</pre>
      </details>
    </section>
  );
}
