import { createHash, createHmac } from 'node:crypto';
import S3rver from 's3rver';
import { afterAll } from 'vitest';
import { prepareTempFolders } from '../../../support/temp.ts';
import { type SeenRequest, startTestServer } from './test-server.ts';

export const keys = { accessKey: 'AKTEST', secretKey: 'secret/of+the test' };

/** A storage that keeps objects in files, behind a door that checks signatures by the words of AWS's description: the storage itself does not. */
export async function startStorage(bucket: string): Promise<{ endpoint: string }> {
  const storage = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: await prepareTempFolders('storage')(),
    configureBuckets: [{ name: bucket }],
  });
  const { port } = await storage.run();
  afterAll(() => storage.close());
  const door = await startTestServer((request, response) => {
    const fault = faultOf(request);
    if (fault !== undefined) {
      const xml = `<?xml version="1.0"?><Error><Code>${fault}</Code><Message>refused</Message></Error>`;
      return response.writeHead(403, { 'content-type': 'application/xml' }).end(xml);
    }
    void forward(request, port).then(async (answer) => {
      const content = Buffer.from(await answer.arrayBuffer());
      const isList = request.url.includes('list-type=2');
      response.writeHead(answer.status, isList ? { 'content-type': 'application/xml' } : [...answer.headers].flat());
      response.end(isList ? onePage(content.toString(), request.url) : content);
    });
  });
  return { endpoint: door.url };
}

/** The storage encrypts its marks with a cipher that is no longer there, so the door gives out lists itself, four objects a page. */
function onePage(xml: string, url: string): string {
  const asked = new URL(url, 'http://door').searchParams;
  const [from, size] = [Number(asked.get('continuation-token') ?? 0), Number(asked.get('max-keys'))];
  const entries = xml.match(/<Contents>.*?<\/Contents>/gs) ?? [];
  const end = from + Math.min(size, 4);
  const mark = end < entries.length ? `<NextContinuationToken>${end}</NextContinuationToken>` : '';
  return xml
    .replaceAll(/<Contents>.*?<\/Contents>/gs, '')
    .replace(/<IsTruncated>.*?<\/IsTruncated>/, `<IsTruncated>${mark !== ''}</IsTruncated>${mark}`)
    .replace('</ListBucketResult>', `${entries.slice(from, end).join('')}</ListBucketResult>`);
}

function forward({ method, url, headers, body }: SeenRequest, port: number): Promise<Response> {
  const target = new URL(url, `http://127.0.0.1:${port}`);
  for (const name of [...target.searchParams.keys()])
    if (/^X-Amz-|^max-keys$|^continuation-token$/.test(name)) target.searchParams.delete(name);
  const kept = Object.entries(headers).filter(([name]) => name === 'content-type' || name.startsWith('x-amz-meta-'));
  return fetch(target, {
    method,
    headers: kept.map(([name, value]) => [name, String(value)] as [string, string]),
    ...(method === 'PUT' ? { body: new Uint8Array(body) } : {}),
  });
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();

function faultOf({ method, url, headers, body }: SeenRequest): string | undefined {
  const [path = '', query = ''] = url.split('?');
  const asked = new URLSearchParams(query);
  const isShared = asked.has('X-Amz-Signature');
  const [, credential = '', names = '', signature = ''] = isShared
    ? [
        '',
        asked.get('X-Amz-Credential') ?? '',
        asked.get('X-Amz-SignedHeaders') ?? '',
        asked.get('X-Amz-Signature') ?? '',
      ]
    : (/Credential=([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/.exec(headers.authorization ?? '') ?? []);
  const time = isShared ? (asked.get('X-Amz-Date') ?? '') : String(headers['x-amz-date']);
  const payload = isShared ? 'UNSIGNED-PAYLOAD' : String(headers['x-amz-content-sha256']);
  if (!isShared && payload !== sha256(body)) return 'XAmzContentSHA256Mismatch';
  const ends = Date.parse(time.replace(/^(....)(..)(..T..)(..)(..)Z$/, '$1-$2-$3:$4:$5Z'));
  if (isShared && ends + Number(asked.get('X-Amz-Expires')) * 1000 < Date.now()) return 'AccessDenied';
  const pairs = query.split('&').filter((pair) => pair !== '' && !pair.startsWith('X-Amz-Signature='));
  const lines = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, path, pairs.toSorted().join('&'), lines.join(''), names, payload].join('\n');
  const [accessKey, ...scope] = credential.split('/');
  const text = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonical)].join('\n');
  const key = scope.reduce<string | Buffer>((so, part) => hmac(so, part), `AWS4${keys.secretKey}`);
  const isRight = accessKey === keys.accessKey && hmac(key, text).toString('hex') === signature;
  return isRight ? undefined : 'SignatureDoesNotMatch';
}
