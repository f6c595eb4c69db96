import { AppError } from '@casare/shared';
import type { Context } from '../../context.ts';
import { inTenant } from '../../db/transaction.ts';
import { sql } from '../../db/sql.ts';
import { noteRefused } from '../deliver.ts';
import { findAddress } from '../addresses.ts';
import { readSecrets, type TriggerSecrets } from '../secrets.ts';
import { triggerColumns, type TriggerRow } from '../trigger-row.ts';

export interface Addressed {
  readonly trigger: TriggerRow;
  readonly secrets: TriggerSecrets;
}

/** The trigger at an address. Throws NOT_FOUND, with the same words for every reason. */
export async function openAddress(
  context: Context,
  address: string,
  kinds: readonly TriggerRow['kind'][],
): Promise<Addressed> {
  const found = await findAddress(context.database.system, address);
  const opened =
    found &&
    (await inTenant(context.database.pool, found.tenantId, async (db) => {
      const [trigger] = await db.query<TriggerRow>(sql`
        select ${triggerColumns} from triggers t where t.id = ${found.id}::uuid and t.deleted_at is null`);
      return trigger && { trigger, secrets: await readSecrets(db, context, found.tenantId, found.id) };
    }));
  if (!opened || !kinds.includes(opened.trigger.kind))
    throw new AppError('NOT_FOUND', 'There is nothing at this address.');
  return opened;
}

const noted = 10;
const minuteMs = 60_000;
const maxTriggers = 1000;

/** Keeps some of the messages that prove nothing, so that people see what is wrong, and nobody can fill the database with them. */
export function createRefusals(context: Context): (trigger: TriggerRow, error: unknown) => Promise<void> {
  const counts = new Map<string, { since: number; n: number }>();
  return async (trigger, error) => {
    if (!(error instanceof AppError) || error.code !== 'SIGNATURE_INVALID') return;
    const now = performance.now();
    const known = counts.get(trigger.id);
    const count = known && known.since + minuteMs > now ? known : { since: now, n: 0 };
    if (counts.size >= maxTriggers) counts.clear();
    counts.set(trigger.id, count);
    if (++count.n <= noted) await noteRefused(context, trigger, error, {});
  };
}
