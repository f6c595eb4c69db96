import type { Job } from '@casare/shared';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatFull } from '../../format/time.ts';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Spinner } from '../../ui/Spinner.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { useJob, useVersion } from '../use-fleet-data.ts';
import { Evidence } from '../evidence/Evidence.tsx';
import { ErrorNote } from './ErrorNote.tsx';
import type { FollowedJob } from './follow-job.ts';
import { JobData } from './JobData.tsx';
import { JobHeader } from './JobHeader.tsx';
import { JobRouting } from './JobRouting.tsx';
import { LogView } from './LogView.tsx';
import { ResolveNote } from './ResolveNote.tsx';
import { TaskNote } from './TaskNote.tsx';
import { Timeline } from './Timeline.tsx';
import { useFollowedJob, useFollowStatus, useRows } from './use-followed-job.ts';
import { WhyPending } from './WhyPending.tsx';

type DetailTab = 'timeline' | 'log' | 'evidence' | 'data' | 'routing' | 'why';

/** Everything about one job; in the side panel and on its own page. */
export function JobDetails({ jobId }: { jobId: string }) {
  const { t } = useTranslation(['fleet', 'shell']);
  const job = useJob(jobId);
  const followed = useFollowedJob(jobId);
  if (job.isError && !job.data)
    return <ErrorState title={t('job.failed')} error={job.error} onRetry={() => void job.refetch()} />;
  if (!job.data) {
    return (
      <div className="flex flex-1 items-center justify-center text-faint">
        <Spinner label={t('shell:loading')} size={20} />
      </div>
    );
  }
  return <Loaded job={job.data} followed={followed} />;
}

function Loaded({ job, followed }: { job: Job; followed: FollowedJob }) {
  const { t } = useTranslation('fleet');
  const [chosen, setChosen] = useState<DetailTab>();
  const steps = useRows(followed.steps);
  const logs = useRows(followed.logs);
  const { error } = useFollowStatus(followed);
  const version = useVersion(job.workflowId, job.workflowVersion);
  const nodes = version.data?.document.nodes;
  const names = useMemo(() => new Map(nodes?.map((node) => [node.id, node.name || node.id]) ?? []), [nodes]);
  const pending = job.state === 'pending';
  const live = pending || job.state === 'running';
  const wanted = chosen ?? (pending ? 'why' : 'timeline');
  const tab = wanted === 'why' && !pending ? 'timeline' : wanted;
  return (
    <>
      <JobHeader job={job} />
      {job.routing?.stuckSince && (
        <p role="status" className="mx-3 mb-3 rounded-md bg-warn-soft px-3 py-2 text-warn">
          {t('routing.stuck', { time: formatFull(job.routing.stuckSince) })}
        </p>
      )}
      {job.error && job.state !== 'waiting' && (
        <div className="max-h-48 shrink-0 overflow-auto px-3 pb-3">
          <ErrorNote error={job.error} />
        </div>
      )}
      {job.state === 'waiting' && (asksPeople(job) ? <TaskNote job={job} /> : <ResolveNote job={job} />)}
      <Tabs
        label={t('job.parts')}
        value={tab}
        onChange={setChosen}
        tabs={[
          ...(pending ? [{ id: 'why' as const, label: t('why.title'), content: <WhyPending jobId={job.id} /> }] : []),
          {
            id: 'timeline' as const,
            label: t('timeline.title'),
            content:
              error && steps.length === 0 ? (
                <LoadFailed followed={followed} error={error} />
              ) : (
                <Timeline job={job} rows={steps} names={names} />
              ),
          },
          {
            id: 'log' as const,
            label: t('log.title'),
            count: logs.length + followed.logs.dropped(),
            content:
              error && logs.length === 0 ? (
                <LoadFailed followed={followed} error={error} />
              ) : (
                <LogView lines={logs} dropped={followed.logs.dropped()} live={live} />
              ),
          },
          { id: 'evidence' as const, label: t('evidence.title'), content: <Evidence job={job} /> },
          { id: 'data' as const, label: t('data.title'), content: <JobData job={job} /> },
          { id: 'routing' as const, label: t('routing.title'), content: <JobRouting job={job} /> },
        ]}
      />
    </>
  );
}

function asksPeople({ waitingFor }: Job): boolean {
  return (
    waitingFor !== null && typeof waitingFor === 'object' && !Array.isArray(waitingFor) && waitingFor.kind === 'task'
  );
}

function LoadFailed({ followed, error }: { followed: FollowedJob; error: unknown }) {
  const { t } = useTranslation('fleet');
  return <ErrorState title={t('job.journalFailed')} error={error} onRetry={() => void followed.refresh()} />;
}
