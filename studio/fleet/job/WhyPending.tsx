import { useQuery } from '@tanstack/react-query';
import { Bot, CircleCheck, CircleX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Spinner } from '../../ui/Spinner.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';

/** Each robot and the rule that keeps it from taking the job; asked again while somebody looks. */
export function WhyPending({ jobId }: { jobId: string }) {
  const { t } = useTranslation(['fleet', 'shell']);
  const { api } = useFleetClient();
  const why = useQuery({ queryKey: fleetKeys.why(jobId), queryFn: () => api.why(jobId), refetchInterval: 5000 });
  if (why.isPending) {
    return (
      <div className="flex flex-1 items-center justify-center text-faint">
        <Spinner label={t('shell:loading')} />
      </div>
    );
  }
  if (why.isError) return <ErrorState title={t('why.failed')} error={why.error} onRetry={() => void why.refetch()} />;
  const { reason, cure, robots } = why.data;
  return (
    <div className="min-h-0 flex-1 overflow-auto p-3">
      <p className="max-w-[65ch]">{reason}</p>
      <p className="mb-3 max-w-[65ch] text-dim">{cure}</p>
      {robots.length === 0 ? (
        <EmptyState icon={Bot} title={t('why.noRobots')} body={t('why.noRobotsBody')} />
      ) : (
        <ul className="divide-y divide-line rounded-md border border-line">
          {robots.map((robot) => (
            <li key={robot.robotId} className="flex gap-2 px-3 py-2">
              {robot.eligible ? (
                <CircleCheck size={15} className="mt-0.5 shrink-0 text-ok" aria-hidden />
              ) : (
                <CircleX size={15} className="mt-0.5 shrink-0 text-bad" aria-hidden />
              )}
              <div className="min-w-0">
                <span className="font-medium">{robot.name}</span>{' '}
                <span className="text-xs text-faint">{robot.eligible ? t('why.fits') : robot.rule}</span>
                <p className="text-dim">{robot.detail}</p>
                {robot.cure !== '' && (
                  <p>
                    <span className="text-faint">{t('routing.todo')}</span> {robot.cure}
                  </p>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
