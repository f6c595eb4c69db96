import { type Artifact, hasEnded, type Job } from '@casare/shared';
import { useQuery } from '@tanstack/react-query';
import { Camera, Download, FileText, Images } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../format/size.ts';
import { formatClock } from '../../format/time.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Spinner } from '../../ui/Spinner.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { useCommandOutcome } from '../robots/use-commands.ts';
import { saveBlob, useAddress, useContent } from './use-content.ts';

/** What the robot kept of a job: pictures, pages, the trace and the last lines; of a running one a picture on request. */
export function Evidence({ job }: { job: Job }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const list = useQuery({ queryKey: fleetKeys.artifacts(job.id), queryFn: () => api.artifacts(job.id) });
  const artifacts = list.data?.artifacts ?? [];
  const running = job.state === 'running' && job.robotId !== null;
  if (list.isError && artifacts.length === 0)
    return <ErrorState title={t('evidence.failed')} error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-auto">
      {running && job.robotId !== null && <TakePicture jobId={job.id} robotId={job.robotId} />}
      {list.isPending && (
        <div className="flex flex-1 items-center justify-center text-faint">
          <Spinner label={t('evidence.loading')} size={20} />
        </div>
      )}
      {list.data && artifacts.length === 0 && (
        <EmptyState
          icon={Images}
          title={t('evidence.none')}
          body={t(hasEnded(job.state) ? 'evidence.noneEnded' : 'evidence.noneYet')}
        />
      )}
      <ul className="flex flex-col gap-3 p-3 empty:hidden">
        {artifacts.map((artifact) => (
          <li key={artifact.id} className="overflow-hidden rounded-md border border-line">
            <Item artifact={artifact} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function TakePicture({ jobId, robotId }: { jobId: string; robotId: string }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const [asked, setAsked] = useState<string>();
  const outcome = useCommandOutcome(robotId, asked);
  const busy = asked !== undefined && (outcome === undefined || ['queued', 'delivered'].includes(outcome.state));
  const take = () =>
    api.sendCommand(robotId, 'screenshot', jobId).then(
      ({ id }) => setAsked(id),
      (error: unknown) => toast.failed(error, t('evidence.notTaken')),
    );
  return (
    <div className="flex items-center gap-3 border-b border-line px-3 py-2">
      <Button size="sm" icon={Camera} loading={busy} onClick={() => void take()}>
        {t('evidence.take')}
      </Button>
      <span role="status" className="min-w-0 text-xs text-dim">
        {outcome?.state === 'failed' || outcome?.state === 'expired' ? outcome.reason : t('evidence.takeHelp')}
      </span>
    </div>
  );
}

function Item({ artifact }: { artifact: Artifact }) {
  const { t } = useTranslation('fleet');
  const isPicture = artifact.kind === 'screenshot';
  const isText = artifact.contentType === 'text/plain' || artifact.contentType === 'application/json';
  return (
    <>
      <header className="flex items-center gap-2 border-b border-line bg-surface py-1 pr-1 pl-3">
        <span className="font-medium">{t(`evidence.kind.${artifact.kind}`)}</span>
        <span className="min-w-0 flex-1 truncate text-xs text-faint" title={artifact.name}>
          {artifact.name} · {formatBytes(artifact.size)} · {formatClock(artifact.takenAt)}
          {artifact.attempt !== null && artifact.attempt > 1 && ` · ${t('evidence.attempt', { n: artifact.attempt })}`}
        </span>
        {artifact.complete ? (
          <Save artifact={artifact} />
        ) : (
          <span className="pr-2 text-xs text-dim">{t('evidence.onItsWay')}</span>
        )}
      </header>
      {artifact.complete && isPicture && <Picture artifact={artifact} />}
      {artifact.complete && isText && <Text artifact={artifact} />}
    </>
  );
}

function Save({ artifact }: { artifact: Artifact }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    await api.content(artifact).then(
      (blob) => saveBlob(blob, artifact.name),
      (error: unknown) => toast.failed(error, t('evidence.notSaved', { name: artifact.name })),
    );
    setBusy(false);
  };
  return (
    <IconButton
      icon={Download}
      label={t('evidence.save', { name: artifact.name })}
      disabled={busy}
      onClick={() => void save()}
    />
  );
}

function Picture({ artifact }: { artifact: Artifact }) {
  const { t } = useTranslation('fleet');
  const content = useContent(artifact);
  const address = useAddress(content.data);
  if (content.isError)
    return <ErrorState title={t('evidence.failed')} error={content.error} onRetry={() => void content.refetch()} />;
  return address === undefined ? (
    <div className="flex h-40 items-center justify-center text-faint">
      <Spinner label={t('evidence.loading')} size={20} />
    </div>
  ) : (
    <a href={address} target="_blank" rel="noreferrer" title={t('evidence.open')}>
      <img src={address} alt={t('evidence.alt', { time: formatClock(artifact.takenAt) })} className="block w-full" />
    </a>
  );
}

function Text({ artifact }: { artifact: Artifact }) {
  const { t } = useTranslation('fleet');
  const content = useContent(artifact);
  const text = useQuery({
    queryKey: [...fleetKeys.content(artifact.id), 'text'],
    queryFn: () => content.data?.text() ?? '',
    enabled: content.data !== undefined,
  });
  return (
    <details>
      <summary className="flex cursor-pointer items-center gap-2 px-3 py-1.5 text-dim">
        <FileText size={14} aria-hidden />
        {t('evidence.read')}
      </summary>
      <pre className="max-h-72 overflow-auto px-3 pb-3 font-mono text-xs whitespace-pre-wrap">{text.data ?? ''}</pre>
    </details>
  );
}
