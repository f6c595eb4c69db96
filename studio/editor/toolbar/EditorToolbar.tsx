import {
  CloudUpload,
  FolderOpen,
  Menu as MenuIcon,
  PanelBottom,
  PanelLeft,
  PanelRight,
  Redo2,
  Save,
  Send,
  Undo2,
} from 'lucide-react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { useActionList, useActionRegistry } from '../../actions/action-context.tsx';
import { Button } from '../../ui/Button.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { actionMenu } from '../actions/action-menu.ts';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import { useEditorState } from '../store/selectors.ts';
import { ModeSwitch } from './ModeSwitch.tsx';
import { RunControls } from './RunControls.tsx';

const MAIN_MENU = [
  'editor.new',
  'editor.open',
  '-',
  'editor.save',
  'editor.saveAs',
  'editor.renameFile',
  '-',
  'editor.addFrame',
  'editor.addNote',
  'editor.layout',
  'editor.find',
  '-',
  'editor.follow',
  'editor.headless',
  '-',
  'editor.publish',
  'editor.submit',
  '-',
  'editor.close',
];

export function EditorToolbar() {
  const env = useEditorEnv();
  const registry = useActionRegistry();
  const actions = useActionList();
  const { store } = useDocument();
  const [leftOpen, rightOpen, bottomOpen, mode, follow, headless] = useStore(
    env.ui,
    useShallow((ui) => [ui.leftOpen, ui.rightOpen, ui.bottomOpen, ui.mode, ui.follow, ui.headless] as const),
  );
  const undo = useEditorState(store, (state) => state.history.past.at(-1)?.label);
  const redo = useEditorState(store, (state) => state.history.future[0]?.label);
  const run = (id: string) => () => void registry.run(id);
  return (
    <div
      role="toolbar"
      aria-label="Workflow"
      className="flex h-11 shrink-0 items-center gap-1 border-b border-line bg-surface px-2"
    >
      <Menu
        trigger={
          <button
            type="button"
            aria-label="Workflow menu"
            className="inline-flex size-7.5 items-center justify-center rounded-md text-dim hover:bg-hover hover:text-text"
          >
            <MenuIcon size={16} aria-hidden />
          </button>
        }
        items={actionMenu(actions, MAIN_MENU, { 'editor.follow': follow, 'editor.headless': !headless })}
      />
      <IconButton icon={FolderOpen} label="Open" shortcut="Ctrl+O" onClick={run('editor.open')} />
      <IconButton icon={Save} label="Save" shortcut="Ctrl+S" onClick={run('editor.save')} />
      <Line />
      <IconButton
        icon={Undo2}
        label="Undo"
        title={undo && `Undo: ${undo}`}
        shortcut="Ctrl+Z"
        disabled={undo === undefined}
        onClick={run('editor.undo')}
      />
      <IconButton
        icon={Redo2}
        label="Redo"
        title={redo && `Redo: ${redo}`}
        shortcut="Ctrl+Shift+Z"
        disabled={redo === undefined}
        onClick={run('editor.redo')}
      />
      <Line />
      <ModeSwitch />
      {mode === 'local' ? (
        <RunControls />
      ) : (
        <>
          <Button icon={CloudUpload} onClick={run('editor.publish')} title="Publish this workflow as a new version">
            Publish
          </Button>
          <Button icon={Send} variant="primary" onClick={run('editor.submit')} title="Publish and run on a robot">
            Submit to fleet
          </Button>
        </>
      )}
      <div className="flex-1" />
      <IconButton
        icon={PanelLeft}
        label="Palette and outline"
        shortcut="Ctrl+B"
        pressed={leftOpen}
        onClick={run('editor.toggleLeft')}
      />
      <IconButton
        icon={PanelBottom}
        label="Problems, data, log and runs"
        shortcut="Ctrl+J"
        pressed={bottomOpen}
        onClick={run('editor.toggleBottom')}
      />
      <IconButton
        icon={PanelRight}
        label="Inspector"
        shortcut="Ctrl+Alt+B"
        pressed={rightOpen}
        onClick={run('editor.toggleRight')}
      />
    </div>
  );
}

function Line() {
  return <span aria-hidden className="mx-1 h-5 w-px bg-line" />;
}
