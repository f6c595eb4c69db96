import { describe, expect, it } from 'vitest';
import { createHttpAccess } from '../../../engine/resources/http-access.ts';
import { isMetadataAddress } from '../../../engine/resources/http-policy.ts';
import { startTestServer } from '../nodes/http/test-server.ts';

const signal = new AbortController().signal;
const server = await startTestServer((_request, response) => response.end('hello'));
const redirect = await startTestServer((_request, response) => response.writeHead(302, { location: server.url }).end());

describe('cloud metadata', () => {
  it.each([
    '169.254.169.254',
    '169.254.170.2',
    '100.100.100.200',
    '192.0.0.192',
    '[fd00:ec2::254]',
    'fd00:0ec2:0:0:0:0:0:0254',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '::169.254.169.254',
    'fe80::a9fe:a9fe%eth0',
  ])('%s is recognised', (address) => {
    expect(isMetadataAddress(address)).toBe(true);
  });

  it.each(['127.0.0.1', '10.0.0.1', '192.168.1.1', '::1', '169.254.1.1', '8.8.8.8', 'localhost'])(
    '%s is an address like others',
    (address) => {
      expect(isMetadataAddress(address)).toBe(false);
    },
  );

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://0xa9.0xfe.0xa9.0xfe/',
    'http://0251.0376.0251.0376/',
    'http://169.254.43518/',
    'http://169.254.169.254./',
    'http://１６９.254.169.254/',
    'http://169。254。169。254/',
    'http://[::ffff:169.254.169.254]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[fd00:ec2::254]/',
    'https://169.254.169.254:443/',
  ])('%s is never asked', async (url) => {
    const http = createHttpAccess();
    await expect(http.request({ method: 'GET', url }, signal)).rejects.toMatchObject({
      code: 'HTTP_FAILED',
      details: { denied: true },
    });
    await http.close();
  });

  it('is not reached through a name, nor through one of several addresses of a name', async () => {
    for (const addresses of [['169.254.169.254'], ['127.0.0.1', 'fd00:ec2::254']]) {
      const http = createHttpAccess({
        lookup: (_name, _options, callback) =>
          callback(
            null,
            addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
          ),
      });
      const asked = http.request({ method: 'GET', url: `http://innocent.example:${server.port}/` }, signal);
      await expect(asked).rejects.toMatchObject({ code: 'HTTP_FAILED', details: { denied: true } });
      await http.close();
    }
    expect(server.seen).toEqual([]);
  });

  it('is not reached by a name server that answers differently the second time', async () => {
    let asked = 0;
    const http = createHttpAccess({
      lookup: (_name, _options, callback) =>
        callback(null, [{ address: asked++ === 0 ? '127.0.0.1' : '169.254.169.254', family: 4 }]),
    });
    const answer = await http.request({ method: 'GET', url: `http://rebinding.example:${server.port}/` }, signal);
    expect([answer.status, asked]).toEqual([200, 1]);
    await http.close();
  });
});

describe('the policy of a machine', () => {
  it('is asked for the address and for every redirect', async () => {
    const http = createHttpAccess({ mayConnect: (url) => url.port !== String(server.port) });
    await expect(http.request({ method: 'GET', url: server.url }, signal)).rejects.toMatchObject({
      details: { denied: true },
    });
    await expect(http.request({ method: 'GET', url: redirect.url }, signal)).rejects.toMatchObject({
      details: { denied: true },
    });
    await http.close();
  });
});

describe('connections', () => {
  it('are kept for the next request and closed with the run', async () => {
    const http = createHttpAccess();
    for (let i = 0; i < 3; i++) await http.request({ method: 'GET', url: server.url }, signal);
    await http.close();
    await http.close();
    expect(server.seen.at(-1)?.headers.connection).toBe('keep-alive');
  });
});
