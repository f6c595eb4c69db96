import type { NodeDescriptor } from '@casare/shared';
import { useStore } from 'zustand';
import { Dialog } from '../../ui/Dialog.tsx';
import { NodePicker } from '../canvas/NodePicker.tsx';
import { addAfter, addNode, freePlace } from '../edits/add-node.ts';
import { useDocument, useEditorEnv } from '../editor-env.ts';

/** Adds a step behind the one chosen in the outline. */
export function AddAfterDialog() {
  const env = useEditorEnv();
  const { store } = useDocument();
  const after = useStore(env.ui, (ui) => ui.addAfter);
  if (after === undefined) return null;
  const close = () => env.ui.setState({ addAfter: undefined });
  const pick = (descriptor: NodeDescriptor) => {
    const { document, edit } = store.getState();
    const added =
      (after !== null && descriptor.inputs.length > 0 && addAfter(document, env.catalog, descriptor, after)) ||
      addNode(document, descriptor, freePlace(document, { x: 80, y: 160 }));
    edit(added.command, [added.nodeId]);
    env.session.noteNodeUsed(descriptor.type);
    env.ui.setState({ addAfter: undefined, announcement: `Added ${descriptor.title}` });
    requestAnimationFrame(() => env.canvas.current?.reveal([added.nodeId]));
  };
  return (
    <Dialog open onClose={close} size="sm" title="Add a step">
      <div className="flex h-80 flex-col rounded-md border border-line">
        <NodePicker label="Type to find a step" onPick={pick} onClose={close} />
      </div>
    </Dialog>
  );
}
