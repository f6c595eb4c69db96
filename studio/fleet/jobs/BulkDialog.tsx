import type { Job } from '@casare/shared';
import { CircleAlert, CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { type BulkAction, type BulkResult, runBulk } from './bulk.ts';

interface BulkDialogProps {
  action: BulkAction;
  jobs: readonly Job[];
  onClose: (done: boolean) => void;
}

const PREVIEW = 8;

/** Shows what will be hit, then how each went. */
export function BulkDialog({ action, jobs, onClose }: BulkDialogProps) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const [results, setResults] = useState<readonly BulkResult[]>();
  const [busy, setBusy] = useState(false);
  const count = jobs.length;
  const start = async () => {
    setBusy(true);
    setResults([]);
    await runBulk(jobs, (job) => (action === 'cancel' ? api.cancel(job.id) : api.retry(job.id)), setResults);
    setBusy(false);
  };
  const failed = results?.filter((result) => result.error) ?? [];
  const done = results !== undefined && !busy;
  return (
    <Dialog
      open
      onClose={() => !busy && onClose(done)}
      title={t(`bulk.${action}Title`, { count })}
      description={results ? undefined : t(`bulk.${action}Body`)}
      footer={
        done ? (
          <Button variant="primary" onClick={() => onClose(true)}>
            {t('bulk.done')}
          </Button>
        ) : (
          <>
            <Button onClick={() => onClose(false)} disabled={busy}>
              {t('bulk.keep')}
            </Button>
            <Button variant={action === 'cancel' ? 'danger' : 'primary'} loading={busy} onClick={() => void start()}>
              {t(`bulk.${action}`, { count })}
            </Button>
          </>
        )
      }
    >
      {results === undefined ? (
        <ul className="text-dim">
          {jobs.slice(0, PREVIEW).map((job) => (
            <li key={job.id} className="truncate">
              {job.workflowName} <span className="font-mono text-xs text-faint">{job.id.slice(0, 8)}</span>
            </li>
          ))}
          {count > PREVIEW && <li className="text-faint">{t('bulk.more', { count: count - PREVIEW })}</li>}
        </ul>
      ) : (
        <div className="flex flex-col gap-3">
          <ProgressBar
            value={results.length / count}
            label={t('bulk.progress')}
            tone={failed.length > 0 ? 'warn' : 'ok'}
          />
          <p role="status" className="flex items-center gap-2">
            <CircleCheck size={15} className="text-ok" aria-hidden />
            {t('bulk.worked', { count: results.length - failed.length, of: count })}
          </p>
          {failed.length > 0 && (
            <ul aria-label={t('bulk.failures')} className="max-h-56 overflow-auto rounded-md border border-line">
              {failed.map(({ job, error }) => (
                <li key={job.id} className="flex gap-2 border-b border-line px-2 py-1.5 last:border-b-0">
                  <CircleAlert size={15} className="mt-0.5 shrink-0 text-bad" aria-hidden />
                  <span className="min-w-0">
                    {job.workflowName} <span className="font-mono text-xs text-faint">{job.id.slice(0, 8)}</span>
                    <span className="block text-dim">{error?.message}</span>
                  </span>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </Dialog>
  );
}
