import { STUDIO_HOST_CALLS } from '@casare/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHostServer } from '../../../electron/host/server.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { type Bench, connect, send, startBench } from './host-bench.ts';

const makeTempFolder = prepareTempFolders('host');
let bench: Bench;
beforeAll(async () => {
  bench = await startBench(await makeTempFolder());
});
afterAll(() => bench?.server.stop());

describe('the page', () => {
  test('carries the token of the session and a strict policy', async () => {
    const { status, body, headers } = await send(bench.server, '/');
    expect(status).toBe(200);
    expect(body).toContain(`<meta name="casare-host-token" content="${bench.server.token}">`);
    expect(headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self';/);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toBe('no-store');
  });

  test('comes with its assets, and a missing asset is missing', async () => {
    const asset = await send(bench.server, '/assets/main.js');
    expect([asset.status, asset.headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(asset.body).not.toContain(bench.server.token);
    expect((await send(bench.server, '/assets/gone.js')).status).toBe(404);
    expect((await send(bench.server, '/?x=1#y')).body).toContain('<title>studio</title>');
  });

  test.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '//secret.txt',
    '//',
    '/%',
    '/%00',
    '/..\\secret.txt',
  ])('the path %s gives nothing of the disk and ends nothing', async (path) => {
    expect((await send(bench.server, path)).body).not.toContain('not for the page');
    expect((await send(bench.server, '/')).status).toBe(200);
  });

  test.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1', 'localhost'])(
    'is not served under the name "%s"',
    async (host) => {
      const { status, body } = await send(bench.server, '/', { headers: { host } });
      expect(status).toBe(421);
      expect(body).not.toContain(bench.server.token);
    },
  );

  test('is read, never written to', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect((await send(bench.server, '/', { method })).status).toBe(405);
  });
});

describe('the connection', () => {
  test.each([undefined, '', 'x'.repeat(43), 1, null, { $ne: 1 }])('is refused with the token %j', async (token) => {
    await expect(connect(bench.server, { token })).rejects.toThrow('The session of this page has ended.');
  });

  test.each(['https://evil.example', 'http://127.0.0.1:1', 'null', 'http://127.0.0.1'])(
    'is refused to a page of %s',
    async (origin) => {
      await expect(connect(bench.server, { origin })).rejects.toThrow('websocket error');
    },
  );

  test('is accepted from the page itself', async () => {
    using connection = await connect(bench.server);
    expect(await connection.ask('app.info')).toMatchObject({ version: '1.2.3', platform: process.platform });
  });
});

describe('calls', () => {
  // An array, and an object with a field that no call has, fit no argument.
  test.each(Object.keys(STUDIO_HOST_CALLS))('%s refuses malformed arguments', async (name) => {
    using connection = await connect(bench.server);
    for (const wrong of [[], 'text', 7, { thisFieldDoesNotExist: true }]) {
      const answer = await connection.call(name, wrong);
      expect(answer).toMatchObject({ ok: false, error: { code: 'VALIDATION' } });
    }
  });

  test.each(['', 'app.nothing', 'constructor', '__proto__', 'toString', 7, null, ['app.info']])(
    'the name %j is not known',
    async (name) => {
      using connection = await connect(bench.server);
      expect(await connection.call(name, {})).toMatchObject({ ok: false, error: { code: 'VALIDATION' } });
    },
  );

  test('validation answers with the problems of a document', async () => {
    using connection = await connect(bench.server);
    const { problems } = await connection.ask<{ problems: unknown[] }>('workflow.validate', {
      document: { nonsense: true },
    });
    expect(problems).toContainEqual(expect.objectContaining({ severity: 'error' }));
  });

  test('forgetting a connection to an orchestrator that was never made is no error', async () => {
    using connection = await connect(bench.server);
    expect(await connection.ask('fleet.connect', null)).toEqual({ url: null, keyDisplay: null });
  });

  test('an orchestrator that is not there leaves the old connection as it was', async () => {
    using connection = await connect(bench.server);
    const answer = await connection.call('fleet.connect', { url: 'http://127.0.0.1:9', key: 'secret-key' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'UNREACHABLE' } });
    expect(await connection.ask('fleet.connection')).toEqual({ url: null, keyDisplay: null });
    expect(await connection.call('fleet.request', { method: 'GET', path: '/api/v1/me' })).toMatchObject({
      ok: false,
      error: { code: 'CONFLICT' },
    });
  });
});

test('a port that is taken is said so', async () => {
  const folder = await makeTempFolder();
  const port = Number(new URL(bench.server.url).port);
  await expect(
    startHostServer({ port, studioDist: folder, workflowsFolder: folder, dataFolder: folder, version: '1' }),
  ).rejects.toMatchObject({ code: 'PORT_IN_USE', details: { port } });
});
