import { randomBytes } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@casare/shared';
import type { Database } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';

/** The keys that data keys are wrapped under. New ones use the current key, the others only open what they wrapped. */
export interface KeyRing {
  readonly current: string;
  readonly keys: ReadonlyMap<string, Buffer>;
}

export interface KeyRingOptions {
  /** `VAULT_KEYS`: `id:base64` separated by commas or lines, the current one first. */
  readonly keys?: string | undefined;
  /** `VAULT_KEYS_FILE`: a file with the same, for its owner only. */
  readonly file?: string | undefined;
  /** Folder of a database that belongs to this server alone; absent where the database is somebody else's. */
  readonly ownFolder?: string | undefined;
}

const keyBytes = 32;
/** Of the key that a server makes for itself. */
export const OWN_KEY = 'own';

/**
 * The keys of the settings, then the key that the server made for itself where there is one: whoever sets keys later loses nothing.
 */
export async function openKeyRing({ system }: Database, options: KeyRingOptions): Promise<KeyRing> {
  const given = options.file === undefined ? options.keys : await readKeysFile(options.file);
  const keys = given === undefined ? new Map<string, Buffer>() : parseKeys(given);
  const isGiven = keys.size > 0;
  const own =
    options.ownFolder === undefined
      ? await keyInDatabase(system, !isGiven)
      : await keyInFile(join(options.ownFolder, 'vault.key'), !isGiven);
  if (own && !keys.has(OWN_KEY)) keys.set(OWN_KEY, own);
  const [current] = keys.keys();
  if (current === undefined) throw new TypeError('a server without keys makes one');
  return { current, keys };
}

/** Throws CONFIG_INVALID with every fault. */
export function parseKeys(text: string): Map<string, Buffer> {
  const keys = new Map<string, Buffer>();
  const faults: string[] = [];
  const entries = text
    .split(/[\s,]+/)
    .map((entry) => entry.trim())
    .filter(Boolean);
  entries.forEach((entry, i) => {
    const [id = '', value = '', ...rest] = entry.split(':');
    const key = Buffer.from(value, 'base64');
    // Never the entry itself: it may be a key that was mistyped.
    if (!/^[A-Za-z0-9_-]{1,32}$/.test(id) || rest.length > 0) faults.push(`entry ${i + 1} is not <id>:<base64>`);
    else if (key.length !== keyBytes) faults.push(`the key "${id}" is not 32 bytes in base64`);
    else if (keys.has(id)) faults.push(`the key "${id}" stands there twice`);
    else keys.set(id, key);
  });
  if (entries.length === 0) faults.push('there is no key');
  if (faults.length > 0)
    throw new AppError('CONFIG_INVALID', `VAULT_KEYS is wrong: ${faults.join('; ')}.`, { details: { faults } });
  return keys;
}

async function readKeysFile(path: string): Promise<string> {
  let mode: number;
  let text: string;
  try {
    ({ mode } = await stat(path));
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', `VAULT_KEYS_FILE: ${path} cannot be read.`, { cause });
  }
  // Windows has no such bits.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw new AppError(
      'CONFIG_INVALID',
      `VAULT_KEYS_FILE: others can read ${path}. Make it readable for its owner only (chmod 600).`,
    );
  return text;
}

async function keyInFile(path: string, make: boolean): Promise<Buffer | undefined> {
  const kept = await readKey(path);
  if (kept || !make) return kept;
  await mkdir(join(path, '..'), { recursive: true });
  // Of two that start at once the first one's key counts.
  await writeFile(path, `${randomBytes(keyBytes).toString('base64')}\n`, { mode: 0o600, flag: 'wx' }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  return readKey(path);
}

async function readKey(path: string): Promise<Buffer | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length === keyBytes) return key;
  throw new AppError(
    'CONFIG_INVALID',
    `${path} holds no key. Bring it back from a backup; without it stored secrets cannot be read.`,
  );
}

async function keyInDatabase(system: Database['system'], make: boolean): Promise<Buffer | undefined> {
  if (make)
    await oneAcrossTenants(
      system,
      sql`insert into server_secrets (name, value) values ('vault', ${randomBytes(keyBytes)}::bytea) on conflict do nothing`,
    );
  const [kept] = await oneAcrossTenants<{ value: Buffer }>(
    system,
    sql`select value from server_secrets where name = 'vault'`,
  );
  return kept?.value;
}
