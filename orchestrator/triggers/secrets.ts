import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AppError, type ParsedTrigger, type TriggerKind } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';

/** What a trigger keeps sealed: what messages are signed with, newest first, and what it signs in with elsewhere. */
const secretsSchema = z.object({
  signing: z.array(z.object({ secret: z.string(), until: z.number().nullable() })).default([]),
  values: z.record(z.string(), z.string()).default({}),
});
export type TriggerSecrets = z.output<typeof secretsSchema>;

type Vault = Pick<Context, 'vault'>;

/** Which secrets a kind has a use for; others are refused, so that nobody believes them to be used. */
const namesOf: Record<TriggerKind, readonly string[]> = {
  webhook: ['signing'],
  chat: ['signing'],
  form: [],
  jobEnded: [],
  queue: [],
  httpPoll: ['authorization'],
  file: [],
  mail: ['password', 'accessToken'],
  database: ['password'],
};

/** 32 random bytes in the form of Standard Webhooks. */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** The secrets of a new trigger, and the one to be shown once. */
export function firstSecrets(wanted: ParsedTrigger): { secrets: TriggerSecrets; shown: string | null } {
  const { signing: given, ...values } = checkNames(wanted.kind, wanted.secrets);
  const none = { secrets: { signing: [], values }, shown: null };
  if (wanted.kind === 'form') {
    // Signs the fields that a form brings back; nobody else needs it.
    return { secrets: { signing: [{ secret: newSigningSecret(), until: null }], values }, shown: null };
  }
  if (wanted.kind !== 'webhook' && wanted.kind !== 'chat') return none;
  if (wanted.settings.scheme === 'none') return none;
  if (wanted.settings.scheme === 'slack' && given === undefined)
    throw invalid('secrets.signing', 'the signing secret of the Slack app is needed: copy it from its settings');
  const secret = given ?? newSigningSecret();
  checkSigning(wanted.settings.scheme, secret);
  return { secrets: { signing: [{ secret, until: null }], values }, shown: given === undefined ? secret : null };
}

/** With what a change brings; what it does not name stays. */
export function changedSecrets(wanted: ParsedTrigger, before: TriggerSecrets): TriggerSecrets {
  const { signing: given, ...values } = checkNames(wanted.kind, wanted.secrets);
  const signing = given === undefined ? before.signing : [{ secret: given, until: null }];
  if ((wanted.kind === 'webhook' || wanted.kind === 'chat') && wanted.settings.scheme !== 'none') {
    if (signing.length === 0) signing.push({ secret: newSigningSecret(), until: null });
    checkSigning(wanted.settings.scheme, signing[0]?.secret ?? '');
  }
  return { signing, values: { ...before.values, ...values } };
}

/** A new secret in front; those before it are taken until the overlap is over. */
export function rotated(before: TriggerSecrets, secret: string, overlapMs: number, now: number): TriggerSecrets {
  const until = now + overlapMs;
  const old = before.signing
    .map((one) => ({ ...one, until: Math.min(one.until ?? until, until) }))
    .filter((one) => one.until > now)
    .slice(0, 4);
  return { ...before, signing: [{ secret, until: null }, ...old] };
}

/** The secrets a message may be signed with now. */
export function goodSecrets({ signing }: TriggerSecrets, now: number): string[] {
  return signing.filter(({ until }) => until === null || until > now).map(({ secret }) => secret);
}

export function checkSigning(scheme: string, secret: string): void {
  if (scheme === 'standard' && !/^whsec_[A-Za-z0-9+/]{32,100}={0,2}$/.test(secret))
    throw invalid(
      'secrets.signing',
      'a secret of Standard Webhooks begins with whsec_, followed by 24 to 64 bytes in base64',
    );
  if (secret.length < 16) throw invalid('secrets.signing', 'at least 16 characters');
}

export function sealSecrets(
  { vault }: Vault,
  tenantId: string,
  triggerId: string,
  secrets: TriggerSecrets,
): string | null {
  if (secrets.signing.length === 0 && Object.keys(secrets.values).length === 0) return null;
  return vault.sealText(tenantId, 'trigger', triggerId, JSON.stringify(secrets));
}

export async function readSecrets(
  db: Db,
  { vault }: Vault,
  tenantId: string,
  triggerId: string,
): Promise<TriggerSecrets> {
  const [row] = await db.query<{ sealed: string | null }>(
    sql`select sealed from triggers where id = ${triggerId}::uuid`,
  );
  const sealed = row?.sealed ?? null;
  return secretsSchema.parse(sealed === null ? {} : JSON.parse(vault.openText(tenantId, 'trigger', triggerId, sealed)));
}

export function secretNames({ signing, values }: TriggerSecrets): string[] {
  return [...(signing.length > 0 ? ['signing'] : []), ...Object.keys(values)].toSorted();
}

function checkNames(kind: TriggerKind, given: ParsedTrigger['secrets']): Record<string, string> & { signing?: string } {
  for (const name of Object.keys(given))
    if (!namesOf[kind].includes(name)) throw invalid(`secrets.${name}`, `triggers of this kind have no use for it`);
  return { ...given };
}

export function invalid(path: string, message: string): AppError {
  return new AppError('VALIDATION', `The trigger has a wrong form: ${path}: ${message}.`, {
    details: { issues: [{ path: `body.${path}`, message }] },
  });
}
