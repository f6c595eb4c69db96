import { type Person, type Role, ROLES } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { Users } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Select } from '../../ui/Select.tsx';
import { toast } from '../../ui/toast.tsx';
import type { TableColumn } from '../../ui/VirtualTable.tsx';
import { useMay } from '../access/use-me.ts';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { FilterBar } from '../list/FilterBar.tsx';
import { ListPage } from '../list/ListPage.tsx';
import { usePagedList } from '../list/list-state.ts';

interface PeopleListProps {
  q: string | undefined;
  onSearch: (words: string | undefined) => void;
  view: ReactNode;
  actions: ReactNode;
}

type Asked = { what: 'remove' | 'signOut'; person: Person };

export function PeopleList({ q, onSearch, view, actions }: PeopleListProps) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Asked>();
  const filter = { search: q };
  const list = usePagedList<Person>({ queryKey: fleetKeys.peopleList(filter), load: api.people, filter });
  const change = async (work: Promise<unknown>, sentence: string) => {
    await work.then(
      () => toast.done(sentence),
      (error: unknown) => toast.failed(error, t('people.changeFailed')),
    );
    await queries.invalidateQueries({ queryKey: fleetKeys.people });
  };
  const columns = useColumns(
    setAsked,
    ({ id, name }, role) => void change(api.setRole(id, role), t('people.roleSet', { name, role: t(`role.${role}`) })),
  );
  const confirm = async ({ what, person: { id, name } }: Asked) =>
    what === 'remove'
      ? change(api.removePerson(id), t('people.removed', { name }))
      : change(api.signOutPerson(id), t('people.signedOut', { name }));
  return (
    <>
      <ListPage
        title={t('page.people')}
        filters={
          <FilterBar
            search={{ label: t('people.search'), value: q, onChange: onSearch }}
            count={t('people.shown', { count: list.rows.length })}
            busy={list.busy}
            onClear={q === undefined ? undefined : () => onSearch(undefined)}
            actions={actions}
          >
            {view}
          </FilterBar>
        }
        list={list}
        failed={t('people.failed')}
        table={{
          columns,
          rowKey: (person) => person.id,
          empty:
            q === undefined ? (
              <EmptyState icon={Users} title={t('people.none')} body={t('people.noneBody')} actions={actions} />
            ) : (
              <EmptyState icon={Users} title={t('people.noneFound')} body={t('people.noneFoundBody')} />
            ),
        }}
      />
      {asked && (
        <ConfirmDialog
          open
          danger
          title={t(`people.${asked.what}Title`, { name: asked.person.name })}
          body={t(`people.${asked.what}Body`)}
          confirmLabel={t(`people.${asked.what}`)}
          onConfirm={() => confirm(asked)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}

function useColumns(ask: (asked: Asked) => void, setRole: (person: Person, role: Role) => void): TableColumn<Person>[] {
  const { t } = useTranslation('fleet');
  const { may, why } = useMay('people:write');
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('people.name'),
        width: 'minmax(110px,1fr)',
        cell: (person) => (
          <span className="flex min-w-0 items-center gap-2">
            <span className="truncate font-medium">{person.name}</span>
            {person.super && (
              <span title={t('access.super')}>
                <Badge tone="accent">{t('access.superShort')}</Badge>
              </span>
            )}
          </span>
        ),
      },
      {
        id: 'email',
        header: t('people.email'),
        width: 'minmax(110px,1.3fr)',
        cell: (person) => <span className="truncate text-dim">{person.email}</span>,
      },
      {
        id: 'role',
        header: t('people.role'),
        width: '120px',
        cell: (person) => (
          <span title={why}>
            <Select
              aria-label={t('people.roleOf', { name: person.name })}
              className="!h-6 !w-28"
              disabled={!may}
              value={person.role}
              onChange={(role) => role !== person.role && setRole(person, role)}
              options={ROLES.map((each) => ({
                value: each,
                label: t(`role.${each}`),
                description: t(`roleHelp.${each}`),
              }))}
            />
          </span>
        ),
      },
      {
        id: 'totp',
        header: t('people.totp'),
        width: '84px',
        cell: (person) => <span className="text-dim">{t(person.totp ? 'people.totpOn' : 'people.totpOff')}</span>,
      },
      {
        id: 'sessions',
        header: t('people.sessions'),
        width: '72px',
        align: 'end',
        cell: (person) => <span className="tabular text-dim">{person.sessions}</span>,
      },
      {
        id: 'seen',
        header: t('people.seen'),
        width: '76px',
        align: 'end',
        cell: (person) => <Age time={person.lastSeenAt} className="text-dim" />,
      },
      {
        id: 'actions',
        header: '',
        width: '186px',
        align: 'end',
        cell: (person) => (
          <span className="flex gap-1">
            <Button
              size="sm"
              disabled={!may || person.sessions === 0}
              title={why}
              aria-label={t('people.signOutNamed', { name: person.name })}
              onClick={() => ask({ what: 'signOut', person })}
            >
              {t('people.signOut')}
            </Button>
            <Button
              size="sm"
              disabled={!may}
              title={why}
              aria-label={t('people.removeNamed', { name: person.name })}
              onClick={() => ask({ what: 'remove', person })}
            >
              {t('people.remove')}
            </Button>
          </span>
        ),
      },
    ],
    [t, may, why, ask, setRole],
  );
}
