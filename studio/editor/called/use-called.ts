import type { Workflow } from '@casare/shared';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { useEditorEnv } from '../editor-env.ts';
import type { KnownWorkflow } from './workflow-folder.ts';

/** The workflows that can be called, by id; null until they were read. */
export function useKnownWorkflows(): ReadonlyMap<string, KnownWorkflow> | null {
  const { workflows } = useEditorEnv();
  useEffect(() => {
    // Without the list there is nothing to choose from, and an id can still be typed.
    workflows.open().catch(() => undefined);
  }, [workflows]);
  return useStore(workflows.state, (state) => state.known);
}

/** The document of a called workflow, once it was read. */
export function useCalledDocument(workflowId: string | undefined): Workflow | undefined {
  const { workflows } = useEditorEnv();
  useEffect(() => {
    if (workflowId !== undefined) void workflows.load(workflowId);
  }, [workflows, workflowId]);
  return useStore(workflows.state, (state) => state.documents.get(workflowId ?? ''));
}

/** Name of the workflow that a step calls, where one of the folder has its id. */
export function useCalledName(workflowId: string | undefined): string | undefined {
  const { workflows } = useEditorEnv();
  useEffect(() => {
    if (workflowId !== undefined) workflows.open().catch(() => undefined);
  }, [workflows, workflowId]);
  return useStore(workflows.state, (state) =>
    workflowId === undefined ? undefined : state.known?.get(workflowId)?.name,
  );
}
