import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { tacticNames } from '../data/attack';
import { isNarrowed, NO_FILTER, type CaseOrder, type Filter } from '../data/filter';
import type { Case, Verdict } from '../data/report';
import { clock, count, counted, day, shortName, shortService, span } from '../data/text';
import { ROW } from '../keys';
import { caseAddress } from '../route';
import { LogText } from './LogText';
import { MoreButton, useShown } from './More';
import { VerdictIcon } from './Verdict';

const PAGE = 100;

interface Props {
  /** Cases that the report leaves out, having too many. */
  omitted: number;
  all: readonly Case[];
  cases: readonly Case[];
  filter: Filter;
  change: (part: Partial<Filter>) => void;
  order: CaseOrder;
  setOrder: (order: CaseOrder) => void;
}

/** Typing is answered at once; the search through all raw records follows when it pauses. */
function SearchField({ query, setQuery }: { query: string; setQuery: (query: string) => void }) {
  const [typed, setTyped] = useState(query);
  const timer = useRef(0);
  useLayoutEffect(() => setTyped(query), [query]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const answer = (text: string, wait: number) => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setQuery(text), wait);
  };
  return (
    <input
      id="search"
      type="search"
      placeholder="Search cases and raw events"
      aria-label="Search cases: title, actor, events, ids, addresses, findings, raw records"
      aria-keyshortcuts="/"
      autocomplete="off"
      spellcheck={false}
      value={typed}
      onInput={(event) => answer(event.currentTarget.value, 120)}
      // Also what was typed a moment ago and is not searched for yet.
      onKeyDown={(event) => event.key === 'Escape' && answer('', 0)}
    />
  );
}

function VerdictChips({ all, verdict, change }: { all: readonly Case[]; verdict: Verdict | null; change: Props['change'] }) {
  const chip = (value: Verdict | null, label: string) => {
    const cases = value === null ? all.length : all.filter((item) => item.verdict === value).length;
    return (
      <button type="button" class="chip" aria-pressed={verdict === value} onClick={() => change({ verdict: value })}>
        {value !== null && <VerdictIcon verdict={value} />} {label} <span class="muted">{count(cases)}</span>
      </button>
    );
  };
  return (
    <div class="chips" role="group" aria-label="Verdict">
      {chip(null, 'All')}
      {chip('dangerous', 'Dangerous')}
      {chip('uncertain', 'Uncertain')}
    </div>
  );
}

/** What else narrows the list, each to be taken away. */
function ActiveFilters({ filter, change }: Pick<Props, 'filter' | 'change'>) {
  const tag = (label: string, value: string, without: Partial<Filter>) => (
    <button type="button" class="chip tag" onClick={() => change(without)}>
      <span class="muted">{label}</span> <LogText text={value} max={80} /> <span aria-hidden="true">×</span>
      <span class="hidden">remove</span>
    </button>
  );
  const { user, service, region, period } = filter;
  if (user === null && service === null && region === null && period === null) return null;
  const at = (time: number): string => `${day(time)}, ${clock(time)}`;
  return (
    <div class="chips" role="group" aria-label="Filters">
      {period && tag('period', `${at(period.from)} – ${at(period.to)}`, { period: null })}
      {user !== null && tag('user', shortName(user), { user: null })}
      {service !== null && tag('service', shortService(service), { service: null })}
      {region !== null && tag('region', region, { region: null })}
    </div>
  );
}

function CaseRow({ item }: { item: Case }) {
  const tactics = tacticNames(item.tactics);
  return (
    <li>
      <a class={`case-row row-${item.verdict}`} href={caseAddress(item.id)} {...ROW}>
        <span class="risk" title="Risk, 0 to 100">
          <b><span class="hidden">risk </span>{item.risk}</b>
          <span class="row-verdict"><VerdictIcon verdict={item.verdict} /> <LogText text={item.verdict} max={20} /></span>
        </span>
        <span class="row-main">
          <span class="row-title"><LogText text={item.title} max={200} /></span>
          <span class="row-facts">
            <span class="actor"><LogText text={shortName(item.actor)} max={120} /></span>
            <span>{span(item.first, item.last)}</span>
            <span>{counted(item.events, 'event')}</span>
          </span>
          {item.story[0] && <span class="row-story"><LogText text={item.story[0]} max={240} /></span>}
          {tactics.length > 0 && (
            <span class="row-tactics">
              {tactics.slice(0, 6).map((name) => <span key={name}><LogText text={name} max={40} /></span>)}
              {tactics.length > 6 && <span>+{tactics.length - 6}</span>}
            </span>
          )}
        </span>
      </a>
    </li>
  );
}

export function CaseList({ omitted, all, cases, filter, change, order, setOrder }: Props) {
  const { shown, showMore, showFirst } = useShown(PAGE, PAGE);
  useEffect(showFirst, [filter, order]);
  const found = isNarrowed(filter) ? `${count(cases.length)} of ${counted(all.length, 'case')}` : counted(all.length, 'case');
  return (
    <section class="cases" aria-labelledby="cases-title">
      <header>
        <h2 id="cases-title">Cases</h2>
        <span class="muted" role="status">{found}</span>
        <label class="order">
          Sort by{' '}
          <select value={order} onChange={(event) => setOrder(event.currentTarget.value as CaseOrder)}>
            <option value="risk">risk</option>
            <option value="recent">most recent</option>
            <option value="events">events</option>
          </select>
        </label>
      </header>
      <div class="controls">
        <SearchField query={filter.query} setQuery={(query) => change({ query })} />
        <VerdictChips all={all} verdict={filter.verdict} change={change} />
        <ActiveFilters filter={filter} change={change} />
      </div>
      <ol class="case-list">
        {cases.slice(0, shown).map((item) => <CaseRow key={item.id} item={item} />)}
      </ol>
      <MoreButton shown={shown} total={cases.length} step={PAGE} onMore={showMore} />
      {omitted > 0 && <p class="muted small">{counted(omitted, 'further case')} of lower risk {omitted === 1 ? 'is' : 'are'} left out of this page.</p>}
      {cases.length === 0 && (
        <div class="nothing">
          <p>No case fits these filters.</p>
          <button type="button" onClick={() => change(NO_FILTER)}>Show all cases</button>
        </div>
      )}
    </section>
  );
}
