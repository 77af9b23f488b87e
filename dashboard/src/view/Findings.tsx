import type { Case, Finding } from '../data/report';
import { counted, span } from '../data/text';
import { LogText } from './LogText';
import { MoreButton, useShown } from './More';

const FIRST = 10;
const PAGE = 50;
const LEVELS = ['critical', 'high', 'medium', 'low', 'informational'];

/** Place of a finding's level, the gravest first; what we do not know comes last. */
const rank = ({ level }: Finding): number => (LEVELS.includes(level) ? LEVELS.indexOf(level) : LEVELS.length);

/** An https address from a rule, or null: nothing else becomes a link. */
function httpsAddress(reference: string): string | null {
  if (!reference.startsWith('https://') || reference.length > 2000 || !URL.canParse(reference)) return null;
  return new URL(reference).href;
}

function Reference({ text }: { text: string }) {
  const address = httpsAddress(text);
  const label = <LogText text={text.replace(/^https:\/\//, '')} max={120} />;
  if (address === null) return label;
  return <a href={address} target="_blank" rel="noopener noreferrer">{label}</a>;
}

function Notes({ title, children }: { title: string; children: preact.ComponentChildren }) {
  return <div class="notes"><h4>{title}</h4><ul>{children}</ul></div>;
}

/** What one reads to decide: when it is harmless, and where it is described. */
function MoreNotes({ finding }: { finding: Finding }) {
  const { false_positives: harmless, references } = finding;
  if (harmless.length === 0 && references.length === 0) return null;
  return (
    <details class="more-notes">
      <summary>{harmless.length > 0 ? 'When it is harmless' : 'References'}{harmless.length > 0 && references.length > 0 && ', references'}</summary>
      <div class="note-columns">
        {harmless.length > 0 && <Notes title="Harmless if">{harmless.map((text) => <li key={text}><LogText text={text} /></li>)}</Notes>}
        {references.length > 0 && <Notes title="References">{references.map((text) => <li key={text}><Reference text={text} /></li>)}</Notes>}
      </div>
    </details>
  );
}

function FindingCard({ finding }: { finding: Finding }) {
  const level = LEVELS.includes(finding.level) ? finding.level : 'informational';
  return (
    <li class="finding">
      <header>
        <span class={`level level-${level}`}><LogText text={finding.level} max={20} /></span>
        <h3><LogText text={finding.title} max={200} /></h3>
        {finding.weight !== undefined && (
          <span class="weight muted" title="This finding's part in the risk, 0 to 1">weight {finding.weight.toFixed(2)}</span>
        )}
      </header>
      <p class="why"><LogText text={finding.why} max={800} /></p>
      <p class="muted small">
        {counted(finding.count, 'event')} · {span(finding.first, finding.last)}
        {finding.attack.map((id) => <span key={id} class="mono technique"><LogText text={id} max={40} /></span>)}
      </p>
      <MoreNotes finding={finding} />
    </li>
  );
}

export function Findings({ item }: { item: Case }) {
  const { shown, showMore } = useShown(FIRST, PAGE);
  const findings = [...item.findings].sort((a, b) => (b.weight ?? 0) - (a.weight ?? 0) || rank(a) - rank(b));
  return (
    <section class="card findings" aria-labelledby="findings-title">
      <h2 id="findings-title">{counted(findings.length, 'finding')}</h2>
      <ol class="plain">{findings.slice(0, shown).map((finding) => <FindingCard key={finding.id} finding={finding} />)}</ol>
      <MoreButton shown={shown} total={findings.length} step={PAGE} onMore={showMore} />
      {item.arithmetic && (
        <p class="arithmetic">
          <span class="muted">How the weights make the risk</span>
          <span class="mono"><LogText text={item.arithmetic} max={2000} /></span>
        </p>
      )}
    </section>
  );
}
