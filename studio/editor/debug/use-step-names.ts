import { callOf, stepIdOf, type Workflow, type WorkflowNode } from '@casare/shared';
import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import { calledId } from '../called/called-id.ts';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import { titleOf } from '../edits/new-node.ts';
import { useEditorState } from '../store/selectors.ts';

/** Names for the paths of a run, through the workflows that it calls as far as these are known here. */
export interface StepNames {
  titleAt(path: string): string;
  /** The workflow that the step at a path calls. */
  calledBy(path: string): Workflow | undefined;
}

export function useStepNames(): StepNames {
  const { catalog, workflows } = useEditorEnv();
  const { store } = useDocument();
  const own = useEditorState(store, (state) => state.document.nodes.byId);
  const documents = useStore(workflows.state, (state) => state.documents);
  // What is called by what is read already: a level is known one step after the other.
  useEffect(() => {
    for (const node of [...Object.values(own), ...[...documents.values()].flatMap(({ nodes }) => nodes)]) {
      const id = calledId(node);
      if (id !== undefined) void workflows.load(id);
    }
  }, [own, documents, workflows]);
  return useMemo(() => {
    const nodeAt = (path: string): WorkflowNode | undefined => {
      const call = callOf(path);
      const id = stepIdOf(path);
      return call === undefined ? own[id] : calledBy(call)?.nodes.find((node) => node.id === id);
    };
    const calledBy = (path: string): Workflow | undefined => {
      const node = nodeAt(path);
      const id = node && calledId(node);
      return id === undefined ? undefined : documents.get(id);
    };
    return {
      calledBy,
      titleAt: (path) => {
        const node = nodeAt(path);
        return node ? titleOf(node, catalog) : stepIdOf(path);
      },
    };
  }, [own, documents, catalog]);
}
