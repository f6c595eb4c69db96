import type { EventType, FleetEvent } from '@casare/shared';
import type { Pool } from '../db/pool.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';
import { jobColumns, type JobRow, toJob } from '../jobs/job-row.ts';
import { keyColumns, type KeyRow, toKey } from '../keys/keys.ts';
import { robotColumns, type RobotRow, toRobot } from '../robots/robot-row.ts';
import { taskColumns, type TaskRow, toTask } from '../tasks/task-row.ts';
import { toWorkflow, workflowColumns, type WorkflowRow } from '../workflows/workflow-row.ts';
import type { EventRow } from './event-reader.ts';

type Subject = Pick<EventRow, 'tenant_id' | 'subject_id' | 'type'>;
type Resource = Record<string, unknown>;

/** Events as clients see them: with their subject as it is now, read for all events of a batch at once. */
export async function showEvents(system: Pool, rows: readonly EventRow[]): Promise<FleetEvent[]> {
  const resources = await readSubjects(system, rows);
  return rows.map((row) => ({
    seq: row.seq,
    type: row.type,
    ts: row.ts.toISOString(),
    tenant_id: row.tenant_id,
    workspace_id: row.workspace_id,
    data: resources.get(row.subject_id) ?? { id: row.subject_id },
  }));
}

const kindOf = (type: EventType) => type.slice(0, type.indexOf('.'));

export async function readSubjects(system: Pool, subjects: readonly Subject[]): Promise<Map<string, Resource>> {
  const resources = new Map<string, Resource>();
  for (const [kind, read] of Object.entries(readers)) {
    const ids = [...new Set(subjects.filter(({ type }) => kindOf(type) === kind).map(({ subject_id }) => subject_id))];
    if (ids.length === 0) continue;
    for (const resource of await read(system, ids)) resources.set(resource.id, { ...resource });
  }
  return resources;
}

type Reader = (system: Pool, ids: readonly string[]) => Promise<{ id: string }[]>;

const readers: Record<string, Reader> = {
  async job(system, ids) {
    const rows = await oneAcrossTenants<JobRow>(
      system,
      sql`select ${jobColumns} from jobs j where j.id = any(${ids}::uuid[])`,
    );
    return rows.map(toJob);
  },
  async robot(system, ids) {
    const rows = await oneAcrossTenants<RobotRow>(
      system,
      sql`select ${robotColumns} from robots r where r.id = any(${ids}::uuid[]) and r.removed_at is null`,
    );
    return rows.map(toRobot);
  },
  async workflow(system, ids) {
    const rows = await oneAcrossTenants<WorkflowRow>(
      system,
      sql`select ${workflowColumns} from workflows w where w.id = any(${ids}::uuid[])`,
    );
    return rows.map(toWorkflow);
  },
  async task(system, ids) {
    const rows = await oneAcrossTenants<TaskRow>(
      system,
      sql`select ${taskColumns} from human_tasks t where t.id = any(${ids}::uuid[])`,
    );
    return rows.map(toTask);
  },
  async key(system, ids) {
    const rows = await oneAcrossTenants<KeyRow>(
      system,
      sql`select ${keyColumns} from api_keys where id = any(${ids}::uuid[])`,
    );
    return rows.map(toKey);
  },
};
