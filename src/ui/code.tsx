/** Draws a piece of code, coloured by its grammar once that is known, plain until then and where it stays unknown. Text nodes only. */
import './code.css';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { COLOURS } from '../corpus/colour_names';
import type { Language } from '../types';
import { coloursOf, knownColours } from './code_colours';

/** @param label what a screen reader calls the block; it can be scrolled by keyboard. */
export function Code({ language, code, label }: { language: Language; code: string; label?: string }): JSX.Element {
  return <pre class="code" tabIndex={0} role="group" aria-label={label ?? 'Code'}><CodeText language={language} code={code} /></pre>;
}

/** The same inside a block of one's own: a row of a difference, a card. */
export function CodeText({ language, code }: { language: Language; code: string }): JSX.Element {
  const drawn = useSignal<{ code: string; spans: Uint32Array } | null>(null);
  useEffect(() => {
    let shown = true;
    void coloursOf(language, code).then((spans) => { if (shown && spans) drawn.value = { code, spans }; });
    return () => { shown = false; };
  }, [language, code]);
  const spans = knownColours(language, code) ?? (drawn.value?.code === code ? drawn.value.spans : undefined);
  return <code class="coloured">{spans ? pieces(code, spans) : code}</code>;
}

function pieces(code: string, spans: Uint32Array): (string | JSX.Element)[] {
  const found: (string | JSX.Element)[] = [];
  let at = 0;
  for (let i = 0; i < spans.length; i += 3) {
    const start = spans[i]!, end = spans[i + 1]!;
    if (start > at) found.push(code.slice(at, start));
    found.push(<span class={`c-${COLOURS[spans[i + 2]!]!}`}>{code.slice(start, end)}</span>);
    at = end;
  }
  if (at < code.length) found.push(code.slice(at));
  return found;
}
