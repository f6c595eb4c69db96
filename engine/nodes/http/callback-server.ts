import { AppError } from '@casare/shared';
import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CallbackServer extends AsyncDisposable {
  /** Where the authorisation server sends the person back to. */
  redirectUri: string;
  /** The code, once the person has agreed; UNAUTHENTICATED when they have refused. */
  code: Promise<string>;
}

/** Waits on this machine alone for the answer to one authorisation; whoever does not know its `state` is turned away. */
export async function openCallbackServer(
  port: number,
  path: string,
  state: string,
  signal: AbortSignal,
): Promise<CallbackServer> {
  const { promise: code, resolve, reject } = Promise.withResolvers<string>();
  // Whoever waits may come later than the answer.
  code.catch(() => undefined);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (request.method !== 'GET' || url.pathname !== path) return tell(response, 404, 'Nothing here.');
    const given = url.searchParams;
    if (!isSame(given.get('state') ?? '', state))
      return tell(response, 400, 'This answer does not belong to a sign-in that is waiting.');
    const fault = given.get('error');
    const answer = given.get('code');
    if (fault !== null) {
      tell(response, 200, 'The sign-in was refused. You can close this window.');
      return reject(refused(fault, given.get('error_description') ?? ''));
    }
    if (answer === null) return tell(response, 400, 'The answer holds no code.');
    tell(response, 200, 'You are signed in. You can close this window.');
    resolve(answer);
  });
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening', { signal });
  } catch (error) {
    signal.removeEventListener('abort', abort);
    server.close();
    signal.throwIfAborted();
    throw new AppError(
      'PORT_IN_USE',
      `Port ${port} is used by another program. Choose another, or 0 for any free one.`,
      { cause: error },
    );
  }
  return {
    redirectUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    code,
    async [Symbol.asyncDispose]() {
      signal.removeEventListener('abort', abort);
      const closed = once(server, 'close');
      server.close();
      // The last page may still be on its way to the person; what is idle goes at once.
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), 300).unref();
      await closed;
    },
  };
}

function tell(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  });
  response.end(`<!doctype html><html lang="en"><title>Sign-in</title><p>${text}</p></html>`);
}

function refused(fault: string, description: string): AppError {
  const why = [fault, description].filter(Boolean).join(': ').slice(0, 300);
  return new AppError('UNAUTHENTICATED', `The sign-in was refused: ${why}. Start it again.`, {
    details: { reason: fault },
  });
}

function isSame(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
