import { useMemo, useState } from 'preact/hooks';
import type { Period } from '../data/filter';
import type { Timeline } from '../data/report';
import { clock, count, counted, day, seconds } from '../data/text';
import { TimelinePlot, type PlotData } from './TimelinePlot';
import { VerdictIcon } from './Verdict';

interface Props {
  timeline: Timeline;
  period: Period | null;
  setPeriod: (period: Period | null) => void;
  themeChanges: number;
}

function plotData(timeline: Timeline): PlotData {
  const start = seconds(timeline.start);
  const step = timeline.step_seconds;
  const times = timeline.total.map((_, at) => start + at * step);
  return {
    start,
    step,
    end: start + times.length * step,
    times,
    total: timeline.total,
    dangerous: timeline.dangerous,
    uncertain: timeline.uncertain,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function stepName(step: number): string {
  if (step % 86400 === 0) return step === 86400 ? 'day' : `${step / 86400} days`;
  if (step % 3600 === 0) return step === 3600 ? 'hour' : `${step / 3600} hours`;
  if (step % 60 === 0) return step === 60 ? 'minute' : `${step / 60} minutes`;
  return step === 1 ? 'second' : `${step} seconds`;
}

/** What stands under the pointer, in words. */
function readout(data: PlotData, at: number | null): string {
  if (at === null) return 'Drag over the plot to look at a period and its cases; double-click for all of it.';
  const from = data.times[at] ?? data.start;
  const parts = [`${day(from)}, ${clock(from)}–${clock(from + data.step)} UTC`, counted(data.total[at] ?? 0, 'event')];
  if (data.dangerous[at]) parts.push(`${count(data.dangerous[at])} dangerous`);
  if (data.uncertain[at]) parts.push(`${count(data.uncertain[at])} uncertain`);
  return parts.join(' · ');
}

const asInput = (at: number): string => new Date(at * 1000).toISOString().slice(0, 16);
const fromInput = (value: string): number => Date.parse(`${value}Z`) / 1000;

/** The same choice without a pointer: two time fields. */
function PeriodFields({ data, period, setPeriod }: { data: PlotData } & Pick<Props, 'period' | 'setPeriod'>) {
  const { from, to } = period ?? { from: data.start, to: data.end };
  const change = (part: Partial<Period>) => {
    const next = { from, to, ...part };
    if (next.from < next.to) setPeriod(next);
  };
  const field = (label: string, at: number, set: (at: number) => void) => (
    <label>
      {label}{' '}
      <input
        type="datetime-local"
        value={asInput(at)}
        min={asInput(data.start)}
        max={asInput(data.end)}
        onChange={(event) => {
          const chosen = fromInput(event.currentTarget.value);
          if (!Number.isNaN(chosen)) set(chosen);
        }}
      />
    </label>
  );
  return (
    <form class="period" aria-label="Period, in UTC" onSubmit={(event) => event.preventDefault()}>
      {field('From', from, (at) => change({ from: at }))}
      {field('to', to, (at) => change({ to: at }))}
      <button type="button" disabled={period === null} onClick={() => setPeriod(null)}>Whole period</button>
    </form>
  );
}

export function TimelineSection({ timeline, period, setPeriod, themeChanges }: Props) {
  const data = useMemo(() => plotData(timeline), [timeline]);
  const [hovered, setHovered] = useState<number | null>(null);
  const label =
    `Events over time: ${counted(sum(data.total), 'event')}, ${count(sum(data.dangerous))} dangerous, ` +
    `${count(sum(data.uncertain))} uncertain. The fields From and To choose a period.`;
  if (Number.isNaN(data.start)) return null;
  return (
    <section class="card timeline" aria-labelledby="timeline-title">
      <header>
        <h2 id="timeline-title">Events per {stepName(data.step)}</h2>
        <ul class="legend">
          <li><span class="swatch" /> all</li>
          <li><VerdictIcon verdict="dangerous" /> dangerous</li>
          <li><VerdictIcon verdict="uncertain" /> uncertain</li>
        </ul>
      </header>
      <TimelinePlot
        data={data}
        period={period}
        setPeriod={setPeriod}
        onHover={setHovered}
        label={label}
        themeChanges={themeChanges}
      />
      <div class="under-plot">
        <p class="readout muted">{readout(data, hovered)}</p>
        <PeriodFields data={data} period={period} setPeriod={setPeriod} />
      </div>
    </section>
  );
}
