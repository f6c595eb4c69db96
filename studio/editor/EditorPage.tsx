import { FilePlus2, FolderOpen, Workflow } from 'lucide-react';
import { Suspense, use, useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import { useActionRegistry, useActions } from '../actions/action-context.tsx';
import { useFleet } from '../fleet/fleet-context.tsx';
import { useHost } from '../host/host-context.tsx';
import { Button } from '../ui/Button.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { Spinner } from '../ui/Spinner.tsx';
import { toast } from '../ui/toast.tsx';
import { editorActions } from './actions/editor-actions.ts';
import { DocumentTabs } from './DocumentTabs.tsx';
import { Editor } from './Editor.tsx';
import { attachFleet, type EditorEnv, EditorEnvContext } from './editor-env.ts';
import { FileDialogs } from './files/FileDialogs.tsx';
import { editorEnvOf } from './session-of-host.ts';
import { useLoadedVaultNames } from './vault-names.ts';

/** The editor: what is open, and everything that can be done with it. */
export function EditorPage() {
  const opening = editorEnvOf(useHost());
  return (
    <Suspense fallback={<Spinner label="Loading" className="m-auto" />}>
      <OpenEditor opening={opening} />
    </Suspense>
  );
}

function OpenEditor({ opening }: { opening: Promise<EditorEnv> }) {
  const env = use(opening);
  const fleet = useFleet();
  const { documents, activeKey, ready } = useStore(env.session.state);
  const actions = useMemo(() => editorActions(env), [env]);
  useActions(actions);
  useEffect(() => attachFleet(env, fleet), [env, fleet]);
  useLoadedVaultNames(env.vaultNames, env.host, fleet);
  useEffect(() => {
    env.session.start().catch((error: unknown) => {
      env.session.state.setState({ ready: true });
      toast.failed(error, 'The workflows that were open could not be opened again');
    });
  }, [env]);
  useLeaveGuard(env);
  const active = documents.find((document) => document.key === activeKey);
  return (
    <EditorEnvContext value={env}>
      <div className="flex min-h-0 flex-1 flex-col">
        <h1 className="sr-only">Editor</h1>
        {documents.length > 0 && <DocumentTabs />}
        {active ? (
          <Editor key={active.key} document={active} />
        ) : ready ? (
          <Welcome />
        ) : (
          <Spinner label="Loading" className="m-auto" />
        )}
        <FileDialogs />
        <Announcer env={env} />
      </div>
    </EditorEnvContext>
  );
}

function Welcome() {
  const actions = useActionRegistry();
  return (
    <EmptyState
      icon={Workflow}
      title="No workflow is open"
      body="Start a new one, or open a workflow or an example."
      actions={
        <>
          <Button variant="primary" icon={FilePlus2} onClick={() => actions.run('editor.new')}>
            New workflow
          </Button>
          <Button icon={FolderOpen} onClick={() => actions.run('editor.open')}>
            Open
          </Button>
        </>
      }
    />
  );
}

/** Reads out what happened: results of runs, undo, steps that were added by key. */
function Announcer({ env }: { env: EditorEnv }) {
  const text = useStore(env.ui, (ui) => ui.announcement);
  return (
    <div role="status" aria-live="polite" className="sr-only" data-testid="announcer">
      {text}
    </div>
  );
}

/** The browser asks before a window with unsaved changes is closed. */
function useLeaveGuard(env: EditorEnv): void {
  useEffect(() => {
    const onBeforeUnload = (event: BeforeUnloadEvent) => {
      const { documents } = env.session.state.getState();
      if (
        documents.some(
          (document) => document.store.getState().isDirty() && document.store.getState().history.past.length > 0,
        )
      ) {
        event.preventDefault();
      }
    };
    window.addEventListener('beforeunload', onBeforeUnload);
    return () => window.removeEventListener('beforeunload', onBeforeUnload);
  }, [env]);
}
