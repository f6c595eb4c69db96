import { getRouteApi, useRouter } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../ui/IconButton.tsx';
import { useJob } from '../use-fleet-data.ts';
import { JobDetails } from './JobDetails.tsx';

const route = getRouteApi('/fleet/jobs/$jobId');

export function JobPage() {
  const { t } = useTranslation('fleet');
  const { jobId } = route.useParams();
  const navigate = route.useNavigate();
  const router = useRouter();
  const job = useJob(jobId).data;
  // Back to the list as it was filtered; to the plain list when this page was opened by a link.
  const back = () => (router.history.canGoBack() ? router.history.back() : void navigate({ to: '/fleet/jobs' }));
  return (
    <section className="flex min-h-0 flex-1 flex-col bg-surface">
      <header className="flex h-10 shrink-0 items-center gap-2 border-b border-line px-2">
        <IconButton icon={ArrowLeft} label={t('job.back')} onClick={back} />
        <h1 className="min-w-0 truncate font-semibold">
          {job ? job.workflowName : t('job.details')}{' '}
          {job && <span className="text-xs font-normal text-faint">v{job.workflowVersion}</span>}
        </h1>
      </header>
      <JobDetails key={jobId} jobId={jobId} />
    </section>
  );
}
