import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { Period } from '../data/filter';
import { clock, day, shortCount } from '../data/text';

export interface PlotData {
  /** Seconds since 1970; `end` is the end of the last step. */
  start: number;
  end: number;
  step: number;
  times: number[];
  total: number[];
  dangerous: number[];
  uncertain: number[];
}

interface Props {
  data: PlotData;
  period: Period | null;
  setPeriod: (period: Period | null) => void;
  onHover: (step: number | null) => void;
  label: string;
  /** Grows when the theme was switched: a canvas does not follow CSS by itself. */
  themeChanges: number;
}

const HEIGHT = 220;
/** Above the plot, one lane of marks for each verdict; CSS pixels. */
const LANE = 18;
const MARK_RADIUS = 5;
const STEM_WIDTH = 2;

interface Palette {
  area: string;
  line: string;
  text: string;
  grid: string;
  dangerous: string;
  uncertain: string;
  outline: { dangerous: string; uncertain: string };
}

/** A canvas needs plain colours: the style sheet's variables, resolved for the theme that is on. */
function palette(element: HTMLElement): Palette {
  const resolve = (name: string): string => {
    const probe = element.appendChild(document.createElement('span'));
    probe.style.color = `var(${name})`;
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  };
  return {
    area: resolve('--plot-area'),
    line: resolve('--plot-line'),
    text: resolve('--muted'),
    grid: resolve('--line'),
    dangerous: resolve('--dangerous'),
    uncertain: resolve('--uncertain'),
    outline: { dangerous: resolve('--danger-outline'), uncertain: resolve('--mark-outline') },
  };
}

/** Hours within a day; the day itself where it begins, and at the first tick; years on long scales. */
function timeLabels(_plot: uPlot, ticks: number[], _axis: number, _space: number, step: number): string[] {
  let previous = '';
  if (step >= 27 * 86400) return ticks.map(day);
  return ticks.map((tick) => {
    const today = day(tick).replace(/ \d+$/, '');
    const isNew = today !== previous;
    previous = today;
    if (step >= 86400) return isNew ? today : '';
    return isNew ? `${clock(tick)}\n${today}` : clock(tick, step < 60);
  });
}

function tracePath(context: CanvasRenderingContext2D, kind: 'dangerous' | 'uncertain', x: number, y: number, r: number) {
  context.beginPath();
  if (kind === 'uncertain') {
    context.moveTo(x, y - r);
    context.lineTo(x + r, y + r * 0.8);
    context.lineTo(x - r, y + r * 0.8);
  } else {
    const cut = r * 0.42;
    for (const [dx, dy] of [[-cut, -r], [cut, -r], [r, -cut], [r, cut], [cut, r], [-cut, r], [-r, cut], [-r, -cut]] as const) {
      context.lineTo(x + dx, y + dy);
    }
  }
  context.closePath();
}

/** Marks the steps that hold events of one verdict: a line through the plot, a shape in its lane. */
function drawMarks(plot: uPlot, data: PlotData, kind: 'dangerous' | 'uncertain', lane: number, colours: Palette) {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const y = bbox.top - (lane + 0.5) * LANE * ratio;
  // The two kinds' lines stand side by side where one step has both.
  const offset = (kind === 'dangerous' ? 0.5 : -0.5) * STEM_WIDTH * ratio;
  let lastShape = -Infinity;
  ctx.save();
  data[kind].forEach((events, at) => {
    if (events === 0) return;
    const x = plot.valToPos(data.times[at]! + data.step / 2, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) return;
    ctx.globalAlpha = 0.6;
    ctx.fillStyle = colours[kind];
    ctx.fillRect(x - offset - STEM_WIDTH * ratio / 2, bbox.top, STEM_WIDTH * ratio, bbox.height);
    if (x - lastShape < MARK_RADIUS * 1.6 * ratio) return;
    lastShape = x;
    ctx.globalAlpha = 1;
    tracePath(ctx, kind, x, y, MARK_RADIUS * ratio);
    ctx.fill();
    ctx.lineWidth = ratio;
    ctx.strokeStyle = colours.outline[kind];
    ctx.stroke();
  });
  ctx.restore();
}

