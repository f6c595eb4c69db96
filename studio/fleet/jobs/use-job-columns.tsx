import type { Job } from '@casare/shared';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { formatDuration } from '../../format/duration.ts';
import { useNow } from '../../format/use-now.ts';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { StatusBadge } from '../../ui/StatusBadge.tsx';
import type { TableColumn } from '../../ui/VirtualTable.tsx';
import { attemptOf } from './attempt.ts';

export type JobColumn =
  | 'state'
  | 'workflow'
  | 'robot'
  | 'progress'
  | 'error'
  | 'attempt'
  | 'priority'
  | 'created'
  | 'duration';

/** Columns of job tables, in the order asked for. */
export function useJobColumns(wanted: readonly JobColumn[]): TableColumn<Job>[] {
  const { t } = useTranslation('fleet');
  const key = wanted.join(',');
  return useMemo(() => {
    const columns: Record<JobColumn, Omit<TableColumn<Job>, 'id'>> = {
      state: { header: t('job.state'), width: '114px', cell: (job) => <StateCell job={job} /> },
      workflow: { header: t('job.workflow'), width: 'minmax(160px,2fr)', cell: (job) => <WorkflowCell job={job} /> },
      robot: {
        header: t('job.robot'),
        width: 'minmax(86px,1fr)',
        cell: (job) => job.robotName ?? <span className="text-faint">–</span>,
      },
      progress: { header: t('job.step'), width: 'minmax(150px,1.4fr)', cell: (job) => <ProgressCell job={job} /> },
      error: { header: t('job.result'), width: 'minmax(116px,2fr)', cell: (job) => <ResultCell job={job} /> },
      attempt: {
        header: t('job.attempt'),
        width: '68px',
        align: 'end',
        cell: (job) => {
          const { attempt, of } = attemptOf(job);
          return attempt === 0 ? '–' : of === undefined ? attempt : `${attempt} / ${of}`;
        },
      },
      priority: { header: t('job.priority'), width: '66px', align: 'end', cell: (job) => job.priority },
      created: {
        header: t('job.created'),
        width: '72px',
        align: 'end',
        cell: (job) => <Age time={job.createdAt} className="text-dim" />,
      },
      duration: { header: t('job.duration'), width: '98px', align: 'end', cell: (job) => <JobDuration job={job} /> },
    };
    return (key.split(',') as JobColumn[]).map((id) => ({ id, ...columns[id] }));
  }, [key, t]);
}

function StateCell({ job }: { job: Job }) {
  const { t } = useTranslation('fleet');
  if (job.cancelRequested && job.state === 'running')
    return <StatusBadge status="stopping" look="plain" label={t('job.cancelling')} />;
  return <StatusBadge status={job.state} look="plain" />;
}

function WorkflowCell({ job }: { job: Job }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className="truncate font-medium">{job.workflowName}</span>
      <span className="tabular shrink-0 text-xs text-faint">v{job.workflowVersion}</span>
      {job.reference && <span className="min-w-0 shrink-[100] truncate text-xs text-dim">{job.reference}</span>}
    </span>
  );
}

function ProgressCell({ job }: { job: Job }) {
  const { t } = useTranslation('fleet');
  if (job.state !== 'running' && job.state !== 'waiting') return <span className="text-faint">–</span>;
  return (
    <span className="flex min-w-0 items-center gap-2">
      {job.state === 'running' && (
        <ProgressBar value={job.progress} label={t('job.progress')} className="!w-16 shrink-0" />
      )}
      <span className="truncate font-mono text-xs text-dim">{job.currentNode ?? ''}</span>
    </span>
  );
}

function ResultCell({ job }: { job: Job }) {
  if (job.state === 'running' || job.state === 'waiting') return <ProgressCell job={job} />;
  if (!job.error) return <span className="text-faint">–</span>;
  return (
    <span className="text-dim" title={job.error.message}>
      {job.error.message}
    </span>
  );
}

/** Time from start to end, counting on while it runs. */
export function JobDuration({ job }: { job: Pick<Job, 'startedAt' | 'finishedAt'> }) {
  if (job.startedAt === null) return <span className="text-faint">–</span>;
  const start = new Date(job.startedAt).getTime();
  if (job.finishedAt !== null)
    return <span className="tabular">{formatDuration(new Date(job.finishedAt).getTime() - start)}</span>;
  return <RunningDuration start={start} />;
}

function RunningDuration({ start }: { start: number }) {
  const now = useNow(1000);
  return (
    <span className="tabular text-dim">{formatDuration(Math.max(1000, Math.floor((now - start) / 1000) * 1000))}</span>
  );
}
