import type { FleetClientMessages, FleetServerMessages } from '@casare/shared';
import type { Namespace, Socket } from 'socket.io';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneInTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import type { SocketData } from './socket-auth.ts';

type FleetSocket = Socket<FleetClientMessages, FleetServerMessages, Record<string, never>, SocketData>;
type FleetNamespace = Namespace<FleetClientMessages, FleetServerMessages, Record<string, never>, SocketData>;

export interface JobWatch {
  /** false when there is no such job. */
  watch(socket: FleetSocket, caller: Caller, jobId: string): Promise<boolean>;
  unwatch(socket: FleetSocket, jobId: string): void;
  forget(socket: FleetSocket): void;
  stop(): void;
}

interface Watched {
  readonly tenantId: string;
  readonly watchers: Set<FleetSocket>;
  /** The last rows that were shown. */
  step: number;
  log: number;
  reading: boolean;
  again: boolean;
}

const pageSize = 500;
const maxJobsPerSocket = 20;

/** Journal rows and log lines of jobs somebody looks at, read from the database when a signal says that there are new ones. */
export function createJobWatch(context: Context, namespace: FleetNamespace): JobWatch {
  const jobs = new Map<string, Watched>();
  const room = (jobId: string) => `job:${jobId}`;

  const unsubscribe = context.signals.subscribe((signal) => {
    if (signal.kind === 'rows') show(signal.jobId);
  });

  function show(jobId: string): void {
    const job = jobs.get(jobId);
    if (!job) return;
    if (job.reading) {
      job.again = true;
      return;
    }
    job.reading = true;
    readOn(jobId, job)
      .catch((error: unknown) => context.log.warn({ err: error }, 'rows of a job could not be read'))
      .finally(() => {
        job.reading = false;
        if (!job.again) return;
        job.again = false;
        show(jobId);
      });
  }

  async function readOn(jobId: string, job: Watched): Promise<void> {
    for (let full = true; full && job.watchers.size > 0; ) {
      const rows = await oneInTenant<{ kind: 'step' | 'log'; seq: number; row: unknown }>(
        context.database.pool,
        job.tenantId,
        sql`
          (select 'step' as kind, seq, row from job_steps
            where job_id = ${jobId}::uuid and seq > ${job.step}::int order by seq limit ${pageSize}::int)
          union all
          (select 'log', seq, row from job_logs
            where job_id = ${jobId}::uuid and seq > ${job.log}::int order by seq limit ${pageSize}::int)`,
      );
      const steps = rows.filter(({ kind }) => kind === 'step');
      const logs = rows.filter(({ kind }) => kind === 'log');
      job.step = steps.at(-1)?.seq ?? job.step;
      job.log = logs.at(-1)?.seq ?? job.log;
      if (rows.length > 0)
        namespace
          .to(room(jobId))
          .emit('jobStream', { jobId, steps: steps.map(({ row }) => row), logs: logs.map(({ row }) => row) });
      full = steps.length === pageSize || logs.length === pageSize;
    }
  }

  function unwatch(socket: FleetSocket, jobId: string): void {
    const job = jobs.get(jobId);
    if (!job?.watchers.delete(socket)) return;
    void socket.leave(room(jobId));
    if (job.watchers.size === 0) jobs.delete(jobId);
  }

  return {
    async watch(socket, caller, jobId) {
      const watching = [...jobs.values()].filter(({ watchers }) => watchers.has(socket)).length;
      if (watching >= maxJobsPerSocket) return false;
      const [found] = await oneInTenant<{ step: number; log: number }>(
        context.database.pool,
        caller.tenantId,
        sql`
          select last_step_seq as step, last_log_seq as log from jobs
          where id = ${jobId}::uuid and workspace_id = ${caller.workspaceId}::uuid`,
      );
      if (!found || !socket.connected) return false;
      const job = jobs.get(jobId) ?? {
        ...found,
        tenantId: caller.tenantId,
        watchers: new Set(),
        reading: false,
        again: false,
      };
      jobs.set(jobId, job);
      job.watchers.add(socket);
      void socket.join(room(jobId));
      // Rows may have come between the look and the entry.
      show(jobId);
      return true;
    },
    unwatch,
    forget(socket) {
      for (const jobId of jobs.keys()) unwatch(socket, jobId);
    },
    stop: unsubscribe,
  };
}
