import { MonitorCheck, MonitorX } from 'lucide-react';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { LiveIndicator } from '../fleet/LiveIndicator.tsx';
import { useHostConnection } from '../host/host-context.tsx';
import { HostNotice } from './HostNotice.tsx';

export function StatusBar({ slot }: { slot: Ref<HTMLDivElement> }) {
  const { t } = useTranslation('shell');
  const connected = useHostConnection();
  return (
    <footer
      aria-label={t('status.label')}
      className="flex h-6.5 shrink-0 items-center gap-4 border-t border-line bg-surface px-3 text-xs text-faint"
    >
      {connected !== undefined && (
        <span
          role="status"
          data-testid="host-connection"
          className={connected ? 'flex gap-1.5' : 'flex gap-1.5 text-warn'}
        >
          {connected ? <MonitorCheck size={14} aria-hidden /> : <MonitorX size={14} aria-hidden />}
          {t(connected ? 'host.connected' : 'host.lost')}
        </span>
      )}
      <HostNotice />
      <LiveIndicator />
      <div ref={slot} className="ml-auto flex min-w-0 items-center gap-4" />
    </footer>
  );
}
