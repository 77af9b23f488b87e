import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { NO_FILTER, type CaseOrder, type Filter } from '../data/filter';
import type { Report } from '../data/report';
import { visible } from '../data/text';
import { useKeys } from '../keys';
import { caseAddress, LIST_ADDRESS, useCaseAddress } from '../route';
import { CaseView } from './CaseView';
import { Overview } from './Overview';
import { ThemeToggle } from './ThemeToggle';

const TITLE = 'Trailwarden report';

const searchField = () => document.getElementById('search');
const rowOf = (address: string) =>
  [...document.querySelectorAll<HTMLElement>('a.case-row')].find((row) => row.getAttribute('href') === address);

/**
 * Keeps the list's place. When the case view is left, the list is scrolled to where it was and the
 * case's row has the focus, or the search field where `search` left the case. All in layout effects:
 * a key pressed right after the change meets it done.
 */
function useListPlace(address: string | null): { search: () => void } {
  const listTop = useRef(0);
  const left = useRef<string | null>(null);
  const toSearch = useRef(false);
  useLayoutEffect(() => {
    if (address !== null) {
      left.current = address;
      scrollTo(0, 0);
      return undefined;
    }
    scrollTo(0, listTop.current);
    const target = toSearch.current ? searchField() : left.current && rowOf(left.current);
    if (target) target.focus({ preventScroll: !toSearch.current });
    toSearch.current = false;
    const remember = () => (listTop.current = scrollY);
    addEventListener('scroll', remember, { passive: true });
    return () => removeEventListener('scroll', remember);
  }, [address]);
  const search = () => {
    if (address === null) return searchField()?.focus();
    toSearch.current = true;
    location.hash = LIST_ADDRESS;
  };
  return { search };
}

export function App({ report }: { report: Report }) {
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const [order, setOrder] = useState<CaseOrder>('risk');
  const [themeChanges, setThemeChanges] = useState(0);
  const address = useCaseAddress();
  const byAddress = useMemo(
    () => new Map(report.cases.map((item) => [caseAddress(item.id), item])),
    [report],
  );
  const opened = address === null ? undefined : byAddress.get(address);
  const { search } = useListPlace(opened ? address : null);
  useEffect(() => {
    document.title = opened ? `${visible(opened.title).slice(0, 120)} – ${TITLE}` : TITLE;
  }, [opened]);

  const change = useCallback((part: Partial<Filter>) => setFilter((old) => ({ ...old, ...part })), []);
  const clear = () => {
    if (opened) location.hash = LIST_ADDRESS;
    else setFilter(NO_FILTER);
  };
  useKeys({ search, clear });

  return (
    <>
      <header class="top">
        <a class="brand" href={LIST_ADDRESS}>
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <path class="shield" d="M16 2 4 6v9c0 8 5 13 12 15 7-2 12-7 12-15V6z" />
            <path class="trail" d="M9 19l5-6 4 4 5-7" />
          </svg>
          Trailwarden
        </a>
        <ThemeToggle onChange={() => setThemeChanges((times) => times + 1)} />
      </header>
      {opened ? (
        <CaseView key={opened.id} item={opened} />
      ) : (
        <Overview
          report={report}
          filter={filter}
          change={change}
          order={order}
          setOrder={setOrder}
          themeChanges={themeChanges}
          lost={address !== null}
        />
      )}
      <footer class="foot">
        <p>
          {report.generator} · {report.rules.count} rules{' '}
          <span class="mono">{report.rules.hash.slice(0, 12)}</span> · all times UTC
        </p>
        <p class="keys">
          <kbd>/</kbd> search <kbd>j</kbd> <kbd>k</kbd> move <kbd>Enter</kbd> open <kbd>Esc</kbd> back, clear
        </p>
      </footer>
    </>
  );
}
