import { canMove, hasEnded, type Job } from '@casare/shared';
import { Ban, Copy, ListRestart, RotateCcw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { copyText } from '../../ui/copy-text.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { StatusBadge } from '../../ui/StatusBadge.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { attemptOf } from '../jobs/attempt.ts';
import { JobDuration } from '../jobs/use-job-columns.tsx';

export function JobHeader({ job }: { job: Job }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const act = async (call: Promise<unknown>, success: string, failure: string) => {
    setBusy(true);
    await call.then(
      () => toast.done(success),
      (error: unknown) => toast.failed(error, failure),
    );
    setBusy(false);
  };
  const { attempt, of } = attemptOf(job);
  const canRetry = hasEnded(job.state) && canMove(job.state, 'pending');
  return (
    <div className="flex shrink-0 flex-col gap-2.5 px-3 py-3">
      <div className="flex flex-wrap items-center gap-2">
        <StatusBadge
          status={job.cancelRequested && !hasEnded(job.state) ? 'stopping' : job.state}
          {...(job.cancelRequested && !hasEnded(job.state) ? { label: t('job.cancelling') } : {})}
        />
        {job.state === 'running' && <ProgressBar value={job.progress} label={t('job.progress')} className="!w-28" />}
        <div className="ml-auto flex gap-1.5">
          {!hasEnded(job.state) && (
            <Button size="sm" icon={Ban} disabled={job.cancelRequested || busy} onClick={() => setAsking(true)}>
              {t('job.cancel')}
            </Button>
          )}
          {canRetry && (
            <Button
              size="sm"
              icon={ListRestart}
              disabled={busy}
              onClick={() => void act(api.requeue(job.id), t('routing.requeued'), t('routing.requeueFailed'))}
            >
              {t('routing.requeue')}
            </Button>
          )}
          {canRetry && (
            <Button
              size="sm"
              icon={RotateCcw}
              loading={busy}
              onClick={() => void act(api.retry(job.id), t('job.retried'), t('job.retryFailed'))}
            >
              {t(job.deadLetter ? 'job.requeue' : 'job.retry')}
            </Button>
          )}
        </div>
      </div>
      <dl className="grid grid-cols-[repeat(auto-fill,minmax(112px,1fr))] gap-x-4 gap-y-2">
        <Fact name={t('job.robot')}>{job.robotName ?? '–'}</Fact>
        <Fact name={t('job.duration')}>
          <JobDuration job={job} />
        </Fact>
        <Fact name={t('job.attempt')}>
          {attempt === 0 ? '–' : of === undefined ? attempt : t('job.attemptOf', { attempt, of })}
        </Fact>
        <Fact name={t('job.priority')}>{job.priority}</Fact>
        <Fact name={t('job.created')}>
          <Age time={job.createdAt} />
        </Fact>
        {job.reference && <Fact name={t('job.reference')}>{job.reference}</Fact>}
        <Fact name={t('job.id')}>
          <span className="flex items-center gap-1">
            <span className="truncate font-mono text-xs">{job.id.slice(0, 13)}</span>
            <IconButton
              icon={Copy}
              size="sm"
              label={t('job.copyId')}
              onClick={() => void copyText(job.id).then((copied) => copied && toast.done(t('copied')))}
              className="-my-1"
            />
          </span>
        </Fact>
      </dl>
      <ConfirmDialog
        open={asking}
        danger
        title={t('job.cancelTitle')}
        body={t(job.state === 'running' ? 'job.cancelRunning' : 'job.cancelWaiting')}
        confirmLabel={t('job.cancel')}
        onConfirm={() => act(api.cancel(job.id), t('job.cancelled'), t('job.cancelFailed'))}
        onClose={() => setAsking(false)}
      />
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-faint">{name}</dt>
      <dd className="truncate">{children}</dd>
    </div>
  );
}
