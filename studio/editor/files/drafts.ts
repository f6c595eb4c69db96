import type { StudioHost } from '@casare/shared';
import type { OpenDocument } from './open-document.ts';

/** A change reaches the crash journal at most this long after it was made. */
const DRAFT_DELAY_MS = 600;

/** Writes unsaved changes to the host while the document is open; a document without any has no draft. */
export function keepDraft(host: StudioHost, document: OpenDocument): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let written = document.store.getState().stateToken();

  const write = async () => {
    timer = undefined;
    const state = document.store.getState();
    const token = state.stateToken();
    if (token === written) return;
    written = token;
    try {
      if (state.isDirty()) {
        await host.call('drafts.put', { path: document.draftPath, document: state.workflow() });
        document.file.setState({ draftAt: Date.now(), draftFailed: false });
      } else await dropDraft(host, document);
    } catch {
      // Tried again with the next change; until then the status bar says that nothing is kept.
      written = -1;
      document.file.setState({ draftFailed: true });
    }
  };
  const unsubscribe = document.store.subscribe((state, before) => {
    if (state.history === before.history || timer !== undefined) return;
    timer = setTimeout(() => void write(), DRAFT_DELAY_MS);
  });
  return () => {
    unsubscribe();
    clearTimeout(timer);
  };
}

export async function dropDraft(host: StudioHost, document: OpenDocument): Promise<void> {
  await host.call('drafts.drop', { path: document.draftPath }).catch(() => undefined);
  document.file.setState({ draftAt: null });
}
