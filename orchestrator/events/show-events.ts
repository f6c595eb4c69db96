import type { EventType, FleetEvent } from '@casare/shared';
import { assetColumns, type AssetRow, toAsset } from '../assets/asset-row.ts';
import { credentialColumns, type CredentialRow, currentVersion, toCredential } from '../credentials/credential-row.ts';
import type { Pool } from '../db/pool.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';
import { jobColumns, type JobRow, toJob } from '../jobs/job-row.ts';
import { keyColumns, type KeyRow, toKey } from '../keys/keys.ts';
import { itemColumns, type ItemRow, toSummary } from '../queues/item-row.ts';
import { queueColumns, type QueueRow, toQueue } from '../queues/queue-row.ts';
import { calendarColumns, type CalendarRow, toCalendar } from '../schedules/calendars.ts';
import { lastFiring, scheduleColumns, type ShownRow, toSchedule } from '../schedules/schedule-row.ts';
import { robotColumns, type RobotRow, toRobot } from '../robots/robot-row.ts';
import { taskColumns, type TaskRow, toTask } from '../tasks/task-row.ts';
import { toTrigger, triggerColumns, type TriggerRow } from '../triggers/trigger-row.ts';
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
  async trigger(system, ids) {
    const rows = await oneAcrossTenants<TriggerRow>(
      system,
      sql`select ${triggerColumns} from triggers t where t.id = any(${ids}::uuid[]) and t.deleted_at is null`,
    );
    return rows.map(toTrigger);
  },
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
  async schedule(system, ids) {
    const rows = await oneAcrossTenants<ShownRow>(
      system,
      sql`
        select ${scheduleColumns}, ${lastFiring} from schedules s
        where s.id = any(${ids}::uuid[]) and s.deleted_at is null`,
    );
    return rows.map((row) => toSchedule(row));
  },
  async calendar(system, ids) {
    const rows = await oneAcrossTenants<CalendarRow>(
      system,
      sql`select ${calendarColumns} from calendars c where c.id = any(${ids}::uuid[])`,
    );
    return rows.map(toCalendar);
  },
  async credential(system, ids) {
    const rows = await oneAcrossTenants<CredentialRow>(
      system,
      sql`select ${credentialColumns} from credentials c ${currentVersion} where c.id = any(${ids}::uuid[])`,
    );
    return rows.map(toCredential);
  },
  async asset(system, ids) {
    const rows = await oneAcrossTenants<AssetRow>(
      system,
      sql`select ${assetColumns} from assets a where a.id = any(${ids}::uuid[])`,
    );
    return rows.map(toAsset);
  },
  async queue(system, ids) {
    const rows = await oneAcrossTenants<QueueRow>(
      system,
      sql`select ${queueColumns} from queues q where q.id = any(${ids}::uuid[]) and q.deleted_at is null`,
    );
    return rows.map(toQueue);
  },
  async queue_item(system, ids) {
    const rows = await oneAcrossTenants<ItemRow>(
      system,
      sql`select ${itemColumns} from queue_items i where i.id = any(${ids}::uuid[])`,
    );
    return rows.map(toSummary);
  },
  async key(system, ids) {
    const rows = await oneAcrossTenants<KeyRow>(
      system,
      sql`select ${keyColumns} from api_keys where id = any(${ids}::uuid[])`,
    );
    return rows.map(toKey);
  },
};
