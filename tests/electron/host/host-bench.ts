import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import {
  HOST_CALL_CHANNEL,
  HOST_EVENT_CHANNEL,
  HOST_SOCKET_PATH,
  type HostAnswer,
  type RunEvent,
} from '@casare/shared';
import { io } from 'socket.io-client';
import { type HostServer, type HostServerOptions, startHostServer } from '../../../electron/host/server.ts';
import { writeTree } from '../../support/write-tree.ts';

export interface Bench extends AsyncDisposable {
  folder: string;
  server: HostServer;
}

/** A real host on a free port with a small page. */
export async function startBench(folder: string, options: Partial<HostServerOptions> = {}): Promise<Bench> {
  await writeTree(folder, {
    'dist/index.html': '<!doctype html><html><head><title>studio</title></head></html>',
    'dist/assets/main.js': 'export {};',
    'dist/icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'secret.txt': 'not for the page',
  });
  const server = await startHostServer({
    port: 0,
    studioDist: join(folder, 'dist'),
    workflowsFolder: join(folder, 'workflows'),
    dataFolder: join(folder, 'data'),
    version: '1.2.3',
    ...options,
  });
  return { folder, server, [Symbol.asyncDispose]: () => server.stop() };
}

export interface Connection extends Disposable {
  call(name: unknown, request?: unknown): Promise<HostAnswer>;
  /** As `call`, but gives the reply and throws what is none. */
  ask<Reply>(name: string, request?: unknown): Promise<Reply>;
  heard: { name: string; payload: unknown }[];
  runEvents(): RunEvent[];
}

/** Connects as the page does; rejects with what the server said. */
export async function connect(
  server: HostServer,
  settings: { token?: unknown; origin?: string } = {},
): Promise<Connection> {
  const socket = io(server.url, {
    path: HOST_SOCKET_PATH,
    transports: ['websocket'],
    auth: { token: 'token' in settings ? settings.token : server.token },
    reconnection: false,
    forceNew: true,
    extraHeaders: { origin: settings.origin ?? server.url },
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', (error) => {
      socket.close();
      reject(error);
    });
  });
  const heard: Connection['heard'] = [];
  socket.on(HOST_EVENT_CHANNEL, (name: string, payload: unknown) => heard.push({ name, payload }));
  const call = (name: unknown, request?: unknown) =>
    socket.timeout(10_000).emitWithAck(HOST_CALL_CHANNEL, name, request) as Promise<HostAnswer>;
  return {
    call,
    heard,
    async ask<Reply>(name: string, request: unknown = {}) {
      const answer = await call(name, request);
      if (!answer.ok) throw new Error(`${name}: ${answer.error.code}: ${answer.error.message}`);
      return answer.reply as Reply;
    },
    runEvents: () =>
      heard
        .filter(({ name }) => name === 'run.events')
        .flatMap(({ payload }) => (payload as { events: RunEvent[] }).events),
    [Symbol.dispose]: () => void socket.close(),
  };
}

interface Page {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

/** A request with headers and a path that `fetch` would correct. */
export function send(
  server: { url: string },
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Page> {
  const { hostname, port } = new URL(server.url);
  const { body: sent, ...rest } = options;
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, ...rest }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(sent);
  });
}
