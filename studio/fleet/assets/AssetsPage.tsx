import { type Asset, assetKindSchema } from '@casare/shared';
import { getRouteApi } from '@tanstack/react-router';
import { Plus, Variable } from 'lucide-react';
import { useMemo, useState } from 'react';
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
import { AssetDialog } from './AssetDialog.tsx';
import { AssetPanel } from './AssetPanel.tsx';
import { valueSummary } from './asset-value.ts';
import type { AssetsSearch } from './assets-search.ts';

const route = getRouteApi('/fleet/assets');

export function AssetsPage() {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [creating, setCreating] = useState(false);
  const filter = { kind: search.kind, search: search.q };
  const list = usePagedList<Asset>({ queryKey: fleetKeys.assetList(filter), load: api.assets, filter });
  const columns = useColumns(search.asset !== undefined);
  const setSearch = (change: { [K in keyof AssetsSearch]?: AssetsSearch[K] | undefined }, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...change }) as AssetsSearch, replace });
  const filtered = search.kind !== undefined || search.q !== undefined;
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
      {t('assets.add')}
    </Button>
  );
  return (
    <>
      <ListPage
        title={t('page.assets')}
        filters={
          <FilterBar
            search={{
              label: t('assets.search'),
              placeholder: t('assets.searchShort'),
              value: search.q,
              onChange: (q) => setSearch({ q }, true),
            }}
            count={t('assets.shown', { count: list.rows.length })}
            busy={list.busy}
            onClear={filtered ? () => setSearch({ q: undefined, kind: undefined }) : undefined}
            actions={add}
          >
            <ChoiceSelect
              label={t('asset.kind')}
              anyLabel={t('assets.anyKind')}
              value={search.kind}
              onChange={(kind) => setSearch({ kind: kind as AssetsSearch['kind'] })}
              options={assetKindSchema.options.map((kind) => ({ value: kind, label: t(`asset.kinds.${kind}`) }))}
            />
          </FilterBar>
        }
        list={list}
        failed={t('assets.failed')}
        table={{
          columns,
          rowKey: (asset) => asset.id,
          openKey: search.asset,
          onOpen: ({ id }) => setSearch({ asset: id }, search.asset !== undefined),
          empty: filtered ? (
            <EmptyState icon={Variable} title={t('assets.noneFound')} body={t('assets.noneFoundBody')} />
          ) : (
            <EmptyState icon={Variable} title={t('assets.none')} body={t('assets.noneBody')} actions={add} />
          ),
        }}
        panel={{
          storageKey: 'asset-panel',
          resizeLabel: t('asset.resize'),
          content: search.asset && (
            <AssetPanel key={search.asset} assetId={search.asset} onClose={() => setSearch({ asset: undefined })} />
          ),
        }}
      />
      {creating && (
        <AssetDialog
          onClose={() => setCreating(false)}
          onDone={({ id }) => {
            setCreating(false);
            setSearch({ asset: id });
          }}
        />
      )}
    </>
  );
}

function useColumns(narrow: boolean): TableColumn<Asset>[] {
  const { t } = useTranslation('fleet');
  return useMemo(() => {
    const shared: TableColumn<Asset>[] = [
      {
        id: 'name',
        header: t('asset.name'),
        width: 'minmax(140px,1fr)',
        cell: (asset) => <span className="truncate font-mono text-xs font-medium">{asset.name}</span>,
      },
      {
        id: 'kind',
        header: t('asset.kind'),
        width: '110px',
        cell: (asset) => <Badge>{t(`asset.kinds.${asset.kind}`)}</Badge>,
      },
      {
        id: 'value',
        header: t('asset.value'),
        width: 'minmax(120px,1.5fr)',
        cell: (asset) => <span className="truncate font-mono text-xs">{valueSummary(asset.value)}</span>,
      },
    ];
    if (narrow) return shared;
    return [
      ...shared,
      {
        id: 'description',
        header: t('asset.description'),
        width: 'minmax(120px,1.5fr)',
        cell: (asset) => <span className="truncate text-dim">{asset.description}</span>,
      },
      {
        id: 'robots',
        header: t('asset.robotsShort'),
        width: '96px',
        cell: ({ robotValues }) =>
          robotValues.length === 0 ? (
            <span className="text-faint">–</span>
          ) : (
            t('asset.robotsCount', { count: robotValues.length })
          ),
      },
      {
        id: 'changed',
        header: t('asset.changed'),
        width: '96px',
        align: 'end',
        cell: (asset) => <Age time={asset.updatedAt} className="text-dim" />,
      },
    ];
  }, [narrow, t]);
}
