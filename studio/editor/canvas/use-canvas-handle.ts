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
    attachCanvas(env, {
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
          requestAnimationFrame(() => void flow.fitView({ padding: 0.15, maxZoom: 1.25, duration: 180, nodes }));
        });
      },
      reveal: (ids) => {
        const hidden = ids.filter((id) => flow.getNode(id) && !inView(id));
        const node = flow.getNode(hidden[0] ?? '');
        if (!node) return;
        const { x, y } = node.position;
        const [width, height] = [node.measured?.width ?? 0, node.measured?.height ?? 0];
        void flow.setCenter(x + width / 2, y + height / 2, { zoom: Math.max(flow.getZoom(), 0.6), duration: 180 });
      },
      zoomTo: (zoom) => void flow.zoomTo(zoom, { duration: 120 }),
      zoomBy: (factor) => void flow.zoomTo(flow.getZoom() * factor, { duration: 120 }),
      focus: (nodeId) => {
        // After the step has been drawn.
        requestAnimationFrame(() => {
          const step =
            nodeId && wrapper.current?.querySelector<HTMLElement>(`[data-testid="node-${CSS.escape(nodeId)}"]`);
          (step || wrapper.current)?.focus({ preventScroll: true });
        });
      },
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
