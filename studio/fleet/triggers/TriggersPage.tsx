import { type Trigger, TRIGGER_KINDS, type TriggerKind } from '@casare/shared';
import { getRouteApi } from '@tanstack/react-router';
import { Plus, Zap } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import type { TableColumn } from '../../ui/VirtualTable.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { ChoiceSelect } from '../list/ChoiceSelect.tsx';
import { FilterBar } from '../list/FilterBar.tsx';
import { ListPage } from '../list/ListPage.tsx';
import { usePagedList } from '../list/list-state.ts';
import { KIND_ICONS } from './kind-icons.ts';
import { TriggerPanel } from './TriggerPanel.tsx';
import { TriggerSwitch } from './TriggerSwitch.tsx';
import type { TriggersSearch } from './triggers-search.ts';

const CreateTrigger = lazy(async () => ({ default: (await import('./CreateTrigger.tsx')).CreateTrigger }));

const route = getRouteApi('/fleet/triggers');

export function TriggersPage() {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [creating, setCreating] = useState(false);
  const filter = { kind: search.kind, search: search.q };
  const list = usePagedList<Trigger>({ queryKey: fleetKeys.triggerList(filter), load: api.triggers, filter });
  const columns = useColumns(search.trigger !== undefined);
  const setSearch = (change: { [K in keyof TriggersSearch]?: TriggersSearch[K] | undefined }, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...change }) as TriggersSearch, replace });
  const filtered = search.kind !== undefined || search.q !== undefined;
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
      {t('triggers.add')}
    </Button>
  );
  return (
    <>
      <ListPage
        title={t('page.triggers')}
        filters={
          <FilterBar
            search={{
              label: t('triggers.search'),
              placeholder: t('triggers.searchShort'),
              value: search.q,
              onChange: (q) => setSearch({ q }, true),
            }}
            count={t('triggers.shown', { count: list.rows.length })}
            busy={list.busy}
            onClear={filtered ? () => setSearch({ q: undefined, kind: undefined }) : undefined}
            actions={add}
          >
            <ChoiceSelect
              label={t('trigger.kind')}
              anyLabel={t('triggers.anyKind')}
              value={search.kind}
              onChange={(kind) => setSearch({ kind: kind as TriggersSearch['kind'] })}
              options={TRIGGER_KINDS.map((kind) => ({ value: kind, label: t(`trigger.kinds.${kind}`) }))}
            />
          </FilterBar>
        }
        list={list}
        failed={t('triggers.failed')}
        table={{
          columns,
          rowKey: (trigger) => trigger.id,
          openKey: search.trigger,
          onOpen: ({ id }) => setSearch({ trigger: id }, search.trigger !== undefined),
          empty: filtered ? (
            <EmptyState icon={Zap} title={t('triggers.noneFound')} body={t('triggers.noneFoundBody')} />
          ) : (
            <EmptyState icon={Zap} title={t('triggers.none')} body={t('triggers.noneBody')} actions={add} />
          ),
        }}
        panel={{
          storageKey: 'trigger-panel',
          resizeLabel: t('trigger.resize'),
          width: 520,
          content: search.trigger && (
            <TriggerPanel
              key={search.trigger}
              triggerId={search.trigger}
              onClose={() => setSearch({ trigger: undefined })}
            />
          ),
        }}
      />
      {creating && (
        <Suspense>
          <CreateTrigger
            onClose={() => setCreating(false)}
            onMade={(id) => {
              setCreating(false);
              setSearch({ trigger: id });
            }}
          />
        </Suspense>
      )}
    </>
  );
}

function KindIcon({ kind }: { kind: TriggerKind }) {
  const Icon = KIND_ICONS[kind];
  return <Icon size={14} aria-hidden className="shrink-0 text-dim" />;
}

function useColumns(narrow: boolean): TableColumn<Trigger>[] {
  const { t } = useTranslation('fleet');
  return useMemo(() => {
    const name: TableColumn<Trigger> = {
      id: 'name',
      header: t('trigger.name'),
      width: 'minmax(160px,1.4fr)',
      cell: (trigger) => (
        <span className="flex min-w-0 items-center gap-2">
          {narrow && <KindIcon kind={trigger.kind} />}
          <span className="truncate font-medium">{trigger.name}</span>
          {trigger.unsigned && <Badge tone="bad">{t('trigger.unsigned')}</Badge>}
          {trigger.disabledReason !== null && <Badge tone="bad">{t('trigger.gaveUp')}</Badge>}
          {trigger.disabledReason === null && trigger.lastError && <Badge tone="warn">{t('trigger.failing')}</Badge>}
        </span>
      ),
    };
    const kind: TableColumn<Trigger> = {
      id: 'kind',
      header: t('trigger.kind'),
      width: '150px',
      cell: (trigger) => (
        <span className="flex items-center gap-2 text-dim">
          <KindIcon kind={trigger.kind} />
          {t(`trigger.kinds.${trigger.kind}`)}
        </span>
      ),
    };
    const on: TableColumn<Trigger> = {
      id: 'on',
      header: t('trigger.on'),
      width: '64px',
      cell: (trigger) => (
        // The switch is not the row: what is pressed here opens nothing.
        <span
          onClick={(event) => event.stopPropagation()}
          onKeyDown={(event) => event.stopPropagation()}
          role="presentation"
        >
          <TriggerSwitch trigger={trigger} />
        </span>
      ),
    };
    const last: TableColumn<Trigger> = {
      id: 'last',
      header: t('trigger.last'),
      width: '100px',
      align: 'end',
      cell: (trigger) =>
        trigger.lastDeliveryAt === null ? (
          <span className="text-faint">{t('trigger.never')}</span>
        ) : (
          <Age time={trigger.lastDeliveryAt} className="text-dim" />
        ),
    };
    if (narrow) return [name, on];
    return [
      name,
      kind,
      {
        id: 'workflow',
        header: t('trigger.starts'),
        width: 'minmax(120px,1fr)',
        cell: (trigger) => <span className="truncate text-dim">{trigger.workflowName}</span>,
      },
      {
        id: 'watched',
        header: t('trigger.watchedBy'),
        width: 'minmax(100px,0.7fr)',
        cell: (trigger) => <span className="truncate text-dim">{trigger.watchedBy?.robotName ?? ''}</span>,
      },
      last,
      on,
    ];
  }, [narrow, t]);
}