/** The dragged selection as whole steps; null when it is a mere click. */
function selectedPeriod(plot: uPlot, data: PlotData): Period | null {
  const { left, width } = plot.select;
  if (width < 4) return null;
  const steps = (value: number) => (value - data.start) / data.step;
  const from = data.start + Math.floor(steps(plot.posToVal(left, 'x'))) * data.step;
  const to = data.start + Math.ceil(steps(plot.posToVal(left + width, 'x'))) * data.step;
  return { from: Math.max(from, data.start), to: Math.min(to, data.end) };
}

type Handlers = Pick<Props, 'setPeriod' | 'onHover'>;

/** The step under the pointer, for the words below the plot. */
function hoveredStep({ cursor, posToVal }: uPlot, data: PlotData): number | null {
  const left = cursor.left ?? -1;
  if (left < 0) return null;
  const at = Math.floor((posToVal(left, 'x') - data.start) / data.step);
  return at >= 0 && at < data.total.length ? at : null;
}

function hooks(data: PlotData, colours: Palette, on: Handlers): uPlot.Options['hooks'] {
  return {
    draw: [
      (plot) => {
        drawMarks(plot, data, 'uncertain', 0, colours);
        drawMarks(plot, data, 'dangerous', 1, colours);
      },
    ],
    setCursor: [(plot) => on.onHover(hoveredStep(plot, data))],
    setSelect: [
      (plot) => {
        const period = selectedPeriod(plot, data);
        plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        if (period) on.setPeriod(period);
      },
    ],
  };
}

/** Whole numbers only: there is no half event. */
const INCREMENTS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7].flatMap((power) => [power, 2 * power, 5 * power]);

function axes(colours: Palette): uPlot.Axis[] {
  const common = { stroke: colours.text, ticks: { show: false }, font: '12px system-ui, sans-serif' };
  return [
    { ...common, grid: { show: false }, size: 42, space: 72, values: timeLabels },
    {
      ...common, grid: { stroke: colours.grid, width: 1 }, size: 52, space: 42,
      incrs: INCREMENTS, values: (_plot, ticks) => ticks.map(shortCount),
    },
  ];
}

function options(width: number, data: PlotData, colours: Palette, on: Handlers): uPlot.Options {
  return {
    width,
    height: HEIGHT,
    padding: [2 * LANE, 26, 0, 0],
    legend: { show: false },
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), 'UTC'),
    scales: { x: { time: true, auto: false }, y: { range: (_plot, _min, max) => [0, Math.max(4, max * 1.06)] } },
    axes: axes(colours),
    series: [
      {},
      { stroke: colours.line, fill: colours.area, width: 1.5, points: { show: false }, paths: uPlot.paths.stepped!({ align: 1 }) },
    ],
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: true, y: false, setScale: false },
      bind: { dblclick: () => () => (on.setPeriod(null), null) },
    },
    hooks: hooks(data, colours, on),
  };
}

export function TimelinePlot({ data, period, setPeriod, onHover, label, themeChanges }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shown = useRef(period);
  shown.current = period;
  const showPeriod = () =>
    plot.current?.setScale('x', { min: shown.current?.from ?? data.start, max: shown.current?.to ?? data.end });

  useEffect(() => {
    const element = box.current!;
    const build = () => {
      plot.current?.destroy();
      // One point more than steps, so that the last step has a width.
      const rows: uPlot.AlignedData = [[...data.times, data.end], [...data.total, 0]];
      plot.current = new uPlot(options(element.clientWidth, data, palette(element), { setPeriod, onHover }), rows, element);
      showPeriod();
    };
    build();
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', build);
    return () => {
      system.removeEventListener('change', build);
      resized.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [data, themeChanges]);
  useEffect(() => void showPeriod(), [period]);

  return <div class="plot" ref={box} role="img" aria-label={label} />;
}
