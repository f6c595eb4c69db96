import { type AuditCheck, type AuditEntry, SCOPES } from '@casare/shared';
import { getRouteApi } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatFull } from '../../format/time.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import type { TableColumn } from '../../ui/VirtualTable.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { ChoiceSelect } from '../list/ChoiceSelect.tsx';
import { FilterBar } from '../list/FilterBar.tsx';
import { ListPage } from '../list/ListPage.tsx';
import { usePagedList } from '../list/list-state.ts';
import { CheckButton, CheckNote } from './CheckChain.tsx';
import { AuditPanel } from './AuditPanel.tsx';
import type { AuditSearch } from './audit-search.ts';

const route = getRouteApi('/fleet/audit');

/** The first word of an action is what it was done to, in the singular. */
const AREAS = [...new Set(SCOPES.map((scope) => scope.split(':')[0] as string))]
  .filter((area) => !['audit', 'metrics', 'events'].includes(area))
  .map((area) => (area === 'people' ? 'person' : area.replace(/s$/, '')))
  .toSorted();

/** What was done in the workspace and by whom; nobody can change it. */
export function AuditPage() {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const [check, setCheck] = useState<AuditCheck>();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = useMemo(
    () => ({ ...(search.q && { search: search.q }), ...(search.action && { action: search.action }) }),
    [search.q, search.action],
  );
  const entries = usePagedList({ queryKey: fleetKeys.audit(filter), load: api.audit, filter });
  const opened = entries.rows.find((entry) => entry.id === search.entry);
  const columns = useAuditColumns(opened !== undefined);
  const setSearch = (change: Partial<AuditSearch>, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace });
  const filtered = search.q !== undefined || search.action !== undefined;
  return (
    <ListPage
      title={t('page.audit')}
      filters={
        <FilterBar
          search={{
            label: t('audit.search'),
            placeholder: t('audit.searchShort'),
            value: search.q,
            onChange: (q) => setSearch({ q }, true),
          }}
          count={t(entries.more ? 'audit.shownMore' : 'audit.shown', { count: entries.rows.length })}
          busy={entries.busy}
          actions={<CheckButton onChecked={setCheck} />}
        >
          <ChoiceSelect
            label={t('audit.areas')}
            anyLabel={t('audit.anyArea')}
            value={search.action}
            onChange={(action) => setSearch({ action })}
            options={AREAS.map((area) => ({ value: `${area}.`, label: area }))}
          />
        </FilterBar>
      }
      list={entries}
      failed={t('audit.failed')}
      bulk={check && <CheckNote check={check} />}
      table={{
        columns,
        rowKey: (entry) => entry.id,
        openKey: search.entry,
        onOpen: (entry) => setSearch({ entry: entry.id }, opened !== undefined),
        empty: (
          <EmptyState
            icon={ScrollText}
            title={t(filtered ? 'audit.noneFound' : 'audit.none')}
            body={t(filtered ? 'audit.noneFoundBody' : 'audit.noneBody')}
          />
        ),
      }}
      panel={{
        storageKey: 'audit-panel',
        resizeLabel: t('audit.resize'),
        content: opened && <AuditPanel entry={opened} onClose={() => setSearch({ entry: undefined })} />,
      }}
    />
  );
}

function useAuditColumns(narrow: boolean): TableColumn<AuditEntry>[] {
  const { t } = useTranslation('fleet');
  return useMemo(() => {
    const time = {
      id: 'time',
      header: t('audit.time'),
      width: '172px',
      cell: (entry: AuditEntry) => <span className="tabular text-dim">{formatFull(entry.at)}</span>,
    };
    const action = {
      id: 'action',
      header: t('audit.action'),
      width: narrow ? 'minmax(120px,1fr)' : 'minmax(152px,1fr)',
      cell: (entry: AuditEntry) => <span className="font-mono text-xs">{entry.action}</span>,
    };
    const actor = {
      id: 'actor',
      header: t('audit.actor'),
      width: narrow ? 'minmax(60px,1fr)' : 'minmax(150px,1.4fr)',
      cell: (entry: AuditEntry) => entry.actor,
    };
    if (narrow) return [time, action, actor];
    const details = {
      id: 'details',
      header: t('audit.details'),
      width: 'minmax(160px,2fr)',
      cell: (entry: AuditEntry) => <span className="text-dim">{inOneLine(entry.details)}</span>,
    };
    const address = {
      id: 'address',
      header: t('audit.address'),
      width: '120px',
      cell: (entry: AuditEntry) => <span className="tabular text-dim">{entry.address ?? '–'}</span>,
    };
    return [time, action, actor, details, address];
  }, [narrow, t]);
}

function inOneLine(details: AuditEntry['details']): string {
  return Object.entries(details)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
