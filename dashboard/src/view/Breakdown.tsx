import { useMemo, useState } from 'preact/hooks';
import type { Dimension } from '../data/filter';
import type { Share } from '../data/report';
import { accountOf, count, shortName, shortService } from '../data/text';
import { LogText } from './LogText';
import { MoreButton, useShown } from './More';
import { VerdictIcon } from './Verdict';

type Column = keyof Share;

interface Props {
  title: string;
  dimension: Dimension;
  shares: readonly Share[];
  chosen: string | null;
  choose: (name: string | null) => void;
}

const SHORT: Record<Dimension, (name: string) => string> = {
  user: shortName,
  service: shortService,
  region: (name) => name,
};

/** By the column; what is alike in it by what was worse, then by size. */
function sorted(shares: readonly Share[], column: Column, ascending: boolean): Share[] {
  const sign = ascending ? 1 : -1;
  const compare = (a: Share, b: Share): number =>
    column === 'name' ? (a.name < b.name ? -1 : Number(a.name > b.name)) : a[column] - b[column];
  const worse = (a: Share, b: Share): number => b.dangerous - a.dangerous || b.uncertain - a.uncertain;
  return [...shares].sort((a, b) => sign * compare(a, b) || worse(a, b) || b.events - a.events);
}

/** Labels of more than one row: users of one name in several accounts. */
function repeatedLabels(shares: readonly Share[], short: (name: string) => string): Set<string> {
  const seen = new Set<string>();
  return new Set(shares.map(({ name }) => short(name)).filter((label) => seen.has(label) || !seen.add(label)));
}

/** Events relative to the largest row, with what was dangerous and uncertain in them. */
function Bar({ share, largest }: { share: Share; largest: number }) {
  const percent = (events: number): string => `${(100 * events) / Math.max(largest, 1)}%`;
  return (
    <span class="bar" aria-hidden="true">
      {share.dangerous > 0 && <i class="bar-dangerous" style={{ width: percent(share.dangerous) }} />}
      {share.uncertain > 0 && <i class="bar-uncertain" style={{ width: percent(share.uncertain) }} />}
      <i class="bar-rest" style={{ width: percent(share.events - share.dangerous - share.uncertain) }} />
    </span>
  );
}

interface RowProps {
  share: Share;
  label: string;
  /** What tells it from another row of the same label. */
  detail: string;
  largest: number;
  isChosen: boolean;
  choose: Props['choose'];
}

/** A row without cases has nothing to choose. */
function ShareRow({ share, label, detail, largest, isChosen, choose }: RowProps) {
  const name = <LogText text={label || '(none)'} max={80} />;
  const cell = (value: number, isMarked: boolean) => <td class={isMarked ? 'some' : ''}>{count(value)}</td>;
  return (
    <tr class={isChosen ? 'chosen' : ''}>
      <th scope="row" title={share.name.slice(0, 300)}>
        {share.cases > 0 ? (
          <button type="button" aria-pressed={isChosen} onClick={() => choose(isChosen ? null : share.name)}>{name}</button>
        ) : name}
        {detail && <span class="muted detail">{detail}</span>}
        <Bar share={share} largest={largest} />
      </th>
      {cell(share.events, false)}
      {cell(share.dangerous, share.dangerous > 0)}
      {cell(share.uncertain, share.uncertain > 0)}
      {cell(share.cases, share.cases > 0)}
    </tr>
  );
}

export function Breakdown({ title, dimension, shares, chosen, choose }: Props) {
  const [column, setColumn] = useState<Column>('dangerous');
  const [ascending, setAscending] = useState(false);
  const { shown, showMore } = useShown(6, 100);
  const rows = useMemo(() => sorted(shares, column, ascending), [shares, column, ascending]);
  const largest = useMemo(() => shares.reduce((most, share) => Math.max(most, share.events), 0), [shares]);
  const repeated = useMemo(() => repeatedLabels(shares, SHORT[dimension]), [shares, dimension]);
  if (shares.length === 0) return null;

  const sortBy = (next: Column) => {
    setAscending(next === column ? !ascending : next === 'name');
    setColumn(next);
  };
  const head = (name: Column, label: string, mark?: 'dangerous' | 'uncertain') => (
    <th scope="col" aria-sort={name !== column ? 'none' : ascending ? 'ascending' : 'descending'} class={name === 'name' ? '' : 'number'}>
      <button type="button" onClick={() => sortBy(name)} title={`Sort by ${label.toLowerCase()}`}>
        {mark ? <><VerdictIcon verdict={mark} /><span class="hidden">{label}</span></> : label}
      </button>
    </th>
  );
  return (
    <section class="card breakdown" aria-label={title}>
      <table>
        <thead>
          <tr>
            {head('name', title)}
            {head('events', 'Events')}
            {head('dangerous', 'Dangerous events', 'dangerous')}
            {head('uncertain', 'Uncertain events', 'uncertain')}
            {head('cases', 'Cases')}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((share) => (
            <ShareRow
              key={share.name}
              share={share}
              label={SHORT[dimension](share.name)}
              detail={repeated.has(SHORT[dimension](share.name)) ? accountOf(share.name) : ''}
              largest={largest}
              isChosen={share.name === chosen}
              choose={choose}
            />
          ))}
        </tbody>
      </table>
      <MoreButton shown={shown} total={rows.length} step={100} onMore={showMore} />
    </section>
  );
}
