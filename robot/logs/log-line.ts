import type { RobotLogLine } from '@casare/shared';

const LEVELS: readonly (readonly [number, RobotLogLine['level']])[] = [
  [50, 'error'],
  [40, 'warn'],
  [30, 'info'],
  [0, 'debug'],
];
/** Fields that every line has. */
const COMMON = new Set(['level', 'time', 'robot', 'robotId', 'msg']);

/** A line of the log file (pino, JSON) as the fleet and the command line show it; undefined for what is none. */
export function readLogLine(line: string): RobotLogLine | undefined {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const { level, time, msg } = entry;
  if (typeof level !== 'number' || typeof time !== 'number') return undefined;
  const facts = Object.fromEntries(Object.entries(entry).filter(([name]) => !COMMON.has(name)));
  return {
    at: new Date(time).toISOString(),
    level: LEVELS.find(([least]) => level >= least)?.[1] ?? 'info',
    message: (typeof msg === 'string' ? msg : '').slice(0, 4000),
    ...(Object.keys(facts).length > 0 && { facts: JSON.stringify(facts).slice(0, 4000) }),
  };
}
