import type { Report, Verdict } from '../data/report';
import { count, counted, span } from '../data/text';
import { LogText } from './LogText';
import { VerdictIcon } from './Verdict';

const casesOf = ({ case_counts, cases }: Report, verdict: 'dangerous' | 'uncertain'): number =>
  case_counts?.[verdict] ?? cases.filter((item) => item.verdict === verdict).length;

function headline(report: Report): string {
  const dangerous = casesOf(report, 'dangerous');
  const uncertain = casesOf(report, 'uncertain');
  if (report.counts.read === 0) return 'No records were read';
  if (dangerous > 0) {
    const rest = uncertain > 0 ? `, ${count(uncertain)}\u00a0uncertain` : '';
    return `${counted(dangerous, 'dangerous case')}${rest}`;
  }
  if (uncertain > 0) return `Nothing dangerous, ${counted(uncertain, 'uncertain case')}`;
  return 'Nothing dangerous found';
}

function worst(report: Report): Verdict | 'none' {
  if (report.counts.read === 0) return 'none';
  if (casesOf(report, 'dangerous') > 0) return 'dangerous';
  return report.cases.length > 0 ? 'uncertain' : 'safe';
}

function Calm({ report }: { report: Report }) {
  const { counts, rules, skipped } = report;
  if (counts.read === 0) return <p class="lead">The inputs held no CloudTrail records, so there was nothing to judge.</p>;
  return (
    <p class="lead">
      {counted(counts.judged, 'event was', 'events were')} judged by {counted(rules.count, 'rule')}, and none gave
      a reason to look closer.
      {skipped.length > 0 && ` ${counted(counts.skipped, 'record')} could not be read and ${counts.skipped === 1 ? 'is' : 'are'} not covered by this.`}
    </p>
  );
}

function Inputs({ inputs }: { inputs: readonly string[] }) {
  if (inputs.length === 0) return null;
  const [first = '', ...others] = inputs;
  if (others.length === 0) return <span class="inputs">from <LogText text={first} /></span>;
  return (
    <details class="inputs">
      <summary>from {count(inputs.length)} inputs</summary>
      <ul>{inputs.slice(0, 200).map((input) => <li key={input}><LogText text={input} /></li>)}</ul>
      {inputs.length > 200 && <p>and {count(inputs.length - 200)} more</p>}
    </details>
  );
}

function Tile({ verdict, events, cases }: { verdict: Verdict; events: number; cases: number | null }) {
  return (
    <li class={`tile tile-${verdict}${events === 0 ? ' tile-zero' : ''}`}>
      <VerdictIcon verdict={verdict} />
      <div>
        <strong class="big">{count(events)}</strong>
        <span class="what">{verdict} {events === 1 ? 'event' : 'events'}</span>
        {cases !== null && <span class="muted">{counted(cases, `${verdict} case`)}</span>}
      </div>
    </li>
  );
}

/** Every record has gone somewhere, and the line shows where. */
function Accounting({ report }: { report: Report }) {
  const { counts, skipped } = report;
  const part = (value: number, name: string) => <span class="part"><b>{count(value)}</b> {name}</span>;
  return (
    <div class="accounting">
      <p>
        {part(counts.read, counts.read === 1 ? 'record read' : 'records read')} <i>=</i> {part(counts.judged, 'judged')}{' '}
        <i>+</i> {part(counts.filtered, 'filtered')} <i>+</i> {part(counts.repeated, 'repeated')} <i>+</i>{' '}
        {part(counts.skipped, 'skipped')}
      </p>
      {skipped.length > 0 && (
        <p class="muted">
          Skipped:{' '}
          {skipped.map(({ reason, count: times }, at) => (
            <>{at > 0 && ', '}{count(times)} × <LogText text={reason} max={120} /></>
          ))}
        </p>
      )}
    </div>
  );
}

export function Summary({ report }: { report: Report }) {
  const { counts, cases, period } = report;
  return (
    <section class={`summary summary-${worst(report)}`} aria-label="Summary">
      <div class="headline">
        <h1>{headline(report)}</h1>
        <p class="muted">
          {period.first !== null && <span>{span(period.first, period.last)}</span>} <Inputs inputs={report.inputs} />
        </p>
        {cases.length === 0 && <Calm report={report} />}
      </div>
      <ul class="tiles">
        <Tile verdict="dangerous" events={counts.dangerous} cases={casesOf(report, 'dangerous')} />
        <Tile verdict="uncertain" events={counts.uncertain} cases={casesOf(report, 'uncertain')} />
        <Tile verdict="safe" events={counts.safe} cases={null} />
      </ul>
      <Accounting report={report} />
    </section>
  );
}
