import { type EdgeProps, getBezierPath, getSmoothStepPath, Position } from '@xyflow/react';

export type WireEnds = Pick<
  EdgeProps,
  'sourceX' | 'sourceY' | 'targetX' | 'targetY' | 'sourcePosition' | 'targetPosition'
>;

/** Room a curve needs to bend into the next step without touching either. */
const ROOM = 24;

/** A curve to what stands ahead; around the steps, in straight lines, to what stands behind or beside. */
export function wirePath(ends: WireEnds): string {
  const { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = ends;
  const down = sourcePosition === Position.Bottom;
  const ahead = down ? targetX >= sourceX + ROOM && targetY >= sourceY + ROOM : targetX >= sourceX + ROOM;
  const between = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition };
  const [path] = ahead
    ? getBezierPath({ ...between, curvature: 0.35 })
    : getSmoothStepPath({ ...between, borderRadius: 12, offset: ROOM });
  return path;
}
