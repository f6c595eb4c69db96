import type { Job, StepRow } from '@casare/shared';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ListTree } from 'lucide-react';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '../../format/duration.ts';
import { useNow } from '../../format/use-now.ts';
import { classNames } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { STATUSES } from '../../ui/status.ts';
import { TONE_COLOR, TONE_TEXT } from '../../ui/tone.ts';
import { StepDetails } from './StepDetails.tsx';
import { iterationOf, type StepSpan, stepSpans } from './step-spans.ts';
import { useFollowEnd } from './use-follow-end.ts';

interface TimelineProps {
  job: Job;
  rows: readonly StepRow[];
  /** Names of the steps by node id. */
  names: ReadonlyMap<string, string>;
}

const ROW = 28;

/** Every step with the time it took, as bars on one scale. */
export function Timeline({ job, rows, names }: TimelineProps) {
  const { t } = useTranslation(['fleet', 'ui']);
  const running = job.state === 'running';
  const waits = job.state === 'waiting' || job.state === 'pending';
  const spans = useMemo(() => stepSpans(rows, running, waits), [rows, running, waits]);
  const now = useNow(running ? 500 : 3_600_000);
  const scroller = useRef<HTMLUListElement>(null);
  const [openPath, setOpenPath] = useState<string>();
  const virtual = useVirtualizer({
    count: spans.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const { follow, onScroll } = useFollowEnd(scroller, running);
  const total = spans.length;
  useLayoutEffect(() => {
    if (follow && running && total > 0) virtual.scrollToIndex(total - 1, { align: 'end' });
  }, [follow, running, total, virtual]);
  if (spans.length === 0) {
    return (
      <EmptyState
        icon={ListTree}
        title={t('timeline.none')}
        body={t(job.state === 'pending' ? 'timeline.nonePending' : 'timeline.noneBody')}
      />
    );
  }
  const from = spans[0]?.start ?? 0;
  const to = spans.reduce((latest, span) => Math.max(latest, span.end ?? now), from + 1);
  const open = spans.find((span) => span.path === openPath);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="grid h-7 shrink-0 grid-cols-[minmax(140px,2fr)_3fr_74px] items-center border-b border-line px-3 text-xs text-faint">
        <span>{t('timeline.steps', { count: spans.length })}</span>
        <span className="tabular flex justify-between">
          <span>0</span>
          <span>{formatDuration((to - from) / 2)}</span>
          <span>{formatDuration(to - from)}</span>
        </span>
        <span />
      </div>
      <ul ref={scroller} aria-label={t('timeline.label')} onScroll={onScroll} className="min-h-0 flex-1 overflow-auto">
        <li aria-hidden style={{ height: virtual.getTotalSize() }} className="pointer-events-none float-left w-0" />
        <li role="presentation" className="relative">
          <ul>
            {virtual.getVirtualItems().map((item) => {
              const span = spans[item.index];
              return span ? (
                <li
                  key={span.path}
                  style={{ transform: `translateY(${item.start}px)`, height: ROW }}
                  className="absolute inset-x-0 top-0"
                >
                  <SpanRow
                    span={span}
                    name={names.get(span.nodeId) ?? span.nodeId}
                    word={t(`ui:status.${span.state}`)}
                    from={from}
                    to={to}
                    now={now}
                    open={span.path === openPath}
                    onOpen={() => setOpenPath(span.path === openPath ? undefined : span.path)}
                  />
                </li>
              ) : null;
            })}
          </ul>
        </li>
      </ul>
      {open && (
        <StepDetails span={open} name={names.get(open.nodeId) ?? open.nodeId} onClose={() => setOpenPath(undefined)} />
      )}
    </div>
  );
}

interface SpanRowProps {
  span: StepSpan;
  name: string;
  word: string;
  from: number;
  to: number;
  now: number;
  open: boolean;
  onOpen: () => void;
}

function SpanRow({ span, name, word, from, to, now, open, onOpen }: SpanRowProps) {
  const { icon: Icon, tone } = STATUSES[span.state];
  const scale = (time: number) => ((time - from) / (to - from)) * 100;
  const iteration = iterationOf(span.path);
  const took = (span.end ?? now) - span.start;
  return (
    <button
      type="button"
      aria-expanded={open}
      title={span.path}
      onClick={onOpen}
      className={classNames(
        'grid h-full w-full grid-cols-[minmax(140px,2fr)_3fr_74px] items-center px-3 text-left outline-offset-[-2px]',
        open ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
    >
      <span className="flex min-w-0 items-center gap-1.5 pr-2" style={{ paddingLeft: Math.min(span.depth, 8) * 12 }}>
        <Icon size={13} className={classNames('shrink-0', TONE_TEXT[tone])} aria-hidden />
        <span className="sr-only">{word}: </span>
        <span className="truncate">{name}</span>
        {iteration && <span className="tabular shrink-0 text-2xs text-faint">{iteration}</span>}
        {span.tries.length > 1 && <span className="tabular shrink-0 text-2xs text-warn">×{span.tries.length}</span>}
      </span>
      <svg className="h-3.5 w-full overflow-visible" aria-hidden>
        <line x1="0" x2="100%" y1="50%" y2="50%" stroke="var(--line)" />
        {span.tries.map((attempt) => (
          <rect
            key={attempt.start}
            x={`${scale(attempt.start)}%`}
            width={`${Math.max(0.4, scale(attempt.end ?? now) - scale(attempt.start))}%`}
            y="2"
            height="10"
            rx="2"
            fill={fillOf(span, attempt)}
          />
        ))}
      </svg>
      <span className="tabular pl-2 text-right text-xs text-dim">{formatDuration(took)}</span>
    </button>
  );
}

function fillOf({ state }: StepSpan, { end, ok }: StepSpan['tries'][number]): string {
  if (end === undefined) return TONE_COLOR.info;
  return ok || state === 'waiting' ? TONE_COLOR[STATUSES[state].tone] : TONE_COLOR.bad;
}
