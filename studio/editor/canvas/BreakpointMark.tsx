import { CircleDot, CircleHelp } from 'lucide-react';
import { useStore } from 'zustand';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import { useEditorState } from '../store/selectors.ts';

/** The red dot of a step before which runs stop; one with a condition looks different and tells it. */
export function BreakpointMark({ nodeId }: { nodeId: string }) {
  const { session } = useEditorEnv();
  const { store } = useDocument();
  const workflowId = useEditorState(store, (state) => state.document.head.id);
  const condition = useStore(session.state, ({ conditions }) => conditions[workflowId]?.[nodeId]);
  const Icon = condition === undefined ? CircleDot : CircleHelp;
  return (
    <span
      className="step-breakpoint"
      title={
        condition === undefined
          ? 'Breakpoint: a run on this machine pauses before this step'
          : `Breakpoint: a run on this machine pauses before this step when ${condition}`
      }
    >
      <Icon size={15} aria-label={condition === undefined ? 'Breakpoint' : 'Breakpoint with a condition'} />
    </span>
  );
}
