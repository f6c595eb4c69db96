import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { KeyKind } from '@casare/shared';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const form = /^(orc_[a-z0-9]{1,12}_([ras])_([0-9A-Za-z]{8})_([A-Za-z0-9_-]{43}))_([0-9A-Za-z]{6})$/;

const letters: Record<KeyKind, string> = { robot: 'r', admin: 'a', service: 's' };
const kinds: Record<string, KeyKind | undefined> = { r: 'robot', a: 'admin', s: 'service' };

export interface NewKey {
  /** The whole key; it is shown once and never stored. */
  readonly key: string;
  readonly publicId: string;
  readonly hash: Buffer;
  /** For recognising it in a list. */
  readonly display: string;
}

export interface PresentedKey {
  readonly kind: KeyKind;
  readonly publicId: string;
  readonly hash: Buffer;
}

/** `orc_<env>_<r|a|s>_<8 characters>_<43 characters>_<6 characters>`: recognisable for secret scanners, 256 random bits, a checksum against typing errors. */
export function makeKey(environment: string, kind: KeyKind): NewKey {
  const publicId = Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('');
  const secret = randomBytes(32).toString('base64url');
  const body = `orc_${environment}_${letters[kind]}_${publicId}_${secret}`;
  const key = `${body}_${checksum(body)}`;
  return { key, publicId, hash: hashKey(key), display: `${body.slice(0, -secret.length)}…${key.slice(-4)}` };
}

/** Nothing where the text is no key at all, so that a typing error never reaches the database. */
export function readKey(text: string): PresentedKey | undefined {
  const match = form.exec(text);
  const [, body, letter, publicId, , sum] = match ?? [];
  const kind = kinds[letter ?? ''];
  if (body === undefined || !kind || publicId === undefined || checksum(body) !== sum) return undefined;
  return { kind, publicId, hash: hashKey(text) };
}

/** 256 random bits cannot be guessed, so a fast hash is enough, and a slow one would only help to overload the server. */
function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

export function hashesEqual(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function checksum(text: string): string {
  let rest = crc32(text);
  let sum = '';
  for (let i = 0; i < 6; i++) {
    sum = alphabet[rest % alphabet.length] + sum;
    rest = Math.floor(rest / alphabet.length);
  }
  return sum;
}
