import { type Workflow, workflowSchema } from '@casare/shared';
import { z } from 'zod';
import { freeName, newEdgeId, newNodeId, randomPart, snapPoint } from '../edits/new-node.ts';
import type { Change, Point } from '../store/changes.ts';
import type { EditorDocument } from '../store/editor-document.ts';
import { flowIdOf } from '../store/flow.ts';
import type { Command } from '../store/history.ts';
import { rewriteStepReferences } from '../store/step-references.ts';

const shape = workflowSchema.shape;

/** What stands on the clipboard as text, so that steps travel between windows, machines and chats. */
const clipSchema = z.object({
  kind: z.literal('casare/steps'),
  version: z.literal(1),
  nodes: shape.nodes,
  edges: shape.edges,
  frames: shape.frames,
  notes: shape.notes,
});
export type Clip = z.infer<typeof clipSchema>;

/** The named items with the wires among the steps. */
export function copyItems(
  document: EditorDocument,
  items: { nodes: readonly string[]; frames: readonly string[]; notes: readonly string[] },
): Clip {
  const inside = new Set(items.nodes);
  const pick = <T>(byId: Record<string, T>, ids: readonly string[]) => ids.flatMap((id) => byId[id] ?? []);
  return {
    kind: 'casare/steps',
    version: 1,
    nodes: pick(document.nodes.byId, items.nodes),
    edges: Object.values(document.edges.byId).filter((edge) => inside.has(edge.from.node) && inside.has(edge.to.node)),
    frames: pick(document.frames.byId, items.frames),
    notes: pick(document.notes.byId, items.notes),
  };
}

export function formatClip(clip: Clip): string {
  return JSON.stringify(clip, null, 2);
}

/** A clip, or the steps of a whole workflow document; undefined for any other text. */
export function parseClip(text: string): Clip | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const clip = clipSchema.safeParse(value);
  if (clip.success) return clip.data;
  const workflow = workflowSchema.safeParse(value);
  return workflow.success ? wholeWorkflow(workflow.data) : undefined;
}

function wholeWorkflow({ nodes, edges, frames, notes }: Workflow): Clip {
  return { kind: 'casare/steps', version: 1, nodes, edges, frames, notes };
}

export function isEmptyClip(clip: Clip): boolean {
  return clip.nodes.length + clip.frames.length + clip.notes.length === 0;
}

/** Upper left corner of everything in a clip. */
export function clipCorner(clip: Clip): Point {
  const places = [...clip.nodes, ...clip.frames, ...clip.notes].map((item) => item.position);
  return { x: Math.min(...places.map((place) => place.x)), y: Math.min(...places.map((place) => place.y)) };
}

export interface Pasted {
  command: Command;
  /** What was added, as the canvas names it. */
  flowIds: string[];
}

/**
 * New ids for everything, the wires among the pasted steps kept, and expressions that name a pasted step pointed at its copy;
 * references to steps outside the clip stay as they are.
 */
export function pasteClip(document: EditorDocument, clip: Clip, shift: Point, label = 'Paste'): Pasted {
  const taken = new Set(Object.keys(document.nodes.byId));
  const names = new Set(Object.values(document.nodes.byId).map((node) => node.name));
  const renamed = new Map<string, string>();
  for (const node of clip.nodes) {
    // The id of the copy follows the original's: `login` becomes `login_2`, whatever its type.
    const id = newNodeId(node.id, (other) => taken.has(other));
    taken.add(id);
    renamed.set(node.id, id);
  }
  const place = (position: Point) => snapPoint({ x: position.x + shift.x, y: position.y + shift.y });
  const nodes = clip.nodes.map((node) => {
    const name = node.name === '' ? '' : freeName(node.name, names);
    names.add(name);
    return {
      ...node,
      id: renamed.get(node.id) as string,
      name,
      position: place(node.position),
      params: rewriteStepReferences(node.params, renamed),
    };
  });
  const edges = clip.edges.flatMap((edge) => {
    const [from, to] = [renamed.get(edge.from.node), renamed.get(edge.to.node)];
    return from === undefined || to === undefined
      ? []
      : [{ id: newEdgeId(), from: { ...edge.from, node: from }, to: { ...edge.to, node: to } }];
  });
  const frames = clip.frames.map((frame) => ({ ...frame, id: `f_${randomPart(8)}`, position: place(frame.position) }));
  const notes = clip.notes.map((note) => ({ ...note, id: `n_${randomPart(8)}`, position: place(note.position) }));
  const changes: Change[] = [
    { type: 'addNodes', nodes },
    { type: 'addEdges', edges },
    ...frames.map((frame): Change => ({ type: 'addFrame', frame })),
    ...notes.map((note): Change => ({ type: 'addNote', note })),
  ];
  const count = nodes.length + frames.length + notes.length;
  return {
    command: { label: `${label} ${count === 1 ? 'step' : `${count} items`}`, changes },
    flowIds: [
      ...nodes.map((node) => node.id),
      ...frames.map((frame) => flowIdOf('frames', frame.id)),
      ...notes.map((note) => flowIdOf('notes', note.id)),
    ],
  };
}
