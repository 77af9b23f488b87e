import { useMemo, useState } from 'preact/hooks';
import { laidOut, type Token } from '../data/json';
import type { CaseEvent } from '../data/report';
import { count, visible } from '../data/text';
import { LogText } from './LogText';

/** Tokens drawn at once: a record of a megabyte is drawn when somebody asks for all of it. */
const TOKENS_MAX = 4000;
const TEXT_MAX = 20000;

function CopyButton({ text }: { text: string }) {
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState('done');
    } catch {
      setState('failed');
    }
    setTimeout(() => setState('idle'), 2000);
  };
  const label = { idle: 'Copy', done: 'Copied', failed: 'The browser does not allow it' }[state];
  return <button type="button" class="copy" onClick={copy} aria-live="polite">{label}</button>;
}

const shortened = (text: string, isWhole: boolean): string =>
  isWhole || text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX)}… ${count(text.length - TEXT_MAX)} more characters`;

function Tokens({ tokens, isWhole }: { tokens: readonly Token[]; isWhole: boolean }) {
  const drawn = isWhole ? tokens : tokens.slice(0, TOKENS_MAX);
  return (
    <>
      {drawn.map(({ kind, text }, at) =>
        kind === 'space' || kind === 'mark' ? text : <span key={at} class={`json-${kind}`}>{visible(shortened(text, isWhole))}</span>,
      )}
    </>
  );
}

/** One event: who and from where, then the record as it was logged. */
export function RawEvent({ event }: { event: CaseEvent }) {
  const tokens = useMemo(() => laidOut(event.raw), [event.raw]);
  const [isWhole, setWhole] = useState(false);
  const isLong =
    event.raw.length > TEXT_MAX && (tokens === null || tokens.length > TOKENS_MAX || tokens.some(({ text }) => text.length > TEXT_MAX));
  return (
    <div class="raw">
      <div class="raw-head">
        <span class="muted">Event <span class="mono"><LogText text={event.event_id} max={60} /></span> · risk {event.risk}</span>
        <CopyButton text={event.raw} />
      </div>
      <pre tabIndex={0} aria-label="Raw event"><code>
        {tokens === null ? visible(shortened(event.raw, isWhole)) : <Tokens tokens={tokens} isWhole={isWhole} />}
      </code></pre>
      {isLong && !isWhole && (
        <button type="button" class="more" onClick={() => setWhole(true)}>Show the whole record <span class="muted">{count(event.raw.length)} characters</span></button>
      )}
    </div>
  );
}
