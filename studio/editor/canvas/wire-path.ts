import { type EdgeProps, getBezierPath, getSmoothStepPath, Position } from '@xyflow/react';

export type WireEnds = Pick<
  EdgeProps,
  'sourceX' | 'sourceY' | 'targetX' | 'targetY' | 'sourcePosition' | 'targetPosition'
>;

/** Room a curve needs to bend into the next step without touching either. */
const ROOM = 24;

/** A curve to what stands ahead; around the steps, in straight lines, to what stands behind or beside; down to `below` where steps are in the way. */
export function wirePath(ends: WireEnds, below?: number): string {
  if (below !== undefined) return pathBelow(ends, below);
  const { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = ends;
  const down = sourcePosition === Position.Bottom;
  const ahead = down ? targetX >= sourceX + ROOM && targetY >= sourceY + ROOM : targetX >= sourceX + ROOM;
  const between = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition };
  const [path] = ahead
    ? getBezierPath({ ...between, curvature: 0.35 })
    : getSmoothStepPath({ ...between, borderRadius: 12, offset: ROOM });
  return path;
}

const BEND = 12;

/** Down, along and up again, with round corners. */
function pathBelow({ sourceX, sourceY, targetX, targetY }: WireEnds, below: number): string {
  const [left, right] = [sourceX + ROOM, targetX - ROOM];
  const [fall, rise] = [bend(below - sourceY), bend(below - targetY)];
  return [
    `M${sourceX},${sourceY} L${left - BEND},${sourceY} Q${left},${sourceY} ${left},${sourceY + fall}`,
    `L${left},${below - fall} Q${left},${below} ${left + BEND},${below}`,
    `L${right - BEND},${below} Q${right},${below} ${right},${below - rise}`,
    `L${right},${targetY + rise} Q${right},${targetY} ${right + BEND},${targetY} L${targetX},${targetY}`,
  ].join(' ');
}

/** A corner is no larger than half of the way, upwards or downwards. */
function bend(way: number): number {
  return Math.sign(way) * Math.min(BEND, Math.abs(way) / 2);
}
