import type { LogLevel, LogLine } from '@casare/shared';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDownToLine, CircleAlert, Copy, ScrollText } from 'lucide-react';
import { useDeferredValue, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { copyText } from '../../ui/copy-text.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { SearchInput } from '../../ui/SearchInput.tsx';
import { Select } from '../../ui/Select.tsx';
import { toast } from '../../ui/toast.tsx';
import { filterLog, LOG_LEVELS, logText } from './filter-log.ts';
import { LogRow } from './LogRow.tsx';

interface LogViewProps {
  lines: readonly LogLine[];
  dropped: number;
  /** Lines may still come. */
  live: boolean;
}

/** This close to the end counts as being there. */
const NEAR_END_PX = 24;

/** The log of a job: follows its end until somebody scrolls up, then counts what came since. */
export function LogView({ lines, dropped, live }: LogViewProps) {
  const { t } = useTranslation('fleet');
  const [level, setLevel] = useState<LogLevel>('debug');
  const [search, setSearch] = useState('');
  const [follow, setFollow] = useState(true);
  const [seenSeq, setSeenSeq] = useState(0);
  const deferred = useDeferredValue(search);
  const shown = useMemo(() => filterLog(lines, level, deferred), [lines, level, deferred]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 20,
    getItemKey: (index) => shown[index]?.seq ?? index,
    overscan: 20,
  });
  const total = shown.length;
  const lastSeq = shown.at(-1)?.seq ?? 0;
  useLayoutEffect(() => {
    if (!follow || total === 0) return;
    virtual.scrollToIndex(total - 1, { align: 'end' });
    setSeenSeq(lastSeq);
  }, [follow, total, lastSeq, virtual]);
  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
    if (atEnd) setSeenSeq(lastSeq);
    if (atEnd && !follow) setFollow(true);
  };
  // Only a person's own scrolling stops following; rows that grow after being measured do not.
  const stopFollowing = () => setFollow(false);
  const unseen = follow ? 0 : shown.length - (shown.findLastIndex((line) => line.seq <= seenSeq) + 1);
  const firstError = shown.findIndex((line) => line.level === 'error');
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div className="flex shrink-0 items-center gap-2 border-b border-line px-2 py-1.5">
        <SearchInput label={t('log.search')} value={search} onChange={setSearch} className="min-w-0 flex-1" />
        <Select
          aria-label={t('log.level')}
          className="!w-32"
          value={level}
          onChange={setLevel}
          options={LOG_LEVELS.map((value) => ({ value, label: t(`log.levels.${value}`) }))}
        />
        <IconButton
          icon={CircleAlert}
          label={t('log.firstError')}
          disabled={firstError === -1}
          onClick={() => {
            setFollow(false);
            virtual.scrollToIndex(firstError, { align: 'center' });
          }}
        />
        <IconButton
          icon={Copy}
          label={t('log.copy')}
          disabled={total === 0}
          onClick={() =>
            void copyText(shown.map(logText).join('\n')).then(
              (copied) => copied && toast.done(t('log.copied', { count: total })),
            )
          }
        />
        <IconButton
          icon={ArrowDownToLine}
          label={t('log.follow')}
          pressed={follow}
          onClick={() => setFollow(!follow)}
        />
      </div>
      <div
        ref={scroller}
        role="log"
        aria-label={t('log.label')}
        tabIndex={0}
        onScroll={onScroll}
        onWheel={(event) => event.deltaY < 0 && stopFollowing()}
        onKeyDown={(event) => ['ArrowUp', 'PageUp', 'Home'].includes(event.key) && stopFollowing()}
        onPointerDown={stopFollowing}
        className="min-h-0 flex-1 overflow-auto bg-inset font-mono text-xs outline-offset-[-2px]"
      >
        {dropped > 0 && <p className="px-3 py-1 text-faint">{t('log.dropped', { count: dropped })}</p>}
        {total === 0 && (
          <EmptyState
            icon={ScrollText}
            title={t(lines.length > 0 ? 'log.noneFound' : 'log.none')}
            body={t(lines.length > 0 ? 'log.noneFoundBody' : live ? 'log.noneLive' : 'log.noneBody')}
            className="font-sans"
          />
        )}
        <div className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const line = shown[item.index];
            return line ? (
              <div
                key={item.key}
                ref={virtual.measureElement}
                data-index={item.index}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <LogRow line={line} search={deferred} />
              </div>
            ) : null;
          })}
        </div>
      </div>
      {unseen > 0 && (
        <Button
          variant="primary"
          size="sm"
          icon={ArrowDownToLine}
          onClick={() => setFollow(true)}
          className="!absolute bottom-3 left-1/2 -translate-x-1/2 !rounded-full shadow-pop"
        >
          {t('log.unseen', { count: unseen })}
        </Button>
      )}
    </div>
  );
}
