import type { HostEvents } from '@casare/shared';
import { TriangleAlert, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOptionalHost } from '../host/host-context.tsx';
import { classNames } from '../ui/class-names.ts';

/** That the host process ended and what became of it, until somebody has read it. */
export function HostNotice() {
  const { t } = useTranslation('shell');
  const host = useOptionalHost();
  const [status, setStatus] = useState<HostEvents['host.status']>();
  useEffect(() => host?.on('host.status', setStatus), [host]);
  if (!status) return null;
  return (
    <span
      role="alert"
      data-testid="host-status"
      title={status.message}
      className={classNames('flex min-w-0 items-center gap-1.5', status.state === 'failed' ? 'text-bad' : 'text-warn')}
    >
      <TriangleAlert size={14} className="shrink-0" aria-hidden />
      <span className="shrink-0 font-medium">{t(`host.${status.state}`)}</span>
      <span className="hidden min-w-0 truncate text-dim md:inline">{status.message}</span>
      {status.state === 'restarted' && (
        <button
          type="button"
          aria-label={t('host.dismiss')}
          onClick={() => setStatus(undefined)}
          className="inline-flex size-4.5 shrink-0 items-center justify-center rounded hover:bg-hover hover:text-text"
        >
          <X size={12} aria-hidden />
        </button>
      )}
    </span>
  );
}
