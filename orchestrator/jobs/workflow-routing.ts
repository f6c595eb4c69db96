import { type WorkflowRouting, workflowRoutingSchema } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { findRobot } from '../robots/fleet.ts';
import { findGroups } from '../robots/groups.ts';
import { findWorkflow } from '../workflows/workflow-row.ts';

interface RoutingRow {
  required_capabilities: string[];
  required_tags: string[];
  preferred_tags: string[];
  environment: string | null;
  target_group_id: string | null;
  default_robot_id: string | null;
  stuck_after_seconds: number | null;
  stuck_policy: WorkflowRouting['stuckPolicy'];
}

export function getWorkflowRouting(context: Context, caller: Caller, workflowId: string): Promise<WorkflowRouting> {
  return inTenant(context.database.pool, caller.tenantId, async (db) => {
    await findWorkflow(db, caller, workflowId);
    return readRouting(db, workflowId);
  });
}

async function readRouting(db: Db, workflowId: string): Promise<WorkflowRouting> {
  const [row] = await db.query<RoutingRow>(sql`
    select required_capabilities, required_tags, preferred_tags, environment, target_group_id, default_robot_id,
      stuck_after_seconds, stuck_policy
    from workflow_routing where workflow_id = ${workflowId}::uuid`);
  if (!row) return workflowRoutingSchema.parse({});
  return {
    requiredCapabilities: row.required_capabilities,
    requiredTags: row.required_tags,
    preferredTags: row.preferred_tags,
    environment: row.environment,
    groupId: row.target_group_id,
    defaultRobotId: row.default_robot_id,
    stuckAfterSeconds: row.stuck_after_seconds,
    stuckPolicy: row.stuck_policy,
  };
}

export async function setWorkflowRouting(
  context: Context,
  caller: Caller,
  workflowId: string,
  wanted: WorkflowRouting,
  requestId: string,
): Promise<WorkflowRouting> {
  const routing = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    await findWorkflow(db, caller, workflowId);
    if (wanted.defaultRobotId !== null) await findRobot(db, caller, wanted.defaultRobotId);
    if (wanted.groupId !== null) await findGroups(db, caller, [wanted.groupId]);
    await db.query(sql`
      insert into workflow_routing (workflow_id, required_capabilities, required_tags, preferred_tags, environment,
        target_group_id, default_robot_id, stuck_after_seconds, stuck_policy)
      values (${workflowId}::uuid, ${wanted.requiredCapabilities}::text[], ${wanted.requiredTags}::text[],
        ${wanted.preferredTags}::text[], ${wanted.environment}, ${wanted.groupId}::uuid, ${wanted.defaultRobotId}::uuid,
        ${wanted.stuckAfterSeconds}, ${wanted.stuckPolicy})
      on conflict (tenant_id, workflow_id) do update set required_capabilities = excluded.required_capabilities,
        required_tags = excluded.required_tags, preferred_tags = excluded.preferred_tags, environment = excluded.environment,
        target_group_id = excluded.target_group_id, default_robot_id = excluded.default_robot_id,
        stuck_after_seconds = excluded.stuck_after_seconds, stuck_policy = excluded.stuck_policy,
        updated_at = clock_timestamp()`);
    await db.query(sql`
      insert into events (workspace_id, type, subject_id)
      values (${caller.workspaceId}::uuid, 'workflow.routing', ${workflowId}::uuid)`);
    await writeAudit(db, caller, {
      action: 'workflow.routing',
      subjectId: workflowId,
      requestId,
      details: { ...wanted },
    });
    return readRouting(db, workflowId);
  });
  context.signals.send({ kind: 'events' });
  return routing;
}
