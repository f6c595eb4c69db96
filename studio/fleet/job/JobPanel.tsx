import { useNavigate } from '@tanstack/react-router';
import { Maximize2, X } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { PageLoading } from '../../shell/PageLoading.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { useJob } from '../use-fleet-data.ts';

const JobDetails = lazy(async () => ({ default: (await import('./JobDetails.tsx')).JobDetails }));

export function JobPanel({ jobId, onClose }: { jobId: string; onClose: () => void }) {
  const { t } = useTranslation('fleet');
  const navigate = useNavigate();
  const job = useJob(jobId).data;
  return (
    <section
      aria-label={t('job.details')}
      className="flex min-h-0 flex-1 flex-col bg-surface"
      onKeyDown={(event) => event.key === 'Escape' && !event.defaultPrevented && onClose()}
    >
      <header className="flex h-10 shrink-0 items-center gap-2 border-b border-line pr-1.5 pl-3">
        <h2 className="min-w-0 flex-1 truncate font-semibold">
          {job ? job.workflowName : t('job.details')}{' '}
          {job && <span className="text-xs font-normal text-faint">v{job.workflowVersion}</span>}
        </h2>
        <IconButton
          icon={Maximize2}
          label={t('job.openPage')}
          onClick={() => void navigate({ to: '/fleet/jobs/$jobId', params: { jobId } })}
        />
        <IconButton icon={X} label={t('job.close')} onClick={onClose} />
      </header>
      <Suspense fallback={<PageLoading />}>
        <JobDetails jobId={jobId} />
      </Suspense>
    </section>
  );
}
