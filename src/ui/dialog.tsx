/** The one dialog of the page, and questions asked through it; knows no text of its own but its buttons. Native: Escape, focus and the rest of the page out of reach are the browser's. */
import { signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';

export interface DialogProps {
  title: string;
  /** Escape, the cross and a click beside it; draw the dialog no more when it is called. */
  onClose(): void;
  children: ComponentChildren;
  /** Buttons at its foot, the harmless one first; one with `autofocus` takes the focus. */
  foot?: ComponentChildren;
  /** A question wants an answer: no cross, and a click beside it does nothing. Escape still closes. */
  question?: boolean;
  id?: string;
}

/** Draw it while it is open: it opens as it is drawn, and gives the focus back when it is not drawn any more. */
export function Dialog({ title, onClose, children, foot, question = false, id }: DialogProps): JSX.Element {
  const box = useRef<HTMLDialogElement>(null);
  const name = useId();
  useLayoutEffect(() => {
    const dialog = box.current!;
    const opener = document.activeElement;
    dialog.showModal();
    return () => {
      dialog.close();
      // The browser gives the focus back to what had it, unless that is gone or disabled by now.
      if (document.activeElement === document.body) (opener instanceof HTMLElement && opener.isConnected && !opener.matches(':disabled') && opener !== document.body ? opener : document.getElementById('panel'))?.focus();
    };
  }, []);
  return (
    <dialog ref={box} id={id} class="dialog" aria-labelledby={name}
      onCancel={event => { event.preventDefault(); onClose(); }}
      onClick={event => { if (!question && event.target === event.currentTarget) onClose(); }}>
      <div class="dialog-box">
        <div class="panel-head">
          <h2 id={name}>{title}</h2>
          {!question && <button type="button" class="quiet" aria-label="Close" onClick={onClose}>×</button>}
        </div>
        <div class="dialog-body">{children}</div>
        {foot && <div class="row dialog-foot">{foot}</div>}
      </div>
    </dialog>
  );
}

export interface Question {
  title: string;
  /** What will happen, what becomes of the run, whether it can be undone. */
  text: string;
  /** The button that does it, as a verb: "Delete". */
  yes: string;
  /** Default "Cancel". */
  no?: string;
  danger?: boolean;
}

const asked = signal<(Question & { answer(yes: boolean): void }) | null>(null);

/** Asks a person; false on Cancel and Escape. A question asked while another is open answers that one with no. */
export function confirmed(question: Question): Promise<boolean> {
  asked.peek()?.answer(false);
  return new Promise(resolve => {
    asked.value = { ...question, answer: yes => { asked.value = null; resolve(yes); } };
  });
}

/** Where questions are drawn; once, in the frame. */
export function Questions(): JSX.Element | null {
  const q = asked.value;
  if (!q) return null;
  return (
    <Dialog key={q.title} id="question" title={q.title} question onClose={() => q.answer(false)} foot={
      <>
        <button type="button" autofocus onClick={() => q.answer(false)}>{q.no ?? 'Cancel'}</button>
        <button type="button" class={q.danger ? 'danger' : 'primary'} onClick={() => q.answer(true)}>{q.yes}</button>
      </>
    }><p>{q.text}</p></Dialog>
  );
}
