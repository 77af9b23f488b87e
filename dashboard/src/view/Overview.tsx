import { useMemo } from 'preact/hooks';
import { filtered, ordered, type CaseOrder, type Dimension, type Filter } from '../data/filter';
import type { Report } from '../data/report';
import { Breakdown } from './Breakdown';
import { CaseList } from './CaseList';
import { Summary } from './Summary';
import { TimelineSection } from './TimelineSection';

function omittedCases({ case_counts, cases }: Report): number {
  return case_counts ? case_counts.dangerous + case_counts.uncertain - cases.length : 0;
}

/** On a narrow page the list stands above the breakdowns: show what a choice did there. */
function showList(): void {
  const title = document.getElementById('cases-title');
  if (title !== null && title.getBoundingClientRect().bottom < 0) title.scrollIntoView();
}

interface Props {
  report: Report;
  filter: Filter;
  change: (part: Partial<Filter>) => void;
  order: CaseOrder;
  setOrder: (order: CaseOrder) => void;
  themeChanges: number;
  /** The address names a case that this report does not have. */
  lost: boolean;
}

export function Overview({ report, filter, change, order, setOrder, themeChanges, lost }: Props) {
  const cases = useMemo(
    () => ordered(filtered(report.cases, filter), order),
    [report, filter, order],
  );
  const breakdown = (dimension: Dimension, title: string) => (
    <Breakdown
      title={title}
      dimension={dimension}
      shares={report[`by_${dimension}`]}
      chosen={filter[dimension]}
      choose={(name) => {
        change({ [dimension]: name });
        showList();
      }}
    />
  );
  return (
    <main>
      {lost && <p class="lost" role="status">The address names a case that this report does not have. Here are all of them.</p>}
      <Summary report={report} />
      {report.timeline.total.length > 0 && (
        <TimelineSection
          timeline={report.timeline}
          period={filter.period}
          setPeriod={(period) => change({ period })}
          themeChanges={themeChanges}
        />
      )}
      <div class={report.cases.length > 0 ? 'columns' : 'columns columns-calm'}>
        {report.cases.length > 0 && (
          <CaseList
            omitted={omittedCases(report)}
            all={report.cases}
            cases={cases}
            filter={filter}
            change={change}
            order={order}
            setOrder={setOrder}
          />
        )}
        <aside class="breakdowns" aria-label="Where the events come from">
          {breakdown('user', 'Users')}
          {breakdown('service', 'Services')}
          {breakdown('region', 'Regions')}
        </aside>
      </div>
    </main>
  );
}
