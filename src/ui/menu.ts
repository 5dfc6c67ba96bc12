/** Menus that lie over the page fold away by Escape and by a click or the focus elsewhere; knows no menu's content. */
import { useEffect, useRef } from 'preact/hooks';
import type { RefObject } from 'preact';

/** For the `details` of a menu. Escape gives the focus back to its summary. */
export function useMenu(): RefObject<HTMLDetailsElement | null> {
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event): void => {
      const box = menu.current;
      if (!box?.open) return;
      if (event instanceof KeyboardEvent) {
        if (event.key !== 'Escape') return;
        if (box.contains(document.activeElement)) box.querySelector('summary')?.focus();
      } else if (event.target instanceof Node && box.contains(event.target)) return;
      box.open = false;
    };
    addEventListener('keydown', close);
    addEventListener('pointerdown', close);
    addEventListener('focusin', close);
    return () => { for (const type of ['keydown', 'pointerdown', 'focusin']) removeEventListener(type, close); };
  }, []);
  return menu;
}
