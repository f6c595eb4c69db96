import type { StudioHost, Workflow } from '@casare/shared';
import { createStore, type StoreApi } from 'zustand';

/** A workflow of this machine that others can call. */
export interface KnownWorkflow {
  workflowId: string;
  name: string;
  path: string;
  example: boolean;
}

export interface FolderState {
  /** By id; null while it has not been read. */
  known: ReadonlyMap<string, KnownWorkflow> | null;
  /** The documents that were asked for. */
  documents: ReadonlyMap<string, Workflow>;
}

/** The workflows that a step can call: those of the folder and the examples. Read when somebody needs them, again when files change. */
export interface WorkflowFolder {
  state: StoreApi<FolderState>;
  /** Reads the list once; later calls wait for the same. */
  open(): Promise<ReadonlyMap<string, KnownWorkflow>>;
  /** The document of a workflow; undefined when none of that id can be read. */
  load(workflowId: string): Promise<Workflow | undefined>;
  dispose(): void;
}

export function createWorkflowFolder(host: StudioHost): WorkflowFolder {
  const state = createStore<FolderState>(() => ({ known: null, documents: new Map() }));
  let opening: Promise<ReadonlyMap<string, KnownWorkflow>> | undefined;
  let reading = new Map<string, Promise<Workflow | undefined>>();

  const list = async () => {
    const { files, examples } = await host.call('files.list', {});
    const known = new Map<string, KnownWorkflow>();
    const add = (entries: typeof files, example: boolean) => {
      for (const { workflowId, name, path } of entries) {
        // The engine takes the file it finds first, the folder before the examples.
        if (workflowId !== null && !known.has(workflowId)) known.set(workflowId, { workflowId, name, path, example });
      }
    };
    add(files, false);
    add(examples, true);
    state.setState({ known });
    return known;
  };
  const read = async (workflowId: string) => {
    const entry = (await folder.open()).get(workflowId);
    if (!entry) return undefined;
    const { document } = await host.call('files.read', { path: entry.path, example: entry.example });
    state.setState((old) => ({ documents: new Map(old.documents).set(workflowId, document) }));
    return document;
  };
  const unsubscribe = host.on('files.changed', () => {
    if (!opening) return;
    const asked = [...state.getState().documents.keys()];
    reading = new Map();
    // What cannot be read now stays as it was known.
    opening = list().catch(() => state.getState().known ?? new Map<string, KnownWorkflow>());
    for (const workflowId of asked) void folder.load(workflowId);
  });

  const folder: WorkflowFolder = {
    state,
    open: () => {
      opening ??= list().catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return opening;
    },
    load: (workflowId) => {
      const known = reading.get(workflowId) ?? read(workflowId).catch(() => undefined);
      reading.set(workflowId, known);
      return known;
    },
    dispose: unsubscribe,
  };
  return folder;
}
