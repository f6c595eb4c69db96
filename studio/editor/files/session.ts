import type { CatalogIndex, FileEntry, StudioHost, Workflow } from '@casare/shared';
import { createStore, type StoreApi } from 'zustand';
import { randomPart } from '../edits/new-node.ts';
import { type Conditions, readConditions, withCondition } from '../debug/breakpoints.ts';
import { dropDraft, keepDraft } from './drafts.ts';
import { newWorkflow } from './new-workflow.ts';
import { createOpenDocument, FILE_SUFFIX, type OpenDocument, type OpenOptions } from './open-document.ts';

export interface Recovery {
  key: string;
  workflow: Workflow;
  savedAt: number;
}

export interface SessionState {
  documents: readonly OpenDocument[];
  activeKey: string | null;
  /** Unsaved changes found at start, by document; offered until the person decides. */
  recoveries: readonly Recovery[];
  recent: readonly string[];
  /** Node types added last, newest first. */
  recentNodes: readonly string[];
  /** Conditions of breakpoints. */
  conditions: Conditions;
  ready: boolean;
}

/** What is open, for as long as the studio runs: leaving the editor for the fleet panel and coming back loses nothing. */
export interface EditorSession {
  state: StoreApi<SessionState>;
  host: StudioHost;
  catalog: CatalogIndex;
  /** Reopens what was open last and looks for drafts; once. */
  start(): Promise<void>;
  open(path: string, example?: boolean): Promise<OpenDocument>;
  create(name?: string, workflow?: Workflow): OpenDocument;
  activate(key: string): void;
  /** Closes without asking; ask before. */
  close(key: string): void;
  /** Settles an offer to bring a draft back. */
  recover(key: string, accept: boolean): void;
  remember(): void;
  noteNodeUsed(type: string): void;
  /** The breakpoint of a step stops only where this template is true; empty: always. */
  setCondition(workflowId: string, nodeId: string, condition: string): void;
}

interface StoredOpen {
  path: string;
  example: boolean;
  untitled: boolean;
}

