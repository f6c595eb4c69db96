import {
  CircleSlash,
  ClipboardPaste,
  Copy,
  CopyPlus,
  Pencil,
  Pin,
  Redo2,
  Scissors,
  SquareDashed,
  StickyNote,
  TextSelect,
  Trash2,
  Undo2,
  Unplug,
} from 'lucide-react';
import { type Action, defineAction } from '../../actions/define-action.ts';
import { activeDocument, type EditorEnv } from '../editor-env.ts';
import { removeAndReconnect, removeItems } from '../edits/remove.ts';
import { randomPart, snapPoint } from '../edits/new-node.ts';
import type { EditorState } from '../store/editor-store.ts';
import { flowIdOf, itemOf } from '../store/flow.ts';
import { selectedEdgeIds, selectedFlowIds, selectedNodeIds } from '../store/selectors.ts';
import { copySelection, duplicateSelection, paste } from './clipboard-actions.ts';

export function stateOf(env: EditorEnv): EditorState | undefined {
  return activeDocument(env)?.store.getState();
}

/** Whether the keys of the canvas are meant for it now, and something is selected. */
export function hasSelection(env: EditorEnv): boolean {
  const state = stateOf(env);
  return onCanvas(env) && state !== undefined && selectedFlowIds(state).length + selectedEdgeIds(state).length > 0;
}

export function hasNodes(env: EditorEnv): boolean {
  const state = stateOf(env);
  return onCanvas(env) && state !== undefined && selectedNodeIds(state).length > 0;
}

export function onCanvas(env: EditorEnv): boolean {
  return env.canvas.current?.hasFocus() ?? false;
}

export function editActions(env: EditorEnv): Action[] {
  const edit = (run: (state: EditorState) => void) => () => {
    const state = stateOf(env);
    if (state) run(state);
  };
  return [
    defineAction({
      id: 'editor.undo',
      label: 'Undo',
      group: 'edit',
      icon: Undo2,
      shortcut: 'Ctrl+Z',
      // Also with nothing to undo: else the browser undoes in the last text field, and takes the focus there.
      when: () => stateOf(env) !== undefined,
      run: edit((state) => stepHistory(env, state, state.undo)),
    }),
    defineAction({
      id: 'editor.redo',
      label: 'Redo',
      group: 'edit',
      icon: Redo2,
      shortcut: ['Ctrl+Shift+Z', 'Ctrl+Y'],
      when: () => stateOf(env) !== undefined,
      run: edit((state) => stepHistory(env, state, state.redo)),
    }),
    defineAction({
      id: 'editor.cut',
      label: 'Cut',
      group: 'edit',
      icon: Scissors,
      shortcut: 'Ctrl+X',
      when: () => hasSelection(env),
      run: async () => {
        await copySelection(env);
        deleteSelection(env);
      },
    }),
    defineAction({
      id: 'editor.copy',
      label: 'Copy',
      group: 'edit',
      icon: Copy,
      shortcut: 'Ctrl+C',
      // A text that is marked somewhere is what the person wants to copy.
      when: () => hasSelection(env) && (globalThis.getSelection()?.toString() ?? '') === '',
      run: () => copySelection(env),
    }),
    defineAction({
      id: 'editor.paste',
      label: 'Paste',
      group: 'edit',
      icon: ClipboardPaste,
      shortcut: 'Ctrl+V',
      when: () => onCanvas(env),
      run: () => paste(env),
    }),
    defineAction({
      id: 'editor.duplicate',
      label: 'Duplicate',
      group: 'edit',
      icon: CopyPlus,
      shortcut: 'Ctrl+D',
      when: () => hasSelection(env),
      run: () => duplicateSelection(env),
    }),
    defineAction({
      id: 'editor.delete',
      label: 'Delete',
      group: 'edit',
      icon: Trash2,
      shortcut: ['Delete', 'Backspace'],
      when: () => hasSelection(env),
      run: () => deleteSelection(env),
    }),
    defineAction({
      id: 'editor.deleteReconnect',
      label: 'Delete and reconnect',
      group: 'edit',
      icon: Unplug,
      shortcut: 'Ctrl+Delete',
      when: () => hasNodes(env),
      run: edit((state) => state.edit(removeAndReconnect(state.document, env.catalog, selectedNodeIds(state)), [])),
    }),
    defineAction({
      id: 'editor.selectAll',
      label: 'Select all',
      group: 'edit',
      icon: TextSelect,
      shortcut: 'Ctrl+A',
      when: () => onCanvas(env),
      run: edit((state) => state.select(state.flow.nodes.map((node) => node.id))),
    }),
    defineAction({
      id: 'editor.rename',
      label: 'Rename step',
      group: 'edit',
      icon: Pencil,
      shortcut: 'F2',
      when: () => hasNodes(env),
      run: edit((state) => state.setRenaming(selectedNodeIds(state)[0] ?? null)),
    }),
    toggle(env, {
      id: 'editor.disable',
      label: 'Switch step off or on',
      icon: CircleSlash,
      shortcut: 'D',
      setting: 'disabled',
      words: ['Switch off', 'Switch on'],
    }),
    pinAction(env),
    defineAction({
      id: 'editor.addFrame',
      label: 'Add frame',
      group: 'edit',
      icon: SquareDashed,
      when: () => stateOf(env) !== undefined,
      run: edit((state) => addFrame(env, state)),
    }),
    defineAction({
      id: 'editor.addNote',
      label: 'Add note',
      group: 'edit',
      icon: StickyNote,
      when: () => stateOf(env) !== undefined,
      run: edit((state) => {
        const at = env.canvas.current?.pointer().flow ?? { x: 0, y: 0 };
        const note = { id: `n_${randomPart(8)}`, text: '', position: snapPoint(at), size: { width: 208, height: 120 } };
        state.edit({ label: 'Add note', changes: [{ type: 'addNote', note }] }, [flowIdOf('notes', note.id)]);
      }),
    }),
  ];
}

