import type { Job, JobDependencies } from '@casare/shared';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatFull } from '../../format/time.ts';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { StatusBadge } from '../../ui/StatusBadge.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { Detail, DetailList } from '../list/DetailPanel.tsx';

/** What decides where a job runs, what it waits for and who waits for it. */
export function JobRouting({ job }: { job: Job }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const found = useQuery({ queryKey: fleetKeys.dependencies(job.id), queryFn: () => api.dependencies(job.id) });
  const { routing } = job;
  if (!routing) return null;
  const names = (list: readonly string[]) => (list.length === 0 ? t('routing.none') : list.join(', '));
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <DetailList>
        <Detail name={t('routing.robot')}>
          {routing.robotId === null ? t('routing.any') : <Id id={routing.robotId} />}
        </Detail>
        <Detail name={t('routing.group')}>
          {routing.groupId === null ? t('routing.any') : <Id id={routing.groupId} />}
        </Detail>
        <Detail name={t('routing.capabilities')}>{names(routing.requiredCapabilities)}</Detail>
        <Detail name={t('routing.tags')}>{names(routing.requiredTags)}</Detail>
        <Detail name={t('routing.preferred')}>{names(routing.preferredTags)}</Detail>
        <Detail name={t('routing.environment')}>{routing.environment ?? t('routing.any')}</Detail>
        <Detail name={t('routing.affinity')}>
          {routing.affinity === null
            ? t('routing.none')
            : t(`routing.affinityOf.${routing.affinity.mode}`, { key: routing.affinity.key })}
        </Detail>
        <Detail name={t('routing.deadline')}>
          {routing.deadline === null ? t('routing.none') : formatFull(routing.deadline)}
        </Detail>
        {routing.parentJobId !== null && (
          <Detail name={t('routing.parent')}>
            <JobLink id={routing.parentJobId}>{t('routing.show')}</JobLink>
          </Detail>
        )}
        {routing.replayOf !== null && (
          <Detail name={t('routing.replayOf')}>
            <JobLink id={routing.replayOf}>{t('routing.show')}</JobLink>
          </Detail>
        )}
      </DetailList>
      {found.isError && (
        <ErrorState title={t('routing.failed')} error={found.error} onRetry={() => void found.refetch()} />
      )}
      {found.data && <Neighbours {...found.data} />}
    </div>
  );
}

function Neighbours({ waitsFor, waiting, children }: JobDependencies) {
  const { t } = useTranslation('fleet');
  if (waitsFor.length + waiting.length + children.length === 0)
    return <p className="px-3 pb-3 text-dim">{t('routing.nobody')}</p>;
  return (
    <>
      <NeighbourList title={t('routing.waitsFor')} jobs={waitsFor} />
      <NeighbourList title={t('routing.waiting')} jobs={waiting} />
      <NeighbourList title={t('routing.children')} jobs={children} />
    </>
  );
}

type Neighbour = JobDependencies['children'][number] & { on?: 'success' | 'end' };

function NeighbourList({ title, jobs }: { title: string; jobs: readonly Neighbour[] }) {
  const { t } = useTranslation('fleet');
  if (jobs.length === 0) return null;
  return (
    <section aria-label={title} className="px-3 pb-3">
      <h3 className="py-1 text-xs font-semibold text-faint">{title}</h3>
      <ul className="divide-y divide-line rounded-md border border-line">
        {jobs.map(({ jobId, workflowName, state, on }) => (
          <li key={jobId} className="flex items-center gap-2 px-2 py-1.5">
            <StatusBadge status={state} look="plain" className="w-24 shrink-0" />
            <JobLink id={jobId}>{workflowName}</JobLink>
            {on && <span className="ml-auto text-xs text-faint">{t(`routing.on.${on}`)}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function JobLink({ id, children }: { id: string; children: ReactNode }) {
  return (
    <Link
      to="/fleet/jobs/$jobId"
      params={{ jobId: id }}
      className="min-w-0 truncate rounded text-accent hover:underline"
    >
      {children}
    </Link>
  );
}

function Id({ id }: { id: string }) {
  return <span className="font-mono text-xs">{id.slice(0, 13)}</span>;
}
