import type { Credential, CredentialUses } from '@casare/shared';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { Detail, DetailList, DetailPanel, Loaded } from '../list/DetailPanel.tsx';
import { useRobots, useWorkflows } from '../use-fleet-data.ts';
import { EditCredentialDialog } from './EditCredentialDialog.tsx';
import { RotateDialog } from './RotateDialog.tsx';
import { UsedBy } from './UsedBy.tsx';

type Open = 'rotate' | 'edit' | 'remove';

/** All of a credential but its values. */
export function CredentialPanel({ credentialId, onClose }: { credentialId: string; onClose: () => void }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const [open, setOpen] = useState<Open>();
  const credential = useQuery({
    queryKey: fleetKeys.credential(credentialId),
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => api.credential(credentialId),
  });
  const uses = useQuery({
    queryKey: fleetKeys.credentialUses(credentialId),
    queryFn: () => api.credentialUses(credentialId),
  });
  const close = () => setOpen(undefined);
  const changed = () => queries.invalidateQueries({ queryKey: fleetKeys.credentials });
  const remove = async ({ id, name }: Credential) => {
    try {
      // The person was told who uses it.
      await api.deleteCredential(id, true);
      toast.done(t('credential.removed', { name }));
      onClose();
    } catch (error) {
      toast.failed(error, t('credential.removeFailed'));
    }
    await changed();
  };
  const names = (uses.data?.workflows ?? []).map(({ workflowName }) => workflowName).join(', ');
  return (
    <DetailPanel
      label={t('credential.details')}
      title={credential.data?.name ?? t('credential.details')}
      closeLabel={t('credential.close')}
      onClose={onClose}
      actions={
        credential.data && (
          <>
            <Button size="sm" onClick={() => setOpen('rotate')}>
              {t('credential.rotate')}
            </Button>
            <Button size="sm" onClick={() => setOpen('edit')}>
              {t('credential.edit')}
            </Button>
            <Button size="sm" onClick={() => setOpen('remove')}>
              {t('credential.remove')}
            </Button>
          </>
        )
      }
    >
      <Loaded query={credential} failed={t('credential.loadFailed')}>
        {(data) => (
          <div className="min-h-0 flex-1 overflow-auto">
            <Facts credential={data} />
            <Loaded query={uses} failed={t('credential.usesFailed')}>
              {(found) => (
                <>
                  <UsedBy
                    title={t('credential.usedBy')}
                    none={t('credential.usedByNone')}
                    workflows={found.workflows}
                  />
                  <Reads reads={found.reads} />
                </>
              )}
            </Loaded>
            {open === 'rotate' && <RotateDialog credential={data} onClose={close} onDone={changed} />}
            {open === 'edit' && <EditCredentialDialog credential={data} onClose={close} onDone={changed} />}
            {open === 'remove' && (
              <ConfirmDialog
                open
                danger
                title={t('credential.removeTitle', { name: data.name })}
                body={names === '' ? t('credential.removeBody') : t('credential.removeUsed', { names })}
                confirmLabel={t('credential.remove')}
                onConfirm={() => remove(data)}
                onClose={close}
              />
            )}
          </div>
        )}
      </Loaded>
    </DetailPanel>
  );
}

function Facts({ credential }: { credential: Credential }) {
  const { t } = useTranslation('fleet');
  const workflows = useWorkflows().data ?? [];
  const robots = useRobots().data ?? [];
  const named = (ids: readonly string[], known: readonly { id: string; name: string }[], any: string) =>
    ids.map((id) => known.find((one) => one.id === id)?.name ?? id).join(', ') || any;
  return (
    <DetailList>
      <Detail name={t('credential.kind')}>
        <Badge>{t(`credential.kinds.${credential.kind}`)}</Badge>
      </Detail>
      {credential.description !== '' && <Detail name={t('credential.description')}>{credential.description}</Detail>}
      <Detail name={t('credential.source')}>
        {credential.external ? (
          <>
            {t('credential.external')}{' '}
            <span className="font-mono text-xs">
              {credential.external.store}/{credential.external.path}
            </span>
          </>
        ) : (
          t('credential.here')
        )}
      </Detail>
      <Detail name={t('credential.write')}>
        <span className="flex flex-col gap-0.5 font-mono text-xs select-text">
          {credential.fieldNames.map((field) => (
            <span key={field}>{`\${credentials${access(credential.name)}.${field}}`}</span>
          ))}
        </span>
      </Detail>
      <Detail name={t('credential.hosts')}>{credential.allowedHosts.join(', ') || t('credential.anyHost')}</Detail>
      <Detail name={t('credential.workflows')}>
        {named(credential.allowedWorkflows, workflows, t('credential.anyWorkflow'))}
      </Detail>
      <Detail name={t('credential.robots')}>{named(credential.allowedRobots, robots, t('credential.anyRobot'))}</Detail>
      <Detail name={t('credential.version')}>{credential.version}</Detail>
      <Detail name={t('credential.rotated')}>
        <Age time={credential.rotatedAt} />
      </Detail>
      <Detail name={t('credential.used')}>
        {credential.lastReadAt === null ? t('credential.never') : <Age time={credential.lastReadAt} />}
      </Detail>
    </DetailList>
  );
}

function access(name: string): string {
  return name.includes('-') ? `['${name}']` : `.${name}`;
}

function Reads({ reads }: { reads: CredentialUses['reads'] }) {
  const { t } = useTranslation('fleet');
  return (
    <section className="p-3">
      <h3 className="mb-2 font-semibold">{t('credential.reads')}</h3>
      {reads.length === 0 ? (
        <p className="text-faint">{t('credential.readsNone')}</p>
      ) : (
        <ul className="flex flex-col gap-1.5">
          {reads.map((read) => (
            <li key={`${read.jobId} ${read.version}`} className="flex items-center gap-2">
              <Link
                to="/fleet/jobs/$jobId"
                params={{ jobId: read.jobId }}
                className="min-w-0 flex-1 truncate rounded text-accent hover:underline"
              >
                {read.workflowName}
              </Link>
              <span className="truncate text-dim">{read.robotName}</span>
              <Age time={read.at} className="text-faint" />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
