import { hkdfSync, randomBytes } from 'node:crypto';
import type { Database } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';

/** The key that seals the secrets in a job's journal: the same for each robot that gets the job, so another one can go on from it. */
export interface JobKeys {
  of(tenantId: string, jobId: string): string;
  /** What seals the contents of artifacts. */
  ofBlobs(tenantId: string): Buffer;
  /** What seals the entries of the audit log. */
  readonly audit: Buffer;
  /** What signs the cursors of lists. */
  readonly cursors: Buffer;
}

/** From the secret in the settings; without one, from a secret that is made once and kept in the database. */
export async function openJobKeys({ system }: Database, given: string | undefined): Promise<JobKeys> {
  const secret = given === undefined ? await keptSecret(system) : Buffer.from(given);
  return {
    of: (tenantId, jobId) =>
      Buffer.from(hkdfSync('sha256', secret, '', `casare job journal 1 ${tenantId} ${jobId}`, 32)).toString('base64'),
    ofBlobs: (tenantId) => Buffer.from(hkdfSync('sha256', secret, '', `casare blobs 1 ${tenantId}`, 32)),
    audit: Buffer.from(hkdfSync('sha256', secret, '', 'casare audit 1', 32)),
    cursors: Buffer.from(hkdfSync('sha256', secret, '', 'casare cursors 1', 32)),
  };
}

async function keptSecret(system: Database['system']): Promise<Buffer> {
  // Two instances that start on an empty database use the same one.
  await oneAcrossTenants(
    system,
    sql`insert into server_secrets (name, value) values ('journal', ${randomBytes(32)}::bytea) on conflict do nothing`,
  );
  const [kept] = await oneAcrossTenants<{ value: Buffer }>(
    system,
    sql`select value from server_secrets where name = 'journal'`,
  );
  if (!kept) throw new TypeError('the secret was inserted above');
  return kept.value;
}
