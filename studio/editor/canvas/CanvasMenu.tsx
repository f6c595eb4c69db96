import { type MouseEvent, type ReactElement, useRef } from 'react';
import { useActionRegistry } from '../../actions/action-context.tsx';
import { ContextMenu } from '../../ui/ContextMenu.tsx';
import { actionMenu } from '../actions/action-menu.ts';
import { useDocument } from '../editor-env.ts';
import { itemAt, wireAt } from './find-on-canvas.ts';

const STEP = [
  'editor.rename',
  'editor.connect',
  'editor.openCalled',
  '-',
  'editor.runToHere',
  'editor.runFromHere',
  'editor.runSelection',
  '-',
  'editor.breakpoint',
  'editor.condition',
  'editor.disable',
  'editor.pin',
  '-',
  'editor.cut',
  'editor.copy',
  'editor.duplicate',
  '-',
  'editor.extract',
  'editor.addFrame',
  'editor.deleteReconnect',
  'editor.delete',
];
const WIRE = ['editor.delete'];
const EMPTY = [
  'editor.add',
  'editor.paste',
  '-',
  'editor.addNote',
  'editor.addFrame',
  '-',
  'editor.selectAll',
  'editor.layout',
  'editor.fit',
  '-',
  'editor.undo',
  'editor.redo',
];

/** The right button: what can be done with the step, the wire or the empty place under the pointer. */
export function CanvasMenu({ children }: { children: ReactElement<Record<string, unknown>> }) {
  const registry = useActionRegistry();
  const { store } = useDocument();
  const ids = useRef<readonly string[]>(EMPTY);
  const aim = (event: MouseEvent) => {
    const screen = { x: event.clientX, y: event.clientY };
    const item = itemAt(screen);
    const wire = item ? undefined : wireAt(screen);
    const state = store.getState();
    const chosen = state.flow.nodes.some((node) => node.id === item && node.selected);
    if (item && !chosen) state.select([item]);
    else if (wire) state.select([], [wire]);
    ids.current = item ? STEP : wire ? WIRE : EMPTY;
  };
  return (
    <div className="contents" onContextMenuCapture={aim}>
      <ContextMenu items={() => actionMenu(registry.list(), ids.current)}>{children}</ContextMenu>
    </div>
  );
}
