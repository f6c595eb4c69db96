import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { classNames } from '../../ui/class-names.ts';
import { toast } from '../../ui/toast.tsx';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import { formatDuration } from '../run/format-duration.ts';
import { useRunPart, useRunStatus } from '../run/run-store.ts';
import { RunSteps } from './RunSteps.tsx';
import { RUN_TONES, RUN_WORDS } from '../run/run-words.ts';
import { useEditorState } from '../store/selectors.ts';

/** Earlier runs of this workflow on this machine; one click shows one on the canvas. */
export function RunsTab() {
  const { host, runs: controller } = useEditorEnv();
  const document = useDocument();
  const workflowId = useEditorState(document.store, (state) => state.document.head.id);
  const status = useRunStatus(document.run);
  const shownId = useRunPart(document.run, (overlay) => overlay?.runId);
  const runs = useQuery({
    // A short run has begun and ended before its states are looked at: its id tells that there is one more.
    queryKey: ['local-runs', workflowId, shownId, status],
    queryFn: () => host.call('runs.list', { workflowId, limit: 100 }),
    placeholderData: keepPreviousData,
  });
  if (runs.data && runs.data.runs.length === 0) {
    return (
      <EmptyState icon={History} title="No runs yet" body="Every run on this machine is kept here. Press F5 to run." />
    );
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {document.run.replay() && (
        <div className="flex items-center gap-2 border-b border-line bg-info-soft px-3 py-1 text-info">
          The canvas shows an earlier run.
          <Button size="sm" onClick={() => document.run.show(undefined)}>
            Back to editing
          </Button>
        </div>
      )}
      <div className="flex min-h-0 flex-1">
        <ul className="min-h-0 w-[45%] shrink-0 overflow-auto border-r border-line p-1" aria-label="Runs">
          {runs.data?.runs.map((run) => (
            <li key={run.runId}>
              <button
                type="button"
                onClick={() =>
                  controller
                    .replay(document, run)
                    .catch((error: unknown) => toast.failed(error, 'The run cannot be shown'))
                }
                className={classNames(
                  'flex h-8 w-full items-center gap-3 rounded-md px-2 text-left hover:bg-hover',
                  shownId === run.runId && 'bg-accent-soft',
                )}
              >
                <Badge tone={RUN_TONES[run.status]}>{RUN_WORDS[run.status]}</Badge>
                <span className="tabular w-44 shrink-0">{new Date(run.startedAt).toLocaleString()}</span>
                <span className="tabular w-20 shrink-0 text-dim">
                  {run.durationMs === null ? '' : formatDuration(run.durationMs)}
                </span>
                <span className="truncate text-dim">{run.error ? `${run.error.code}: ${run.error.message}` : ''}</span>
              </button>
            </li>
          ))}
        </ul>
        <RunSteps />
      </div>
    </div>
  );
}
