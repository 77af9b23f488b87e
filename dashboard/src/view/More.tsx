import { useState } from 'preact/hooks';
import { count } from '../data/text';

/** How many rows of a long list are drawn: `first`, then `step` more each time. */
export function useShown(first: number, step: number) {
  const [shown, setShown] = useState(first);
  return { shown, showMore: () => setShown(shown + step), showFirst: () => setShown(first) };
}

interface Props {
  shown: number;
  total: number;
  step: number;
  onMore: () => void;
}

export function MoreButton({ shown, total, step, onMore }: Props) {
  const rest = total - shown;
  if (rest <= 0) return null;
  return (
    <button type="button" class="more" onClick={onMore}>
      Show {count(Math.min(step, rest))} more <span class="muted">of {count(total)}</span>
    </button>
  );
}
