import { AppError } from '@casare/shared';
import type { Context } from '../../context.ts';
import { sql } from '../../db/sql.ts';
import { inTenant, oneAcrossTenants } from '../../db/transaction.ts';
import { jobColumns, type JobRow, toJob } from '../../jobs/job-row.ts';
import { findWorkflow } from '../../workflows/workflow-row.ts';
import { deliver } from '../deliver.ts';
import { triggerColumns, type TriggerRow } from '../trigger-row.ts';
import type { KindRules } from './kind-rules.ts';

export const jobEndedRules: KindRules = {
  kind: 'jobEnded',
  async check(db, caller, wanted) {
    if (wanted.kind === 'jobEnded') await findWorkflow(db, caller, wanted.settings.workflowId);
  },
};

interface EndedRow {
  tenant_id: string;
  trigger_id: string;
  job_id: string;
  message_id: string;
}

const batch = 200;
/** Longer than any transaction lasts: what was committed late still has an earlier time. */
const overlapSeconds = 120;

/**
 * Jobs that have ended and whose chain has not gone on. Found in the table of jobs and not by a message about them, so none is missed while no
 * server runs; a job that ends again after a retry has ended once more.
 */
export async function goOnWithChains(context: Context): Promise<number> {
  const rows = await oneAcrossTenants<EndedRow>(
    context.database.system,
    sql`
      select t.tenant_id, t.id as trigger_id, j.id as job_id, j.message_id
      from triggers t cross join lateral (
        select j.id, 'job:' || j.id || ':' || (extract(epoch from j.finished_at) * 1000)::bigint as message_id, j.finished_at
        from jobs j
        where j.tenant_id = t.tenant_id and j.workspace_id = t.workspace_id and j.finished_at > t.since
          and j.workflow_id = (t.settings ->> 'workflowId')::uuid and t.settings -> 'states' ? j.state
      ) j
      where t.kind = 'jobEnded' and t.enabled and t.deleted_at is null and not exists (
        select from trigger_deliveries d
        where d.tenant_id = t.tenant_id and d.trigger_id = t.id and d.message_id = j.message_id)
      order by j.finished_at limit ${batch}::int`,
  );
  const held = new Set<string>();
  for (const row of rows) {
    // In order: one that has to wait holds those behind it.
    if (held.has(row.trigger_id)) continue;
    try {
      await goOn(context, row);
    } catch (error) {
      if (!(error instanceof AppError) || error.status < 400) throw error;
      held.add(row.trigger_id);
    }
  }
  if (rows.length === 0) await moveOn(context);
  return rows.length;
}

async function goOn(
  context: Context,
  { tenant_id: tenantId, trigger_id, job_id, message_id }: EndedRow,
): Promise<void> {
  const found = await inTenant(context.database.pool, tenantId, async (db) => {
    const [trigger] = await db.query<TriggerRow>(sql`
      select ${triggerColumns} from triggers t where t.id = ${trigger_id}::uuid and t.deleted_at is null`);
    const [job] = await db.query<JobRow & { depth: number }>(sql`
      select ${jobColumns},
        coalesce((select max(d.depth) from trigger_deliveries d where d.tenant_id = j.tenant_id and d.job_id = j.id), 0) as depth
      from jobs j where j.id = ${job_id}::uuid`);
    return trigger && job && { trigger, job };
  });
  if (!found) return;
  const { trigger, job } = found;
  const {
    id,
    state,
    input,
    output,
    error,
    workflowId,
    workflowName,
    workflowVersion,
    reference,
    createdAt,
    finishedAt,
  } = toJob(job);
  await deliver(context, trigger, {
    messageId: message_id,
    depth: job.depth + 1,
    payload: {
      jobId: id,
      state,
      input,
      output,
      error: error && { code: error.code, message: error.message },
      reference,
      workflow: { id: workflowId, name: workflowName, version: workflowVersion },
      createdAt,
      finishedAt,
    },
  });
}

/** What is done with is not looked at again; at most once a minute, and only while nothing is left. */
async function moveOn({ database }: Context): Promise<void> {
  await oneAcrossTenants(
    database.system,
    sql`
      update triggers set since = clock_timestamp() - make_interval(secs => ${overlapSeconds})
      where kind = 'jobEnded' and enabled and deleted_at is null
        and since < clock_timestamp() - make_interval(secs => ${overlapSeconds + 60})`,
  );
}
