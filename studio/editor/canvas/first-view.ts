import type { ReactFlowInstance, Viewport } from '@xyflow/react';
import type { FlowEdge, FlowNode } from '../store/flow.ts';
import { NODE_HEIGHT, NODE_WIDTH } from './node-size.ts';

const MARGIN = 48;
/** Below this the whole of it could not be read any more. */
const SMALLEST = 0.5;
/** What is too large to be shown whole begins at a size that reads well. */
const READABLE = 0.75;

/** All of the workflow where that can be read; else its beginning, as one reads it. */
export function firstView(flow: ReactFlowInstance<FlowNode, FlowEdge>, element: HTMLElement | null): Viewport {
  const nodes = flow.getNodes();
  if (nodes.length === 0 || !element) return { x: 0, y: 0, zoom: 1 };
  const left = Math.min(...nodes.map((node) => node.position.x));
  const top = Math.min(...nodes.map((node) => node.position.y));
  const right = Math.max(...nodes.map((node) => node.position.x + (node.width ?? NODE_WIDTH)));
  const bottom = Math.max(...nodes.map((node) => node.position.y + (node.height ?? NODE_HEIGHT)));
  const [width, height] = [element.clientWidth - MARGIN * 2, element.clientHeight - MARGIN * 2];
  const whole = Math.min(1, width / (right - left), height / (bottom - top));
  const zoom = whole >= SMALLEST ? whole : READABLE;
  const centred = (space: number, size: number) => Math.max(0, (space - size * zoom) / 2);
  return {
    x: MARGIN + centred(width, right - left) - left * zoom,
    y: MARGIN + centred(height, bottom - top) - top * zoom,
    zoom,
  };
}
