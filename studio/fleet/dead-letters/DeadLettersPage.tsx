import { getRouteApi } from '@tanstack/react-router';
import { MailCheck } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { SearchInput } from '../../ui/SearchInput.tsx';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { VirtualTable } from '../../ui/VirtualTable.tsx';
import { JobPanel } from '../job/JobPanel.tsx';
import { BulkBar } from '../jobs/BulkBar.tsx';
import { useJobColumns } from '../jobs/use-job-columns.tsx';
import type { JobFilter } from '../live/apply-event.ts';
import type { DeadLettersSearch } from '../url-filters.ts';
import { useJobs } from '../use-fleet-data.ts';

const route = getRouteApi('/fleet/dead-letters');

/** Jobs that failed for good; each can be looked into and put back into the queue. */
export function DeadLettersPage() {
  const { t } = useTranslation('fleet');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = useMemo<JobFilter>(() => ({ deadLetter: 'true', ...(search.q && { search: search.q }) }), [search.q]);
  const jobs = useJobs(filter);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => jobs.data?.pages.flatMap((page) => page.items) ?? [], [jobs.data]);
  const columns = useJobColumns(
    search.job ? ['workflow', 'error', 'created'] : ['workflow', 'robot', 'error', 'attempt', 'created'],
  );
  const setSearch = (change: Partial<DeadLettersSearch>, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = jobs;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <>
      <h1 className="sr-only">{t('page.dead-letters')}</h1>
      <div
        role="group"
        aria-label={t('filters.label')}
        className="flex shrink-0 items-center gap-2 border-b border-line bg-surface px-3 py-2"
      >
        <SearchInput
          label={t('jobs.search')}
          placeholder={t('jobs.searchShort')}
          value={search.q ?? ''}
          onChange={(q) => setSearch({ q: q || undefined }, true)}
          className="w-64"
        />
        <span className="tabular ml-auto text-xs text-faint" role="status">
          {t(hasNextPage ? 'jobs.shownMore' : 'jobs.shown', { count: rows.length })}
        </span>
      </div>
      <SplitPane
        direction="row"
        sized="second"
        defaultSize={560}
        minSize={380}
        otherMin={360}
        storageKey="job-panel"
        collapsed={!search.job}
        label={t('job.resize')}
      >
        <>
          {ticked.size > 0 && (
            <BulkBar
              jobs={rows.filter((job) => ticked.has(job.id))}
              actions={['retry']}
              onClear={() => setTicked(new Set())}
            />
          )}
          {jobs.isError && rows.length === 0 ? (
            <ErrorState title={t('jobs.failed')} error={jobs.error} onRetry={() => void jobs.refetch()} />
          ) : (
            <VirtualTable
              label={t('page.dead-letters')}
              rows={rows}
              columns={columns}
              rowKey={(job) => job.id}
              rowName={(job) => job.workflowName}
              openKey={search.job}
              onOpen={(job) => setSearch({ job: job.id }, search.job !== undefined)}
              selection={{ keys: ticked, onChange: setTicked }}
              loading={jobs.isPending}
              onEndReached={loadMore}
              empty={
                <EmptyState
                  icon={MailCheck}
                  title={t(search.q ? 'jobs.noneFound' : 'dead.none')}
                  body={t(search.q ? 'jobs.noneFoundBody' : 'dead.noneBody')}
                />
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
