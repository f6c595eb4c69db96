import type { NetworkSettings, ProgramPolicy } from '@casare/engine';
import type {
  ClaimedJob,
  JobAddItem,
  JobItemReport,
  JobNextItems,
  LogLine,
  ParkedTask,
  WireError,
} from '@casare/shared';
import type { EvidenceSettings } from './config.ts';
import type { Evidence } from './evidence/look.ts';
import type { StepTime } from './tracing/step-times.ts';

/** What every worker of a robot is started with, as its only argument. */
export interface WorkerSettings {
  /** Folder of the third-party packs. */
  packs: string;
  /** Programs that workflows may start. */
  programs: ProgramPolicy;
  /** Where workflows may connect to. */
  network: NetworkSettings;
  /** What is shown of a job when it fails, or when somebody asks. */
  evidence: EvidenceSettings;
  /** Whether it says how long its steps took. */
  traced: boolean;
  /** For tests: where it dies, and its agent with it. */
  failAt?: string;
}

/** What the agent tells its worker. */
export type ToWorker =
  | { type: 'start'; job: ClaimedJob; folder: string }
  /** The barrier of an effect: the orchestrator has every row (`ok`), or this robot may not act any more. */
  | { type: 'barrier'; id: number; ok: boolean }
  | { type: 'answer'; id: number; answer: unknown }
  | { type: 'refusal'; id: number; error: WireError }
  | { type: 'cancel' }
  /** Somebody wants to see what is open. */
  | { type: 'look'; id: number }
  /** Stop at the next node boundary; the job goes back with its journal. */
  | { type: 'release' };

/** What a worker tells its agent. */
export type FromWorker =
  /** Journal rows up to `seq` are on disk. */
  | { type: 'journaled'; seq: number }
  | { type: 'barrier'; id: number; seq: number }
  | { type: 'logs'; lines: Omit<LogLine, 'seq'>[] }
  | { type: 'progress'; currentNode: string; fraction?: number }
  /** Steps that ended; only while traces are sent. */
  | { type: 'steps'; steps: StepTime[]; more: number }
  /** Something that only the orchestrator can answer. */
  | { type: 'question'; id: number; question: WorkerQuestion }
  /** What the failed run left: comes before its end. */
  | { type: 'evidence'; evidence: readonly Evidence[] }
  | { type: 'looked'; id: number; evidence: readonly Evidence[] }
  | { type: 'ended'; outcome: WorkerOutcome };

export type WorkerQuestion =
  | { kind: 'workflow'; documentId: string; version?: number }
  | { kind: 'startJob'; documentId: string; version?: number; input: Record<string, unknown>; idempotencyKey: string }
  | { kind: 'jobState'; childId: string }
  /** Credentials and assets, by name. */
  | { kind: 'vault'; credentials: readonly string[]; assets: readonly string[] }
  | { kind: 'addItem'; request: Omit<JobAddItem, 'fence'> }
  | { kind: 'nextItems'; request: Omit<JobNextItems, 'fence'> }
  | { kind: 'reportItem'; request: Omit<JobItemReport, 'fence'> };

export type WorkerOutcome =
  | { status: 'completed'; output: Record<string, unknown> }
  | { status: 'failed'; error: WireError }
  | { status: 'cancelled'; error: WireError }
  | { status: 'parked'; error: WireError; path: string }
  /** People are asked; whoever gets the job once they have answered goes on. */
  | { status: 'waiting'; tasks: readonly ParkedTask[] }
  | { status: 'released' };
