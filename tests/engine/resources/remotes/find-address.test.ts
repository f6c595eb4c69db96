import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { findAddress } from '../../../../engine/resources/remotes/find-address.ts';
import type { LookupAll } from '../../../../engine/resources/http-policy.ts';

const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
await once(server, 'listening');
afterAll(() => void server.close());
const { port } = server.address() as AddressInfo;

const target = (host: string) => ({ scheme: 'ssh', host, port, timeoutMs: 5000 });
const { signal } = new AbortController();
const names =
  (addresses: Record<string, string[]>): LookupAll =>
  (name, _options, callback) => {
    const found = addresses[name] ?? [];
    callback(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };

it('refuses a name when only one of its addresses is a metadata address', async () => {
  const lookup = names({ 'innocent.example': ['127.0.0.1', '169.254.169.254'] });
  await expect(findAddress(target('innocent.example'), { lookup }, signal)).rejects.toMatchObject({
    details: { denied: true },
  });
});

it.each(['169.254.169.254', '[fd00:ec2::254]', '::ffff:169.254.169.254'])('refuses %s', async (host) => {
  await expect(findAddress(target(host), {}, signal)).rejects.toMatchObject({ details: { denied: true } });
});

it('asks the rules of the run with protocol, name and port', async () => {
  const asked: string[] = [];
  const mayConnect = (url: URL) => {
    asked.push(url.href);
    return false;
  };
  await expect(findAddress(target('files.example'), { mayConnect }, signal)).rejects.toMatchObject({
    details: { denied: true },
  });
  expect(asked).toEqual([`ssh://files.example:${port}`]);
});

it('takes the one address that answers', async () => {
  const lookup = names({ 'both.example': ['::1', '127.0.0.1'] });
  expect(await findAddress(target('both.example'), { lookup }, signal)).toBe('127.0.0.1');
});

it.each(['', 'a b', 'user@host', 'host/path'])('knows that "%s" is no name of a server', async (host) => {
  await expect(findAddress(target(host), {}, signal)).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
});

it('says that a name is not known', async () => {
  await expect(findAddress(target('unknown.example'), { lookup: names({}) }, signal)).rejects.toMatchObject({
    code: 'CONNECTION_FAILED',
    retryable: true,
  });
});
