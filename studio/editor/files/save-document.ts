import { AppError, type StudioHost } from '@casare/shared';
import { dropDraft } from './drafts.ts';
import { FILE_SUFFIX, type OpenDocument } from './open-document.ts';

export type SaveResult =
  | { kind: 'saved'; path: string }
  /** It stands in no file of ours yet: ask for a name. */
  | { kind: 'unnamed' }
  /** The file was changed by somebody else since it was read. */
  | { kind: 'conflict'; path: string };

/** Saves to the document's own file. */
export async function saveDocument(host: StudioHost, document: OpenDocument): Promise<SaveResult> {
  const { path, example } = document.file.getState();
  if (path === null || example) return { kind: 'unnamed' };
  return write(host, document, path, document.file.getState().etag);
}

/** Saves under another name, and goes on in that file. */
export async function saveDocumentAs(host: StudioHost, document: OpenDocument, name: string): Promise<SaveResult> {
  const path = name.endsWith(FILE_SUFFIX) ? name : `${name}${FILE_SUFFIX}`;
  const own = document.file.getState();
  return write(host, document, path, path === own.path && !own.example ? own.etag : null);
}

/** Writes over what somebody else saved: the file is read for its etag only. */
export async function overwriteFile(host: StudioHost, document: OpenDocument, path: string): Promise<SaveResult> {
  const { etag } = await host.call('files.read', { path });
  return write(host, document, path, etag);
}

/** Takes what stands in the file; what was here is one undo away. */
export async function reloadDocument(host: StudioHost, document: OpenDocument): Promise<void> {
  const { path, example } = document.file.getState();
  if (path === null) return;
  const { document: workflow, etag } = await host.call('files.read', { path, example });
  document.store.getState().replaceAll(workflow, 'Reload file');
  document.store.getState().markSaved(document.store.getState().stateToken());
  document.file.setState({ etag });
  await dropDraft(host, document);
}

async function write(host: StudioHost, document: OpenDocument, path: string, etag: string | null): Promise<SaveResult> {
  const state = document.store.getState();
  const token = state.stateToken();
  document.file.setState({ saving: true });
  try {
    const saved = await host.call('files.save', { path, document: state.workflow(), etag });
    // Changes made while it was being written are not in the file: the mark goes to the state that is.
    document.store.getState().markSaved(token);
    document.file.setState({ path, example: false, etag: saved.etag });
    if (!document.store.getState().isDirty()) await dropDraft(host, document);
    document.draftPath = path;
    return { kind: 'saved', path };
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'VERSION_CONFLICT') return { kind: 'conflict', path };
    throw thrown;
  } finally {
    document.file.setState({ saving: false });
  }
}
