import { AppError } from '@casare/shared';
import { createHash } from 'node:crypto';

/** As ssh-keygen and OpenSSH show it. */
function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** Whether `known` (fingerprints, or lines of a public key or known_hosts file, one per line) names this key. */
export function isKnownKey(key: Buffer, known: string): boolean {
  const fingerprint = fingerprintOf(key);
  const encoded = key.toString('base64');
  return known
    .split(/\r?\n|,/)
    .map((line) => line.trim())
    .some((line) => line.replace(/=+$/, '') === fingerprint || line.split(/\s+/).some((part) => part === encoded));
}

export function refusedKey(host: string, key: Buffer, known: string): AppError {
  const fingerprint = fingerprintOf(key);
  const message =
    known.trim() === ''
      ? `The key of "${host}" is not known yet. If its owner confirms the fingerprint ${fingerprint}, paste it into "Fingerprint of the server".`
      : `"${host}" shows another key than the one that is known (${fingerprint}). Somebody may stand between; ask its owner before you paste the new fingerprint.`;
  return new AppError('CONNECTION_FAILED', message, { details: { host, fingerprint } });
}
