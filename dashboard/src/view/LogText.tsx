import { count, visible } from '../data/text';

interface Props {
  text: string;
  /** Characters shown at most; the raw event has them all. */
  max?: number;
}

/** Text from a log: set apart from its surroundings, nothing invisible in it, never a wall of it. */
/** Less than this is not worth cutting: the note would be as long. */
const WORTH_CUTTING = 30;

export function LogText({ text, max = 400 }: Props) {
  const omitted = text.length - max > WORTH_CUTTING ? text.length - max : 0;
  return (
    <bdi class="log">
      {visible(omitted > 0 ? text.slice(0, max) : text)}
      {omitted > 0 && <span class="muted">… {count(omitted)} more characters</span>}
    </bdi>
  );
}
