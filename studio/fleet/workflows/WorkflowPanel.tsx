import type { WorkflowSummary } from '@casare/shared';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Send } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { toast } from '../../ui/toast.tsx';
import type { WorkflowVersion } from '../fleet-api.ts';
import { allPages } from '../fleet-requests.ts';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { DetailPanel } from '../list/DetailPanel.tsx';

interface WorkflowPanelProps {
  workflow: WorkflowSummary;
  onSubmit: () => void;
  onClose: () => void;
}

/** A workflow's versions; an older one can be made the published one again. */
export function WorkflowPanel({ workflow, onSubmit, onClose }: WorkflowPanelProps) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<number>();
  const versions = useQuery({
    queryKey: fleetKeys.versions(workflow.id),
    queryFn: () => allPages((query) => api.versions(workflow.id, query), {}, 1000),
  });
  const publish = async (version: number) => {
    await api.setPublished(workflow.id, version).then(
      () => toast.done(t('workflow.publishedNow', { version })),
      (error: unknown) => toast.failed(error, t('workflow.publishFailed')),
    );
    await queries.invalidateQueries({ queryKey: fleetKeys.workflows });
  };
  return (
    <DetailPanel
      label={t('workflow.details', { name: workflow.name })}
      title={workflow.name}
      closeLabel={t('workflow.close')}
      onClose={onClose}
      actions={
        <Button
          size="sm"
          variant="primary"
          icon={Send}
          disabled={workflow.publishedVersion === null}
          onClick={onSubmit}
        >
          {t('workflow.submit')}
        </Button>
      }
    >
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="flex flex-col gap-2 p-3">
          {workflow.description && <p className="whitespace-pre-wrap text-dim">{workflow.description}</p>}
          <Link
            to="/fleet/jobs"
            search={{ workflow: workflow.id }}
            className="w-fit rounded text-accent hover:underline"
          >
            {t('workflow.jobs')}
          </Link>
        </div>
        <h3 className="border-t border-line px-3 pt-3 pb-1 text-xs font-semibold text-faint">
          {t('workflow.versions')}
        </h3>
        {versions.isError && (
          <ErrorState
            title={t('workflow.versionsFailed')}
            error={versions.error}
            onRetry={() => void versions.refetch()}
          />
        )}
        <ul>
          {versions.data?.map((version) => (
            <VersionRow
              key={version.version}
              version={version}
              published={version.version === workflow.publishedVersion}
              onPublish={() => setAsked(version.version)}
            />
          ))}
        </ul>
      </div>
      {asked !== undefined && (
        <ConfirmDialog
          open
          title={t('workflow.publishTitle', { version: asked })}
          body={t('workflow.publishBody')}
          confirmLabel={t('workflow.publish', { version: asked })}
          onConfirm={() => publish(asked)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </DetailPanel>
  );
}

function VersionRow({
  version,
  published,
  onPublish,
}: {
  version: WorkflowVersion;
  published: boolean;
  onPublish: () => void;
}) {
  const { t } = useTranslation('fleet');
  return (
    <li className="flex min-h-10 items-center gap-3 border-b border-line px-3 py-1.5">
      <span className="tabular w-9 shrink-0 font-medium">v{version.version}</span>
      <div className="min-w-0 flex-1">
        <p className="truncate">{version.message || <span className="text-faint">{t('workflow.noMessage')}</span>}</p>
        <p className="truncate text-xs text-faint">
          {version.createdBy} · <Age time={version.createdAt} /> ·{' '}
          <span className="font-mono">{version.contentHash.slice(0, 8)}</span>
        </p>
      </div>
      {published ? (
        <Badge tone="ok">{t('workflow.isPublished')}</Badge>
      ) : (
        <Button size="sm" aria-label={t('workflow.publish', { version: version.version })} onClick={onPublish}>
          {t('workflow.use')}
        </Button>
      )}
    </li>
  );
}
