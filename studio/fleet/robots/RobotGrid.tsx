import type { Robot } from '@casare/shared';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { classNames } from '../../ui/class-names.ts';
import { StatusBadge } from '../../ui/StatusBadge.tsx';
import { Capabilities } from './Capabilities.tsx';
import { Load } from './Load.tsx';

interface RobotGridProps {
  robots: readonly Robot[];
  openId: string | undefined;
  onOpen: (robot: Robot) => void;
  loading: boolean;
  empty: ReactNode;
}

const CARD_WIDTH = 232;
const CARD_HEIGHT = 150;

/** Robots as cards; like the table it draws only what is in sight. */
export function RobotGrid({ robots, openId, onOpen, loading, empty }: RobotGridProps) {
  const { t } = useTranslation('fleet');
  const scroller = useRef<HTMLDivElement>(null);
  const [columns, setColumns] = useState(4);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() =>
      setColumns(Math.max(1, Math.floor((element.clientWidth - 16) / CARD_WIDTH))),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const virtual = useVirtualizer({
    count: Math.ceil(robots.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_HEIGHT,
    overscan: 3,
  });
  return (
    <div ref={scroller} aria-busy={loading || undefined} className="min-h-0 flex-1 overflow-auto p-2">
      {!loading && robots.length === 0 && <div className="flex min-h-64 flex-col">{empty}</div>}
      <ul aria-label={t('page.robots')} className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().flatMap((item) =>
          robots.slice(item.index * columns, (item.index + 1) * columns).map((robot, column) => (
            <li
              key={robot.id}
              className="absolute top-0 p-1"
              style={{
                width: `${100 / columns}%`,
                height: CARD_HEIGHT,
                left: `${(100 / columns) * column}%`,
                transform: `translateY(${item.start}px)`,
              }}
            >
              <button
                type="button"
                onClick={() => onOpen(robot)}
                aria-pressed={robot.id === openId}
                className={classNames(
                  'flex h-full w-full flex-col gap-2 rounded-lg border bg-surface p-3 text-left hover:bg-hover',
                  robot.id === openId ? 'border-accent' : 'border-line',
                )}
              >
                <span className="flex items-center gap-2">
                  <span className="min-w-0 flex-1 truncate font-medium">{robot.name}</span>
                  <StatusBadge status={robot.state} />
                </span>
                <span className="tabular flex justify-between text-xs text-dim">
                  <span>{t('robot.jobsOf', { now: robot.runningJobs, max: robot.maxConcurrentJobs })}</span>
                  <Age time={robot.lastHeartbeatAt} className="text-faint" />
                </span>
                <span className="grid grid-cols-[34px_1fr] items-center gap-x-2 text-xs text-faint">
                  {t('robot.cpu')}{' '}
                  <Load percent={robot.state === 'offline' ? null : robot.cpuPercent} label={t('robot.cpu')} />
                  {t('robot.ram')}{' '}
                  <Load percent={robot.state === 'offline' ? null : robot.memoryPercent} label={t('robot.memory')} />
                </span>
                <Capabilities names={robot.capabilities} />
              </button>
            </li>
          )),
        )}
      </ul>
    </div>
  );
}
