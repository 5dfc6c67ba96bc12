/** Where attention comes from: every head of the recorded run, or one head at a time of the run whose model is in the engine now. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { Episode } from '../../types';
import { useActions } from '../actions';
import type { AttentionView } from '../actions';
import { AttentionText, HeadGrid } from './attention';
import { recordedShares } from './recording';
import type { SequenceKind } from './recording';
import type { Shown } from './sources';

const KINDS: Record<SequenceKind, string> = { writer: 'Code, then the documentation it wrote', reader: 'Documentation, then the code it rebuilt' };

/** @param episode a sample whose tokens were kept, for the live engine */
export function AttentionLevel({ shown, episode }: { shown: Shown; episode: Episode | undefined }): JSX.Element {
  const kind = useSignal<SequenceKind>('writer'), head = useSignal(0);
  return (
    <section class="card explain-level" aria-labelledby="explain-attention">
      <h2 id="explain-attention">Where a head looks</h2>
      <p class="plain">Before it writes a token, each of the model's heads looks back at some of the tokens before it; point at a token to see which.</p>
      <fieldset class="row"><legend class="unseen">Sequence</legend>{(Object.keys(KINDS) as SequenceKind[]).map(one => (
        <label key={one} class="check"><input type="radio" name="attend-kind" checked={kind.value === one} onChange={() => { kind.value = one; }} /> {KINDS[one]}</label>
      ))}</fieldset>
      {shown.recording ? <Recorded shown={shown} kind={kind.value} head={head.value} choose={to => { head.value = to; }} /> : <Live key={`${shown.key} ${kind.value}`} episode={episode} kind={kind.value} head={head.value} choose={to => { head.value = to; }} run={shown.key} />}
      <p class="muted">A darker token with a thicker line under it is looked at more; the numbers below are the largest shares. Attention is not an explanation: it says where a head looks, not why the model wrote what it wrote.</p>
    </section>
  );
}

interface Choosing { kind: SequenceKind; head: number; choose: (head: number) => void }

function Recorded({ shown, kind, head, choose }: Choosing & { shown: Shown }): JSX.Element {
  const { config, attention } = shown.recording!, one = attention.find(found => found.kind === kind)!;
  const shares = useMemo(() => recordedShares(one, head), [one, head]);
  return (
    <>
      <HeadGrid layers={config.num_hidden_layers} heads={config.num_attention_heads} chosen={head} onChoose={choose} />
      <AttentionText key={kind} pieces={one.pieces} shares={shares} label={`${KINDS[kind]}: ${one.name}`} />
    </>
  );
}

function Live({ episode, kind, head, choose, run }: Choosing & { episode: Episode | undefined; run: string }): JSX.Element {
  const actions = useActions(), found = useSignal<AttentionView | string | null>(null);
  const look = episode?.documentationTrace && (kind === 'writer' || episode.reconstructions[0]?.trace) ? episode : undefined;
  useEffect(() => {
    if (!look) return;
    let here = true;
    void actions.attention({ run, kind, episode: look, head }).then(view => { if (here) found.value = view; });
    return () => { here = false; };
  }, [look, head]);
  const view = found.value;
  if (!look) return <p class="note">The tokens of the opened sample were not kept. Open the first function of a step above.</p>;
  if (view === null) return <p class="empty">Looking…</p>;
  if (typeof view === 'string') return <p class="note">{view}</p>;
  return (
    <>
      <HeadGrid layers={view.layers} heads={view.heads} chosen={head} onChoose={choose} />
      <AttentionText pieces={view.pieces} shares={view.shares} label={`${KINDS[kind]}: ${look.name}`} />
      <p class="muted">By the weights that the engine holds now.</p>
    </>
  );
}
