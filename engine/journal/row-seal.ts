import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { StepRow } from '@casare/shared';

/** What protects the journal of one run: both need its key. */
export interface RowSeal {
  /** The parts of a row that hold secrets, for the row as it may be seen. */
  seal(row: StepRow, parts: SecretParts): string;
  /** Throws when the key is another one, or anything of the row was changed. */
  open(row: StepRow): SecretParts;
  /** Each row's hash covers the row before it, so a lost, changed, swapped or forged row anywhere is found. */
  chain(previous: string, seq: number, kind: string, payload: string): string;
}

export type SecretParts = Pick<StepRow, 'output' | 'vars' | 'error' | 'data'>;

const nonceBytes = 12;
const tagBytes = 16;

/** `runId` is bound to what is sealed: a row cannot be moved to another run, nor to another place in this one. */
export function createRowSeal(key: Uint8Array, runId: string): RowSeal {
  const sealKey = derive(key, 'casare journal seal 1');
  const chainKey = derive(key, 'casare journal chain 1');
  const place = ({ seq, kind, path }: StepRow) => Buffer.from(`${runId}\n${seq}\n${kind}\n${path}`);
  return {
    seal(row, parts) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce, { authTagLength: tagBytes }).setAAD(place(row));
      const body = [cipher.update(deflateRawSync(JSON.stringify(parts))), cipher.final()];
      return Buffer.concat([nonce, cipher.getAuthTag(), ...body]).toString('base64');
    },
    open(row) {
      const bytes = Buffer.from(row.sealed ?? '', 'base64');
      const nonce = bytes.subarray(0, nonceBytes);
      const decipher = createDecipheriv('aes-256-gcm', sealKey, nonce, { authTagLength: tagBytes }).setAAD(place(row));
      decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      const body = Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
      return JSON.parse(inflateRawSync(body).toString()) as SecretParts;
    },
    chain: (previous, seq, kind, payload) =>
      createHmac('sha256', chainKey).update(`${previous}\n${seq}\n${kind}\n${payload}`).digest('hex'),
  };
}

/** A key object: making one of bytes for every row would cost six times the row's hash. */
function derive(key: Uint8Array, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', key, '', purpose, 32)));
}
