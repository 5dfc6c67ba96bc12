/** What a profile says of the engine as a whole: the adapter and its ceilings, memory by purpose, the tuner's choices. */
import type { JSX } from 'preact';
import type { EngineProfile } from '../../types';
import { bytes, count, value } from '../format';
import { adapter } from '../state';
import { percent } from './kernel_table';

export function AdapterFacts({ engine }: { engine: EngineProfile }): JSX.Element {
  const a = adapter.value, { ceilings } = engine;
  return (
    <section class="card" aria-labelledby="profile-adapter">
      <h3 id="profile-adapter">Adapter and ceilings</h3>
      <dl class="facts">
        <dt>Adapter</dt><dd>{adapterName()}</dd>
        <dt>Arithmetic</dt><dd>{ceilings ? `${value(ceilings.flops / 1e9)} GFLOP/s, reached by the engine's own matrix product` : 'Not measured yet: it is with the first profile.'}</dd>
        <dt>Memory</dt><dd>{ceilings ? `${value(ceilings.bytes / 1e9)} GB/s read and written, reached by a plain copy` : 'Not measured yet: it is with the first profile.'}</dd>
        <dt>Timestamps</dt><dd>{engine.timestamps ? 'Yes: each kernel is timed on the GPU.' : 'None: no kernel can be timed alone.'}</dd>
      </dl>
      {a?.fallback && <p class="note warn">This adapter is software: the processor does the work of a graphics card. Its times say nothing about a graphics card, neither how long a kernel takes there nor which one takes longest.</p>}
    </section>
  );
}

/** The adapter as one line, for the page and the trace. */
export function adapterName(): string {
  const a = adapter.value;
  if (!a) return 'unknown';
  return [...new Set([a.description, a.vendor, a.architecture, a.device].filter(part => part !== ''))].join(', ') || 'not named by the browser';
}

export function MemoryCard({ engine: { memory, buffers, firstStepBytes } }: { engine: EngineProfile }): JSX.Element {
  const sum = memory.reduce((total, use) => total + use.bytes, 0), rows = memory.toSorted((a, b) => b.bytes - a.bytes);
  return (
    <section class="card" aria-labelledby="profile-memory">
      <h3 id="profile-memory">Memory on the GPU: {bytes(sum)}</h3>
      {rows.length === 0 && <p class="muted">The engine holds nothing on the GPU now.</p>}
      {buffers !== undefined && <p class="muted" id="memory-buffers">{count(buffers)} live {buffers === 1 ? 'buffer' : 'buffers'}{firstStepBytes === undefined ? '' : sum === firstStepBytes ? ', not a byte more or less than after the first update' : `, ${bytes(Math.abs(sum - firstStepBytes))} ${sum > firstStepBytes ? 'more' : 'less'} than after the first update`}.</p>}
      <ul class="memory" id="memory">{rows.map(use => (
        <li key={use.purpose} title={`${count(use.bytes)} bytes`}>
          <span>{use.purpose}</span>
          <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect width={sum > 0 ? 100 * use.bytes / sum : 0} height="6" /></svg>
          <span class="figure">{bytes(use.bytes)}</span><span class="figure">{percent(sum > 0 ? use.bytes / sum : 0)}</span>
        </li>
      ))}</ul>
    </section>
  );
}

export function TunerCard({ tuned }: { tuned: EngineProfile['tuned'] }): JSX.Element | null {
  if (tuned.length === 0) return null;
  return (
    <section class="card" aria-labelledby="profile-tuner">
      <h3 id="profile-tuner">Kernels chosen by measuring</h3>
      <p class="muted">For each class of shapes the engine timed the kernels that can do the work on this adapter, and takes the fastest where it gains enough; where there was no time to measure, the guess stays.</p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Kernels chosen by measuring">
        <table class="data choices">
          <thead><tr><th scope="col">Shapes</th><th scope="col" class="left">Chosen</th><th scope="col" class="left">Candidates, ms</th></tr></thead>
          <tbody>{tuned.map(({ shape, chosen, candidates }) => (
            <tr key={shape}>
              <th scope="row">{shape}</th><td class="left">{chosen}</td>
              <td class="left candidates">{candidates.length === 0 ? 'guessed' : candidates.toSorted((a, b) => a.ms - b.ms).map(({ kernel, ms }) => <span key={kernel}>{kernel} <b>{value(ms)}</b></span>)}</td>
            </tr>
          ))}</tbody>
        </table>
      </div>
    </section>
  );
}
