import { type IncomingMessage, type ServerResponse, request as httpRequest } from 'node:http';
import type { Duplex } from 'node:stream';

/** What the orchestrator answers when one address stands for both (`npm start`). */
const ORCHESTRATOR_PATHS = ['/api/', '/docs', '/openapi.json', '/health/', '/metrics', '/socket.io/'];

export interface OrchestratorProxy {
  /** True when the request was taken. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
}

/** Passes API, live sockets and documentation through to an orchestrator on this machine, headers unchanged but for the host. */
export function createOrchestratorProxy(orchestratorUrl: string): OrchestratorProxy {
  const { hostname, port, host } = new URL(orchestratorUrl);
  const isMine = (url = '/') => ORCHESTRATOR_PATHS.some((path) => url === path || url.startsWith(path));
  const forward = (request: IncomingMessage) =>
    httpRequest({ hostname, port, method: request.method, path: request.url, headers: { ...request.headers, host } });

  return {
    handle(request, response) {
      if (!isMine(request.url)) return false;
      const upstream = forward(request);
      upstream.on('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        // An answer that was cut must not look whole.
        answer.on('close', () => answer.complete || response.destroy());
      });
      upstream.on('error', () => {
        if (!response.headersSent) response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '2' });
        response.end(
          JSON.stringify({
            error: {
              code: 'UNAVAILABLE',
              message: 'The orchestrator does not answer now. Try again in a moment.',
              details: {},
              requestId: '',
            },
          }),
        );
      });
      response.on('close', () => upstream.destroy());
      request.pipe(upstream);
      return true;
    },
    upgrade(request, socket, head) {
      if (!isMine(request.url)) return false;
      const upstream = forward(request);
      const drop = () => socket.destroy();
      // From the start: a page that goes away while the upstream is asked must not end this process.
      socket.on('error', () => upstream.destroy());
      upstream.on('upgrade', (answer, upstreamSocket, upstreamHead) => {
        const headers = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}`);
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join('\r\n')}\r\n\r\n`);
        if (upstreamHead.length > 0) socket.write(upstreamHead);
        if (head.length > 0) upstreamSocket.write(head);
        upstreamSocket.pipe(socket).pipe(upstreamSocket);
        upstreamSocket.on('error', drop);
        socket.on('error', () => upstreamSocket.destroy());
      });
      upstream.on('response', drop);
      upstream.on('error', drop);
      upstream.end();
      return true;
    },
  };
}
