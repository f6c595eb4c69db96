import type { Delivery } from '@casare/shared';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronRight, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { JsonView } from '../../ui/JsonView.tsx';
import { StatusBadge } from '../../ui/StatusBadge.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { Loaded } from '../list/DetailPanel.tsx';

const TONES = { accepted: 'ok', filtered: 'mute', refused: 'bad' } as const;
const SHOWN = 100;
const REFRESH_MS = 2000;

const hasOpenJob = ({ jobState }: Delivery) =>
  jobState !== null && !['completed', 'failed', 'cancelled'].includes(jobState);

/** What a trigger was brought lately; a row opens to what it brought, which can be done again. */
export function Deliveries({ triggerId }: { triggerId: string }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const [open, setOpen] = useState<string>();
  const list = useQuery({
    queryKey: fleetKeys.deliveries(triggerId),
    queryFn: () => api.deliveries(triggerId, { limit: SHOWN }),
    // Events of jobs do not say which delivery made them, so the states of open ones are asked for again.
    refetchInterval: ({ state: { data } }) => (data?.items.some(hasOpenJob) ? REFRESH_MS : false),
  });
  return (
    <Loaded query={list} failed={t('trigger.deliveriesFailed')}>
      {({ items, nextCursor }) =>
        items.length === 0 ? (
          <p className="p-3 text-faint">{t('trigger.deliveriesNone')}</p>
        ) : (
          <>
            <ul>
              {items.map((delivery) => (
                <DeliveryItem
                  key={delivery.id}
                  delivery={delivery}
                  open={open === delivery.id}
                  onToggle={() => setOpen(open === delivery.id ? undefined : delivery.id)}
                />
              ))}
            </ul>
            {nextCursor !== null && <p className="p-3 text-faint">{t('trigger.deliveriesMore', { count: SHOWN })}</p>}
          </>
        )
      }
    </Loaded>
  );
}

function DeliveryItem({ delivery, open, onToggle }: { delivery: Delivery; open: boolean; onToggle: () => void }) {
  const { t } = useTranslation('fleet');
  const { state, jobState, reason } = delivery;
  return (
    <li className="border-b border-line">
      <button
        type="button"
        aria-expanded={open}
        onClick={onToggle}
        className="flex w-full items-center gap-2 px-3 py-1.5 text-left hover:bg-hover"
      >
        <ChevronRight
          size={14}
          aria-hidden
          className={classNames('shrink-0 transition-transform', open && 'rotate-90')}
        />
        <Badge tone={TONES[state]}>{t(`trigger.delivery.${state}`)}</Badge>
        <span className="min-w-0 flex-1 truncate font-mono text-xs text-dim">
          {reason ? reason.message : delivery.messageId}
        </span>
        {jobState !== null && <StatusBadge status={jobState} look="plain" />}
        <Age time={delivery.receivedAt} className="shrink-0 text-faint" />
      </button>
      {open && <DeliveryDetails delivery={delivery} />}
    </li>
  );
}

function DeliveryDetails({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const detail = useQuery({ queryKey: fleetKeys.delivery(delivery.id), queryFn: () => api.delivery(delivery.id) });
  const [busy, setBusy] = useState(false);
  const replay = async () => {
    setBusy(true);
    try {
      const again = await api.replayDelivery(delivery.id);
      if (again.state === 'accepted') toast.done(t('trigger.replayed'));
      else toast.failed(new Error(again.reason?.message ?? t('trigger.delivery.filtered')), t('trigger.replayFailed'));
    } catch (error) {
      toast.failed(error, t('trigger.replayFailed'));
    } finally {
      setBusy(false);
    }
    await queries.invalidateQueries({ queryKey: fleetKeys.deliveries(delivery.triggerId) });
  };
  return (
    <div className="flex flex-col gap-2 bg-raised px-3 py-2">
      <div className="flex flex-wrap items-center gap-3">
        {delivery.jobId !== null && (
          <Link
            to="/fleet/jobs/$jobId"
            params={{ jobId: delivery.jobId }}
            className="rounded text-accent hover:underline"
          >
            {t('trigger.toJob')}
          </Link>
        )}
        {delivery.replayOf !== null && <span className="text-xs text-faint">{t('trigger.isReplay')}</span>}
        <Button
          size="sm"
          icon={RotateCcw}
          loading={busy}
          disabled={delivery.reason?.code === 'SIGNATURE_INVALID'}
          onClick={() => void replay()}
          className="ml-auto"
        >
          {t('trigger.replay')}
        </Button>
      </div>
      {delivery.reason && (
        <p className="text-bad">
          {delivery.reason.message} <span className="font-mono text-xs">({delivery.reason.code})</span>
        </p>
      )}
      <Loaded query={detail} failed={t('trigger.deliveryFailed')}>
        {({ payload }) => <JsonView value={payload} label={t('trigger.payload')} />}
      </Loaded>
    </div>
  );
}
