import { AppError, type FleetTask, fleetTaskSchema, type taskListQuerySchema } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneInTenant } from '../db/transaction.ts';
import { cursorOf, pageOfRows } from '../db/page.ts';
import type { Caller } from '../keys/verify.ts';
import { taskColumns, type TaskRow, toTask } from './task-row.ts';

/** Newest first. */
export async function listTasks(context: Context, caller: Caller, query: z.output<typeof taskListQuerySchema>) {
  const states = statesOf(query.state);
  const search = query.search?.trim() || null;
  const cursor = cursorOf(query.cursor);
  const rows = await oneInTenant<TaskRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select ${taskColumns} from human_tasks t
      where t.workspace_id = ${caller.workspaceId}::uuid
        and (${cursor}::uuid is null or t.id < ${cursor}::uuid)
        and (${states}::text[] is null or t.state = any(${states}::text[]))
        and (${query.workflowId ?? null}::uuid is null or t.workflow_id = ${query.workflowId ?? null}::uuid)
        and (${query.jobId ?? null}::uuid is null or t.job_id = ${query.jobId ?? null}::uuid)
        and (${search}::text is null or strpos(lower(concat_ws(' ', t.task ->> 'title', t.task ->> 'text',
          t.task ->> 'workflowName', t.id, t.job_id)), lower(${search}::text)) > 0)
      order by t.id desc limit ${query.limit + 1}::int`,
  );
  return pageOfRows(rows, query.limit, toTask);
}

function statesOf(text: string | undefined): string[] | null {
  if (text === undefined || text === '') return null;
  const { state: states } = fleetTaskSchema.shape;
  return text.split(',').map((name) => {
    const known = states.safeParse(name.trim());
    if (known.success) return known.data;
    throw new AppError('VALIDATION', `"${name}" is no state of a task. States: ${states.options.join(', ')}.`, {
      details: { issues: [{ path: 'query.state', message: 'unknown state' }] },
    });
  });
}

export async function getTask(context: Context, caller: Caller, taskId: string): Promise<FleetTask> {
  const [row] = await oneInTenant<TaskRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select ${taskColumns} from human_tasks t
      where t.id = ${taskId}::uuid and t.workspace_id = ${caller.workspaceId}::uuid`,
  );
  if (!row) throw new AppError('NOT_FOUND', 'There is no task with this id.');
  return toTask(row);
}
