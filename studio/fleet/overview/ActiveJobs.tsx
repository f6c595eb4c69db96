import { useNavigate } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { VirtualTable } from '../../ui/VirtualTable.tsx';
import { useJobColumns } from '../jobs/use-job-columns.tsx';
import { useJobs } from '../use-fleet-data.ts';

const ACTIVE = { state: 'running,waiting' };

export function ActiveJobs() {
  const { t } = useTranslation('fleet');
  const navigate = useNavigate();
  const jobs = useJobs(ACTIVE);
  const columns = useJobColumns(['state', 'workflow', 'robot', 'progress', 'duration']);
  if (jobs.isError)
    return <ErrorState title={t('jobs.failed')} error={jobs.error} onRetry={() => void jobs.refetch()} />;
  return (
    <VirtualTable
      label={t('overview.active')}
      rows={jobs.data?.pages.flatMap((page) => page.items) ?? []}
      columns={columns}
      rowKey={(job) => job.id}
      loading={jobs.isPending}
      onOpen={(job) => void navigate({ to: '/fleet/jobs/$jobId', params: { jobId: job.id } })}
      onEndReached={() => jobs.hasNextPage && !jobs.isFetchingNextPage && void jobs.fetchNextPage()}
      empty={<EmptyState icon={CircleCheck} title={t('overview.noneActive')} body={t('overview.noneActiveBody')} />}
      className="rounded-b-lg"
    />
  );
}
