import type { ClaimedJob, LogLine, WireError } from '@casare/shared';

/** What the agent tells its worker. */
export type ToWorker =
  | { type: 'start'; job: ClaimedJob; folder: string }
  /** The barrier of an effect: the orchestrator has every row (`ok`), or this robot may not act any more. */
  | { type: 'barrier'; id: number; ok: boolean }
  | { type: 'cancel' }
  /** Stop at the next node boundary; the job goes back with its journal. */
  | { type: 'release' };

/** What a worker tells its agent. */
export type FromWorker =
  /** Journal rows up to `seq` are on disk. */
  | { type: 'journaled'; seq: number }
  | { type: 'barrier'; id: number; seq: number }
  | { type: 'logs'; lines: Omit<LogLine, 'seq'>[] }
  | { type: 'progress'; currentNode: string; fraction?: number }
  | { type: 'ended'; outcome: WorkerOutcome };

export type WorkerOutcome =
  | { status: 'completed'; output: Record<string, unknown> }
  | { status: 'failed'; error: WireError }
  | { status: 'cancelled'; error: WireError }
  | { status: 'parked'; error: WireError; path: string }
  | { status: 'released' };
