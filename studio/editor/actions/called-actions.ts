import { PackageOpen, SquareArrowOutUpRight } from 'lucide-react';
import { type Action, defineAction } from '../../actions/define-action.ts';
import { toast } from '../../ui/toast.tsx';
import { calledId } from '../called/called-id.ts';
import { activeDocument, type EditorEnv } from '../editor-env.ts';
import { selectedNodeIds } from '../store/selectors.ts';
import { hasNodes, stateOf } from './edit-actions.ts';

/** What belongs to workflows that call each other. */
export function calledActions(env: EditorEnv): Action[] {
  const selectedCall = () => {
    const state = stateOf(env);
    const node = state?.document.nodes.byId[selectedNodeIds(state)[0] ?? ''];
    return node && calledId(node);
  };
  return [
    defineAction({
      id: 'editor.openCalled',
      label: 'Open the called workflow',
      group: 'go',
      icon: SquareArrowOutUpRight,
      shortcut: 'Alt+Enter',
      keywords: ['subflow', 'definition'],
      when: () => selectedCall() !== undefined,
      run: async () => {
        const id = selectedCall();
        if (id !== undefined) await openCalled(env, id);
      },
    }),
    defineAction({
      id: 'editor.extract',
      label: 'Extract to a workflow…',
      group: 'edit',
      icon: PackageOpen,
      shortcut: 'Alt+Shift+E',
      keywords: ['subflow', 'call', 'refactor'],
      when: () => hasNodes(env),
      run: () => {
        const document = activeDocument(env);
        if (document) env.ui.setState({ dialog: { kind: 'extract', document } });
      },
    }),
  ];
}

/** Opens the file in which a workflow stands. */
export async function openCalled(env: EditorEnv, workflowId: string): Promise<void> {
  const known = (await env.workflows.open()).get(workflowId);
  if (known) await env.session.open(known.path, known.example);
  else toast.info(`No workflow of the folder or the examples has the id "${workflowId}". It may be on the fleet only.`);
}
