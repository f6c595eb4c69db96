import type { WorkflowSummary } from '@casare/shared';
import { getRouteApi } from '@tanstack/react-router';
import { Workflow } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import type { TableColumn } from '../../ui/VirtualTable.tsx';
import { FilterBar } from '../list/FilterBar.tsx';
import { ListPage } from '../list/ListPage.tsx';
import { wholeList } from '../list/list-state.ts';
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
      <ListPage
        title={t('page.workflows')}
        filters={
          <FilterBar
            search={{
              label: t('workflow.search'),
              placeholder: t('workflow.searchShort'),
              value: search.q,
              onChange: (q) => setSearch({ q }, true),
            }}
            count={t('workflow.shown', { count: shown.length })}
          />
        }
        list={wholeList(workflows, shown)}
        failed={t('workflow.failed')}
        table={{
          columns: opened ? columns.filter((column) => NARROW.has(column.id)) : columns,
          rowKey: (row) => row.id,
          openKey: search.workflow,
          onOpen: (row) => setSearch({ workflow: row.id }, opened !== undefined),
          empty: (
            <EmptyState
              icon={Workflow}
              title={t(all.length === 0 ? 'workflow.none' : 'workflow.noneFound')}
              body={t(all.length === 0 ? 'workflow.noneBody' : 'workflow.noneFoundBody')}
            />
          ),
        }}
        panel={{
          storageKey: 'workflow-panel',
          resizeLabel: t('workflow.resize'),
          content: opened && (
            <WorkflowPanel
              workflow={opened}
              onSubmit={() => setSubmitting(opened)}
              onClose={() => setSearch({ workflow: undefined })}
            />
          ),
        }}
      />
      {submitting && (
        <Suspense>
          <SubmitLoader workflow={submitting} onClose={() => setSubmitting(undefined)} />
        </Suspense>
      )}
    </>
  );
}
