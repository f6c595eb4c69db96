import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import type { Caller } from '../keys/verify.ts';
import { report } from './report.ts';
import type { progressBody } from './report-bodies.ts';

type ProgressRequest = z.output<typeof progressBody>;

interface ProgressRow {
  step: number;
  log: number;
  cancel: boolean;
  workflow_id: string;
  workflow_version: number;
}

interface ProgressReply {
  lastStepSeq: number;
  lastLogSeq: number;
  cancelRequested: boolean;
}

/** Takes journal rows and log lines; those it has already are ignored, a gap in the journal is refused. */
export async function takeProgress(
  context: Context,
  caller: Caller,
  jobId: string,
  body: ProgressRequest,
): Promise<ProgressReply> {
  const firstStep = body.steps[0]?.seq ?? 1;
  const steps = inOrder(body.steps);
  const reply = await report<ProgressRow>(
    context,
    caller,
    // Rows follow each other without gaps, so the journal must reach up to the row before the first one.
    { jobId, fence: body.fence, lastStepSeq: firstStep - 1 },
    sql`
      with held as (
        update jobs set last_step_seq = greatest(last_step_seq, ${steps.at(-1)?.seq ?? 0}::int),
          last_log_seq = greatest(last_log_seq, ${body.logs.at(-1)?.seq ?? 0}::int),
          current_node = coalesce(${body.currentNode ?? null}::text, current_node),
          progress = coalesce(${body.progress ?? null}::real, progress), progress_at = clock_timestamp(), stuck_at = null
        where id = ${jobId}::uuid and fence = ${body.fence}::bigint and key_id = ${caller.keyId}::uuid and state = 'running'
          and last_step_seq >= ${firstStep - 1}::int
        returning id, last_step_seq, last_log_seq, cancel_requested, workflow_id, workflow_version
      ), new_steps as (
        insert into job_steps (job_id, seq, row)
        select held.id, s.seq, s.row
        from held, unnest(${steps.map((row) => row.seq)}::int[], ${steps.map((row) => JSON.stringify(row))}::json[]) as s (seq, row)
        on conflict do nothing
      ), new_logs as (
        insert into job_logs (job_id, seq, level, row)
        select held.id, l.seq, l.level, l.row
        from held, unnest(${body.logs.map((line) => line.seq)}::int[], ${body.logs.map((line) => line.level)}::text[],
          ${body.logs.map((line) => JSON.stringify(line))}::json[]) as l (seq, level, row)
        on conflict do nothing
      )
      select last_step_seq as step, last_log_seq as log, cancel_requested as cancel, workflow_id, workflow_version from held`,
  );
  context.failpoint.reach('progress.committed');
  if (reply.duplicate) throw new TypeError('progress ends nothing, so it cannot be a duplicate end');
  const { workflow_id: workflowId, workflow_version: version } = reply.row;
  context.stepTimings.note({ tenantId: caller.tenantId, workflowId, version }, steps);
  if (body.steps.length > 0 || body.logs.length > 0)
    context.signals.send({ kind: 'rows', tenantId: caller.tenantId, jobId });
  if (body.currentNode !== undefined || body.progress !== undefined)
    context.signals.send({ kind: 'job', tenantId: caller.tenantId, workspaceId: caller.workspaceId, id: jobId });
  return { lastStepSeq: reply.row.step, lastLogSeq: reply.row.log, cancelRequested: reply.row.cancel };
}

/** The rows up to the first gap within the batch; the reply tells the sender how far it got. */
function inOrder(steps: ProgressRequest['steps']): ProgressRequest['steps'] {
  const gap = steps.findIndex((row, i) => i > 0 && row.seq !== (steps[i - 1]?.seq ?? 0) + 1);
  return gap === -1 ? steps : steps.slice(0, gap);
}
