import { getRouteApi } from '@tanstack/react-router';
import { UserPlus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { useMay } from '../access/use-me.ts';
import { InvitationList } from './InvitationList.tsx';
import { PeopleList } from './PeopleList.tsx';
import type { PeopleSearch } from './people-search.ts';

const InviteDialog = lazy(async () => ({ default: (await import('./InviteDialog.tsx')).InviteDialog }));

const route = getRouteApi('/fleet/people');

export function PeoplePage() {
  const { t } = useTranslation('fleet');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [inviting, setInviting] = useState(false);
  const { may, why } = useMay('people:write');
  const setSearch = (change: { [K in keyof PeopleSearch]?: PeopleSearch[K] | undefined }, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...change }) as PeopleSearch, replace });
  const invite = (
    <Button variant="primary" icon={UserPlus} disabled={!may} title={why} onClick={() => setInviting(true)}>
      {t('people.invite')}
    </Button>
  );
  const view = (
    <div role="group" aria-label={t('people.view')} className="flex gap-1">
      <Chip selected={search.view === undefined} onClick={() => setSearch({ view: undefined })}>
        {t('people.members')}
      </Chip>
      <Chip selected={search.view === 'invitations'} onClick={() => setSearch({ view: 'invitations', q: undefined })}>
        {t('people.invitations')}
      </Chip>
    </div>
  );
  return (
    <>
      {search.view === 'invitations' ? (
        <InvitationList view={view} actions={invite} />
      ) : (
        <PeopleList q={search.q} onSearch={(q) => setSearch({ q }, true)} view={view} actions={invite} />
      )}
      {inviting && (
        <Suspense>
          <InviteDialog onClose={() => setInviting(false)} />
        </Suspense>
      )}
    </>
  );
}
