import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect as connectSocket, createServer as createTcpServer } from 'node:net';
import { Server as SocketServer } from 'socket.io';
import { io } from 'socket.io-client';
import { expect, test } from 'vitest';
import { prepareTempFolders } from '../../support/temp.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Bench, send, startBench } from './host-bench.ts';

const makeTempFolder = prepareTempFolders('proxy');

/** A tiny orchestrator: tells what it was asked, and echoes over Socket.IO. */
async function startUpstream() {
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (request.url === '/api/v1/cut') {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('half');
        setImmediate(() => request.socket.destroy());
        return;
      }
      response.writeHead(201, { 'content-type': 'application/json', 'x-upstream': 'yes' });
      const { method, url, headers } = request;
      response.end(JSON.stringify({ method, url, host: headers.host, key: headers['x-api-key'], body }));
    });
  });
  const sockets = new SocketServer(server, { transports: ['websocket'] });
  sockets.on('connection', (socket) => socket.on('echo', (value, answer: (value: unknown) => void) => answer(value)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { host: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}`, close: () => sockets.close() };
}

async function startBoth() {
  const upstream = await startUpstream();
  const bench: Bench = await startBench(await makeTempFolder(), { orchestratorUrl: upstream.url });
  return { upstream, bench };
}

test('requests of the orchestrator are passed through, all else is the studio', async () => {
  const { upstream, bench } = await startBoth();
  await using _end = bench;
  const answer = await send(bench.server, '/api/v1/jobs?limit=5', {
    method: 'POST',
    headers: { 'x-api-key': 'k' },
    body: '{"a":1}',
  });
  expect([answer.status, answer.headers['x-upstream']]).toEqual([201, 'yes']);
  expect(JSON.parse(answer.body)).toEqual({
    method: 'POST',
    url: '/api/v1/jobs?limit=5',
    host: upstream.host,
    key: 'k',
    body: '{"a":1}',
  });
  expect((await send(bench.server, '/apiary')).body).toContain('<title>studio</title>');
  expect((await send(bench.server, '/api/v1/me', { headers: { host: 'evil.example' } })).status).toBe(421);
  await upstream.close();
});

test('live connections are passed through', async () => {
  const { upstream, bench } = await startBoth();
  await using _end = bench;
  const socket = io(bench.server.url, { transports: ['websocket'], reconnection: false, forceNew: true });
  expect(await socket.timeout(5000).emitWithAck('echo', { deep: [1, 'zwei'] })).toEqual({ deep: [1, 'zwei'] });
  socket.close();
  await upstream.close();
});

test('an orchestrator that is away is 503 with a time to come back, and live connections are refused', async () => {
  const { upstream, bench } = await startBoth();
  await using _end = bench;
  await upstream.close();
  const { status, headers, body } = await send(bench.server, '/api/v1/me');
  expect([status, headers['retry-after']]).toEqual([503, '2']);
  expect(JSON.parse(body)).toMatchObject({ error: { code: 'UNAVAILABLE' } });
  const socket = io(bench.server.url, { transports: ['websocket'], reconnection: false, forceNew: true });
  await expect(new Promise((_resolve, reject) => socket.once('connect_error', reject))).rejects.toThrow(
    'websocket error',
  );
  socket.close();
  expect((await send(bench.server, '/')).status).toBe(200);
});

test('an answer that is cut upstream is cut here too, never whole', async () => {
  const { upstream, bench } = await startBoth();
  await using _end = bench;
  await expect(send(bench.server, '/api/v1/cut')).rejects.toThrow(/aborted|hang up|ECONNRESET/);
  expect((await send(bench.server, '/api/v1/me')).status).toBe(201);
  await upstream.close();
});

test('a page that goes away while the orchestrator is asked for a live connection ends nothing', async () => {
  // It takes the question and never answers.
  let asked = 0;
  let left = 0;
  const upstream = createTcpServer((socket) => {
    socket.on('data', () => (asked += 1));
    socket.on('error', () => undefined);
    socket.on('close', () => (left += 1));
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const { port } = upstream.address() as AddressInfo;
  await using bench = await startBench(await makeTempFolder(), { orchestratorUrl: `http://127.0.0.1:${port}` });
  const own = new URL(bench.server.url);
  const page = connectSocket(Number(own.port), '127.0.0.1');
  page.write(
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${own.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  );
  await waitFor(() => asked > 0, { until: 'the orchestrator was asked' });
  page.resetAndDestroy();
  await waitFor(() => left > 0, { until: 'the question is given up' });
  expect((await send(bench.server, '/')).status).toBe(200);
  upstream.close();
});
