import { AppError, type Person } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { acrossTenants, inTenant } from '../db/transaction.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/caller.ts';
import { getPerson, noteChange } from './members.ts';

const superLock = 7_268_006;

/** Makes a member of the workspace a super admin, or takes that away; the last one stays. */
export async function setSuper(
  context: Context,
  caller: Caller,
  personId: string,
  isSuper: boolean,
  requestId: string,
): Promise<Person> {
  const { pool, system } = context.database;
  return acrossTenants(system, async (all) => {
    // Two who take it from each other do so one after the other.
    await all.query(sql`select pg_advisory_xact_lock(${superLock}::bigint)`);
    const others = await all.query(sql`
      select p.id from people p join tenants t on t.id = p.tenant_id
      where p.super and p.id <> ${personId}::uuid and p.disabled_at is null and t.disabled_at is null limit 1`);
    return inTenant(pool, caller.tenantId, async (db) => {
      await getPerson(db, caller, personId);
      if (!isSuper && others.length === 0)
        throw new AppError('CONFLICT', 'This is the last super admin. Make somebody else one first.');
      await db.query(sql`update people set super = ${isSuper}::boolean where id = ${personId}::uuid`);
      await noteChange(db, caller, 'person.changed', personId);
      await writeAudit(db, caller, { action: 'person.super', subjectId: personId, requestId, details: { isSuper } });
      return getPerson(db, caller, personId);
    });
  });
}
