import { useNavigate } from '@tanstack/react-router';
import { Maximize2 } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { PageLoading } from '../../shell/PageLoading.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { DetailPanel } from '../list/DetailPanel.tsx';
import { useJob } from '../use-fleet-data.ts';

const JobDetails = lazy(async () => ({ default: (await import('./JobDetails.tsx')).JobDetails }));

export function JobPanel({ jobId, onClose }: { jobId: string; onClose: () => void }) {
  const { t } = useTranslation('fleet');
  const navigate = useNavigate();
  const job = useJob(jobId).data;
  const title = job && (
    <>
      {job.workflowName} <span className="text-xs font-normal text-faint">v{job.workflowVersion}</span>
    </>
  );
  return (
    <DetailPanel
      label={t('job.details')}
      title={title ?? t('job.details')}
      closeLabel={t('job.close')}
      onClose={onClose}
      actions={
        <IconButton
          icon={Maximize2}
          label={t('job.openPage')}
          onClick={() => void navigate({ to: '/fleet/jobs/$jobId', params: { jobId } })}
        />
      }
    >
      <Suspense fallback={<PageLoading />}>
        <JobDetails jobId={jobId} />
      </Suspense>
    </DetailPanel>
  );
}
