import { createHash, createHmac } from 'node:crypto';

export interface AwsKeys {
  accessKey: string;
  secretKey: string;
  /** Of temporary keys. */
  sessionToken: string;
  region: string;
  service: string;
}

export interface AwsRequest {
  method: string;
  url: URL;
  /** Lower-case names; all of them are signed. */
  headers: Readonly<Record<string, string>>;
  /** SHA-256 of the body in hex, or UNSIGNED-PAYLOAD. */
  payloadHash: string;
}

const algorithm = 'AWS4-HMAC-SHA256';

/** The headers that sign a request after AWS Signature Version 4. */
export function signAws(
  { method, url, headers, payloadHash }: AwsRequest,
  keys: AwsKeys,
  at: Date,
): Record<string, string> {
  const time = timeOf(at);
  const added: Record<string, string> = {
    'x-amz-date': time,
    ...(keys.service === 's3' ? { 'x-amz-content-sha256': payloadHash } : {}),
    ...(keys.sessionToken === '' ? {} : { 'x-amz-security-token': keys.sessionToken }),
  };
  const signed = { ...headers, ...added, host: url.host };
  const names = Object.keys(signed).sort();
  const canonical = canonicalRequest(method, url, signed, names, payloadHash, keys.service);
  const scope = scopeOf(keys, time);
  const signature = signatureOf(keys, time, canonical);
  return {
    ...added,
    authorization: `${algorithm} Credential=${keys.accessKey}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}

/** An address that carries its own signature: whoever has it may do this one thing until it ends. */
export function presignAws(method: string, address: URL, keys: AwsKeys, at: Date, seconds: number): string {
  const time = timeOf(at);
  const url = new URL(address);
  const entries = {
    'X-Amz-Algorithm': algorithm,
    'X-Amz-Credential': `${keys.accessKey}/${scopeOf(keys, time)}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(seconds),
    'X-Amz-SignedHeaders': 'host',
    ...(keys.sessionToken === '' ? {} : { 'X-Amz-Security-Token': keys.sessionToken }),
  };
  for (const [name, value] of Object.entries(entries)) url.searchParams.set(name, value);
  const canonical = canonicalRequest(method, url, { host: url.host }, ['host'], 'UNSIGNED-PAYLOAD', keys.service);
  return `${url.origin}${encodedPath(url)}?${canonicalQuery(url)}&X-Amz-Signature=${signatureOf(keys, time, canonical)}`;
}

/** Everything but letters, digits and -._~ percent-encoded, as the signature wants it. */
export function awsEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

function canonicalRequest(
  method: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
  names: readonly string[],
  payloadHash: string,
  service: string,
): string {
  // S3 signs the path as it is sent; every other service encodes it once more.
  const path = service === 's3' ? encodedPath(url) : encodedPath(url).split('/').map(awsEncode).join('/');
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}\n`);
  return [method, path, canonicalQuery(url), lines.join(''), names.join(';'), payloadHash].join('\n');
}

function encodedPath({ pathname }: URL): string {
  return pathname
    .split('/')
    .map((part) => awsEncode(decoded(part)))
    .join('/');
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function canonicalQuery({ searchParams }: URL): string {
  return [...searchParams]
    .map(([name, value]) => `${awsEncode(name)}=${awsEncode(value)}`)
    .sort((a, b) => (a < b ? -1 : 1))
    .join('&');
}

function signatureOf(
  { secretKey, region, service, accessKey, sessionToken }: AwsKeys,
  time: string,
  canonical: string,
): string {
  const scope = scopeOf({ secretKey, region, service, accessKey, sessionToken }, time);
  const text = [algorithm, time, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const mac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
  const key = mac(mac(mac(mac(`AWS4${secretKey}`, time.slice(0, 8)), region), service), 'aws4_request');
  return createHmac('sha256', key).update(text).digest('hex');
}

function scopeOf({ region, service }: AwsKeys, time: string): string {
  return `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
}

function timeOf(at: Date): string {
  return `${at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}
