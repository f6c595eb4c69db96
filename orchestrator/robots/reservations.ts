import {
  AppError,
  type createReservationSchema,
  type Reservation,
  type reservationListQuerySchema,
} from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant, oneInTenant } from '../db/transaction.ts';
import { cursorOf, pageOfRows } from '../db/page.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { findWorkflow } from '../workflows/workflow-row.ts';
import { findRobot } from './fleet.ts';
import { findGroups, tell } from './groups.ts';

interface ReservationRow {
  id: string;
  robot_id: string;
  robot_name: string;
  workflow_id: string | null;
  group_id: string | null;
  reference: string | null;
  starts_at: Date;
  ends_at: Date;
  note: string;
  created_by: string;
}

const reservationColumns = sql`
  s.id, s.robot_id, (select name from robots r where r.id = s.robot_id) as robot_name, s.workflow_id, s.group_id, s.reference,
  s.starts_at, s.ends_at, s.note, s.created_by`;

function toReservation(row: ReservationRow): Reservation {
  return {
    id: row.id,
    robotId: row.robot_id,
    robotName: row.robot_name,
    workflowId: row.workflow_id,
    groupId: row.group_id,
    reference: row.reference,
    from: row.starts_at.toISOString(),
    until: row.ends_at.toISOString(),
    note: row.note,
    createdBy: row.created_by,
  };
}

export async function listReservations(
  context: Context,
  caller: Caller,
  query: z.output<typeof reservationListQuerySchema>,
) {
  const rows = await oneInTenant<ReservationRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select ${reservationColumns} from robot_reservations s
      where s.workspace_id = ${caller.workspaceId}::uuid and s.ends_at > clock_timestamp()
        and (${query.robotId ?? null}::uuid is null or s.robot_id = ${query.robotId ?? null}::uuid)
        and (${cursorOf(query.cursor)}::uuid is null or s.id < ${cursorOf(query.cursor)}::uuid)
      order by s.id desc limit ${query.limit + 1}::int`,
  );
  return pageOfRows(rows, query.limit, toReservation);
}

export async function createReservation(
  db: Db,
  caller: Caller,
  wanted: z.output<typeof createReservationSchema>,
  requestId: string,
): Promise<Reservation> {
  await findRobot(db, caller, wanted.robotId);
  if (wanted.workflowId !== undefined) await findWorkflow(db, caller, wanted.workflowId);
  if (wanted.groupId !== undefined) await findGroups(db, caller, [wanted.groupId]);
  const [row] = await db.query<ReservationRow>(sql`
    with s as (
      insert into robot_reservations (workspace_id, robot_id, workflow_id, group_id, reference, starts_at, ends_at, note, created_by)
      select ${caller.workspaceId}::uuid, ${wanted.robotId}::uuid, ${wanted.workflowId ?? null}::uuid,
        ${wanted.groupId ?? null}::uuid, ${wanted.reference ?? null}::text, t.starts_at, ${wanted.until}::timestamptz,
        ${wanted.note}::text, ${caller.keyName}::text
      from (select coalesce(${wanted.from ?? null}::timestamptz, clock_timestamp()) as starts_at) t
      where ${wanted.until}::timestamptz > greatest(t.starts_at, clock_timestamp())
      returning *
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'reservation.created', id from s
    )
    select ${reservationColumns} from s`);
  await noteEnd(db, wanted.robotId);
  if (!row)
    throw new AppError('VALIDATION', 'A reservation ends in the future and after it begins.', {
      details: { issues: [{ path: 'body.until', message: 'not after the begin' }] },
    });
  await writeAudit(db, caller, {
    action: 'reservation.create',
    subjectId: row.id,
    requestId,
    details: { ...wanted },
  });
  return toReservation(row);
}

async function noteEnd(db: Db, robotId: string): Promise<void> {
  await db.query(sql`
    update robots r set reserved_until = (select max(s.ends_at) from robot_reservations s where s.robot_id = r.id)
    where id = ${robotId}::uuid`);
}

export async function deleteReservation(
  context: Context,
  caller: Caller,
  reservationId: string,
  requestId: string,
): Promise<void> {
  await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const [row] = await db.query<{ robot_id: string }>(sql`
      with s as (
        delete from robot_reservations where id = ${reservationId}::uuid and workspace_id = ${caller.workspaceId}::uuid
        returning *
      ), noted as (
        insert into events (workspace_id, type, subject_id) select workspace_id, 'reservation.deleted', id from s
      )
      select robot_id from s`);
    if (!row) throw new AppError('NOT_FOUND', 'There is no reservation with this id.');
    await noteEnd(db, row.robot_id);
    await writeAudit(db, caller, {
      action: 'reservation.delete',
      subjectId: reservationId,
      requestId,
      details: { robotId: row.robot_id },
    });
  });
  tell(context, caller);
}
