import type { FleetMetrics } from '@casare/shared';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatMinute } from '../../format/time.ts';
import { useTheme } from '../../theme/theme-context.tsx';

type Minutes = FleetMetrics['lastHour'];

const LINES = [
  { id: 'pending', color: '--accent', filled: true },
  { id: 'completed', color: '--ok', filled: false },
  { id: 'failed', color: '--bad', filled: false },
] as const;

/** Queue depth, ends and failures per minute of the last hour; the legend shows the minute under the pointer, else the last one. */
export function QueueChart({ minutes }: { minutes: Minutes }) {
  const { t } = useTranslation('fleet');
  const { theme } = useTheme();
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot>(undefined);
  const [pointed, setPointed] = useState<number>();
  const data = useMemo(() => toSeries(minutes), [minutes]);
  const latest = useRef(data);

  useEffect(() => {
    latest.current = data;
    chart.current?.setData(data);
  }, [data]);
  // A canvas cannot follow CSS variables: a new theme is a new chart.
  useEffect(() => {
    const element = holder.current;
    if (!element) return undefined;
    const plot = new UPlot(chartOptions(element, theme, setPointed), latest.current, element);
    chart.current = plot;
    const observer = new ResizeObserver(() => plot.setSize(sizeOf(element)));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [theme]);

  const shown = minutes[pointed ?? minutes.length - 1];
  return (
    <figure className="m-0 flex h-full flex-col">
      <figcaption className="tabular flex flex-wrap gap-x-4 px-1 pb-1 text-xs text-dim">
        {LINES.map(({ id, color }) => (
          <span key={id} className="flex items-center gap-1.5">
            <svg width="10" height="10" aria-hidden>
              <rect width="10" height="10" rx="2" fill={`var(${color})`} />
            </svg>
            {t(`chart.${id}`)} <span className="font-semibold text-text">{shown?.[id] ?? '–'}</span>
          </span>
        ))}
        <span className="ml-auto text-faint">{shown ? formatMinute(shown.minute) : t('chart.none')}</span>
      </figcaption>
      <div ref={holder} className="min-h-0 flex-1" aria-hidden />
    </figure>
  );
}

function toSeries(minutes: Minutes): UPlot.AlignedData {
  return [
    minutes.map(({ minute }) => new Date(minute).getTime() / 1000),
    minutes.map(({ pending }) => pending),
    minutes.map(({ completed }) => completed),
    minutes.map(({ failed }) => failed),
  ];
}

function sizeOf(element: HTMLElement) {
  return { width: element.clientWidth, height: Math.max(80, element.clientHeight) };
}

function chartOptions(
  element: HTMLElement,
  theme: 'light' | 'dark',
  onPoint: (index: number | undefined) => void,
): UPlot.Options {
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
      { ...axis, values: (_, seconds) => seconds.map((second) => formatMinute(second * 1000)), space: 60, size: 28 },
      { ...axis, size: 40, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000] },
    ],
    scales: { y: { range: (_, __, max) => [0, Math.max(4, Math.ceil((max || 0) * 1.1))] } },
    series: [
      {},
      ...LINES.map((line) => ({
        stroke: color(line.color),
        width: 1.5,
        points: { show: false },
        // Two more hex digits are the opacity; the tokens are hex colours.
        ...(line.filled && { fill: `${color(line.color)}${theme === 'dark' ? '24' : '1c'}` }),
      })),
    ],
  };
}
