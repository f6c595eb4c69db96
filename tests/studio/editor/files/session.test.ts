import { AppError, type HostCall, type StudioHost, type Workflow } from '@casare/shared';
import { describe, expect, it } from 'vitest';
import { createEditorSession } from '../../../../studio/editor/files/session.ts';
import { fileNameFor } from '../../../../studio/editor/files/open-document.ts';
import { reloadDocument, saveDocument, saveDocumentAs } from '../../../../studio/editor/files/save-document.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { catalog, node, workflow } from '../support.ts';

/** Another program behind the contract: what it keeps can be looked at, and outlives the session that wrote it. */
function createMemoryHost() {
  const files = new Map<string, { document: Workflow; etag: string }>();
  const drafts = new Map<string, Workflow>();
  let settings: Record<string, unknown> = {};
  let version = 0;
  const calls: Record<string, (request: never) => unknown> = {
    'settings.get': () => ({ settings }),
    'settings.set': (request: { settings: Record<string, unknown> }) => {
      settings = { ...settings, ...request.settings };
      return {};
    },
    'files.read': ({ path }: { path: string }) => {
      const file = files.get(path);
      if (!file) throw new AppError('FILE_NOT_FOUND', `The file ${path} does not exist.`);
      return file;
    },
    'files.save': ({ path, document, etag }: { path: string; document: Workflow; etag: string | null }) => {
      if ((files.get(path)?.etag ?? null) !== etag) throw new AppError('VERSION_CONFLICT', 'The file was changed.');
      files.set(path, { document, etag: `v${++version}` });
      return { etag: `v${version}` };
    },
    'drafts.put': ({ path, document }: { path: string; document: Workflow }) => {
      drafts.set(path, document);
      return {};
    },
    'drafts.get': ({ path }: { path: string }) => ({
      document: drafts.get(path) ?? null,
      savedAt: drafts.has(path) ? 1 : null,
    }),
    'drafts.drop': ({ path }: { path: string }) => {
      drafts.delete(path);
      return {};
    },
  };
  const host: StudioHost = {
    call: async (name: HostCall, request: unknown) => {
      const answer = calls[name];
      if (!answer) throw new AppError('UNAVAILABLE', `This host does not answer ${name}.`);
      return structuredClone(answer(structuredClone(request) as never)) as never;
    },
    on: () => () => undefined,
    onConnection: () => () => undefined,
  };
  return { host, files, drafts };
}

const rename = (name: string) => ({ label: 'Rename', changes: [{ type: 'setHead' as const, head: { name } }] });

describe('files of the editor', () => {
  it('keep unsaved changes as a draft within a second, drop it when they are saved, and offer it after a crash', async () => {
    const { host, files, drafts } = createMemoryHost();
    files.set('a.flow.json', { document: workflow([node('a')]), etag: 'v0' });
    const session = createEditorSession(host, catalog);
    await session.start();
    const document = await session.open('a.flow.json');

    const changedAt = Date.now();
    document.store.getState().edit(rename('Changed'));
    await waitFor(() => drafts.get('a.flow.json')?.name === 'Changed');
    expect(Date.now() - changedAt).toBeLessThan(1000);

    // The studio is gone without a word; another one starts with the same host.
    const next = createEditorSession(host, catalog);
    await next.start();
    const [offer] = next.state.getState().recoveries;
    const reopened = next.state.getState().documents[0];
    if (!offer || !reopened) throw new Error('the draft must be offered');
    expect(reopened.store.getState().document.head.name).toBe('Test');
    next.recover(offer.key, true);
    expect(reopened.store.getState().document.head.name).toBe('Changed');
    expect(reopened.store.getState().isDirty()).toBe(true);

    expect(await saveDocument(host, reopened)).toEqual({ kind: 'saved', path: 'a.flow.json' });
    expect(files.get('a.flow.json')?.document.name).toBe('Changed');
    expect(drafts.size).toBe(0);
    expect(reopened.store.getState().isDirty()).toBe(false);
  });

  it('bring a workflow back that was never saved', async () => {
    const { host, drafts } = createMemoryHost();
    const session = createEditorSession(host, catalog);
    await session.start();
    const document = session.create('Fresh');
    document.store.getState().edit(rename('Fresh and changed'));
    await waitFor(() => drafts.size === 1);
    const next = createEditorSession(host, catalog);
    await next.start();
    const [reopened] = next.state.getState().documents;
    expect(reopened?.store.getState().document.head.name).toBe('Fresh and changed');
    expect(reopened?.file.getState().path).toBeNull();
  });

  it('are not written over when somebody else changed them, and can be loaded again with one undo back', async () => {
    const { host, files } = createMemoryHost();
    files.set('a.flow.json', { document: workflow([node('a')]), etag: 'v0' });
    const document = await createEditorSession(host, catalog).open('a.flow.json');
    document.store.getState().edit(rename('Mine'));
    files.set('a.flow.json', { document: { ...workflow([node('a')]), name: 'Theirs' }, etag: 'other' });
    expect(await saveDocument(host, document)).toEqual({ kind: 'conflict', path: 'a.flow.json' });
    expect(files.get('a.flow.json')?.document.name).toBe('Theirs');
    await reloadDocument(host, document);
    expect(document.store.getState().document.head.name).toBe('Theirs');
    expect(document.store.getState().isDirty()).toBe(false);
    document.store.getState().undo();
    expect(document.store.getState().document.head.name).toBe('Mine');
  });

  it('take a new name only where no file has it', async () => {
    const { host, files } = createMemoryHost();
    files.set('b.flow.json', { document: workflow([node('b')]), etag: 'v0' });
    const document = createEditorSession(host, catalog).create('New');
    expect(await saveDocument(host, document)).toEqual({ kind: 'unnamed' });
    expect(await saveDocumentAs(host, document, 'b')).toEqual({ kind: 'conflict', path: 'b.flow.json' });
    expect(await saveDocumentAs(host, document, 'c')).toEqual({ kind: 'saved', path: 'c.flow.json' });
    expect(fileNameFor('  Invoices: 2026/Q1. ')).toBe('Invoices 2026 Q1.flow.json');
  });
});
