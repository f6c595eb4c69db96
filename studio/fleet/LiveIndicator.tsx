import { CloudOff, Radio, RefreshCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatClock } from '../format/time.ts';
import { classNames } from '../ui/class-names.ts';
import { useFleetState, useLiveStatus } from './fleet-context.tsx';

/** Whether what the fleet pages show is true now, and since when it is not. */
export function LiveIndicator() {
  const { t } = useTranslation('fleet');
  const { address } = useFleetState();
  const { state, freshAt, reason } = useLiveStatus();
  const look = classNames(
    'flex items-center gap-1.5',
    state === 'live' ? 'text-ok' : state === 'off' ? '' : 'text-warn',
  );
  const Icon = state === 'live' ? Radio : state === 'off' || state === 'refused' ? CloudOff : RefreshCw;
  const word = t(`live.${state}`);
  return (
    <span role="status" data-testid="fleet-live" data-state={state} className={look} title={reason ?? address?.url}>
      <Icon
        size={13}
        aria-hidden
        className={state === 'reconnecting' || state === 'connecting' ? 'animate-spin' : undefined}
      />
      {word}
      {state !== 'live' && freshAt !== undefined && <span>· {t('live.from', { time: formatClock(freshAt) })}</span>}
    </span>
  );
}
