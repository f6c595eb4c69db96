import { compileTemplate } from '@casare/shared';
import { useState } from 'react';
import { useStore } from 'zustand';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { toast } from '../../ui/toast.tsx';
import { tellRun } from '../actions/debug-actions.ts';
import { titleOf } from '../edits/new-node.ts';
import { DocumentContext, useEditorEnv } from '../editor-env.ts';
import type { OpenDocument } from '../files/open-document.ts';
import { ExpressionInput } from '../form/ExpressionInput.tsx';

/** Asks when the breakpoint of a step should stop the run. */
export function ConditionDialog({ document, nodeId }: { document: OpenDocument; nodeId: string }) {
  const env = useEditorEnv();
  const state = document.store.getState();
  const workflowId = state.document.head.id;
  const node = state.document.nodes.byId[nodeId];
  const kept = useStore(env.session.state, ({ conditions }) => conditions[workflowId]?.[nodeId] ?? '');
  const [text, setText] = useState(kept);
  const close = () => env.ui.setState({ dialog: null });
  const wrong = problemOf(text, state.document.nodes.order);
  const keep = async (condition: string) => {
    env.session.setCondition(workflowId, nodeId, condition);
    if (node && !node.breakpoint) {
      state.edit({ label: 'Set breakpoint', changes: [{ type: 'setNode', nodeId, settings: { breakpoint: true } }] });
    }
    close();
    await tellRun(env).catch((error: unknown) => toast.failed(error, 'The run does not know of the breakpoint yet'));
  };
  return (
    <Dialog
      open
      onClose={close}
      size="sm"
      title={`Breakpoint at ${node ? titleOf(node, env.catalog) : nodeId}`}
      description="The run stops before this step only when the condition is true. It is kept on this machine, not in the workflow."
      footer={
        <>
          {kept !== '' && <Button onClick={() => void keep('')}>Always stop</Button>}
          <Button onClick={close}>Cancel</Button>
          <Button variant="primary" disabled={wrong !== undefined} onClick={() => void keep(text)}>
            Set breakpoint
          </Button>
        </>
      }
    >
      <DocumentContext value={document}>
        <Field label="Stop when" help="Empty: always. In a loop, item and index can be used." error={wrong}>
          <ExpressionInput
            label="Stop when"
            value={text}
            placeholder="${item.total > 100}"
            quiet={wrong !== undefined}
            takeFocus
            onChange={setText}
          />
        </Field>
      </DocumentContext>
    </Dialog>
  );
}

function problemOf(text: string, nodeIds: readonly string[]): string | undefined {
  if (text.trim() === '') return undefined;
  if (!/\$\{[^}]/.test(text)) return 'Write an expression, e.g. ${vars.count > 10}.';
  const slots = new Map(nodeIds.map((id, i) => [id, i]));
  const compiled = compileTemplate(text, { stepSlot: (id) => slots.get(id) ?? -1 });
  return compiled.ok ? undefined : compiled.problems[0]?.message;
}
