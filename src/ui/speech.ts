/** The one voice of the page: whatever a screen reader is to hear goes through here to the one live region. Knows no view. */
import { useEffect, useRef } from 'preact/hooks';
import { Announcer } from './announcer';
import { announcement } from './state';

/** Milestones wait for their turn; answers to what a person just did, and failures, are `urgent`. */
export const speech = new Announcer(
  // The same words twice are no change of the region, and a region that does not change is not read.
  text => { announcement.value = announcement.peek() === text ? `${text}\u00a0` : text; },
  () => performance.now(),
  (ms, f) => { setTimeout(f, ms); },
);

/** Says a text that a view shows when it changes; '' says nothing. */
export function useSpoken(text: string, urgent = false): void {
  useEffect(() => { if (text !== '') speech.announce(text, urgent); }, [text]);
}

/** The same as an element that draws nothing; what is there when it is first drawn is not said, only changes are. */
export function Spoken({ text, urgent = false }: { text: string; urgent?: boolean }): null {
  const said = useRef(text);
  useEffect(() => {
    if (text !== '' && text !== said.current) speech.announce(text, urgent);
    said.current = text;
  }, [text]);
  return null;
}
