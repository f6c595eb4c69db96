import { getRouteApi } from '@tanstack/react-router';
import { MailCheck } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { JobPanel } from '../job/JobPanel.tsx';
import { BulkBar } from '../jobs/BulkBar.tsx';
import { useJobColumns } from '../jobs/use-job-columns.tsx';
import { FilterBar } from '../list/FilterBar.tsx';
import { ListPage } from '../list/ListPage.tsx';
import { usePages } from '../list/list-state.ts';
import type { JobFilter } from '../live/apply-event.ts';
import type { DeadLettersSearch } from '../url-filters.ts';
import { useJobs } from '../use-fleet-data.ts';
import { DeadLetterActions } from './DeadLetterActions.tsx';

const route = getRouteApi('/fleet/dead-letters');

/** Jobs that failed for good; each can be looked into and put back into the queue. */
export function DeadLettersPage() {
  const { t } = useTranslation('fleet');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = useMemo<JobFilter>(() => ({ deadLetter: 'true', ...(search.q && { search: search.q }) }), [search.q]);
  const jobs = usePages(useJobs(filter));
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const columns = useJobColumns(
    search.job ? ['workflow', 'error', 'created'] : ['workflow', 'robot', 'error', 'attempt', 'created'],
  );
  const setSearch = (change: Partial<DeadLettersSearch>, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace });
  return (
    <ListPage
      title={t('page.dead-letters')}
      filters={
        <FilterBar
          search={{
            label: t('jobs.search'),
            placeholder: t('jobs.searchShort'),
            value: search.q,
            onChange: (q) => setSearch({ q }, true),
          }}
          actions={
            <DeadLetterActions filter={search.q ? { search: search.q } : {}} disabled={jobs.rows.length === 0} />
          }
          count={t(jobs.more ? 'jobs.shownMore' : 'jobs.shown', { count: jobs.rows.length })}
        />
      }
      list={jobs}
      failed={t('jobs.failed')}
      bulk={
        ticked.size > 0 && (
          <BulkBar
            jobs={jobs.rows.filter((job) => ticked.has(job.id))}
            actions={['retry']}
            onClear={() => setTicked(new Set())}
          />
        )
      }
      table={{
        columns,
        rowKey: (job) => job.id,
        rowName: (job) => job.workflowName,
        openKey: search.job,
        onOpen: (job) => setSearch({ job: job.id }, search.job !== undefined),
        selection: { keys: ticked, onChange: setTicked },
        empty: (
          <EmptyState
            icon={MailCheck}
            title={t(search.q ? 'jobs.noneFound' : 'dead.none')}
            body={t(search.q ? 'jobs.noneFoundBody' : 'dead.noneBody')}
          />
        ),
      }}
      panel={{
        storageKey: 'job-panel',
        resizeLabel: t('job.resize'),
        width: 560,
        content: search.job && (
          <JobPanel key={search.job} jobId={search.job} onClose={() => setSearch({ job: undefined })} />
        ),
      }}
    />
  );
}
