import type { Invitation } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { MailOpen } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { formatDay } from '../../format/time.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { toast } from '../../ui/toast.tsx';
import type { TableColumn } from '../../ui/VirtualTable.tsx';
import { useMay } from '../access/use-me.ts';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { FilterBar } from '../list/FilterBar.tsx';
import { ListPage } from '../list/ListPage.tsx';
import { usePagedList } from '../list/list-state.ts';

/** Invitations nobody has accepted yet. */
export function InvitationList({ view, actions }: { view: ReactNode; actions: ReactNode }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const [taking, setTaking] = useState<Invitation>();
  const list = usePagedList<Invitation>({ queryKey: fleetKeys.invitations, load: api.invitations, filter: {} });
  const columns = useColumns(setTaking);
  const takeBack = async ({ id, email }: Invitation) => {
    await api.revokeInvitation(id).then(
      () => toast.done(t('people.tookBack', { email })),
      (error: unknown) => toast.failed(error, t('people.changeFailed')),
    );
    await queries.invalidateQueries({ queryKey: fleetKeys.people });
  };
  return (
    <>
      <ListPage
        title={t('people.invitations')}
        filters={
          <FilterBar
            count={t('people.shownInvitations', { count: list.rows.length })}
            busy={list.busy}
            actions={actions}
          >
            {view}
          </FilterBar>
        }
        list={list}
        failed={t('people.failed')}
        table={{
          columns,
          rowKey: (invitation) => invitation.id,
          empty: (
            <EmptyState
              icon={MailOpen}
              title={t('people.noInvitations')}
              body={t('people.noInvitationsBody')}
              actions={actions}
            />
          ),
        }}
      />
      {taking && (
        <ConfirmDialog
          open
          danger
          title={t('people.takeBackTitle', { email: taking.email })}
          body={t('people.takeBackBody')}
          confirmLabel={t('people.takeBack')}
          onConfirm={() => takeBack(taking)}
          onClose={() => setTaking(undefined)}
        />
      )}
    </>
  );
}

function useColumns(takeBack: (invitation: Invitation) => void): TableColumn<Invitation>[] {
  const { t } = useTranslation('fleet');
  const { may, why } = useMay('people:write');
  return useMemo(
    () => [
      {
        id: 'email',
        header: t('people.email'),
        width: 'minmax(160px,1.5fr)',
        cell: (invitation) => <span className="truncate font-medium">{invitation.email}</span>,
      },
      {
        id: 'role',
        header: t('people.role'),
        width: '100px',
        cell: (invitation) => <Badge>{t(`role.${invitation.role}`)}</Badge>,
      },
      {
        id: 'by',
        header: t('people.invitedBy'),
        width: 'minmax(120px,1fr)',
        cell: (invitation) => <span className="truncate text-dim">{invitation.createdBy}</span>,
      },
      {
        id: 'made',
        header: t('people.invitedAt'),
        width: '90px',
        align: 'end',
        cell: (invitation) => <Age time={invitation.createdAt} className="text-dim" />,
      },
      {
        id: 'until',
        header: t('key.expires'),
        width: '112px',
        cell: (invitation) => <span className="tabular text-dim">{formatDay(invitation.expiresAt)}</span>,
      },
      {
        id: 'actions',
        header: '',
        width: '110px',
        align: 'end',
        cell: (invitation) => (
          <Button
            size="sm"
            disabled={!may}
            title={why}
            aria-label={t('people.takeBackNamed', { email: invitation.email })}
            onClick={() => takeBack(invitation)}
          >
            {t('people.takeBack')}
          </Button>
        ),
      },
    ],
    [t, may, why, takeBack],
  );
}
