import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { Database } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { acrossTenants, oneAcrossTenants } from '../db/transaction.ts';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export interface SigningKeys {
  /** What new tokens are signed with; a newer one is made when there is none, or the newest is old. */
  current(): Promise<SigningKey>;
  /** One of our own, by its name; nothing else is ever trusted. */
  find(kid: string): Promise<SigningKey | undefined>;
}

interface KeyRow {
  kid: string;
  private_key: Buffer;
  public_key: Buffer;
  age: number;
}

const daySeconds = 24 * 3600;
const rotateAfterSeconds = 30 * daySeconds;
// Tokens live for minutes; a day more than that is room enough for clocks and instances that were away.
const forgetAfterSeconds = rotateAfterSeconds + daySeconds;
const signingLock = 7_268_004;
const rereadMs = 60_000;
const ripeSeconds = (2 * rereadMs) / 1000;
/** Tokens that name unknown keys cost the database a look this often. */
const unknownMs = 1000;

/** The keys of the installation for access tokens: Ed25519, changed every 30 days by whichever instance notices. */
export function createSigningKeys(database: Database, now: () => number = () => performance.now()): SigningKeys {
  let known: { readonly keys: readonly (SigningKey & { age: number })[]; readonly at: number } | undefined;
  let reading: Promise<void> | undefined;

  function read(): Promise<void> {
    return (reading ??= (async () => {
      const rows = await oneAcrossTenants<KeyRow>(
        database.system,
        sql`
          select kid, private_key, public_key, extract(epoch from clock_timestamp() - created_at)::float8 as age
          from signing_keys order by created_at desc limit 10`,
      );
      known = { keys: rows.map(toKey), at: now() };
    })().finally(() => (reading = undefined)));
  }

  async function fresh(maxAgeMs: number) {
    if (!known || known.at + maxAgeMs <= now()) await read();
    return known?.keys ?? [];
  }

  return {
    async current() {
      const keys = await fresh(rereadMs);
      if (!keys[0] || keys[0].age >= rotateAfterSeconds) {
        await makeKey(database);
        await read();
      }
      // Not before every instance has read it; the very first is used as it is.
      const key = known?.keys.find(({ age }) => age >= ripeSeconds) ?? known?.keys.at(-1);
      if (!key) throw new TypeError('a signing key was made above');
      return key;
    },
    async find(kid) {
      const has = (keys: readonly SigningKey[]) => keys.find((key) => key.kid === kid);
      return has(await fresh(rereadMs)) ?? has(await fresh(unknownMs));
    },
  };
}

function toKey(row: KeyRow): SigningKey & { age: number } {
  return {
    kid: row.kid,
    age: row.age,
    privateKey: createPrivateKey({ key: row.private_key, format: 'der', type: 'pkcs8' }),
    publicKey: createPublicKey({ key: row.public_key, format: 'der', type: 'spki' }),
  };
}

/** A newer key, unless another instance was faster. */
async function makeKey(database: Database): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  });
  await acrossTenants(database.system, async (db) => {
    await db.query(sql`select pg_advisory_xact_lock(${signingLock}::bigint)`);
    await db.query(sql`
      insert into signing_keys (kid, private_key, public_key)
      select ${randomBytes(12).toString('base64url')}, ${privateKey}::bytea, ${publicKey}::bytea
      where not exists (
        select from signing_keys where created_at > clock_timestamp() - make_interval(secs => ${rotateAfterSeconds}::int))`);
    await db.query(sql`
      delete from signing_keys where created_at < clock_timestamp() - make_interval(secs => ${forgetAfterSeconds}::int)
        and created_at < (select max(created_at) from signing_keys)`);
  });
}
