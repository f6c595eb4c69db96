import { partsOf } from '@casare/shared';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { classNames } from '../../ui/class-names.ts';
import { showStep } from '../actions/run-actions.ts';
import { StateIcon } from '../canvas/NodeRunState.tsx';
import { useStepNames } from '../debug/use-step-names.ts';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import { formatDuration } from '../run/format-duration.ts';
import { useRunOverlayAside } from '../run/run-store.ts';
import { stepOfTrail, type TrailRow } from '../run/run-trail.ts';

const ROW = 24;
const NONE: readonly TrailRow[] = [];

/** The steps of the shown run in the order it came by them; those of a loop or a called workflow stand indented under it. */
export function RunSteps() {
  const env = useEditorEnv();
  const { run } = useDocument();
  const trail = useRunOverlayAside(run)?.trail ?? NONE;
  const names = useStepNames();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: trail.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 20,
  });
  useEffect(() => {
    if (trail.length > 0) rows.scrollToIndex(trail.length - 1);
  }, [trail.length, rows]);
  if (trail.length === 0) {
    return <p className="p-3 text-dim">The steps of a run appear here when one is running or chosen on the left.</p>;
  }
  return (
    <div ref={scroller} tabIndex={0} role="list" aria-label="Steps of the run" className="min-h-0 flex-1 overflow-auto">
      <div className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((item) => {
          const row = trail[item.index];
          if (!row) return null;
          const parts = partsOf(row.path);
          const call = parts.some(({ part }) => part === 'call');
          return (
            <div
              key={item.key}
              role="listitem"
              data-depth={parts.length}
              className="absolute flex w-full items-center gap-2 px-2 hover:bg-hover"
              style={{ height: ROW, transform: `translateY(${item.start}px)` }}
              title={row.error ? `${row.path}\n${row.error.code}: ${row.error.message}` : row.path}
            >
              <button
                type="button"
                className="min-w-0 flex-1 truncate text-left hover:underline"
                style={{ paddingLeft: 16 * parts.length }}
                onClick={() => showStep(env, stepOfTrail(row))}
              >
                <span className={classNames(call && 'text-dim')}>{names.titleAt(row.path)}</span>
                {passOf(row.path) && <span className="ml-2 text-xs text-faint">{passOf(row.path)}</span>}
              </button>
              {row.error && <span className="max-w-60 truncate text-xs text-bad">{row.error.code}</span>}
              <span className="tabular w-16 shrink-0 text-right text-xs text-faint">
                {row.durationMs === undefined ? '' : formatDuration(row.durationMs)}
              </span>
              <StateIcon state={row.state} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** `pass 3` for a step in the third pass of the innermost loop. */
function passOf(path: string): string | undefined {
  const index = /\[(\d+)\]\/[^/]+$/.exec(path)?.[1];
  return index === undefined ? undefined : `pass ${Number(index) + 1}`;
}
