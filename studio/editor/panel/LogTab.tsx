import { useVirtualizer } from '@tanstack/react-virtual';
import { ScrollText } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Button } from '../../ui/Button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { SearchInput } from '../../ui/SearchInput.tsx';
import { Select } from '../../ui/Select.tsx';
import { showStep } from '../actions/run-actions.ts';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import type { LogEntry } from '../run/run-overlay.ts';
import { useRunPart } from '../run/run-store.ts';

const LEVELS = [
  { value: 'debug', label: 'All' },
  { value: 'info', label: 'Info and above' },
  { value: 'warn', label: 'Warnings and errors' },
  { value: 'error', label: 'Errors' },
] as const;
const RANK = { debug: 0, info: 1, warn: 2, error: 3 };
const TONES = { debug: 'text-faint', info: 'text-dim', warn: 'text-warn', error: 'text-bad' };
const NONE: readonly LogEntry[] = [];

/** The log of the shown run. It follows the end until the person scrolls up. */
export function LogTab() {
  const env = useEditorEnv();
  const { run } = useDocument();
  const logs = useRunPart(run, (overlay) => overlay?.logs) ?? NONE;
  const [level, setLevel] = useState<LogEntry['level']>('debug');
  const [query, setQuery] = useState('');
  const [pinned, setPinned] = useState(true);
  const scroller = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => {
    const wanted = query.toLowerCase();
    return logs.filter(
      (line) =>
        RANK[line.level] >= RANK[level] &&
        (wanted === '' || `${line.nodeId ?? ''} ${line.message}`.toLowerCase().includes(wanted)),
    );
  }, [logs, level, query]);
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 22,
    overscan: 20,
  });
  useEffect(() => {
    if (pinned && shown.length > 0) rows.scrollToIndex(shown.length - 1);
  }, [pinned, shown.length, rows]);
  if (logs.length === 0) {
    return (
      <EmptyState
        icon={ScrollText}
        title="Nothing logged yet"
        body="Lines appear here while a run goes on. Press F5 to run."
      />
    );
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex items-center gap-2 border-b border-line p-1.5">
        <div className="w-44">
          <Select aria-label="Level" value={level} options={LEVELS} onChange={setLevel} />
        </div>
        <SearchInput label="Search the log" value={query} onChange={setQuery} className="max-w-80 flex-1" />
        <span className="tabular text-xs text-faint">{`${shown.length} of ${logs.length}`}</span>
        {!pinned && (
          <Button size="sm" className="ml-auto" onClick={() => setPinned(true)}>
            To the newest line
          </Button>
        )}
      </div>
      <div
        ref={scroller}
        role="log"
        aria-label="Log of the run"
        aria-live="off"
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto font-mono text-xs"
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
          setPinned(scrollHeight - scrollTop - clientHeight < 30)
        }
      >
        <div className="relative" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((item) => {
            const line = shown[item.index];
            if (!line) return null;
            return (
              <div
                key={item.key}
                className="absolute flex h-[22px] w-full items-center gap-3 px-3 hover:bg-hover"
                style={{ transform: `translateY(${item.start}px)` }}
                title={line.data === undefined ? line.message : `${line.message}\n${JSON.stringify(line.data)}`}
              >
                <span className="text-faint">{new Date(line.at).toLocaleTimeString(undefined, { hour12: false })}</span>
                <span className={classNames('w-10 shrink-0', TONES[line.level])}>{line.level}</span>
                {line.nodeId && (
                  <button
                    type="button"
                    className="max-w-48 shrink-0 truncate text-accent hover:underline"
                    onClick={() => showStep(env, line.nodeId ?? '')}
                  >
                    {line.path ?? line.nodeId}
                  </button>
                )}
                <span className={classNames('truncate', line.level === 'error' && 'text-bad')}>{line.message}</span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
