import type { Workflow } from '@casare/shared';
import { createStore, type StoreApi } from 'zustand';
import { createRunStore, type RunStore } from '../run/run-store.ts';
import { createEditorStore, type EditorStore } from '../store/editor-store.ts';

/** Where a document stands on disk, and how that is going. */
export interface FileState {
  /** Relative to the workflows folder; null while it was never saved. */
  path: string | null;
  /** Opened from the examples: saving makes a copy. */
  example: boolean;
  /** Hash of the file as we know it; null when there is none. */
  etag: string | null;
  saving: boolean;
  /** Newest time a draft reached the host. */
  draftAt: number | null;
  draftFailed: boolean;
}

export interface OpenDocument {
  /** Stable while the document is open, whatever happens to its path. */
  key: string;
  store: EditorStore;
  run: RunStore;
  file: StoreApi<FileState>;
  /** Name under which unsaved changes are kept on the host. */
  draftPath: string;
  /** Where the canvas was looking when another document was shown. */
  viewport?: { x: number; y: number; zoom: number };
}

export interface OpenOptions {
  key: string;
  workflow: Workflow;
  path: string | null;
  example?: boolean;
  etag?: string | null;
  /** False for new documents and for those brought back from a draft. */
  saved: boolean;
  draftPath: string;
}

export function createOpenDocument(options: OpenOptions): OpenDocument {
  return {
    key: options.key,
    draftPath: options.draftPath,
    store: createEditorStore({ workflow: options.workflow, saved: options.saved }),
    run: createRunStore(),
    file: createStore<FileState>(() => ({
      path: options.path,
      example: options.example ?? false,
      etag: options.etag ?? null,
      saving: false,
      draftAt: null,
      draftFailed: false,
    })),
  };
}

export function keepViewport(document: OpenDocument, viewport: NonNullable<OpenDocument['viewport']>): void {
  document.viewport = viewport;
}

/** The document goes on in another file. */
export function movePath(document: OpenDocument, path: string): void {
  document.file.setState({ path });
  document.draftPath = path;
}

export const FILE_SUFFIX = '.flow.json';

/** `Invoices 2026` → `Invoices 2026.flow.json`, without what no file system takes. */
export function fileNameFor(name: string): string {
  const clean = name
    .replaceAll(/[<>:"/\\|?*]|\p{Cc}/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/^\.+|[. ]+$/g, '');
  return `${clean || 'Workflow'}${FILE_SUFFIX}`;
}
