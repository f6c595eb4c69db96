import { AppError, type Trigger, type TriggerKind, type WireError } from '@casare/shared';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import { pathOf } from './addresses.ts';

export interface TriggerRow {
  tenant_id: string;
  id: string;
  workspace_id: string;
  kind: TriggerKind;
  name: string;
  enabled: boolean;
  workflow_id: string;
  workflow_name: string;
  workflow_version: number | null;
  input: Trigger['input'];
  filter: string | null;
  priority: number;
  robot_id: string | null;
  required_capabilities: string[];
  required_tags: string[];
  reference: string | null;
  max_retries: number;
  max_per_minute: number | null;
  max_open_jobs: number | null;
  settings: Record<string, unknown>;
  secret_names: string[];
  revision: number;
  address: string | null;
  state: Record<string, unknown>;
  since: Date;
  next_look_at: Date | null;
  failures: number;
  last_error: WireError | null;
  disabled_reason: string | null;
  last_delivery_at: Date | null;
  watch_robot_id: string | null;
  watch_robot_name: string | null;
  created_by: string;
  created_at: Date;
  updated_at: Date;
}

/** Columns of a TriggerRow; the statement calls the triggers `t`. What is sealed is read only where it is needed. */
export const triggerColumns = sql`
  t.tenant_id, t.id, t.workspace_id, t.kind, t.name, t.enabled, t.workflow_id,
  (select w.name from workflows w where w.tenant_id = t.tenant_id and w.id = t.workflow_id) as workflow_name,
  t.workflow_version, t.input, t.filter, t.priority, t.robot_id, t.required_capabilities, t.required_tags, t.reference, t.max_retries,
  t.max_per_minute, t.max_open_jobs, t.settings, t.secret_names, t.revision, t.address, t.state, t.since, t.next_look_at, t.failures,
  t.last_error, t.disabled_reason, t.last_delivery_at,
  case when t.watch_until > clock_timestamp() then t.watch_robot_id end as watch_robot_id,
  (select r.name from robots r where r.tenant_id = t.tenant_id and r.id = t.watch_robot_id) as watch_robot_name,
  t.created_by, t.created_at, t.updated_at`;

export function toTrigger(row: TriggerRow): Trigger {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    enabled: row.enabled,
    workflowId: row.workflow_id,
    workflowName: row.workflow_name,
    workflowVersion: row.workflow_version,
    input: row.input,
    filter: row.filter,
    priority: row.priority,
    robotId: row.robot_id,
    requiredCapabilities: row.required_capabilities,
    requiredTags: row.required_tags,
    reference: row.reference,
    maxRetries: row.max_retries,
    maxPerMinute: row.max_per_minute,
    maxOpenJobs: row.max_open_jobs,
    settings: row.settings as Trigger['settings'],
    path: pathOf(row),
    unsigned: row.kind === 'webhook' && row.settings['scheme'] === 'none',
    secretNames: row.secret_names,
    disabledReason: row.disabled_reason,
    lastError: row.last_error as Trigger['lastError'],
    failures: row.failures,
    lastDeliveryAt: row.last_delivery_at?.toISOString() ?? null,
    nextLookAt: row.next_look_at?.toISOString() ?? null,
    watchedBy:
      row.watch_robot_id === null ? null : { robotId: row.watch_robot_id, robotName: row.watch_robot_name ?? '' },
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

export async function findTrigger(
  db: Db,
  { workspaceId }: { readonly workspaceId: string },
  triggerId: string,
): Promise<TriggerRow> {
  const [row] = await db.query<TriggerRow>(sql`
    select ${triggerColumns} from triggers t
    where t.id = ${triggerId}::uuid and t.workspace_id = ${workspaceId}::uuid and t.deleted_at is null`);
  if (!row) throw noSuchTrigger();
  return row;
}

function noSuchTrigger(): AppError {
  return new AppError('NOT_FOUND', 'There is no trigger with this id.');
}
