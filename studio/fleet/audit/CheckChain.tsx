import type { AuditCheck } from '@casare/shared';
import { ShieldAlert, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';

/** Has the server compute the chain of the log anew. */
export function CheckButton({ onChecked }: { onChecked: (check: AuditCheck) => void }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const [busy, setBusy] = useState(false);
  const check = async () => {
    setBusy(true);
    await api
      .checkAudit()
      .then(onChecked, (error: unknown) => toast.failed(error, t('audit.checkFailed')))
      .finally(() => setBusy(false));
  };
  return (
    <Button icon={ShieldCheck} loading={busy} onClick={() => void check()}>
      {t('audit.check')}
    </Button>
  );
}

export function CheckNote({ check: { broken, head, entries } }: { check: AuditCheck }) {
  const { t } = useTranslation('fleet');
  const Icon = broken ? ShieldAlert : ShieldCheck;
  const words = broken
    ? t('audit.broken', broken)
    : head
      ? t('audit.whole', { count: entries, seal: head.seal.slice(0, 16) })
      : t('audit.wholeEmpty');
  return (
    <p
      role={broken ? 'alert' : 'status'}
      className={classNames(
        'flex shrink-0 items-center gap-2 border-b border-line px-3 py-2',
        broken ? 'bg-bad-soft text-bad' : 'text-dim',
      )}
    >
      <Icon size={15} className="shrink-0" aria-hidden />
      {words}
    </p>
  );
}
