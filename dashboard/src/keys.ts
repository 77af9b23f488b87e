import { useLayoutEffect } from 'preact/hooks';

/** Marks what j and k move through: the rows of the list that is on the page. */
export const ROW = { 'data-row': '' } as const;

function moveFocus(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  if (rows.length === 0) return;
  const at = rows.findIndex((row) => row === document.activeElement);
  const start = step === 1 ? 0 : rows.length - 1;
  const next = at < 0 ? start : Math.min(Math.max(at + step, 0), rows.length - 1);
  rows[next]?.focus();
  rows[next]?.scrollIntoView({ block: 'nearest' });
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input, select, textarea');

/** `/` searches, Esc goes back to everything, j and k move; Enter opens what has the focus. */
export function useKeys(actions: { search: () => void; clear: () => void }): void {
  // Not useEffect, which waits for a frame: a key pressed before it would be lost.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'Escape') return actions.clear();
      if (isTyping(event.target)) return;
      if (event.key === 'j') moveFocus(1);
      if (event.key === 'k') moveFocus(-1);
      if (event.key === '/') {
        event.preventDefault();
        actions.search();
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}
