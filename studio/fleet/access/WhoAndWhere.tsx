import { LogOut } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../ui/IconButton.tsx';
import { Select } from '../../ui/Select.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetState } from '../fleet-context.tsx';
import { useMe } from './use-me.ts';

/** Who is signed in, in which workspace, and the ways to another one and out. */
export function WhoAndWhere() {
  const { t } = useTranslation('fleet');
  const { choose, connect } = useFleetState();
  const { data: me } = useMe();
  if (!me) return null;
  const { person, workspaces, workspaceId } = me;
  const several = person !== null && workspaces.length > 1;
  const tenants = new Set(workspaces.map(({ tenantId }) => tenantId)).size;
  return (
    <div className="mb-1.5 flex flex-col gap-1.5">
      {several ? (
        <Select
          aria-label={t('access.workspace')}
          className="!w-full"
          value={workspaceId}
          onChange={(id) => {
            choose(id).catch((error: unknown) => toast.failed(error, t('access.chooseFailed')));
          }}
          options={workspaces.map(({ id, name, tenantName }) => ({
            value: id,
            label: name,
            ...(tenants > 1 && { description: tenantName }),
          }))}
        />
      ) : (
        <span className="truncate font-medium" title={me.tenantName}>
          {me.workspaceName}
        </span>
      )}
      {person && (
        <span className="flex items-center gap-1">
          <span className="min-w-0 flex-1" title={person.email}>
            <span className="block truncate text-dim">{person.name}</span>
            <span className="block truncate text-faint">
              {t(person.super ? 'access.super' : `role.${me.role ?? 'viewer'}`)}
            </span>
          </span>
          <IconButton
            icon={LogOut}
            size="sm"
            label={t('access.signOut')}
            onClick={() => {
              connect(null).catch((error: unknown) => toast.failed(error, t('access.signOutFailed')));
            }}
          />
        </span>
      )}
    </div>
  );
}
