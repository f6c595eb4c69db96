import { createHmac, randomBytes } from 'node:crypto';

const stepSeconds = 30;
const digits = 6;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4226: the code of a counter. */
export function hotp(secret: Buffer, counter: number, length = digits, algorithm = 'sha1'): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac(algorithm, secret).update(message).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** length).padStart(length, '0');
}

/** RFC 6238: the step of time a moment lies in. */
export function stepOf(ms: number): number {
  return Math.floor(ms / 1000 / stepSeconds);
}

/** The step whose code it is, of the present one and its neighbours, as clocks differ; only one after `last`. */
export function stepOfCode(secret: Buffer, code: string, ms: number, last: number): number | undefined {
  const present = stepOf(ms);
  return [present, present - 1, present + 1].find((step) => step > last && hotp(secret, step) === code);
}

export function makeTotpSecret(): Buffer {
  return randomBytes(20);
}

/** RFC 4648 base 32 without padding, as apps take it. */
export function toBase32(bytes: Buffer): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => letters[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}

export function totpUrl(secret: Buffer, email: string): string {
  const issuer = 'CasareRPA';
  const label = encodeURIComponent(`${issuer}:${email}`);
  return `otpauth://totp/${label}?secret=${toBase32(secret)}&issuer=${issuer}&algorithm=SHA1&digits=${digits}&period=${stepSeconds}`;
}
