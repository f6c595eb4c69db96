import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '@casare/shared';

/** How far the clock of a sender may be off, and how old a message may be. */
const toleranceMs = 5 * 60_000;
/** A sender that changes its secret signs with the old and the new one; more than a few are an attempt to make us work. */
const maxSignatures = 10;

export interface SignedMessage {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  readonly body: Buffer;
}

/**
 * Checks a message by Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, the body as it came. Each part has exactly one way to be written:
 * what is not written in it is refused before anything is compared. Returns the id.
 */
export function checkStandard(message: SignedMessage, secrets: readonly string[], now: number): string {
  const { id, timestamp, signature, body } = message;
  if (id === undefined || timestamp === undefined || signature === undefined)
    throw refused('the headers webhook-id, webhook-timestamp and webhook-signature are needed');
  // Without a full stop: otherwise the border between id and time could be moved without changing what is signed.
  if (!/^[\x21-\x2d\x2f-\x7e]{1,256}$/.test(id)) throw refused('webhook-id has a wrong form');
  if (!/^[1-9]\d{9,11}$/.test(timestamp)) throw refused('webhook-timestamp is not a time in seconds');
  if (Math.abs(now - Number(timestamp) * 1000) > toleranceMs)
    throw refused('webhook-timestamp is more than five minutes away from the time here');
  const given = readSignatures(signature);
  if (given.length === 0) throw refused('webhook-signature has a wrong form');
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  const expected = secrets.map((secret) => createHmac('sha256', keyOf(secret)).update(content).digest());
  if (!anyEqual(given, expected)) throw refused('webhook-signature fits none of the secrets');
  return id;
}

/** `sha256=<hex>` over the body, as GitHub and many others send it. */
export function checkGithub(signature: string | undefined, body: Buffer, secrets: readonly string[]): void {
  const hex = /^sha256=([0-9a-f]{64})$/.exec(signature ?? '')?.[1];
  if (hex === undefined) throw refused('the header X-Hub-Signature-256 is missing or has a wrong form');
  const expected = secrets.map((secret) => createHmac('sha256', secret).update(body).digest());
  if (!anyEqual([Buffer.from(hex, 'hex')], expected)) throw refused('X-Hub-Signature-256 fits none of the secrets');
}

/** `v0=<hex>` over `v0:timestamp:body`, as Slack sends it. */
export function checkSlack(
  { timestamp, signature, body }: Omit<SignedMessage, 'id'>,
  secrets: readonly string[],
  now: number,
): void {
  const hex = /^v0=([0-9a-f]{64})$/.exec(signature ?? '')?.[1];
  if (hex === undefined || timestamp === undefined)
    throw refused('the headers of Slack are missing or have a wrong form');
  if (!/^[1-9]\d{9,11}$/.test(timestamp)) throw refused('X-Slack-Request-Timestamp is not a time in seconds');
  if (Math.abs(now - Number(timestamp) * 1000) > toleranceMs)
    throw refused('X-Slack-Request-Timestamp is more than five minutes away from the time here');
  const content = Buffer.concat([Buffer.from(`v0:${timestamp}:`), body]);
  const expected = secrets.map((secret) => createHmac('sha256', secret).update(content).digest());
  if (!anyEqual([Buffer.from(hex, 'hex')], expected)) throw refused('X-Slack-Signature fits none of the secrets');
}

/** A key in a header, compared by its hash, so that its length shows nowhere either. */
export function checkKey(given: string | undefined, secrets: readonly string[], header: string): void {
  const hash = (text: string) => createHmac('sha256', 'casare webhook key').update(text).digest();
  if (given === undefined || !anyEqual([hash(given)], secrets.map(hash)))
    throw refused(`the header ${header} is missing or holds another key`);
}

/** For receivers of our own messages, and for whoever writes a test. */
export function signStandard(secret: string, id: string, timestamp: number, body: Buffer | string): string {
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), Buffer.from(body)]);
  return `v1,${createHmac('sha256', keyOf(secret)).update(content).digest('base64')}`;
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
}

/** `v1,<base64> v1,<base64>`; signatures of other versions are for others. One odd part makes the whole header wrong. */
function readSignatures(header: string): Buffer[] {
  const parts = header.split(' ');
  if (parts.length > maxSignatures) return [];
  const signatures: Buffer[] = [];
  for (const part of parts) {
    const [version, text, ...rest] = part.split(',');
    if (version === undefined || text === undefined || rest.length > 0 || !/^v\d[a-z]?$/.test(version)) return [];
    if (version !== 'v1') continue;
    const bytes = Buffer.from(text, 'base64');
    // 32 bytes can be written in base64 in one way only.
    if (bytes.length !== 32 || bytes.toString('base64') !== text) return [];
    signatures.push(bytes);
  }
  return signatures;
}

/** Every pair is compared, whatever the first ones gave. */
function anyEqual(given: readonly Buffer[], expected: readonly Buffer[]): boolean {
  let found = false;
  for (const one of given) for (const other of expected) found = timingSafeEqual(one, other) || found;
  return found;
}

function refused(why: string): AppError {
  return new AppError('SIGNATURE_INVALID', `The message does not prove who sent it: ${why}.`);
}
