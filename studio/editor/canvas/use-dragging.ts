import { type DragEvent, type MouseEvent as ReactMouseEvent, useMemo, useRef } from 'react';
import { addNode, addOnWire, insertOnWire } from '../edits/add-node.ts';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import type { Point } from '../store/changes.ts';
import { type FlowNode, itemOf } from '../store/flow.ts';
import { showSplit, wireAt } from './find-on-canvas.ts';
import { NODE_HEIGHT, NODE_WIDTH } from './node-size.ts';

/** Carries the node type while a row of the palette is dragged. */
export const NODE_TYPE_MIME = 'application/x-casare-node';

/** Moving steps, carrying frames with what stands in them, and dropping on wires. */
export function useDragging() {
  const env = useEditorEnv();
  const document = useDocument();
  const carried = useRef<{ frame: Point; items: Map<string, Point> } | undefined>(undefined);
  return useMemo(() => {
    const { store } = document;
    const loose = (nodeId: string) =>
      !Object.values(store.getState().document.edges.byId).some(
        (edge) => edge.from.node === nodeId || edge.to.node === nodeId,
      );
    return {
      onNodeDragStart: (_: unknown, node: FlowNode) => {
        carried.current = node.type === 'frame' ? itemsInside(store.getState().flow.nodes, node) : undefined;
      },

      onNodeDrag: (event: MouseEvent | TouchEvent | ReactMouseEvent, node: FlowNode, nodes: FlowNode[]) => {
        const carry = carried.current;
        if (carry) {
          const by = { x: node.position.x - carry.frame.x, y: node.position.y - carry.frame.y };
          const dragged = new Set(nodes.map((other) => other.id));
          store
            .getState()
            .onNodesChange(
              [...carry.items].flatMap(([id, at]) =>
                dragged.has(id)
                  ? []
                  : [{ type: 'position' as const, id, position: { x: at.x + by.x, y: at.y + by.y }, dragging: true }],
              ),
            );
        } else if (nodes.length === 1 && node.type === 'step' && 'clientX' in event && loose(node.id)) {
          showSplit(wireAt({ x: event.clientX, y: event.clientY }));
        }
      },

      onNodeDragStop: (event: MouseEvent | TouchEvent | ReactMouseEvent, node: FlowNode, nodes: FlowNode[]) => {
        showSplit(undefined);
        const state = store.getState();
        const edgeId =
          nodes.length === 1 && node.type === 'step' && 'clientX' in event && loose(node.id)
            ? wireAt({ x: event.clientX, y: event.clientY })
            : undefined;
        const row = state.document.nodes.byId[node.id];
        const descriptor = row && env.catalog.get(row.type);
        const insert =
          edgeId && row && descriptor
            ? insertOnWire(state.document, env.catalog, edgeId, { nodeId: node.id, descriptor, params: row.params })
            : undefined;
        if (insert) {
          const position = { x: Math.round(node.position.x), y: Math.round(node.position.y) };
          state.edit({
            label: 'Insert on wire',
            changes: [{ type: 'move', items: { nodes: { [node.id]: position } } }, ...insert],
          });
          return;
        }
        state.commitMove([...new Set([...nodes.map((other) => other.id), ...(carried.current?.items.keys() ?? [])])]);
        carried.current = undefined;
      },

      onDragOver: (event: DragEvent) => {
        if (!event.dataTransfer.types.includes(NODE_TYPE_MIME)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        showSplit(wireAt({ x: event.clientX, y: event.clientY }));
      },

      onDragLeave: () => showSplit(undefined),

      onDrop: (event: DragEvent) => {
        showSplit(undefined);
        const descriptor = env.catalog.get(event.dataTransfer.getData(NODE_TYPE_MIME));
        if (!descriptor || !env.canvas.current) return;
        event.preventDefault();
        const screen = { x: event.clientX, y: event.clientY };
        const at = env.canvas.current.toFlow(screen);
        const place = { x: at.x - NODE_WIDTH / 2, y: at.y - NODE_HEIGHT / 2 };
        const state = store.getState();
        const edgeId = wireAt(screen);
        const added =
          (edgeId && addOnWire(state.document, env.catalog, descriptor, place, edgeId)) ||
          addNode(state.document, descriptor, place);
        state.edit(added.command, [added.nodeId]);
        env.session.noteNodeUsed(descriptor.type);
        env.canvas.current.focus(added.nodeId);
      },
    };
  }, [env, document]);
}

function itemsInside(nodes: readonly FlowNode[], frame: FlowNode): { frame: Point; items: Map<string, Point> } {
  const { x, y } = frame.position;
  const [width, height] = [frame.width ?? 0, frame.height ?? 0];
  const inside = nodes.filter((node) => {
    if (node.id === frame.id || itemOf(node.id).kind === 'frames') return false;
    const [w, h] = [node.measured?.width ?? 0, node.measured?.height ?? 0];
    const { position } = node;
    return position.x >= x && position.y >= y && position.x + w <= x + width && position.y + h <= y + height;
  });
  return { frame: { x, y }, items: new Map(inside.map((node) => [node.id, node.position])) };
}
