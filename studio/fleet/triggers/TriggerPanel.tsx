import type { Trigger } from '@casare/shared';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { ShownOnce } from '../access/ShownOnce.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { Detail, DetailList, DetailPanel, Loaded } from '../list/DetailPanel.tsx';
import { Deliveries } from './Deliveries.tsx';
import { HowToReach } from './HowToReach.tsx';
import { TriggerDialog } from './TriggerDialog.tsx';
import { TriggerSwitch } from './TriggerSwitch.tsx';

type Open = 'edit' | 'rotate' | 'remove';

/** One trigger: what it waits for, how it is reached, and what it was brought. */
export function TriggerPanel({ triggerId, onClose }: { triggerId: string; onClose: () => void }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const [tab, setTab] = useState<'about' | 'deliveries'>('about');
  const [open, setOpen] = useState<Open>();
  const trigger = useQuery({ queryKey: fleetKeys.trigger(triggerId), queryFn: () => api.trigger(triggerId) });
  return (
    <DetailPanel
      label={t('trigger.details')}
      title={trigger.data?.name ?? t('trigger.details')}
      closeLabel={t('trigger.close')}
      onClose={onClose}
      actions={
        trigger.data && (
          <>
            <TriggerSwitch trigger={trigger.data} />
            <Button size="sm" onClick={() => setOpen('edit')}>
              {t('trigger.edit')}
            </Button>
            <Button size="sm" onClick={() => setOpen('remove')}>
              {t('trigger.remove')}
            </Button>
          </>
        )
      }
    >
      <Loaded query={trigger} failed={t('trigger.loadFailed')}>
        {(data) => (
          <>
            <Tabs
              label={t('trigger.details')}
              value={tab}
              onChange={setTab}
              className="min-h-0 flex-1"
              tabs={[
                {
                  id: 'about',
                  label: t('trigger.about'),
                  content: (
                    <div className="min-h-0 flex-1 overflow-auto">
                      <About trigger={data} onRotate={() => setOpen('rotate')} />
                    </div>
                  ),
                },
                {
                  id: 'deliveries',
                  label: t('trigger.deliveries'),
                  content: (
                    <div className="min-h-0 flex-1 overflow-auto">
                      <Deliveries triggerId={data.id} />
                    </div>
                  ),
                },
              ]}
            />
            <Dialogs trigger={data} open={open} onDone={() => setOpen(undefined)} onRemoved={onClose} />
          </>
        )}
      </Loaded>
    </DetailPanel>
  );
}

function About({ trigger, onRotate }: { trigger: Trigger; onRotate: () => void }) {
  const { t } = useTranslation('fleet');
  return (
    <>
      {(trigger.disabledReason ?? trigger.lastError?.message) !== undefined &&
        (trigger.disabledReason || trigger.lastError) && (
          <p role="alert" className="m-3 rounded-md bg-bad-soft px-3 py-2 text-bad">
            {trigger.disabledReason ?? trigger.lastError?.message}
            {trigger.lastError && <span className="font-mono text-xs"> ({trigger.lastError.code})</span>}
          </p>
        )}
      <DetailList>
        <Detail name={t('trigger.kind')}>{t(`trigger.kinds.${trigger.kind}`)}</Detail>
        <Detail name={t('trigger.starts')}>
          <Link
            to="/fleet/workflows"
            search={{ workflow: trigger.workflowId }}
            className="rounded text-accent underline"
          >
            {trigger.workflowName}
          </Link>{' '}
          <span className="text-faint">
            {trigger.workflowVersion === null
              ? t('trigger.published')
              : t('trigger.version', { version: trigger.workflowVersion })}
          </span>
        </Detail>
        {trigger.filter !== null && (
          <Detail name={t('trigger.filter')}>
            <span className="font-mono text-xs break-all select-text">{trigger.filter}</span>
          </Detail>
        )}
        <Detail name={t('trigger.input')}>
          {trigger.input === null ? (
            <span className="text-faint">{t('trigger.sameNames')}</span>
          ) : (
            <pre className="font-mono text-xs break-all whitespace-pre-wrap select-text">
              {JSON.stringify(trigger.input, null, 2)}
            </pre>
          )}
        </Detail>
        {trigger.watchedBy && <Detail name={t('trigger.watchedBy')}>{trigger.watchedBy.robotName}</Detail>}
        {trigger.nextLookAt !== null && (
          <Detail name={t('trigger.nextLook')}>
            <Age time={trigger.nextLookAt} />
          </Detail>
        )}
        <Detail name={t('trigger.last')}>
          {trigger.lastDeliveryAt === null ? t('trigger.never') : <Age time={trigger.lastDeliveryAt} />}
        </Detail>
        <Detail name={t('trigger.settings')}>
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5 font-mono text-xs select-text">
            {Object.entries(trigger.settings).map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="text-faint">{name}</dt>
                <dd className="truncate" title={shown(value)}>
                  {shown(value)}
                </dd>
              </div>
            ))}
          </dl>
        </Detail>
      </DetailList>
      {trigger.path !== null && (
        <div className="p-3">
          <HowToReach trigger={trigger} secret={null} />
          {trigger.secretNames.includes('signing') && trigger.kind !== 'form' && (
            <Button size="sm" className="mt-3" onClick={onRotate}>
              {t('trigger.rotate')}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

interface DialogsProps {
  trigger: Trigger;
  open: Open | undefined;
  onDone: () => void;
  onRemoved: () => void;
}

function Dialogs({ trigger, open, onDone, onRemoved }: DialogsProps) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const [secret, setSecret] = useState<string>();
  const changed = () => queries.invalidateQueries({ queryKey: fleetKeys.triggers });
  if (secret !== undefined)
    return (
      <ShownOnce
        title={t('trigger.rotated')}
        description={t('trigger.rotatedBody')}
        label={t('trigger.secret')}
        text={secret}
        testId="new-trigger-secret"
        onClose={() => setSecret(undefined)}
      />
    );
  if (open === 'edit')
    return (
      <TriggerDialog
        kind={trigger.kind}
        trigger={trigger}
        onClose={onDone}
        onSend={async (wanted) => {
          await api.updateTrigger(trigger.id, wanted);
          await changed();
          onDone();
        }}
      />
    );
  if (open === 'rotate')
    return (
      <ConfirmDialog
        open
        title={t('trigger.rotateTitle')}
        body={t('trigger.rotateBody')}
        confirmLabel={t('trigger.rotate')}
        onConfirm={async () => {
          try {
            const reply = await api.rotateTriggerSecret(trigger.id, { overlapHours: 24 });
            if (reply.secret !== null) setSecret(reply.secret);
          } catch (error) {
            toast.failed(error, t('trigger.rotateFailed'));
          }
        }}
        onClose={onDone}
      />
    );
  if (open === 'remove')
    return (
      <ConfirmDialog
        open
        danger
        title={t('trigger.removeTitle', { name: trigger.name })}
        body={t('trigger.removeBody')}
        confirmLabel={t('trigger.remove')}
        onConfirm={async () => {
          try {
            await api.deleteTrigger(trigger.id);
            toast.done(t('trigger.removed', { name: trigger.name }));
            onRemoved();
          } catch (error) {
            toast.failed(error, t('trigger.removeFailed'));
          }
          await changed();
        }}
        onClose={onDone}
      />
    );
  return null;
}
