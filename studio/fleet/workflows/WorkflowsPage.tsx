import type { WorkflowSummary } from '@casare/shared';
import { getRouteApi } from '@tanstack/react-router';
import { Workflow } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { SearchInput } from '../../ui/SearchInput.tsx';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { type TableColumn, VirtualTable } from '../../ui/VirtualTable.tsx';
import type { WorkflowsSearch } from '../url-filters.ts';
import { useWorkflows } from '../use-fleet-data.ts';
import { WorkflowPanel } from './WorkflowPanel.tsx';

const SubmitLoader = lazy(async () => ({ default: (await import('./SubmitLoader.tsx')).SubmitLoader }));

const route = getRouteApi('/fleet/workflows');

/** What is left of the table beside the open details. */
const NARROW = new Set(['name', 'published', 'submit']);

export function WorkflowsPage() {
  const { t } = useTranslation('fleet');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const workflows = useWorkflows();
  const [submitting, setSubmitting] = useState<WorkflowSummary>();
  const all = useMemo(() => workflows.data ?? [], [workflows.data]);
  const words = search.q?.toLowerCase();
  const shown = words ? all.filter((row) => `${row.name} ${row.description}`.toLowerCase().includes(words)) : all;
  const opened = all.find((row) => row.id === search.workflow);
  const setSearch = (change: Partial<WorkflowsSearch>, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace });
  const columns = useMemo<TableColumn<WorkflowSummary>[]>(
    () => [
      {
        id: 'name',
        header: t('workflow.name'),
        width: 'minmax(160px,1.4fr)',
        cell: (row) => <span className="font-medium">{row.name}</span>,
      },
      {
        id: 'description',
        header: t('workflow.description'),
        width: 'minmax(120px,2fr)',
        cell: (row) => <span className="text-dim">{row.description || '–'}</span>,
      },
      {
        id: 'published',
        header: t('workflow.published'),
        width: '92px',
        align: 'end',
        cell: (row) => (row.publishedVersion === null ? '–' : `v${row.publishedVersion}`),
      },
      {
        id: 'updated',
        header: t('workflow.updated'),
        width: '84px',
        align: 'end',
        cell: (row) => <Age time={row.updatedAt} className="text-dim" />,
      },
      {
        id: 'submit',
        header: '',
        width: '92px',
        align: 'end',
        cell: (row) => (
          <Button
            size="sm"
            disabled={row.publishedVersion === null}
            aria-label={t('workflow.submitNamed', { name: row.name })}
            onClick={(event) => {
              event.stopPropagation();
              setSubmitting(row);
            }}
          >
            {t('workflow.submit')}
          </Button>
        ),
      },
    ],
    [t],
  );
  return (
    <>
      <h1 className="sr-only">{t('page.workflows')}</h1>
      <div
        role="group"
        aria-label={t('filters.label')}
        className="flex shrink-0 items-center gap-2 border-b border-line bg-surface px-3 py-2"
      >
        <SearchInput
          label={t('workflow.search')}
          value={search.q ?? ''}
          onChange={(q) => setSearch({ q: q || undefined }, true)}
          className="w-64"
        />
        <span className="tabular ml-auto text-xs text-faint" role="status">
          {t('workflow.shown', { count: shown.length })}
        </span>
      </div>
      <SplitPane
        direction="row"
        sized="second"
        defaultSize={440}
        minSize={340}
        otherMin={360}
        storageKey="workflow-panel"
        collapsed={!opened}
        label={t('workflow.resize')}
      >
        {workflows.isError && all.length === 0 ? (
          <ErrorState title={t('workflow.failed')} error={workflows.error} onRetry={() => void workflows.refetch()} />
        ) : (
          <VirtualTable
            label={t('page.workflows')}
            rows={shown}
            columns={opened ? columns.filter((column) => NARROW.has(column.id)) : columns}
            rowKey={(row) => row.id}
            openKey={search.workflow}
            onOpen={(row) => setSearch({ workflow: row.id }, opened !== undefined)}
            loading={workflows.isPending}
            empty={
              <EmptyState
                icon={Workflow}
                title={t(all.length === 0 ? 'workflow.none' : 'workflow.noneFound')}
                body={t(all.length === 0 ? 'workflow.noneBody' : 'workflow.noneFoundBody')}
              />
            }
          />
        )}
        {opened ? (
          <WorkflowPanel
            workflow={opened}
            onSubmit={() => setSubmitting(opened)}
            onClose={() => setSearch({ workflow: undefined })}
          />
        ) : null}
      </SplitPane>
      {submitting && (
        <Suspense>
          <SubmitLoader workflow={submitting} onClose={() => setSubmitting(undefined)} />
        </Suspense>
      )}
    </>
  );
}
