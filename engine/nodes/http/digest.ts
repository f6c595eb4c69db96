import { createHash, randomBytes } from 'node:crypto';

interface DigestRequest {
  method: string;
  /** Path and query as sent. */
  target: string;
  username: string;
  password: string;
}

const hashes: Record<string, string> = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' };

/** The `Authorization` header that answers a Digest challenge (RFC 7616); undefined where there is none we can answer. */
export function answerDigest(
  challenge: string,
  request: DigestRequest,
  cnonce = randomBytes(16).toString('hex'),
): string | undefined {
  const offers = challenge.split(/(?:^|,\s*)(?=Digest\s)/i).filter((part) => /^Digest\s/i.test(part));
  const parsed = offers.map((offer) => fieldsOf(offer));
  // Strongest first: servers offer MD5 beside SHA-256 for old clients.
  const fields = ['SHA-512-256', 'SHA-256', 'MD5', '']
    .map((name) => parsed.find((one) => (one['algorithm'] ?? '').toUpperCase().replace(/-SESS$/, '') === name))
    .find((one) => one !== undefined);
  if (!fields) return undefined;
  const { realm = '', nonce = '', opaque } = fields;
  const algorithm = (fields['algorithm'] ?? 'MD5').toUpperCase();
  const name = hashes[algorithm.replace(/-SESS$/, '')];
  const offered = (fields['qop'] ?? '').split(',').map((one) => one.trim().toLowerCase());
  if (name === undefined || (fields['qop'] !== undefined && !offered.includes('auth'))) return undefined;
  const qop = fields['qop'] === undefined ? undefined : 'auth';
  const hash = (text: string) => createHash(name).update(text).digest('hex');
  const { method, target, username, password } = request;
  const plain = hash(`${username}:${realm}:${password}`);
  const who = algorithm.endsWith('-SESS') ? hash(`${plain}:${nonce}:${cnonce}`) : plain;
  const what = hash(`${method}:${target}`);
  const count = '00000001';
  const response = hash([who, nonce, ...(qop ? [count, cnonce, qop] : []), what].join(':'));
  const quote = (text: string) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
  const parts = [
    `username=${quote(username)}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(target)}`,
    `response="${response}"`,
    ...(fields['algorithm'] === undefined ? [] : [`algorithm=${fields['algorithm']}`]),
    ...(opaque === undefined ? [] : [`opaque=${quote(opaque)}`]),
    ...(qop ? [`qop=${qop}`, `nc=${count}`, `cnonce="${cnonce}"`] : []),
  ];
  return `Digest ${parts.join(', ')}`;
}

function fieldsOf(offer: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [, name = '', quoted, bare] of offer.matchAll(/([a-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/gi))
    fields[name.toLowerCase()] = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '';
  return fields;
}
