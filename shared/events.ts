import { z } from 'zod';
import { idSchema, isoTimeSchema } from './page.ts';
import type { RobotCommand } from './robot-command.ts';

/** Types of live events; `data` is the resource as REST shows it, or `{ id }` where it is gone. */
export const EVENT_TYPES = [
  'job.created',
  'job.claimed',
  'job.progress',
  'job.waiting',
  'job.requeued',
  'job.retrying',
  'job.completed',
  'job.failed',
  'job.cancelled',
  'job.cancel_requested',
  'job.dead_lettered',
  'job.artifact',
  'job.assigned',
  'job.rejected',
  'job.replayed',
  'job.stuck',
  'job.purged',
  'robot.registered',
  'robot.heartbeat',
  'robot.state',
  'robot.lost',
  'robot.command',
  'robot.doctor',
  'task.created',
  'task.answered',
  'task.expired',
  'task.cancelled',
  'workflow.published',
  'workflow.routing',
  'robot.changed',
  'robot_group.created',
  'robot_group.changed',
  'robot_group.deleted',
  'reservation.created',
  'reservation.deleted',
  'affinity.released',
  'key.created',
  'key.rotated',
  'key.revoked',
  'person.joined',
  'person.changed',
  'person.removed',
  'workspace.created',
  'workspace.changed',
  'credential.created',
  'credential.updated',
  'credential.rotated',
  'credential.deleted',
  'asset.created',
  'asset.updated',
  'asset.deleted',
  'trigger.created',
  'trigger.changed',
  'trigger.deleted',
  'trigger.delivered',
  'trigger.disabled',
  'schedule.created',
  'schedule.changed',
  'schedule.paused',
  'schedule.resumed',
  'schedule.deleted',
  'schedule.fired',
  'schedule.queued',
  'schedule.skipped',
  'schedule.excluded',
  'schedule.missed',
  'schedule.failed',
  'retention.pruned',
  'calendar.created',
  'calendar.changed',
  'calendar.deleted',
  'queue.metrics',
  'queue.created',
  'queue.changed',
  'queue.deleted',
  'queue.figures',
  'queue_item.added',
  'queue_item.taken',
  'queue_item.ended',
  'queue_item.changed',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/**
 * Shown live and not stored, because the next one replaces them: they carry the `seq` of the stored event before them, so
 * take them whatever their `seq` is.
 */
export const LIVE_ONLY_EVENTS: readonly EventType[] = [
  'robot.heartbeat',
  'job.progress',
  'queue.metrics',
  'queue.figures',
];

/**
 * Whether a refused connection was refused for its key. Socket.IO carries only a sentence, which begins with the code; any
 * other code passes by itself.
 */
export function isKeyRefusal(sentence: string): boolean {
  return sentence.startsWith('UNAUTHENTICATED:') || sentence.startsWith('FORBIDDEN:');
}

/** A change, written in the transaction that made it. */
export const eventSchema = z.strictObject({
  /** Grows over all tenants; a client that was away sends the last one it saw. */
  seq: z.int(),
  type: z.enum(EVENT_TYPES),
  ts: isoTimeSchema,
  tenant_id: idSchema,
  workspace_id: idSchema,
  data: z.record(z.string(), z.unknown()),
});
export type FleetEvent = z.infer<typeof eventSchema>;

/** `GET /events`: stored events after `since`, oldest first. */
export const eventListQuerySchema = z.strictObject({
  since: z.coerce.number().int().min(0),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
});
export const eventListSchema = z.strictObject({
  events: z.array(eventSchema),
  /** Ask for what comes after this next. */
  seq: z.int(),
  /** Events after `since` were deleted already: load afresh. */
  resync: z.boolean(),
});

/** Live rows of one job, not stored as events: they stand in the job's journal and log already. */
export interface JobStream {
  jobId: string;
  steps: unknown[];
  logs: unknown[];
}

/** Namespace `/fleet`: studios and dashboards. `auth: { ticket }` (`POST /socket-tickets`), or `{ key }` of a program; everybody is in the room of their workspace. */
export interface FleetClientMessages {
  /** Replays what came after `seq` (at most 10,000), then goes on live. `resync: true` in the answer: too much was missed, load afresh. */
  subscribe: (request: { since?: number }, answer: (reply: { seq: number; resync: boolean }) => void) => void;
  /** Follow the journal and log of one job. */
  watchJob: (jobId: string, answer: (reply: { ok: boolean }) => void) => void;
  unwatchJob: (jobId: string) => void;
}
export interface FleetServerMessages {
  event: (event: FleetEvent) => void;
  jobStream: (stream: JobStream) => void;
  /** The client was too slow and missed events: load afresh, then subscribe again. */
  resync: (reason: string) => void;
  bye: (notice: { reason: string; retryAfterMs: number }) => void;
}

/** Namespace `/robots`: `auth: { key, instanceId }`. Wake-ups and commands only; the truth comes by REST. */
export interface RobotServerMessages {
  wake: () => void;
  cancel: (jobId: string) => void;
  command: (command: RobotCommand) => void;
  bye: (notice: { reason: string; retryAfterMs: number }) => void;
}
