import {
  AppError,
  type Delivery,
  type DeliveryDetail,
  type DeliveryState,
  type JobState,
  type WireError,
} from '@casare/shared';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import type { Payload } from './map-payload.ts';

export interface DeliveryRow {
  id: string;
  trigger_id: string;
  message_id: string;
  received_at: Date;
  state: DeliveryState;
  reason: WireError | null;
  job_id: string | null;
  job_state: JobState | null;
  answer_key: string | null;
  payload_hash: Buffer | null;
  depth: number;
  replay_of: string | null;
}

/** Columns of a DeliveryRow; the statement calls the deliveries `d`. */
export const deliveryColumns = sql`
  d.id, d.trigger_id, d.message_id, d.received_at, d.state, d.reason, d.job_id,
  (select j.state from jobs j where j.tenant_id = d.tenant_id and j.id = d.job_id) as job_state, d.answer_key, d.payload_hash,
  d.depth, d.replay_of`;

export function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    triggerId: row.trigger_id,
    messageId: row.message_id,
    receivedAt: row.received_at.toISOString(),
    state: row.state,
    reason: row.reason as Delivery['reason'],
    jobId: row.job_id,
    jobState: row.job_state,
    replayOf: row.replay_of,
  };
}

export type DetailRow = DeliveryRow & { payload: Payload };

export function toDeliveryDetail(row: DetailRow): DeliveryDetail {
  return { ...toDelivery(row), payload: row.payload as DeliveryDetail['payload'] };
}

export async function findDelivery(
  db: Db,
  { workspaceId }: { readonly workspaceId: string },
  deliveryId: string,
): Promise<DetailRow> {
  const [row] = await db.query<DetailRow>(sql`
    select ${deliveryColumns}, d.payload from trigger_deliveries d
    where d.id = ${deliveryId}::uuid and d.workspace_id = ${workspaceId}::uuid`);
  if (!row) throw new AppError('NOT_FOUND', 'There is no delivery with this id.');
  return row;
}
