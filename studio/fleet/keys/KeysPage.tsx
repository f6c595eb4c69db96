import type { ApiKey } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { KeyRound, Plus } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { toast } from '../../ui/toast.tsx';
import { useMay } from '../access/use-me.ts';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { FilterBar } from '../list/FilterBar.tsx';
import { ListPage } from '../list/ListPage.tsx';
import { usePagedList } from '../list/list-state.ts';
import { filterKeys, KEY_VIEWS, type KeysSearch } from './keys-search.ts';
import { useKeyColumns } from './use-key-columns.tsx';

const CreateKeyDialog = lazy(async () => ({ default: (await import('./CreateKeyDialog.tsx')).CreateKeyDialog }));
const RotateKeyDialog = lazy(async () => ({ default: (await import('./RotateKeyDialog.tsx')).RotateKeyDialog }));

const route = getRouteApi('/fleet/keys');

export function KeysPage() {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [creating, setCreating] = useState(false);
  const [rotating, setRotating] = useState<ApiKey>();
  const [revoking, setRevoking] = useState<ApiKey>();
  const { may, why } = useMay('keys:write');
  const list = usePagedList<ApiKey>({ queryKey: fleetKeys.keys, load: api.keys, filter: {} });
  const rows = useMemo(() => filterKeys(list.rows, search), [list.rows, search]);
  const columns = useKeyColumns(setRotating, setRevoking);
  const setSearch = (change: { [K in keyof KeysSearch]?: KeysSearch[K] | undefined }, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...change }) as KeysSearch, replace });
  const revoke = async (key: ApiKey) => {
    await api.revokeKey(key.id).then(
      () => toast.done(t('key.revoked', { name: key.name })),
      (error: unknown) => toast.failed(error, t('key.revokeFailed')),
    );
    await queries.invalidateQueries({ queryKey: fleetKeys.keys });
  };
  const filtered = search.q !== undefined || search.view !== undefined;
  const create = (
    <Button variant="primary" icon={Plus} disabled={!may} title={why} onClick={() => setCreating(true)}>
      {t('key.create')}
    </Button>
  );
  return (
    <>
      <ListPage
        title={t('page.keys')}
        filters={
          <FilterBar
            search={{ label: t('key.search'), value: search.q, onChange: (q) => setSearch({ q }, true) }}
            count={t('key.shown', { count: rows.length })}
            busy={list.busy}
            onClear={filtered ? () => setSearch({ q: undefined, view: undefined }) : undefined}
            actions={create}
          >
            <div role="group" aria-label={t('key.view')} className="flex gap-1">
              {KEY_VIEWS.map((view) => (
                <Chip
                  key={view}
                  selected={search.view === view}
                  onClick={() => setSearch({ view: search.view === view ? undefined : view })}
                >
                  {t(`key.views.${view}`)}
                </Chip>
              ))}
            </div>
          </FilterBar>
        }
        list={{ ...list, rows }}
        failed={t('key.failed')}
        table={{
          columns,
          rowKey: (key) => key.id,
          empty: filtered ? (
            <EmptyState icon={KeyRound} title={t('key.noneFound')} body={t('key.noneFoundBody')} />
          ) : (
            <EmptyState icon={KeyRound} title={t('key.none')} body={t('key.noneBody')} actions={create} />
          ),
        }}
      />
      <Suspense>
        {creating && <CreateKeyDialog onClose={() => setCreating(false)} />}
        {rotating && <RotateKeyDialog apiKey={rotating} onClose={() => setRotating(undefined)} />}
      </Suspense>
      {revoking && (
        <ConfirmDialog
          open
          danger
          title={t('key.revokeTitle', { name: revoking.name })}
          body={t(`key.revokeBody.${revoking.kind}`)}
          confirmLabel={t('key.revoke')}
          onConfirm={() => revoke(revoking)}
          onClose={() => setRevoking(undefined)}
        />
      )}
    </>
  );
}
