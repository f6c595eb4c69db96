import { CloudUpload, Send } from 'lucide-react';
import { AppError, withPacks, type WorkflowProblem } from '@casare/shared';
import { type Action, defineAction } from '../../actions/define-action.ts';
import { toast } from '../../ui/toast.tsx';
import { activeDocument, type EditorEnv } from '../editor-env.ts';
import type { OpenDocument } from '../files/open-document.ts';

export function fleetActions(env: EditorEnv): Action[] {
  const when = () => activeDocument(env) !== undefined;
  return [
    defineAction({
      id: 'editor.publish',
      label: 'Publish',
      group: 'fleet',
      icon: CloudUpload,
      shortcut: 'Ctrl+Shift+U',
      when,
      run: async () => {
        const document = activeDocument(env);
        if (document) await publish(env, document);
      },
    }),
    defineAction({
      id: 'editor.submit',
      label: 'Submit to fleet',
      group: 'fleet',
      icon: Send,
      shortcut: 'Ctrl+Enter',
      when,
      run: async () => {
        const document = activeDocument(env);
        const workflowId = document && (await publish(env, document));
        if (workflowId) env.ui.setState({ dialog: { kind: 'submit', workflowId } });
      },
    }),
  ];
}

/** Publishes the document as it stands; gives the workflow's id on the orchestrator, or undefined when that was refused. */
async function publish(env: EditorEnv, document: OpenDocument): Promise<string | undefined> {
  const client = env.fleet.current;
  if (!client) {
    toast.info('No orchestrator is connected. Connect one in the fleet panel first.');
    return undefined;
  }
  try {
    const reply = await client.api.publish(withPacks(document.store.getState().workflow(), env.catalog), '');
    toast.done(
      reply.created
        ? `Published "${reply.workflow.name}" as version ${reply.version}`
        : `"${reply.workflow.name}" is unchanged since version ${reply.version}`,
    );
    return reply.workflow.id;
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'WORKFLOW_INVALID') throw thrown;
    const { problems } = thrown.details;
    if (Array.isArray(problems)) document.store.getState().setProblems(problems as WorkflowProblem[]);
    env.ui.setState({ bottomTab: 'problems', bottomOpen: true });
    toast.failed(thrown, 'Not published');
    return undefined;
  }
}
