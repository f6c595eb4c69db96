import type { NetworkSettings, ProgramPolicy } from '@casare/engine';
import type { ClaimedJob, LogLine, ParkedTask, WireError } from '@casare/shared';

/** What every worker of a robot is started with, as its only argument. */
export interface WorkerSettings {
  /** Folder of the third-party packs. */
  packs: string;
  /** Programs that workflows may start. */
  programs: ProgramPolicy;
  /** Where workflows may connect to. */
  network: NetworkSettings;
}

/** What the agent tells its worker. */
export type ToWorker =
  | { type: 'start'; job: ClaimedJob; folder: string }
  /** The barrier of an effect: the orchestrator has every row (`ok`), or this robot may not act any more. */
  | { type: 'barrier'; id: number; ok: boolean }
  | { type: 'answer'; id: number; answer: unknown }
  | { type: 'refusal'; id: number; error: WireError }
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
  /** Something that only the orchestrator can answer. */
  | { type: 'question'; id: number; question: WorkerQuestion }
  | { type: 'ended'; outcome: WorkerOutcome };

export type WorkerQuestion =
  | { kind: 'workflow'; documentId: string; version?: number }
  | { kind: 'startJob'; documentId: string; version?: number; input: Record<string, unknown>; idempotencyKey: string }
  | { kind: 'jobState'; childId: string };

export type WorkerOutcome =
  | { status: 'completed'; output: Record<string, unknown> }
  | { status: 'failed'; error: WireError }
  | { status: 'cancelled'; error: WireError }
  | { status: 'parked'; error: WireError; path: string }
  /** People are asked; whoever gets the job once they have answered goes on. */
  | { status: 'waiting'; tasks: readonly ParkedTask[] }
  | { status: 'released' };
