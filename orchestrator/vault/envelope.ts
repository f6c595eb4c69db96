import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError } from '@casare/shared';
import type { KeyRing } from './key-ring.ts';

/** Which secret of which tenant: what is sealed for one place cannot be opened at another. */
export interface SecretPlace {
  readonly tenantId: string;
  /** What kind of thing holds it: `credential`, `job-input`, `trigger` … */
  readonly purpose: string;
  /** The thing, with its version where it has several. */
  readonly id: string;
}

const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
const format = '1';

/**
 * Seals a text under a data key of its own, and that key under the first key of the ring: `1.<key id>.<wrapped data key>.<sealed text>`. The place
 * is authenticated with the text, the tenant and the key id with the data key.
 */
export function sealAt(ring: KeyRing, place: SecretPlace, text: string): string {
  const dataKey = randomBytes(keyBytes);
  const body = encrypt(dataKey, aadOf(place), Buffer.from(text));
  const wrapped = wrap(ring, place.tenantId, dataKey);
  dataKey.fill(0);
  return `${wrapped}.${body.toString('base64url')}`;
}

/** Throws SECRET_UNREADABLE when the text, the place or the keys are not those it was sealed with. */
export function openAt(ring: KeyRing, place: SecretPlace, sealed: string): string {
  const parts = partsOf(sealed);
  const dataKey = unwrap(ring, place.tenantId, parts);
  try {
    return decrypt(dataKey, aadOf(place), Buffer.from(parts.body, 'base64url')).toString();
  } finally {
    dataKey.fill(0);
  }
}

/** The same secret with its data key under the first key of the ring; what is sealed itself stays as it is. */
export function rewrap(ring: KeyRing, tenantId: string, sealed: string): string {
  const parts = partsOf(sealed);
  if (parts.keyId === ring.current) return sealed;
  const dataKey = unwrap(ring, tenantId, parts);
  try {
    return `${wrap(ring, tenantId, dataKey)}.${parts.body}`;
  } finally {
    dataKey.fill(0);
  }
}

/** The key of the ring that opens a sealed text. */
export function keyIdOf(sealed: string): string {
  return partsOf(sealed).keyId;
}

interface Parts {
  readonly keyId: string;
  readonly wrapped: string;
  readonly body: string;
}

function partsOf(sealed: string): Parts {
  const [version, keyId, wrapped, body, ...rest] = sealed.split('.');
  if (version !== format || !keyId || !wrapped || !body || rest.length > 0) throw unreadable('it has another form');
  return { keyId, wrapped, body };
}

function wrap(ring: KeyRing, tenantId: string, dataKey: Buffer): string {
  const wrapped = encrypt(keyOf(ring, ring.current), wrapAad(tenantId, ring.current), dataKey);
  return `${format}.${ring.current}.${wrapped.toString('base64url')}`;
}

function unwrap(ring: KeyRing, tenantId: string, { keyId, wrapped }: Parts): Buffer {
  return decrypt(keyOf(ring, keyId), wrapAad(tenantId, keyId), Buffer.from(wrapped, 'base64url'));
}

function keyOf(ring: KeyRing, keyId: string): Buffer {
  const key = ring.keys.get(keyId);
  if (key) return key;
  throw unreadable(`it needs the key "${keyId}", which is not among the keys of this server (VAULT_KEYS)`);
}

function aadOf({ tenantId, purpose, id }: SecretPlace): Buffer {
  return Buffer.from(['casare secret 1', tenantId, purpose, id].join('\n'));
}

function wrapAad(tenantId: string, keyId: string): Buffer {
  return Buffer.from(['casare data key 1', tenantId, keyId].join('\n'));
}

function encrypt(key: Buffer, aad: Buffer, plain: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(aad);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, aad: Buffer, sealed: Buffer): Buffer {
  if (sealed.length < nonceBytes + tagBytes) throw unreadable('it is too short');
  const end = sealed.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(aad).setAuthTag(sealed.subarray(end));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, end)), decipher.final()]);
  } catch {
    throw unreadable('it was changed, or belongs elsewhere');
  }
}

/** Without the cause: it says nothing more, and nothing near a key goes into a log. */
function unreadable(why: string): AppError {
  return new AppError(
    'SECRET_UNREADABLE',
    `A stored secret cannot be read: ${why}. Bring the key back, or set the secret again.`,
  );
}
