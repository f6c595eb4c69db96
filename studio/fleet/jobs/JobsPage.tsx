import type { Job } from '@casare/shared';
import { getRouteApi } from '@tanstack/react-router';
import { ListTodo } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { VirtualTable } from '../../ui/VirtualTable.tsx';
import { JobPanel } from '../job/JobPanel.tsx';
import { type JobsSearch, toJobFilter } from '../url-filters.ts';
import { useJobs } from '../use-fleet-data.ts';
import { BulkBar } from './BulkBar.tsx';
import { JobFilters } from './JobFilters.tsx';
import { useJobColumns } from './use-job-columns.tsx';

const route = getRouteApi('/fleet/jobs');

export function JobsPage() {
  const { t } = useTranslation('fleet');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = useMemo(() => toJobFilter(search), [search]);
  const jobs = useJobs(filter);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => jobs.data?.pages.flatMap((page) => page.items) ?? [], [jobs.data]);
  const narrow = search.job !== undefined;
  const columns = useJobColumns(
    narrow
      ? ['state', 'workflow', 'created', 'duration']
      : ['state', 'workflow', 'robot', 'error', 'attempt', 'priority', 'created', 'duration'],
  );
  const setSearch = useCallback(
    (change: Partial<JobsSearch>, replace = false) =>
      void navigate({ search: (old) => ({ ...old, ...change }), replace }),
    [navigate],
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = jobs;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const open = (job: Job, how: 'click' | 'enter' | 'double') => {
    if (how === 'double') void navigate({ to: '/fleet/jobs/$jobId', params: { jobId: job.id } });
    else setSearch({ job: job.id }, narrow);
  };
  const filtered = Object.keys(filter).length > 0;
  return (
    <>
      <h1 className="sr-only">{t('page.jobs')}</h1>
      <JobFilters search={search} onChange={setSearch} count={rows.length} more={hasNextPage} busy={jobs.isFetching} />
      <SplitPane
        direction="row"
        sized="second"
        defaultSize={640}
        minSize={380}
        otherMin={360}
        storageKey="job-panel"
        collapsed={!narrow}
        label={t('job.resize')}
      >
        <>
          {ticked.size > 0 && (
            <BulkBar jobs={rows.filter((job) => ticked.has(job.id))} onClear={() => setTicked(new Set())} />
          )}
          {jobs.isError && rows.length === 0 ? (
            <ErrorState title={t('jobs.failed')} error={jobs.error} onRetry={() => void jobs.refetch()} />
          ) : (
            <VirtualTable
              label={t('page.jobs')}
              rows={rows}
              columns={columns}
              rowKey={(job) => job.id}
              rowName={(job) => job.workflowName}
              openKey={search.job}
              onOpen={open}
              selection={{ keys: ticked, onChange: setTicked }}
              loading={jobs.isPending}
              onEndReached={loadMore}
              className={jobs.isPlaceholderData ? 'opacity-60' : undefined}
              empty={
                filtered ? (
                  <EmptyState
                    icon={ListTodo}
                    title={t('jobs.noneFound')}
                    body={t('jobs.noneFoundBody')}
                    actions={<Button onClick={() => void navigate({ search: {} })}>{t('filters.clear')}</Button>}
                  />
                ) : (
                  <EmptyState
                    icon={ListTodo}
                    title={t('jobs.none')}
                    body={t('jobs.noneBody')}
                    actions={
                      <Button onClick={() => void navigate({ to: '/fleet/workflows' })}>{t('jobs.toWorkflows')}</Button>
                    }
                  />
                )
              }
            />
          )}
        </>
        {search.job ? (
          <JobPanel key={search.job} jobId={search.job} onClose={() => setSearch({ job: undefined })} />
        ) : null}
      </SplitPane>
    </>
  );
}