/** Shows what an undo or redo brought back or changed, instead of leaving the person to look for it. */
function stepHistory(env: EditorEnv, before: EditorState, go: () => void): void {
  go();
  if (document.activeElement === document.body) env.canvas.current?.focus();
  const after = stateOf(env);
  if (!after || after.history === before.history) return;
  const known = new Set(before.flow.nodes);
  const changed = after.flow.nodes.filter((node) => !known.has(node)).map((node) => node.id);
  if (changed.length > 0 && changed.length < 50) env.canvas.current?.reveal(changed);
  const entry =
    after.history.past.length < before.history.past.length ? before.history.past.at(-1) : after.history.past.at(-1);
  const word = after.history.past.length < before.history.past.length ? 'Undone' : 'Redone';
  if (entry) env.ui.setState({ announcement: `${word}: ${entry.label}` });
}

function deleteSelection(env: EditorEnv): void {
  const state = stateOf(env);
  if (!state) return;
  const items = selectedFlowIds(state).map(itemOf);
  const ids = (kind: 'nodes' | 'frames' | 'notes') => items.flatMap((item) => (item.kind === kind ? [item.id] : []));
  const removed = { nodes: ids('nodes'), frames: ids('frames'), notes: ids('notes'), edges: selectedEdgeIds(state) };
  state.edit(removeItems(removed), []);
}

interface ToggleSpec {
  id: string;
  label: string;
  icon: Action['icon'];
  shortcut: string;
  setting: 'disabled' | 'breakpoint';
  words: readonly [on: string, off: string];
}

/** Sets a flag on all selected steps, or takes it away when all have it. */
export function toggle(env: EditorEnv, { setting, words, ...action }: ToggleSpec): Action {
  return defineAction({
    ...action,
    group: setting === 'breakpoint' ? 'run' : 'edit',
    when: () => hasNodes(env),
    run: () => {
      const state = stateOf(env);
      if (!state) return;
      const ids = selectedNodeIds(state);
      const on = !ids.every((id) => state.document.nodes.byId[id]?.[setting]);
      state.edit({
        label: words[on ? 0 : 1],
        changes: ids.map((nodeId) => ({ type: 'setNode', nodeId, settings: { [setting]: on || undefined } })),
      });
    },
  });
}

function pinAction(env: EditorEnv): Action {
  const lastOutput = (id: string) =>
    activeDocument(env)
      ?.run.step(id)
      ?.passes.findLast((pass) => pass.state === 'done');
  return defineAction({
    id: 'editor.pin',
    label: 'Pin output of the last run',
    group: 'edit',
    icon: Pin,
    shortcut: 'P',
    when: () => hasNodes(env),
    run: () => {
      const state = stateOf(env);
      if (!state) return;
      const ids = selectedNodeIds(state);
      const on = !ids.every((id) => state.document.nodes.byId[id]?.pinnedOutput !== undefined);
      state.edit({
        label: on ? 'Pin output' : 'Unpin output',
        changes: ids.flatMap((nodeId) => {
          const pass = lastOutput(nodeId);
          if (on && (pass?.output === undefined || pass.truncated)) return [];
          // Output of a step is JSON by the engine's contract.
          return [{ type: 'setNode', nodeId, settings: { pinnedOutput: on ? (pass?.output as never) : undefined } }];
        }),
      });
    },
  });
}

/** Around what is selected, or an empty one where the pointer is. */
function addFrame(env: EditorEnv, state: EditorState): void {
  const chosen = state.flow.nodes.filter((node) => node.selected && node.type !== 'frame');
  const at = env.canvas.current?.pointer().flow ?? { x: 0, y: 0 };
  const boxes = chosen.map((node) => ({
    left: node.position.x,
    top: node.position.y,
    right: node.position.x + (node.measured?.width ?? 200),
    bottom: node.position.y + (node.measured?.height ?? 80),
  }));
  const left = boxes.length > 0 ? Math.min(...boxes.map((box) => box.left)) - 32 : at.x;
  const top = boxes.length > 0 ? Math.min(...boxes.map((box) => box.top)) - 56 : at.y;
  const right = boxes.length > 0 ? Math.max(...boxes.map((box) => box.right)) + 32 : at.x + 480;
  const bottom = boxes.length > 0 ? Math.max(...boxes.map((box) => box.bottom)) + 32 : at.y + 280;
  const frame = {
    id: `f_${randomPart(8)}`,
    title: '',
    position: snapPoint({ x: left, y: top }),
    size: { width: Math.round(right - left), height: Math.round(bottom - top) },
  };
  state.edit({ label: 'Add frame', changes: [{ type: 'addFrame', frame }] }, [flowIdOf('frames', frame.id)]);
}
