import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, HOST_CALL_CHANNEL, HOST_EVENT_CHANNEL, HOST_SOCKET_PATH, type HostAnswer } from '@casare/shared';
import { Server } from 'socket.io';
import { answerCall } from './calls.ts';
import { createHost, type HostOptions } from './host.ts';
import { createOrchestratorProxy } from './proxy.ts';
import { serveStudio } from './static-files.ts';

export interface HostServerOptions extends HostOptions {
  /** 0 picks a free one. */
  port: number;
  /** Folder of the studio build. */
  studioDist: string;
  /** Makes this address answer for an orchestrator on this machine too. */
  orchestratorUrl?: string;
}

export interface HostServer {
  /** The studio, e.g. `http://127.0.0.1:4777`. */
  url: string;
  token: string;
  fleet: ReturnType<typeof createHost>['fleet'];
  stop(): Promise<void>;
}

/**
 * The studio in a browser: page, contract and events on 127.0.0.1. Only pages that this server itself handed out hold the session
 * token; a page of another origin can neither read it nor connect (origin and host are checked).
 */
export async function startHostServer(options: HostServerOptions): Promise<HostServer> {
  const token = randomBytes(32).toString('base64url');
  const host = createHost(options);
  const proxy = options.orchestratorUrl === undefined ? undefined : createOrchestratorProxy(options.orchestratorUrl);
  const pageHead = `<meta name="casare-host-token" content="${token}">`;
  let ownHosts: string[] = [];

  const server = createServer((request, response) => {
    if (!ownHosts.includes(request.headers.host ?? '')) {
      response
        .writeHead(421, { 'content-type': 'text/plain' })
        .end('This address serves the studio on 127.0.0.1 only.');
      return;
    }
    if (proxy?.handle(request, response)) return;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405).end();
      return;
    }
    const path = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
    serveStudio(options.studioDist, path, response, pageHead).catch(() => {
      if (!response.headersSent) response.writeHead(400);
      response.end();
    });
  });
  const isOwnOrigin = (request: IncomingMessage) =>
    ownHosts.includes(request.headers.host ?? '') &&
    ownHosts.some((name) => request.headers.origin === undefined || request.headers.origin === `http://${name}`);

  const sockets = new Server(server, {
    path: HOST_SOCKET_PATH,
    transports: ['websocket'],
    serveClient: false,
    destroyUpgrade: false,
    maxHttpBufferSize: 32 * 1024 * 1024,
    allowRequest: (request, decide) => decide(null, isOwnOrigin(request)),
  });
  server.on('upgrade', (request, socket, head) => {
    if (request.url?.startsWith(HOST_SOCKET_PATH)) return;
    if (!ownHosts.includes(request.headers.host ?? '') || !proxy?.upgrade(request, socket, head)) socket.destroy();
  });
  sockets.use((socket, next) =>
    next(
      isToken(socket.handshake.auth.token, token)
        ? undefined
        : new Error('The session of this page has ended. Reload it.'),
    ),
  );
  sockets.on('connection', (socket) => {
    socket.on(HOST_CALL_CHANNEL, (name: unknown, request: unknown, answer: unknown) => {
      if (typeof answer === 'function')
        void answerCall(host.handlers, name, request).then((result) =>
          (answer as (result: HostAnswer) => void)(result),
        );
    });
  });
  host.listen((event, payload) => void sockets.emit(HOST_EVENT_CHANNEL, event, payload));

  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, '127.0.0.1', resolve);
    });
  } catch (error) {
    await host.close();
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new AppError(
      'PORT_IN_USE',
      `Port ${options.port} is used by another program. Stop it, or choose another with STUDIO_PORT.`,
      { cause: error, details: { port: options.port } },
    );
  }
  const { port } = server.address() as AddressInfo;
  ownHosts = [`127.0.0.1:${port}`, `localhost:${port}`];

  return {
    url: `http://127.0.0.1:${port}`,
    token,
    fleet: host.fleet,
    async stop() {
      await sockets.close();
      server.closeAllConnections();
      await host.close();
    },
  };
}

function isToken(given: unknown, token: string): boolean {
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
