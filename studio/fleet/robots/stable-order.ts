import type { Robot } from '@casare/shared';

/** The robots in the order of these ids; those that are not among them stand at the end. */
export function inOrder(robots: readonly Robot[], ids: readonly string[]): Robot[] {
  const byId = new Map(robots.map((robot) => [robot.id, robot]));
  const known = new Set(ids);
  return [...ids.flatMap((id) => byId.get(id) ?? []), ...robots.filter((robot) => !known.has(robot.id))];
}

export function sameOrder(robots: readonly Robot[], ids: readonly string[]): boolean {
  return robots.length === ids.length && robots.every((robot, i) => robot.id === ids[i]);
}