export function createEditorSession(host: StudioHost, catalog: CatalogIndex): EditorSession {
  const state = createStore<SessionState>(() => ({
    documents: [],
    activeKey: null,
    recoveries: [],
    recent: [],
    recentNodes: [],
    conditions: {},
    ready: false,
  }));
  const draftWriters = new Map<string, () => void>();
  let starting: Promise<void> | undefined;

  const add = (options: Omit<OpenOptions, 'key'>): OpenDocument => {
    const document = createOpenDocument({ ...options, key: randomPart(12) });
    draftWriters.set(document.key, keepDraft(host, document));
    state.setState((old) => ({ documents: [...old.documents, document], activeKey: document.key }));
    session.remember();
    return document;
  };

  const openStored = async ({ path, example, untitled }: StoredOpen) => {
    const draft = await host.call('drafts.get', { path });
    if (untitled) {
      if (draft.document) add({ workflow: draft.document, path: null, saved: false, draftPath: path });
      return;
    }
    const document = await session.open(path, example);
    if (draft.document && JSON.stringify(draft.document) !== JSON.stringify(document.store.getState().workflow())) {
      const recovery = { key: document.key, workflow: draft.document, savedAt: draft.savedAt ?? Date.now() };
      state.setState((old) => ({ recoveries: [...old.recoveries, recovery] }));
    } else if (draft.document) await dropDraft(host, document);
  };

  const start = async () => {
    const { settings } = await host.call('settings.get', {});
    state.setState({
      recent: listOfTexts(settings['editor.recent']),
      recentNodes: listOfTexts(settings['editor.recentNodes']),
      conditions: readConditions(settings['editor.conditions']),
    });
    for (const stored of readStored(settings['editor.open'])) {
      // A file that is gone or broken must not keep the others from opening.
      await openStored(stored).catch(() => undefined);
    }
    state.setState((old) => ({ ready: true, activeKey: old.documents[0]?.key ?? null }));
  };

  const session: EditorSession = {
    state,
    host,
    catalog,
    start: () => (starting ??= start()),
    open: async (path, example = false) => {
      const known = state.getState().documents.find((document) => {
        const file = document.file.getState();
        return file.path === path && file.example === example;
      });
      if (known) {
        session.activate(known.key);
        return known;
      }
      const { document, etag } = await host.call('files.read', { path, example });
      const draftPath = example ? `example-${path.replaceAll('/', '-')}` : path;
      const opened = add({ workflow: document, path, example, etag, saved: true, draftPath });
      if (!example) {
        state.setState((old) => ({ recent: [path, ...old.recent.filter((other) => other !== path)].slice(0, 12) }));
        session.remember();
      }
      return opened;
    },
    create: (name = 'New workflow', workflow = newWorkflow(name, catalog)) =>
      add({ workflow, path: null, saved: false, draftPath: `untitled-${randomPart(10)}${FILE_SUFFIX}` }),
    activate: (key) => state.setState({ activeKey: key }),
    close: (key) => {
      const { documents, activeKey, recoveries } = state.getState();
      const at = documents.findIndex((document) => document.key === key);
      const closed = documents[at];
      if (!closed) return;
      draftWriters.get(key)?.();
      draftWriters.delete(key);
      void dropDraft(host, closed);
      const left = documents.filter((document) => document.key !== key);
      state.setState({
        documents: left,
        recoveries: recoveries.filter((recovery) => recovery.key !== key),
        activeKey: activeKey === key ? (left[Math.min(at, left.length - 1)]?.key ?? null) : activeKey,
      });
      session.remember();
    },
    recover: (key, accept) => {
      const recovery = state.getState().recoveries.find((offer) => offer.key === key);
      const document = state.getState().documents.find((open) => open.key === key);
      state.setState((old) => ({ recoveries: old.recoveries.filter((offer) => offer.key !== key) }));
      if (!recovery || !document) return;
      if (accept) restoreDraft(document, recovery.workflow);
      else void dropDraft(host, document);
    },
    remember: () => {
      const { documents, recent, recentNodes, conditions } = state.getState();
      const open = documents.map((document): StoredOpen => {
        const { path, example } = document.file.getState();
        return { path: path ?? document.draftPath, example, untitled: path === null };
      });
      const settings = {
        'editor.open': open.map((entry) => ({ ...entry })),
        'editor.recent': [...recent],
        'editor.recentNodes': [...recentNodes],
        'editor.conditions': conditions as Record<string, Record<string, string>>,
      };
      // Losing the list of open tabs is no reason to disturb anybody.
      host.call('settings.set', { settings }).catch(() => undefined);
    },
    noteNodeUsed: (type) => {
      state.setState((old) => ({
        recentNodes: [type, ...old.recentNodes.filter((other) => other !== type)].slice(0, 8),
      }));
      session.remember();
    },
    setCondition: (workflowId, nodeId, condition) => {
      state.setState((old) => ({ conditions: withCondition(old.conditions, workflowId, nodeId, condition) }));
      session.remember();
    },
  };
  return session;
}

/** The draft as one undoable step over the file, so that the file's state stays one undo away. */
function restoreDraft(document: OpenDocument, workflow: Workflow): void {
  document.store.getState().replaceAll(workflow, 'Restore unsaved changes');
}

function listOfTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function readStored(value: unknown): StoredOpen[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    const { path, example, untitled } = (item ?? {}) as Partial<StoredOpen>;
    return typeof path === 'string' ? [{ path, example: example === true, untitled: untitled === true }] : [];
  });
}

/** Examples have no place among the files one works on. */
export function sortFiles(files: readonly FileEntry[]): FileEntry[] {
  return [...files].sort((a, b) => b.modifiedAt - a.modifiedAt || a.path.localeCompare(b.path));
}
