import type { Verdict } from '../data/report';
import { LogText } from './LogText';

/** Three shapes, so that a verdict is told without colour too. */
export function VerdictIcon({ verdict }: { verdict: Verdict }) {
  return (
    <svg class={`icon icon-${verdict}`} viewBox="0 0 16 16" aria-hidden="true">
      {verdict === 'dangerous' && (
        <>
          <path class="shape" d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z" />
          <path class="sign" d="M8 4.2v4.4M8 11.4v.2" />
        </>
      )}
      {verdict === 'uncertain' && (
        <>
          <path class="shape" d="M8 1 15.4 14.6H.6z" />
          <path class="sign" d="M6.5 7.2c.1-2 3-2 3-.1 0 1.2-1.5 1.2-1.5 2.7M8 12.3v.1" />
        </>
      )}
      {verdict === 'safe' && (
        <>
          <circle class="shape" cx="8" cy="8" r="7.4" />
          <path class="sign" d="m4.7 8.3 2.3 2.3 4.3-4.9" />
        </>
      )}
    </svg>
  );
}

export function VerdictPill({ verdict }: { verdict: Verdict }) {
  return (
    <span class={`pill pill-${verdict}`}>
      <VerdictIcon verdict={verdict} />
      <LogText text={verdict} max={20} />
    </span>
  );
}
