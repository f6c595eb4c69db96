import { SubmitDialog } from '../../fleet/workflows/SubmitDialog.tsx';
import { activeDocument, useEditorEnv } from '../editor-env.ts';

/** Submits what was just published. The dialog leads on to the page of the job. */
export function SubmitToFleet({ workflowId }: { workflowId: string }) {
  const env = useEditorEnv();
  const head = activeDocument(env)?.store.getState().document.head;
  return (
    <SubmitDialog
      open
      workflowId={workflowId}
      name={head?.name ?? ''}
      inputs={head?.inputs ?? []}
      onClose={() => env.ui.setState({ dialog: null })}
    />
  );
}
