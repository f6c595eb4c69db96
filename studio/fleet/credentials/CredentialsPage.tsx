import type { Credential } from '@casare/shared';
import { getRouteApi } from '@tanstack/react-router';
import { KeySquare, Plus } from 'lucide-react';
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
import { CredentialPanel } from './CredentialPanel.tsx';
import { CREDENTIAL_KIND_NAMES, type CredentialsSearch } from './credentials-search.ts';

const CreateCredentialDialog = lazy(async () => ({
  default: (await import('./CreateCredentialDialog.tsx')).CreateCredentialDialog,
}));

const route = getRouteApi('/fleet/credentials');

export function CredentialsPage() {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [creating, setCreating] = useState(false);
  const filter = { kind: search.kind, search: search.q };
  const list = usePagedList<Credential>({ queryKey: fleetKeys.credentialList(filter), load: api.credentials, filter });
  const columns = useColumns(search.credential !== undefined);
  const setSearch = (change: { [K in keyof CredentialsSearch]?: CredentialsSearch[K] | undefined }, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...change }) as CredentialsSearch, replace });
  const filtered = search.kind !== undefined || search.q !== undefined;
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
      {t('credentials.add')}
    </Button>
  );
  return (
    <>
      <ListPage
        title={t('page.credentials')}
        filters={
          <FilterBar
            search={{
              label: t('credentials.search'),
              placeholder: t('credentials.searchShort'),
              value: search.q,
              onChange: (q) => setSearch({ q }, true),
            }}
            count={t('credentials.shown', { count: list.rows.length })}
            busy={list.busy}
            onClear={filtered ? () => setSearch({ q: undefined, kind: undefined }) : undefined}
            actions={add}
          >
            <ChoiceSelect
              label={t('credential.kind')}
              anyLabel={t('credentials.anyKind')}
              value={search.kind}
              onChange={(kind) => setSearch({ kind: kind as CredentialsSearch['kind'] })}
              options={CREDENTIAL_KIND_NAMES.map((kind) => ({ value: kind, label: t(`credential.kinds.${kind}`) }))}
            />
          </FilterBar>
        }
        list={list}
        failed={t('credentials.failed')}
        table={{
          columns,
          rowKey: (credential) => credential.id,
          openKey: search.credential,
          onOpen: ({ id }) => setSearch({ credential: id }, search.credential !== undefined),
          empty: filtered ? (
            <EmptyState icon={KeySquare} title={t('credentials.noneFound')} body={t('credentials.noneFoundBody')} />
          ) : (
            <EmptyState icon={KeySquare} title={t('credentials.none')} body={t('credentials.noneBody')} actions={add} />
          ),
        }}
        panel={{
          storageKey: 'credential-panel',
          resizeLabel: t('credential.resize'),
          content: search.credential && (
            <CredentialPanel
              key={search.credential}
              credentialId={search.credential}
              onClose={() => setSearch({ credential: undefined })}
            />
          ),
        }}
      />
      {creating && (
        <Suspense>
          <CreateCredentialDialog
            onClose={() => setCreating(false)}
            onMade={({ id }) => {
              setCreating(false);
              setSearch({ credential: id });
            }}
          />
        </Suspense>
      )}
    </>
  );
}

function useColumns(narrow: boolean): TableColumn<Credential>[] {
  const { t } = useTranslation('fleet');
  return useMemo(() => {
    const name: TableColumn<Credential> = {
      id: 'name',
      header: t('credential.name'),
      width: 'minmax(140px,1.2fr)',
      cell: (credential) => <span className="truncate font-mono text-xs font-medium">{credential.name}</span>,
    };
    const kind: TableColumn<Credential> = {
      id: 'kind',
      header: t('credential.kind'),
      width: '150px',
      cell: (credential) => <Badge>{t(`credential.kinds.${credential.kind}`)}</Badge>,
    };
    const used: TableColumn<Credential> = {
      id: 'used',
      header: t('credential.used'),
      width: '96px',
      align: 'end',
      cell: (credential) => <Age time={credential.lastReadAt} className="text-dim" />,
    };
    if (narrow) return [name, kind];
    return [
      name,
      kind,
      {
        id: 'description',
        header: t('credential.description'),
        width: 'minmax(120px,1.5fr)',
        cell: (credential) => <span className="truncate text-dim">{credential.description}</span>,
      },
      {
        id: 'hosts',
        header: t('credential.hostsShort'),
        width: 'minmax(120px,1fr)',
        cell: ({ allowedHosts }) => (
          <span className="truncate text-dim">{allowedHosts.join(', ') || t('credential.anyHost')}</span>
        ),
      },
      {
        id: 'rotated',
        header: t('credential.rotated'),
        width: '96px',
        align: 'end',
        cell: (credential) => <Age time={credential.rotatedAt} className="text-dim" />,
      },
      used,
    ];
  }, [narrow, t]);
}
