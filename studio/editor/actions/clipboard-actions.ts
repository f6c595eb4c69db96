import { toast } from '../../ui/toast.tsx';
import { clipCorner, copyItems, formatClip, isEmptyClip, parseClip, pasteClip } from '../clipboard/clip.ts';
import { activeDocument, type EditorEnv } from '../editor-env.ts';
import type { EditorState } from '../store/editor-store.ts';
import { itemOf } from '../store/flow.ts';
import { selectedFlowIds } from '../store/selectors.ts';

function clipOfSelection(state: EditorState) {
  const items = selectedFlowIds(state).map(itemOf);
  const ids = (kind: 'nodes' | 'frames' | 'notes') => items.flatMap((item) => (item.kind === kind ? [item.id] : []));
  return copyItems(state.document, { nodes: ids('nodes'), frames: ids('frames'), notes: ids('notes') });
}

export async function copySelection(env: EditorEnv): Promise<void> {
  const state = activeDocument(env)?.store.getState();
  if (!state) return;
  const clip = clipOfSelection(state);
  if (isEmptyClip(clip)) return;
  const { system } = await env.clipboard.write(formatClip(clip));
  if (!system) toast.info('The system clipboard cannot be used here; the copy can be pasted in this window.');
}

/** At the pointer; pasting again in the same place moves on a little. */
export async function paste(env: EditorEnv): Promise<void> {
  const document = activeDocument(env);
  if (!document) return;
  const clip = parseClip(await env.clipboard.read());
  if (!clip || isEmptyClip(clip)) {
    toast.info('There are no steps on the clipboard. Copy some steps first.');
    return;
  }
  const state = document.store.getState();
  const at = env.canvas.current?.pointer().flow ?? { x: 0, y: 0 };
  const corner = clipCorner(clip);
  const place = { ...at };
  const isTaken = () => Object.values(state.document.nodes.byId).some((node) => near(node.position, place));
  while (isTaken()) {
    place.x += 32;
    place.y += 32;
  }
  const pasted = pasteClip(state.document, clip, { x: place.x - corner.x, y: place.y - corner.y });
  state.edit(pasted.command, pasted.flowIds);
  env.canvas.current?.focus(pasted.flowIds[0]);
}

function near(a: { x: number; y: number }, b: { x: number; y: number }): boolean {
  return Math.abs(a.x - b.x) < 12 && Math.abs(a.y - b.y) < 12;
}

export function duplicateSelection(env: EditorEnv): void {
  const state = activeDocument(env)?.store.getState();
  if (!state) return;
  const clip = clipOfSelection(state);
  if (isEmptyClip(clip)) return;
  const { command, flowIds } = pasteClip(state.document, clip, { x: 40, y: 96 }, 'Duplicate');
  state.edit(command, flowIds);
  env.canvas.current?.focus(flowIds[0]);
}
