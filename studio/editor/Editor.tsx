import { useEffect, useState } from 'react';
import { ListTree, Shapes } from 'lucide-react';
import { useStore } from 'zustand';
import { StatusItem } from '../shell/status-slots.tsx';
import { SplitPane } from '../ui/SplitPane.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { Canvas } from './canvas/Canvas.tsx';
import { DocumentContext, useEditorEnv } from './editor-env.ts';
import type { OpenDocument } from './files/open-document.ts';
import { Inspector } from './inspector/Inspector.tsx';
import { AddAfterDialog } from './outline/AddAfterDialog.tsx';
import { ConnectDialog } from './outline/ConnectDialog.tsx';
import { Outline } from './outline/Outline.tsx';
import { Palette } from './palette/Palette.tsx';
import { BottomPanel } from './panel/BottomPanel.tsx';
import { RecoveryBar } from './RecoveryBar.tsx';
import { useEditorState } from './store/selectors.ts';
import { EditorToolbar } from './toolbar/EditorToolbar.tsx';
import { useRunMessages } from './use-run-messages.ts';
import { useValidation } from './use-validation.ts';

/** One open document: toolbar, palette or outline, canvas, inspector, panel. */
export function Editor({ document }: { document: OpenDocument }) {
  const env = useEditorEnv();
  // On a small screen the canvas keeps the larger part.
  const [narrow] = useState(() => window.innerWidth < 1200);
  const leftTab = useStore(env.ui, (ui) => ui.leftTab);
  const leftOpen = useStore(env.ui, (ui) => ui.leftOpen);
  const rightOpen = useStore(env.ui, (ui) => ui.rightOpen);
  const bottomOpen = useStore(env.ui, (ui) => ui.bottomOpen);
  useValidation(document);
  useRunMessages(document);
  useTitle(document);
  return (
    <DocumentContext value={document}>
      <EditorToolbar />
      <RecoveryBar />
      <SplitPane
        direction="row"
        sized="first"
        defaultSize={narrow ? 200 : 232}
        minSize={180}
        maxSize={420}
        otherMin={480}
        storageKey="editor-left"
        collapsed={!leftOpen}
        label="Resize the palette"
      >
        <div className="flex min-h-0 flex-1 flex-col bg-surface">
          <Tabs
            label="Steps"
            value={leftTab}
            onChange={(tab) => env.ui.setState({ leftTab: tab })}
            tabs={[
              { id: 'palette', label: 'Palette', icon: Shapes, content: <Palette /> },
              { id: 'outline', label: 'Outline', icon: ListTree, content: <Outline /> },
            ]}
          />
        </div>
        <SplitPane
          direction="row"
          sized="second"
          defaultSize={narrow ? 280 : 340}
          minSize={260}
          maxSize={640}
          otherMin={280}
          storageKey="editor-right"
          collapsed={!rightOpen}
          label="Resize the inspector"
        >
          <SplitPane
            direction="column"
            sized="second"
            defaultSize={210}
            minSize={110}
            otherMin={160}
            storageKey="editor-bottom"
            collapsed={!bottomOpen}
            label="Resize the bottom panel"
          >
            <Canvas />
            <BottomPanel />
          </SplitPane>
          <Inspector />
        </SplitPane>
      </SplitPane>
      <ConnectDialog />
      <AddAfterDialog />
      <StatusItem>
        <SaveState document={document} />
      </StatusItem>
    </DocumentContext>
  );
}

function SaveState({ document }: { document: OpenDocument }) {
  const dirty = useEditorState(document.store, (state) => state.isDirty());
  const steps = useEditorState(document.store, (state) => state.document.nodes.order.length);
  const { saving, draftFailed, draftAt, path } = useStore(document.file);
  const words = saving
    ? 'Saving …'
    : !dirty
      ? 'Saved'
      : draftFailed
        ? 'Not saved, and the draft could not be kept'
        : draftAt === null
          ? 'Not saved'
          : 'Not saved · draft kept';
  return (
    <span
      data-testid="save-state"
      className={draftFailed && dirty ? 'text-bad' : undefined}
      title={path ?? 'In no file yet'}
    >
      {`${steps} ${steps === 1 ? 'step' : 'steps'} · ${words}`}
    </span>
  );
}

function useTitle(document: OpenDocument): void {
  const name = useEditorState(document.store, (state) => state.document.head.name);
  const dirty = useEditorState(document.store, (state) => state.isDirty());
  useEffect(() => {
    const before = window.document.title;
    window.document.title = `${dirty ? '● ' : ''}${name} – CasareRPA`;
    return () => {
      window.document.title = before;
    };
  }, [name, dirty]);
}
