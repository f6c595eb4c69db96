import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '@casare/shared';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import { makeTotpSecret, stepOfCode, toBase32, totpUrl } from './totp.ts';

interface FactorRow {
  totp_secret: Buffer | null;
  totp_since: Date | null;
  totp_step: string;
  recovery_hashes: Buffer[];
}

const recoveryCodes = 10;

async function factorOf(db: Db, personId: string): Promise<FactorRow> {
  // Held until the end: a code that comes twice at the same moment is used once.
  const [row] = await db.query<FactorRow>(sql`
    select totp_secret, totp_since, totp_step, recovery_hashes from people where id = ${personId}::uuid for update`);
  if (!row) throw new AppError('NOT_FOUND', 'There is no such person.');
  return row;
}

/** Whether the person needs no code, or this is one: of the app, once each, or one of the recovery codes, which is then gone. */
export async function passSecondFactor(
  db: Db,
  personId: string,
  code: string | undefined,
): Promise<'passed' | 'missing' | 'wrong'> {
  const factor = await factorOf(db, personId);
  if (!factor.totp_since || !factor.totp_secret) return 'passed';
  if (code === undefined) return 'missing';
  const step = stepOfCode(factor.totp_secret, code.replaceAll(' ', ''), Date.now(), Number(factor.totp_step));
  if (step !== undefined) {
    await db.query(sql`update people set totp_step = ${step}::bigint where id = ${personId}::uuid`);
    return 'passed';
  }
  const hash = hashCode(code);
  if (!factor.recovery_hashes.some((known) => known.equals(hash))) return 'wrong';
  await db.query(sql`
    update people set recovery_hashes = array_remove(recovery_hashes, ${hash}::bytea) where id = ${personId}::uuid`);
  return 'passed';
}

/** A secret for an app; it counts once a code of it was shown. */
export async function startTotp(db: Db, personId: string, email: string): Promise<{ secret: string; url: string }> {
  const factor = await factorOf(db, personId);
  if (factor.totp_since)
    throw new AppError('CONFLICT', 'A second factor is set already. Take it away first, with a code of it.');
  const secret = makeTotpSecret();
  await db.query(sql`update people set totp_secret = ${secret}::bytea where id = ${personId}::uuid`);
  return { secret: toBase32(secret), url: totpUrl(secret, email) };
}

/** The app shows the right codes: from now on they are asked for. */
export async function confirmTotp(db: Db, personId: string, code: string): Promise<string[]> {
  const factor = await factorOf(db, personId);
  if (factor.totp_since || !factor.totp_secret)
    throw new AppError('CONFLICT', 'There is no second factor to confirm. Start with a new secret.');
  const step = stepOfCode(factor.totp_secret, code.replaceAll(' ', ''), Date.now(), 0);
  if (step === undefined)
    throw new AppError('FORBIDDEN', 'This is not the code the app shows now. Check the clock of the device.');
  const codes = Array.from({ length: recoveryCodes }, makeRecoveryCode);
  await db.query(sql`
    update people set totp_since = clock_timestamp(), totp_step = ${step}::bigint,
      recovery_hashes = ${codes.map(hashCode)}::bytea[]
    where id = ${personId}::uuid`);
  return codes;
}

export async function endTotp(db: Db, personId: string): Promise<void> {
  await db.query(sql`
    update people set totp_secret = null, totp_since = null, recovery_hashes = '{}' where id = ${personId}::uuid`);
}

/** 80 random bits, in letters and digits nobody mixes up. */
function makeRecoveryCode(): string {
  const text = toBase32(randomBytes(10)).toLowerCase();
  return text.match(/.{4}/g)?.join('-') ?? text;
}

function hashCode(code: string): Buffer {
  const plain = code.toLowerCase().replaceAll(/[^a-z2-7]/g, '');
  return createHash('sha256').update(plain).digest();
}
