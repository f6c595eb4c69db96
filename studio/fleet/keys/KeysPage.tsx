import type { ApiKey } from '@casare/shared';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { formatDay } from '../../format/time.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { toast } from '../../ui/toast.tsx';
import { type TableColumn, VirtualTable } from '../../ui/VirtualTable.tsx';
import { allPages } from '../fleet-api.ts';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { KeyState } from './KeyState.tsx';

const CreateKeyDialog = lazy(async () => ({ default: (await import('./CreateKeyDialog.tsx')).CreateKeyDialog }));

export function KeysPage() {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey>();
  const keys = useQuery({ queryKey: fleetKeys.keys, queryFn: () => allPages(api.keys) });
  const revoke = async (key: ApiKey) => {
    await api.revokeKey(key.id).then(
      () => toast.done(t('key.revoked', { name: key.name })),
      (error: unknown) => toast.failed(error, t('key.revokeFailed')),
    );
    await queries.invalidateQueries({ queryKey: fleetKeys.keys });
  };
  const columns = useMemo<TableColumn<ApiKey>[]>(
    () => [
      {
        id: 'name',
        header: t('key.name'),
        width: 'minmax(140px,1.5fr)',
        cell: (key) => <span className="font-medium">{key.name}</span>,
      },
      { id: 'kind', header: t('key.kind'), width: '90px', cell: (key) => <Badge>{t(`key.kinds.${key.kind}`)}</Badge> },
      {
        id: 'display',
        header: t('key.key'),
        width: 'minmax(200px,1fr)',
        cell: (key) => <span className="font-mono text-xs text-dim">{key.display}</span>,
      },
      { id: 'state', header: t('key.state'), width: '130px', cell: (key) => <KeyState apiKey={key} /> },
      {
        id: 'expires',
        header: t('key.expires'),
        width: '112px',
        cell: (key) => <span className="tabular text-dim">{formatDay(key.expiresAt)}</span>,
      },
      {
        id: 'used',
        header: t('key.used'),
        width: '90px',
        align: 'end',
        cell: (key) => <Age time={key.lastUsedAt} className="text-dim" />,
      },
      {
        id: 'revoke',
        header: '',
        width: '96px',
        align: 'end',
        cell: (key) =>
          key.revokedAt === null && (
            <Button size="sm" aria-label={t('key.revokeNamed', { name: key.name })} onClick={() => setRevoking(key)}>
              {t('key.revoke')}
            </Button>
          ),
      },
    ],
    [t],
  );
  const create = (
    <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
      {t('key.create')}
    </Button>
  );
  return (
    <>
      <div className="flex shrink-0 items-center gap-3 border-b border-line bg-surface px-3 py-2">
        <h1 className="sr-only">{t('page.keys')}</h1>
        <p className="min-w-0 flex-1 truncate text-dim">{t('key.intro')}</p>
        {create}
      </div>
      {keys.isError && !keys.data ? (
        <ErrorState title={t('key.failed')} error={keys.error} onRetry={() => void keys.refetch()} />
      ) : (
        <VirtualTable
          label={t('page.keys')}
          rows={keys.data ?? []}
          columns={columns}
          rowKey={(key) => key.id}
          loading={keys.isPending}
          empty={<EmptyState icon={KeyRound} title={t('key.none')} body={t('key.noneBody')} actions={create} />}
        />
      )}
      {creating && (
        <Suspense>
          <CreateKeyDialog onClose={() => setCreating(false)} />
        </Suspense>
      )}
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
