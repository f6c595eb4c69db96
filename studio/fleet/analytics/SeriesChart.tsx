import { useEffect, useMemo, useRef, useState } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useTheme } from '../../theme/theme-context.tsx';

export interface ChartLine {
  readonly id: string;
  readonly label: string;
  /** A CSS variable. */
  readonly color: string;
  readonly filled?: boolean;
  readonly values: readonly (number | null)[];
}

interface SeriesChartProps {
  /** What the chart shows. */
  title: string;
  /** ISO times, oldest first. */
  times: readonly string[];
  lines: readonly ChartLine[];
  formatTime: (time: string | number) => string;
  formatValue: (value: number) => string;
  /** The table of the same figures, for who cannot see the picture. */
  summary: string;
}

/** Lines over time; the legend shows the point under the pointer, else the last one. */
export function SeriesChart({ title, times, lines, formatTime, formatValue, summary }: SeriesChartProps) {
  const { theme } = useTheme();
  const holder = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number>();
  const data = useMemo<UPlot.AlignedData>(
    () => [times.map((time) => Date.parse(time) / 1000), ...lines.map(({ values }) => [...values])],
    [times, lines],
  );
  // A canvas cannot follow CSS variables, and figures change with the range only: each change is a new chart.
  useEffect(() => {
    const element = holder.current;
    if (!element) return undefined;
    const plot = new UPlot(
      chartOptions({ element, theme, lines, formatTime, formatValue, onPoint: setPointed }),
      data,
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize(sizeOf(element)));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [theme, data, lines, formatTime, formatValue]);
  const index = pointed ?? times.length - 1;
  return (
    <figure
      className="m-0 flex h-64 min-w-0 flex-col rounded-md border border-line bg-surface p-3"
      aria-label={summary}
    >
      <figcaption className="tabular flex flex-wrap gap-x-4 pb-1 text-xs text-dim">
        <span className="font-semibold text-text">{title}</span>
        {lines.map(({ id, label, color, values }) => (
          <span key={id} className="flex items-center gap-1.5">
            <svg width="10" height="10" aria-hidden>
              <rect width="10" height="10" rx="2" fill={`var(${color})`} />
            </svg>
            {label} <span className="font-semibold text-text">{shown(values[index], formatValue)}</span>
          </span>
        ))}
        <span className="ml-auto text-faint">{times[index] ? formatTime(times[index]) : ''}</span>
      </figcaption>
      <div ref={holder} className="min-h-0 flex-1" aria-hidden />
    </figure>
  );
}

function shown(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? '–' : format(value);
}

function sizeOf(element: HTMLElement) {
  return { width: element.clientWidth, height: Math.max(80, element.clientHeight) };
}

interface ChartOptions extends Pick<SeriesChartProps, 'lines' | 'formatTime' | 'formatValue'> {
  element: HTMLElement;
  theme: 'light' | 'dark';
  onPoint: (index: number | undefined) => void;
}

function chartOptions({ element, theme, lines, formatTime, formatValue, onPoint }: ChartOptions): UPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const axis: UPlot.Axis = {
    stroke: color('--text-faint'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui',
  };
  return {
    ...sizeOf(element),
    padding: [8, 12, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? undefined)] },
    axes: [
      { ...axis, values: (_, seconds) => seconds.map((second) => formatTime(second * 1000)), space: 80, size: 28 },
      { ...axis, values: (_, values) => values.map((value) => formatValue(value)), size: 84 },
    ],
    scales: { y: { range: (_, __, max) => [0, Math.max(4, (max || 0) * 1.1)] } },
    series: [
      {},
      ...lines.map((line) => ({
        stroke: color(line.color),
        width: 1.5,
        spanGaps: true,
        points: { show: line.values.length < 10 },
        // Two more hex digits are the opacity; the tokens are hex colours.
        ...(line.filled && { fill: `${color(line.color)}${theme === 'dark' ? '24' : '1c'}` }),
      })),
    ],
  };
}
