import { type CatalogIndex, outputPorts } from '@casare/shared';
import { type EditorDocument, rows } from '../store/editor-document.ts';
import { NODE_WIDTH, nodeHeight } from './node-size.ts';
import type { WireEnds } from './wire-path.ts';

/** Below a step its run state hangs, which a wire should not strike through. */
const BELOW = 28;
const NEAR = 6;

/** Only between ends this far apart does another step fit. */
export function mayPassSteps({ sourceX, targetX }: Pick<WireEnds, 'sourceX' | 'targetX'>): boolean {
  return targetX - sourceX > NODE_WIDTH;
}

/** How far down a wire has to go to pass below the steps that stand in its way; undefined: none does. */
export function detourBelow(
  nodes: EditorDocument['nodes'],
  catalog: CatalogIndex,
  { sourceX, sourceY, targetX, targetY }: Pick<WireEnds, 'sourceX' | 'sourceY' | 'targetX' | 'targetY'>,
): number | undefined {
  let lowest: number | undefined;
  for (const node of rows(nodes)) {
    const { x, y } = node.position;
    if (x <= sourceX || x + NODE_WIDTH >= targetX) continue;
    // Where the straight way between the ends is when it comes by the step.
    const at = (share: number) => sourceY + (targetY - sourceY) * share;
    const left = at((x - sourceX) / (targetX - sourceX));
    const right = at((x + NODE_WIDTH - sourceX) / (targetX - sourceX));
    const descriptor = catalog.get(node.type);
    const ports = descriptor ? outputPorts(descriptor, node.params).filter((port) => port.kind !== 'error').length : 1;
    const bottom = y + nodeHeight(ports);
    if (Math.max(left, right) < y - NEAR || Math.min(left, right) > bottom + NEAR) continue;
    lowest = Math.max(lowest ?? bottom, bottom);
  }
  return lowest === undefined ? undefined : lowest + BELOW;
}
