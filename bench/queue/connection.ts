import { connect, type Socket } from 'node:net';

/**
 * One kept connection that sends one request at a time, as a robot does. Bare, so that the client, which shares the machine
 * with what is measured, costs as little as it can.
 */
export interface Connection {
  post<Body>(key: string, path: string, body: unknown): Promise<Body>;
  close(): void;
}

interface Waiting {
  resolve(text: string): void;
  reject(error: Error): void;
}

export function openConnection(origin: string): Connection {
  const { hostname, port, host } = new URL(origin);
  const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true });
  let waiting: Waiting | undefined;
  let received = '';
  let closed: Error | undefined;

  const end = (error: Error) => {
    closed = error;
    waiting?.reject(error);
    waiting = undefined;
  };
  socket.on('error', end);
  socket.on('close', () => end(new Error('the connection was closed')));
  // Bodies are ASCII here, so characters are bytes.
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk;
    const head = received.indexOf('\r\n\r\n');
    if (head === -1 || !waiting) return;
    const length = Number(/content-length: (\d+)/i.exec(received.slice(0, head))?.[1]);
    const body = received.slice(head + 4);
    if (body.length < length) return;
    const status = Number(received.slice(9, 12));
    received = '';
    const { resolve, reject } = waiting;
    waiting = undefined;
    if (status >= 300) reject(new Error(`answered ${status}: ${body}`));
    else resolve(body);
  });

  return {
    async post<Body>(key: string, path: string, body: unknown) {
      if (closed) throw closed;
      const text = JSON.stringify(body);
      const answer = await new Promise<string>((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(
          `POST /api/v1${path} HTTP/1.1\r\nHost: ${host}\r\nX-Api-Key: ${key}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
        );
      });
      return JSON.parse(answer) as Body;
    },
    close() {
      socket.destroy();
    },
  };
}
