/** The bound of UCoder's theorem as a thing to try: how many tests for how many answers. Knows numbers only. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { EPSILON, failureBound, testsNeeded, testsOfThePaper } from '../../ucoder/theorem';
import { count, value } from '../format';
import { percent } from './stages';

/** @param measured p of the open run, where it has one */
export function TheoremView({ candidates, tests, measured }: { candidates: number; tests: number; measured: number }): JSX.Element {
  // What was not touched follows the run.
  const moved = useSignal<{ n?: number; t?: number }>({}), agreement = useSignal<number | null>(null);
  const n = moved.value.n ?? candidates, t = moved.value.t ?? tests;
  const p = agreement.value ?? (Number.isFinite(measured) ? Math.round(100 * measured) / 100 : 0.9);
  const bound = failureBound(n, p, t), needed = testsNeeded(n, p, EPSILON), paper = testsOfThePaper(n, Math.max(1, Math.ceil(n / 4)), p);
  const wide = 600, high = 150, most = Math.max(20, Math.min(400, Number.isFinite(needed) ? Math.ceil(needed * 1.4) : 200));
  const at = (x: number): [number, number] => [40 + ((wide - 50) * x) / most, 14 + (high - 39) * (1 - failureBound(n, p, x))];
  const line = Array.from({ length: 101 }, (_, i) => at((most * i) / 100).map(x => x.toFixed(1)).join(',')).join(' ');
  return (
    <section class="panel">
      <h2>How many tests make a consensus trustworthy?</h2>
      <p>UCoder’s theorem: if the answers err independently, and two wrong ones agree on a test with a chance of at most p, then the largest cluster is right but for a chance of n² pᵗ, with n answers and t tests.</p>
      <div class="ucoder-tries">
        <label>Answers (n) <input type="range" min="2" max="128" value={n} onInput={event => { moved.value = { ...moved.peek(), n: Number(event.currentTarget.value) }; }} /><span>{n}</span></label>
        <label>Two wrong ones agree on a test (p) <input type="range" min="0.05" max="0.99" step="0.01" value={p} onInput={event => { agreement.value = Number(event.currentTarget.value); }} /><span>{p.toFixed(2)}{agreement.value === null && Number.isFinite(measured) ? ', measured in this run' : ''}</span></label>
        <label>Tests (t) <input type="range" min="1" max="200" value={t} onInput={event => { moved.value = { ...moved.peek(), t: Number(event.currentTarget.value) }; }} /><span>{t}</span></label>
      </div>
      <svg class="ucoder-bound" viewBox={`0 0 ${wide} ${high}`} role="img" aria-label={`The bound falls from 1 to 0.05 at ${count(needed)} tests.`}>
        <line x1="40" x2={wide - 10} y1={high - 25} y2={high - 25} class="axis" /><line x1="40" x2="40" y1="10" y2={high - 25} class="axis" />
        <polyline points={line} class="curve" />
        {Number.isFinite(needed) && needed <= most && <line x1={at(needed)[0]} x2={at(needed)[0]} y1="10" y2={high - 25} class="needed" />}
        {t <= most && <circle cx={at(t)[0]} cy={at(t)[1]} r="5" class="here" />}
        <text x="36" y="16" text-anchor="end">1</text><text x="46" y="9">chance of error</text><text x="36" y={high - 22} text-anchor="end">0</text><text x={wide - 10} y={high - 8} text-anchor="end">{most} tests</text>
      </svg>
      <p class="big">{Number.isFinite(needed) ? `${count(needed)} tests for a chance of error of at most 5 %` : 'No number of tests is enough'}</p>
      <p>With {t} tests the bound is {bound >= 1 ? '1: it promises nothing' : bound < 0.0005 ? 'below 0.1 %' : percent(bound)}. The count printed in the paper, ln(n/k) / −ln p, gives {count(paper)} for a quarter of right answers; with it the bound is {value(Math.min(1, failureBound(n, p, paper)))}.</p>
      <p class="note warn">It rests on independent errors. Where all answers misread a problem alike, or the problem leaves something out, they agree on the same wrong thing, and no number of tests shows it. p is measured between clusters, without knowing which are wrong.</p>
    </section>
  );
}
