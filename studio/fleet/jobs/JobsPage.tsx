import type { Job } from '@casare/shared';
import { getRouteApi } from '@tanstack/react-router';
import { ListTodo } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { JobPanel } from '../job/JobPanel.tsx';
import { ListPage } from '../list/ListPage.tsx';
import { usePages } from '../list/list-state.ts';
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
  const jobs = usePages(useJobs(filter));
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const narrow = search.job !== undefined;
  const columns = useJobColumns(
    narrow
      ? ['state', 'workflow', 'created', 'duration']
      : ['state', 'workflow', 'robot', 'error', 'attempt', 'priority', 'created', 'duration'],
  );
  const setSearch = (change: Partial<JobsSearch>, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace });
  const open = (job: Job, how: 'click' | 'enter' | 'double') => {
    if (how === 'double') void navigate({ to: '/fleet/jobs/$jobId', params: { jobId: job.id } });
    else setSearch({ job: job.id }, narrow);
  };
  const filtered = Object.keys(filter).length > 0;
  return (
    <ListPage
      title={t('page.jobs')}
      filters={
        <JobFilters search={search} onChange={setSearch} count={jobs.rows.length} more={jobs.more} busy={jobs.busy} />
      }
      list={jobs}
      failed={t('jobs.failed')}
      bulk={
        ticked.size > 0 && (
          <BulkBar jobs={jobs.rows.filter((job) => ticked.has(job.id))} onClear={() => setTicked(new Set())} />
        )
      }
      table={{
        columns,
        rowKey: (job) => job.id,
        rowName: (job) => job.workflowName,
        openKey: search.job,
        onOpen: open,
        selection: { keys: ticked, onChange: setTicked },
        empty: filtered ? (
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
            actions={<Button onClick={() => void navigate({ to: '/fleet/workflows' })}>{t('jobs.toWorkflows')}</Button>}
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
