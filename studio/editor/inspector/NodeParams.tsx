import type { NodeDescriptor, WorkflowNode } from '@casare/shared';
import { useMemo } from 'react';
import { useDocument } from '../editor-env.ts';
import { pathText, problemAt } from '../form/field-path.ts';
import { formModel } from '../form/form-model.ts';
import { ParamForm } from '../form/ParamForm.tsx';
import { type ParamTarget, ParamTargetContext } from '../form/param-target.ts';
import { useEditorState } from '../store/selectors.ts';

/** The form of one step. */
export function NodeParams({ node, descriptor }: { node: WorkflowNode; descriptor: NodeDescriptor }) {
  const { store } = useDocument();
  const fields = useMemo(() => formModel(descriptor), [descriptor]);
  const problems = useEditorState(store, (state) => state.problemsByNode[node.id]);
  const target = useMemo<ParamTarget>(
    () => ({
      id: node.id,
      values: node.params,
      set: (path, value, title) =>
        store.getState().edit({
          label: `Change ${title}`,
          group: `param:${node.id}${pathText(path)}`,
          changes: [{ type: 'setParam', nodeId: node.id, path, value }],
        }),
      errorAt: (path, inside) => problemAt(problems, path, inside)?.message,
    }),
    [node.id, node.params, problems, store],
  );
  return (
    <ParamTargetContext value={target}>
      <ParamForm fields={fields} />
    </ParamTargetContext>
  );
}
