import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { StepRow } from '@casare/shared';

/** Which row of which job's journal: what is sealed can be read there and nowhere else. */
interface Place extends Pick<StepRow, 'seq' | 'kind' | 'path'> {
  readonly jobId: string;
}

const nonceBytes = 12;
const tagBytes = 16;

/** Seals parts of a journal row as the engine does, so that the run that goes on can read them. `key` in base64. */
export function sealParts(key: string, place: Place, parts: Pick<StepRow, 'data'>): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', sealKey(key), nonce, { authTagLength: tagBytes }).setAAD(aad(place));
  const body = [cipher.update(deflateRawSync(JSON.stringify(parts))), cipher.final()];
  return Buffer.concat([nonce, cipher.getAuthTag(), ...body]).toString('base64');
}

/** Throws when the key or the place is another one. */
export function openParts(key: string, place: Place, sealed: string): Pick<StepRow, 'data'> {
  const bytes = Buffer.from(sealed, 'base64');
  const nonce = bytes.subarray(0, nonceBytes);
  const decipher = createDecipheriv('aes-256-gcm', sealKey(key), nonce, { authTagLength: tagBytes }).setAAD(aad(place));
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  const body = Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
  return JSON.parse(inflateRawSync(body).toString()) as Pick<StepRow, 'data'>;
}

function aad({ jobId, seq, kind, path }: Place): Buffer {
  return Buffer.from(`${jobId}\n${seq}\n${kind}\n${path}`);
}

function sealKey(key: string): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(key, 'base64'), '', 'casare journal seal 1', 32));
}
