import { type AffinityHolder, type affinityListQuerySchema, AppError } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant, oneInTenant } from '../db/transaction.ts';
import { cursorOf } from '../db/page.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { tell } from './groups.ts';

interface AffinityRow {
  id: string;
  kind: AffinityHolder['kind'];
  key: string;
  robot_id: string;
  robot_name: string;
  since: Date;
  used_at: Date;
  ends_at: Date | null;
}

/** Which robots have the state or the session of which key; sessions that are over are left out. */
export async function listAffinities(
  context: Context,
  caller: Caller,
  query: z.output<typeof affinityListQuerySchema>,
) {
  const rows = await oneInTenant<AffinityRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select h.id, h.kind, h.key, h.robot_id, r.name as robot_name, h.since, h.used_at, nullif(h.ends_at, 'infinity') as ends_at
      from affinities h join robots r on r.id = h.robot_id
      where h.workspace_id = ${caller.workspaceId}::uuid and h.ends_at > clock_timestamp()
        and (${query.kind ?? null}::text is null or h.kind = ${query.kind ?? null}::text)
        and (${query.key ?? null}::text is null or h.key = ${query.key ?? null}::text)
        and (${cursorOf(query.cursor)}::uuid is null or h.id < ${cursorOf(query.cursor)}::uuid)
      order by h.id desc limit ${query.limit + 1}::int`,
  );
  const page = rows.slice(0, query.limit);
  const items = page.map(
    ({ robot_id, robot_name, since, used_at, ends_at, ...row }): AffinityHolder => ({
      ...row,
      robotId: robot_id,
      robotName: robot_name,
      since: since.toISOString(),
      usedAt: used_at.toISOString(),
      endsAt: ends_at?.toISOString() ?? null,
    }),
  );
  return { items, nextCursor: rows.length > page.length ? (page.at(-1)?.id ?? null) : null };
}

/** The next job of the key may run anywhere and takes the place with it. */
export async function releaseAffinity(context: Context, caller: Caller, id: string, requestId: string): Promise<void> {
  await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const [row] = await db.query<{ kind: string; key: string }>(sql`
      with h as (
        delete from affinities where id = ${id}::uuid and workspace_id = ${caller.workspaceId}::uuid returning *
      ), noted as (
        insert into events (workspace_id, type, subject_id) select workspace_id, 'affinity.released', id from h
      )
      select kind, key from h`);
    if (!row) throw new AppError('NOT_FOUND', 'There is no affinity with this id.');
    await writeAudit(db, caller, { action: 'affinity.release', subjectId: id, requestId, details: { ...row } });
  });
  tell(context, caller);
}
