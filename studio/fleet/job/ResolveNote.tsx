import type { Job } from '@casare/shared';
import { Hourglass } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';

type Decision = 'retry' | 'skip' | 'fail';
const DECISIONS: readonly Decision[] = ['retry', 'skip', 'fail'];

/** A job that waits for a person: what happened, and the three ways on. */
export function ResolveNote({ job }: { job: Job }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const [busy, setBusy] = useState<Decision>();
  const waiting = job.waitingFor;
  const path =
    waiting !== null && typeof waiting === 'object' && !Array.isArray(waiting) && typeof waiting.path === 'string'
      ? waiting.path
      : undefined;
  const decide = async (decision: Decision) => {
    setBusy(decision);
    await api.resolve(job.id, { decision }).then(
      () => toast.done(t(`resolve.done.${decision}`)),
      (error: unknown) => toast.failed(error, t('resolve.failed')),
    );
    setBusy(undefined);
  };
  return (
    <div className="mx-3 mb-3 flex shrink-0 gap-2.5 rounded-md bg-warn-soft px-3 py-2.5">
      <Hourglass size={16} className="mt-0.5 shrink-0 text-warn" aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{path ? t('resolve.step', { path }) : t('resolve.title')}</p>
        <p className="text-dim">
          {job.error ? `${job.error.message} ` : ''}
          {t('resolve.body')}
        </p>
        <div className="mt-2 flex flex-wrap gap-1.5">
          {DECISIONS.map((decision) => (
            <Button
              key={decision}
              size="sm"
              variant={decision === 'fail' ? 'danger' : 'secondary'}
              loading={busy === decision}
              disabled={busy !== undefined}
              onClick={() => void decide(decision)}
            >
              {t(`resolve.${decision}`)}
            </Button>
          ))}
        </div>
      </div>
    </div>
  );
}
