import {
  AppError,
  type Job,
  type jobListQuerySchema,
  jobStateSchema,
  type logListQuerySchema,
  type stepListQuerySchema,
} from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { cursorOf, pageOfRows } from '../db/page.ts';
import { oneInTenant } from '../db/transaction.ts';
import { RawText } from '../http/route.ts';
import type { Caller } from '../keys/verify.ts';
import { jobColumns, type JobRow, toJob } from './job-row.ts';

/** Newest first. Ids carry the time, so the last id of a page is the cursor to the next. */
export async function listJobs(context: Context, caller: Caller, query: z.output<typeof jobListQuerySchema>) {
  const states = statesOf(query.state);
  const search = query.search?.trim() || null;
  const rows = await oneInTenant<JobRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select ${jobColumns} from jobs j
      where j.workspace_id = ${caller.workspaceId}::uuid
        and (${cursorOf(query.cursor)}::uuid is null or j.id < ${cursorOf(query.cursor)}::uuid)
        and (${states}::text[] is null or j.state = any(${states}::text[]))
        and (${query.workflowId ?? null}::uuid is null or j.workflow_id = ${query.workflowId ?? null}::uuid)
        and (${query.robotId ?? null}::uuid is null or j.robot_id = ${query.robotId ?? null}::uuid)
        and (${query.deadLetter ?? null}::boolean is null or j.dead_letter = ${query.deadLetter ?? null}::boolean)
        and (${query.errorCode ?? null}::text is null or j.error ->> 'code' = ${query.errorCode ?? null}::text)
        and (${query.stuck ?? null}::boolean is null or j.stuck_at is not null)
        and (${search}::text is null or strpos(lower(concat_ws(' ', j.workflow_name, j.reference, j.error ->> 'message', j.id)),
          lower(${search}::text)) > 0)
      order by j.id desc limit ${query.limit + 1}::int`,
  );
  return pageOfRows(rows, query.limit, toJob);
}

function statesOf(text: string | undefined): string[] | null {
  if (text === undefined || text === '') return null;
  return text.split(',').map((state) => {
    const known = jobStateSchema.safeParse(state.trim());
    if (!known.success)
      throw new AppError(
        'VALIDATION',
        `"${state}" is no state of a job. States: ${jobStateSchema.options.join(', ')}.`,
        {
          details: { issues: [{ path: 'query.state', message: 'unknown state' }] },
        },
      );
    return known.data;
  });
}

export async function getJob(context: Context, caller: Caller, jobId: string): Promise<Job> {
  const [row] = await oneInTenant<JobRow>(
    context.database.pool,
    caller.tenantId,
    sql`select ${jobColumns} from jobs j where j.id = ${jobId}::uuid and j.workspace_id = ${caller.workspaceId}::uuid`,
  );
  if (!row) throw new AppError('NOT_FOUND', 'There is no job with this id.');
  return toJob(row);
}

export async function listSteps(
  context: Context,
  caller: Caller,
  jobId: string,
  query: z.output<typeof stepListQuerySchema>,
) {
  await getJob(context, caller, jobId);
  const rows = await oneInTenant<{ row: string }>(
    context.database.pool,
    caller.tenantId,
    sql`
      -- What is sealed is for robots only. Rows without it go out as they came, which spares parsing them.
      select case when row -> 'sealed' is null then row::text else (row::jsonb - 'sealed')::text end as row
      from job_steps where job_id = ${jobId}::uuid and seq > ${query.after}::int
      order by seq limit ${query.limit}::int`,
  );
  return new RawText(`{"steps":[${rows.map(({ row }) => row).join(',')}]}`);
}

export async function listLogs(
  context: Context,
  caller: Caller,
  jobId: string,
  query: z.output<typeof logListQuerySchema>,
) {
  await getJob(context, caller, jobId);
  const search = query.search?.trim() || null;
  const rows = await oneInTenant<{ row: string }>(
    context.database.pool,
    caller.tenantId,
    sql`
      select row::text as row from job_logs
      where job_id = ${jobId}::uuid and seq > ${query.after}::int
        and (${query.level ?? null}::text is null or level = ${query.level ?? null}::text)
        and (${search}::text is null or strpos(lower(row ->> 'message'), lower(${search}::text)) > 0)
      order by seq limit ${query.limit}::int`,
  );
  return new RawText(`{"logs":[${rows.map(({ row }) => row).join(',')}]}`);
}
