import type { WorkflowNode } from '@casare/shared';
import { useMemo } from 'react';
import { Button } from '../../ui/Button.tsx';
import { useActionRegistry } from '../../actions/action-context.tsx';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import { formModel } from '../form/form-model.ts';
import { ParamForm } from '../form/ParamForm.tsx';
import { type ParamTarget, ParamTargetContext } from '../form/param-target.ts';
import { pathText } from '../form/field-path.ts';
import { useEditorShallow } from '../store/selectors.ts';

/** Several steps at once: what they share, and what can be done with all of them. */
export function ManyNodes({ ids }: { ids: readonly string[] }) {
  const { catalog } = useEditorEnv();
  const { store } = useDocument();
  const actions = useActionRegistry();
  const nodes = useEditorShallow(store, (state) =>
    ids.flatMap((id): WorkflowNode | WorkflowNode[] => state.document.nodes.byId[id] ?? []),
  );
  const type = nodes.every((node) => node.type === nodes[0]?.type) ? nodes[0]?.type : undefined;
  const descriptor = type === undefined ? undefined : catalog.get(type);
  const fields = useMemo(() => (descriptor ? formModel(descriptor) : []), [descriptor]);
  const target = useMemo<ParamTarget>(
    () => ({
      id: `many-${nodes.length}`,
      values: shared(nodes),
      set: (path, value, title) =>
        store.getState().edit({
          label: `Change ${title} of ${nodes.length} steps`,
          group: `params:${ids.join(',')}${pathText(path)}`,
          changes: nodes.map((node) => ({ type: 'setParam', nodeId: node.id, path, value })),
        }),
      errorAt: () => undefined,
    }),
    [nodes, store, ids],
  );
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-auto p-3">
      <h2 className="text-base font-semibold">{ids.length} steps</h2>
      <div className="my-3 flex flex-wrap gap-1.5">
        <Button size="sm" onClick={() => actions.run('editor.disable')}>
          Switch off or on
        </Button>
        <Button size="sm" onClick={() => actions.run('editor.duplicate')}>
          Duplicate
        </Button>
        <Button size="sm" onClick={() => actions.run('editor.layout')}>
          Arrange
        </Button>
        <Button size="sm" onClick={() => actions.run('editor.addFrame')}>
          Put in a frame
        </Button>
        <Button size="sm" onClick={() => actions.run('editor.delete')}>
          Delete
        </Button>
      </div>
      {descriptor ? (
        <ParamTargetContext value={target}>
          <p className="mb-2 text-xs text-faint">
            Fields show what all {descriptor.title} steps have in common; a change counts for all.
          </p>
          <ParamForm fields={fields} />
        </ParamTargetContext>
      ) : (
        <p className="text-dim">Select steps of one type to change their parameters together.</p>
      )}
    </div>
  );
}

/** Values that all have; where they differ there is none. */
function shared(nodes: readonly WorkflowNode[]): Record<string, unknown> {
  const [first, ...rest] = nodes;
  return Object.fromEntries(
    Object.entries(first?.params ?? {}).filter(([key, value]) =>
      rest.every((node) => JSON.stringify(node.params[key]) === JSON.stringify(value)),
    ),
  );
}
