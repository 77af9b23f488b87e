import { useMemo, useState } from 'preact/hooks';
import type { Case, CaseEvent } from '../data/report';
import { clock, count, counted, day, seconds, shortService } from '../data/text';
import { ROW } from '../keys';
import { LogText } from './LogText';
import { MoreButton, useShown } from './More';
import { RawEvent } from './RawEvent';
import { VerdictIcon } from './Verdict';

const PAGE = 200;

interface RowProps {
  event: CaseEvent;
  panel: string;
  titles: readonly string[];
}

function EventRow({ event, panel, titles }: RowProps) {
  const [isOpen, setOpen] = useState(false);
  const at = seconds(event.time);
  return (
    <li class={`event event-${event.verdict}${isOpen ? ' open' : ''}`}>
      <button type="button" class="event-row" aria-expanded={isOpen} aria-controls={panel} onClick={() => setOpen(!isOpen)} {...ROW}>
        <span class="event-time mono">{Number.isNaN(at) ? <LogText text={event.time ?? 'no time'} max={30} /> : clock(at, true)}</span>
        <span class="event-mark"><VerdictIcon verdict={event.verdict} /><span class="hidden"><LogText text={event.verdict} max={20} /></span></span>
        <span class="event-what">
          <span class="event-name"><LogText text={event.event_name} max={120} /></span>
          {event.error_code !== null && <span class="error"><LogText text={event.error_code} max={80} /></span>}
          {titles.length > 0 && <span class="event-findings">{titles.map((title) => <LogText key={title} text={title} max={120} />)}</span>}
        </span>
        <span class="event-where muted">
          <LogText text={shortService(event.event_source)} max={60} />
          <LogText text={event.region} max={40} />
          <LogText text={event.source_ip} max={60} />
        </span>
      </button>
      <div id={panel}>{isOpen && <RawEvent event={event} />}</div>
    </li>
  );
}

/** The day of an event, where it is another one than that of the event before. */
function newDay(events: readonly CaseEvent[], at: number): string | null {
  const today = seconds(events[at]!.time);
  if (Number.isNaN(today)) return null;
  const before = at === 0 ? NaN : seconds(events[at - 1]!.time);
  return Number.isNaN(before) || day(before) !== day(today) ? day(today) : null;
}

export function EventList({ item }: { item: Case }) {
  const { shown, showMore } = useShown(PAGE, PAGE);
  const [isNarrow, setNarrow] = useState(false);
  const titles = useMemo(() => new Map(item.findings.map(({ id, title }) => [id, title])), [item]);
  const evidence = useMemo(() => item.timeline.filter((event) => event.findings.length > 0), [item]);
  const events = isNarrow ? evidence : item.timeline;
  const choice = (narrow: boolean, label: string) => (
    <button type="button" aria-pressed={isNarrow === narrow} onClick={() => setNarrow(narrow)}>{label}</button>
  );
  return (
    <section class="card events" aria-labelledby="events-title">
      <header>
        <h2 id="events-title">{counted(item.timeline.length, 'event')}, in order</h2>
        {evidence.length > 0 && evidence.length < item.timeline.length && (
          <div class="segments" role="group" aria-label="Events shown">
            {choice(false, 'All')}
            {choice(true, `With findings ${count(evidence.length)}`)}
          </div>
        )}
        {item.timeline_omitted > 0 && <p class="muted">{counted(item.timeline_omitted, 'further event')} of this case {item.timeline_omitted === 1 ? 'is' : 'are'} left out of the report.</p>}
      </header>
      <ol class="plain">
        {events.slice(0, shown).map((event, at) => {
          const date = newDay(events, at);
          return (
            <>
              {date !== null && <li class="event-day" key={`day ${at}`}>{date}</li>}
              <EventRow
                key={`${isNarrow} ${at}`}
                event={event}
                panel={`event-${at}`}
                titles={event.findings.flatMap((id) => titles.get(id) ?? [])}
              />
            </>
          );
        })}
      </ol>
      <MoreButton shown={shown} total={events.length} step={PAGE} onMore={showMore} />
      {shown < events.length && <p class="muted small">Showing {count(shown)} of {count(events.length)}.</p>}
    </section>
  );
}
