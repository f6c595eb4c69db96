import { useReactFlow } from '@xyflow/react';
import { type PointerEvent, type RefObject, useEffect, useMemo, useRef } from 'react';
import { attachCanvas, useEditorEnv } from '../editor-env.ts';
import type { Point } from '../store/changes.ts';
import type { FlowEdge, FlowNode } from '../store/flow.ts';

/** Lets actions ask where things are on the canvas, and move the view. */
export function useCanvasHandle(wrapper: RefObject<HTMLDivElement | null>) {
  const env = useEditorEnv();
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const pointer = useRef<Point | null>(null);
  useEffect(() => {
    const middle = (): Point => {
      const box = wrapper.current?.getBoundingClientRect();
      return box ? { x: box.left + box.width / 2, y: box.top + box.height / 2 } : { x: 0, y: 0 };
    };
    const inView = (id: string) => {
      const node = flow.getNode(id);
      const box = wrapper.current?.getBoundingClientRect();
      if (!node || !box) return true;
      const at = flow.flowToScreenPosition(node.position);
      return at.x > box.left + 20 && at.x < box.right - 120 && at.y > box.top + 20 && at.y < box.bottom - 60;
    };
    const centre = (id: string | undefined, duration: number) => {
      const node = flow.getNode(id ?? '');
      if (!node) return;
      const { x, y } = node.position;
      const [width, height] = [node.measured?.width ?? 0, node.measured?.height ?? 0];
      void flow.setCenter(x + width / 2, y + height / 2, { zoom: Math.max(flow.getZoom(), 0.6), duration });
    };
    attachCanvas(env, {
      hasPointer: () => pointer.current !== null,
      pointer: () => {
        const screen = pointer.current ?? middle();
        return { screen, flow: flow.screenToFlowPosition(screen) };
      },
      centre: () => flow.screenToFlowPosition(middle()),
      toFlow: (screen) => flow.screenToFlowPosition(screen),
      fit: (ids) => {
        const nodes = ids?.map((id) => ({ id }));
        // Once what was just moved has been drawn in its new place.
        requestAnimationFrame(() => {
          requestAnimationFrame(() => void flow.fitView({ padding: 0.08, maxZoom: 1.25, duration: 180, nodes }));
        });
      },
      reveal: (ids, jump = false) => {
        const hidden = ids.filter((id) => flow.getNode(id) && !inView(id));
        centre(hidden[0], jump ? 0 : 180);
      },
      centreOn: (nodeId) => centre(nodeId, 180),
      zoomTo: (zoom) => void flow.zoomTo(zoom, { duration: 120 }),
      zoomBy: (factor) => void flow.zoomTo(flow.getZoom() * factor, { duration: 120 }),
      focus: (nodeId) => focusSoon(wrapper, nodeId, FOCUS_FRAMES),
      hasFocus: () => {
        const active = document.activeElement;
        if (active === null || active === document.body || wrapper.current?.contains(active)) return true;
        // The command palette asks from within its dialog, where no key gets through to the canvas.
        return active.closest('[role=dialog]') !== null;
      },
    });
    return () => attachCanvas(env, null);
  }, [env, flow, wrapper]);
  return useMemo(
    () => ({
      onPointerMove: (event: PointerEvent) => {
        pointer.current = { x: event.clientX, y: event.clientY };
      },
      onPointerLeave: () => {
        pointer.current = null;
      },
    }),
    [],
  );
}

/** A step that was just added is drawn, measured and only then shown; until then it cannot take the focus. */
const FOCUS_FRAMES = 30;

function focusSoon(wrapper: RefObject<HTMLDivElement | null>, nodeId: string | undefined, frames: number): void {
  requestAnimationFrame(() => {
    const active = document.activeElement;
    // Somebody began to type meanwhile, in a name or a note, or has gone elsewhere.
    if (active?.matches('.editor-canvas :is(input, textarea)')) return;
    if (frames < FOCUS_FRAMES && active !== document.body && !wrapper.current?.contains(active)) return;
    const step =
      nodeId === undefined
        ? null
        : wrapper.current?.querySelector<HTMLElement>(`[data-testid="node-${CSS.escape(nodeId)}"]`);
    const target = step ?? wrapper.current;
    target?.focus({ preventScroll: true });
    const waits = nodeId !== undefined && (!step || document.activeElement !== step);
    if (waits && frames > 0) focusSoon(wrapper, nodeId, frames - 1);
  });
}
