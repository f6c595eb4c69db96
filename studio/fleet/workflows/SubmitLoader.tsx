import type { WorkflowSummary } from '@casare/shared';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Spinner } from '../../ui/Spinner.tsx';
import { useVersion } from '../use-fleet-data.ts';
import { SubmitDialog } from './SubmitDialog.tsx';

/** Loads the published version for its inputs, then shows the dialog. */
export function SubmitLoader({ workflow, onClose }: { workflow: WorkflowSummary; onClose: () => void }) {
  const { t } = useTranslation(['fleet', 'shell']);
  const version = useVersion(workflow.id, workflow.publishedVersion ?? undefined);
  if (version.data) {
    return (
      <SubmitDialog
        open
        onClose={onClose}
        workflowId={workflow.id}
        name={workflow.name}
        inputs={version.data.document.inputs}
      />
    );
  }
  return (
    <Dialog open onClose={onClose} title={t('submit.title', { name: workflow.name })}>
      {version.isError ? (
        <ErrorState title={t('workflow.versionFailed')} error={version.error} onRetry={() => void version.refetch()} />
      ) : (
        <Spinner label={t('shell:loading')} />
      )}
    </Dialog>
  );
}
