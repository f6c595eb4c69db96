import type { AuditEntry, auditListQuerySchema } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneInTenant } from '../db/transaction.ts';
import { cursorOf, pageOfRows } from '../db/page.ts';
import type { Caller } from '../keys/verify.ts';

interface AuditRow {
  id: string;
  at: Date;
  actor: string;
  action: string;
  subject_id: string | null;
  details: AuditEntry['details'];
  request_id: string | null;
  address: string | null;
  seq: number | null;
}

/** What was done in the workspace, newest first. */
export async function listAudit(context: Context, caller: Caller, query: z.output<typeof auditListQuerySchema>) {
  const cursor = cursorOf(query.cursor);
  const search = query.search?.trim() || null;
  const { action = null, subjectId = null, from = null, to = null, limit } = query;
  const rows = await oneInTenant<AuditRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select id, at, actor, action, subject_id, details, request_id, address, seq from audit_log
      where workspace_id = ${caller.workspaceId}::uuid and (${cursor}::uuid is null or id < ${cursor}::uuid)
        and (${action}::text is null or starts_with(action, ${action}::text))
        and (${subjectId}::uuid is null or subject_id = ${subjectId}::uuid)
        and (${from}::timestamptz is null or at >= ${from}::timestamptz)
        and (${to}::timestamptz is null or at <= ${to}::timestamptz)
        and (${search}::text is null or strpos(lower(concat_ws(' ', actor, action, address, request_id, details)),
          lower(${search}::text)) > 0)
      order by id desc limit ${limit + 1}::int`,
  );
  return pageOfRows(rows, limit, toEntry);
}

function toEntry(row: AuditRow): AuditEntry {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: row.actor,
    action: row.action,
    subjectId: row.subject_id,
    details: row.details,
    requestId: row.request_id,
    address: row.address,
    seq: row.seq,
  };
}
