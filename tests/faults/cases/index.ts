import type { Fault } from '../harness/fault.ts';
import { chaos, fiveOrchestrators, kills } from './chaos.ts';
import { backendsKilled, commitAnswersLost, databaseCrashes, outageGrace, poolExhausted } from './database.ts';
import { badWires, isolatedRobot, lossyNetwork } from './network.ts';
import { cancelRaces, duplicates, lateEnds, reordered } from './protocol.ts';
import { clonedRobot, frozenRobot, poison, recovery } from './robots.ts';
import { clockJumps } from './clocks.ts';
import { fullDatabaseDisk, fullRobotDisk } from './disks.ts';
import { housekeepingKills } from './housekeeping.ts';
import { migratingTogether, wrongSchema } from './starting.ts';

/** Every fault that can be run, in the order of docs/faults.md. */
export const faults: readonly Fault[] = [
  kills,
  chaos,
  fiveOrchestrators,
  frozenRobot,
  clonedRobot,
  poison,
  recovery,
  duplicates,
  reordered,
  lateEnds,
  cancelRaces,
  lossyNetwork,
  isolatedRobot,
  badWires,
  databaseCrashes,
  backendsKilled,
  commitAnswersLost,
  outageGrace,
  poolExhausted,
  fullDatabaseDisk,
  fullRobotDisk,
  clockJumps,
  housekeepingKills,
  migratingTogether,
  wrongSchema,
];
