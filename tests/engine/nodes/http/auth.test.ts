import { createHash, createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { presignAws, signAws } from '../../../../engine/nodes/http/aws-signature.ts';
import { answerDigest } from '../../../../engine/nodes/http/digest.ts';
import { openNodeBench } from '../run-one.ts';
import { startTestServer } from './test-server.ts';

const bench = await openNodeBench();
const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const other = await startTestServer((request, response) => response.end(JSON.stringify(request.headers)));
let tokens = 0;
const valid = new Set<string>();
const server = await startTestServer((request, response) => {
  const url = new URL(request.url, 'http://server');
  const json = (status: number, data: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(data));
  switch (url.pathname) {
    case '/digest': {
      const given = Object.fromEntries(
        [...(request.headers.authorization ?? '').matchAll(/(\w+)="?([^",]+)"?/g)].map(([, name, value]) => [
          name,
          value,
        ]),
      );
      const inner = [
        md5('ada:realm:pw'),
        'nonce-1',
        given['nc'],
        given['cnonce'],
        'auth',
        md5(`${request.method}:${request.url}`),
      ];
      if (given['response'] === md5(inner.join(':'))) return json(200, { user: given['username'] });
      return response
        .writeHead(401, { 'www-authenticate': 'Digest realm="realm", nonce="nonce-1", qop="auth,auth-int"' })
        .end();
    }
    case '/token': {
      const form = new URLSearchParams(request.body.toString());
      const basic = Buffer.from((request.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString();
      if (basic !== 'robot:s%26cret' && form.get('client_secret') !== 's&cret')
        return json(401, {
          error: 'invalid_client',
          error_description: `secret ${form.get('client_secret') ?? ''} is wrong`,
        });
      const token = `token-${++tokens}`;
      valid.clear();
      valid.add(token);
      return json(200, {
        access_token: token,
        token_type: 'Bearer',
        expires_in: 3600,
        refresh_token: `refresh-${tokens}`,
      });
    }
    case '/redirecting-token':
      return response.writeHead(307, { location: `${other.url}/` }).end();
    case '/protected':
      return valid.has((request.headers.authorization ?? '').replace('Bearer ', ''))
        ? json(200, { by: request.headers.authorization })
        : json(401, {});
    default:
      return json(200, { ...request, body: request.body.toString() });
  }
});
const at = (path: string) => `${server.url}${path}`;
const ask = async (path: string, params: Record<string, unknown>) =>
  (await bench.run('http.request', { url: at(path), ...params })).output;
const tokenRequests = () => server.seen.filter(({ url }) => url === '/token').length;

describe('digest', () => {
  const rfc = {
    method: 'GET',
    target: '/dir/index.html',
    username: 'Mufasa',
    password: 'Circle of Life',
  };
  const challenge = (algorithm: string) =>
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;
  const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';

  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('answers the example of RFC 7616 with %s', (algorithm, response) => {
    expect(answerDigest(challenge(algorithm), rfc, cnonce)).toContain(`response="${response}"`);
  });

  it('takes the strongest of several challenges and none it cannot answer', () => {
    const both = `${challenge('MD5')}, ${challenge('SHA-256')}, Basic realm="x"`;
    expect(answerDigest(both, rfc, cnonce)).toContain('algorithm=SHA-256');
    expect(answerDigest('Basic realm="x"', rfc)).toBeUndefined();
    expect(answerDigest('Digest realm="x", nonce="n", qop="auth-int"', rfc)).toBeUndefined();
  });

  it('signs in to a server that asks for it, and not with a wrong password', async () => {
    const params = { auth: 'digest', username: 'ada', password: 'pw' };
    expect(await ask('/digest?a=1', params)).toMatchObject({ status: 200, body: { user: 'ada' } });
    const refused = await bench.fail('http.request', { url: at('/digest'), ...params, password: 'wrong' });
    expect(refused.details).toMatchObject({ status: 401 });
  });
});

describe('oauth2', () => {
  const params = {
    auth: 'oauth2',
    tokenUrl: at('/token'),
    clientId: 'robot',
    clientSecret: 's&cret',
    scope: 'orders',
  };

  it('gets one token for many steps, in the header or the body', async () => {
    const before = tokenRequests();
    const answers = await Promise.all([
      ask('/protected', params),
      ask('/protected', params),
      ask('/protected', params),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await ask('/protected', params);
    expect(tokenRequests()).toBe(before + 1);
    const inBody = await ask('/protected', { ...params, clientAuth: 'body', scope: 'other' });
    expect(inBody.status).toBe(200);
  });

  it('gets another when the token is refused', async () => {
    await ask('/protected', { ...params, scope: 'withdrawn' });
    valid.clear();
    const before = tokenRequests();
    expect((await ask('/protected', { ...params, scope: 'withdrawn' })).status).toBe(200);
    expect(tokenRequests()).toBe(before + 1);
  });

  it('uses the new refresh token where the server gives one', async () => {
    const refreshing = { ...params, grant: 'refresh_token', refreshToken: 'refresh-0' };
    await ask('/protected', refreshing);
    valid.clear();
    await ask('/protected', refreshing);
    const [first, second] = server.seen
      .filter(({ url, body }) => url === '/token' && body.includes('grant_type=refresh_token'))
      .map(({ body }) => new URLSearchParams(body.toString()).get('refresh_token'));
    expect(first).toBe('refresh-0');
    expect(second).toMatch(/^refresh-[1-9]/);
  });

  it('asks again once a token has ended', async () => {
    let now = Date.now();
    const later = { now: () => now };
    const run = () => bench.run('http.request', { url: at('/protected'), ...params, scope: 'aging' }, later);
    await run();
    const before = tokenRequests();
    now += 3_500_000;
    await run();
    expect(tokenRequests()).toBe(before);
    now += 90_000;
    await run();
    expect(tokenRequests()).toBe(before + 1);
  });

  it('says why it got no token and never shows the secret', async () => {
    const error = await bench.fail('http.request', {
      url: at('/protected'),
      ...params,
      clientAuth: 'body',
      clientSecret: 'very-wrong',
    });
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED', message: expect.stringContaining('invalid_client') });
    expect(JSON.stringify([error.message, error.details])).not.toContain('very-wrong');
  });

  it('carries the secret to no other address by a redirect', async () => {
    const before = other.seen.length;
    const error = await bench.fail('http.request', { url: at('/'), ...params, tokenUrl: at('/redirecting-token') });
    expect(error.code).toBe('HTTP_FAILED');
    expect(other.seen.length).toBe(before);
  });
});

describe('a signature', () => {
  const keys = {
    accessKey: 'AKIDEXAMPLE',
    secretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    sessionToken: '',
    region: 'us-east-1',
    service: 'service',
  };
  const empty = createHash('sha256').update('').digest('hex');

  it('of AWS is that of the published examples', () => {
    const at2015 = new Date('2015-08-30T12:36:00Z');
    const request = { method: 'GET', url: new URL('https://example.amazonaws.com/'), headers: {}, payloadHash: empty };
    expect(signAws(request, keys, at2015)['authorization']).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    );
    const s3 = {
      ...keys,
      accessKey: 'AKIAIOSFODNN7EXAMPLE',
      secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      service: 's3',
    };
    const at2013 = new Date('2013-05-24T00:00:00Z');
    const url = new URL('https://examplebucket.s3.amazonaws.com/test.txt');
    const get = { method: 'GET', url, headers: { range: 'bytes=0-9' }, payloadHash: empty };
    expect(signAws(get, s3, at2013)['authorization']).toContain(
      'Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    );
    expect(presignAws('GET', url, s3, at2013, 86_400)).toContain(
      'X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    );
  });

  it('of AWS covers the body, also that of a file', async () => {
    await writeFile(join(bench.folder, 'body.bin'), 'content');
    const sent = await ask('/echo', {
      method: 'PUT',
      bodyKind: 'file',
      bodyFile: 'body.bin',
      auth: 'aws',
      accessKey: 'AK',
      secretKey: 'SK',
      service: 's3',
    });
    expect(sent.body.body).toBe('content');
    expect(sent.body.headers['x-amz-content-sha256']).toBe(createHash('sha256').update('content').digest('hex'));
    expect(sent.body.headers.authorization).toMatch(/SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date,/);
  });

  it('by a shared secret covers the body and, where wanted, the time', async () => {
    const params = { method: 'POST', bodyKind: 'json', body: { a: 1 }, auth: 'hmac', token: 'secret' };
    const plain = await ask('/echo', { ...params, signaturePrefix: 'sha256=' });
    const mac = (text: string) => createHmac('sha256', 'secret').update(text);
    expect(plain.body.headers['x-signature']).toBe(`sha256=${mac('{"a":1}').digest('hex')}`);
    const timed = await ask('/echo', { ...params, timestampHeader: 'X-Time', signatureEncoding: 'base64' });
    const { headers } = timed.body;
    expect(headers['x-signature']).toBe(mac(`${headers['x-time']}.{"a":1}`).digest('base64'));
  });
});

describe('credentials', () => {
  it('go only to the hosts they are for', async () => {
    const params = { auth: 'bearer', token: 't' };
    const before = server.seen.length;
    const error = await bench.fail('http.request', {
      url: at('/echo'),
      ...params,
      credentialHosts: ['api.example.com', '*.0.0.2'],
    });
    expect(error).toMatchObject({ code: 'HTTP_FAILED', details: { host: '127.0.0.1' } });
    expect(server.seen.length).toBe(before);
    expect((await ask('/echo', { ...params, credentialHosts: ['127.0.0.1'] })).status).toBe(200);
    expect((await ask('/echo', { credentialHosts: ['api.example.com'] })).status).toBe(200);
  });

  it('win over a header typed by hand', async () => {
    const sent = await ask('/echo', { auth: 'bearer', token: 'right', headers: { Authorization: 'Bearer wrong' } });
    expect(sent.body.headers.authorization).toBe('Bearer right');
  });
});
