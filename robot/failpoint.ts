import { writeSync } from 'node:fs';
import { createFailpoint, type Failpoint } from '@casare/shared';

/** Where tests let a robot die; those of a worker take the agent with them. */
export const ROBOT_FAILPOINTS = [
  /** A job was claimed and nothing of it is here yet. */
  'claim.answered',
  /** Its folder is here, the robot's store knows nothing of it. */
  'claim.prepared',
  /** The store has it, nothing runs. */
  'claim.kept',
  /** A job from before the start: its lease was extended, nothing runs. */
  'takeup.extended',
  /** Worker: the intent of an effect is on disk and with the orchestrator, the effect has not begun. */
  'intent.durable',
  /** Worker: the effect has happened, no row says so. */
  'effect.done',
  /** Worker: rows are on disk, the agent does not know. */
  'rows.durable',
  /** Rows are on their way to the orchestrator. */
  'rows.shipping',
  /** The orchestrator has them, the agent has not noted it. */
  'rows.shipped',
  /** The end of the run is in the store and was not sent. */
  'end.kept',
  /** The end is on its way. */
  'end.sent',
  /** The end was accepted, the store still has the job. */
  'end.answered',
] as const;
export type RobotFailpoint = Failpoint<(typeof ROBOT_FAILPOINTS)[number]>;

/** `agent`: the process that dies together with this one. */
export function robotFailpoint(spec: string | undefined, agent?: number): RobotFailpoint {
  return createFailpoint(ROBOT_FAILPOINTS, spec, (label) => {
    writeSync(2, `failpoint ${label}\n`);
    if (agent !== undefined) process.kill(agent, 'SIGKILL');
    process.kill(process.pid, 'SIGKILL');
  });
}
