import { once } from 'node:events';
import type { FastifyInstance } from 'fastify';

/** Requests that are being answered. */
export interface OpenRequests {
  count(): number;
  /** Resolves when there are none. */
  none(signal: AbortSignal): Promise<void>;
}

export function trackRequests(app: FastifyInstance): OpenRequests {
  let open = 0;
  const changes = new EventTarget();
  app.addHook('onRequest', async (_request, reply) => {
    open++;
    // Comes once for every request, also when the client goes away.
    reply.raw.once('close', () => {
      if (--open === 0) changes.dispatchEvent(new Event('none'));
    });
  });
  return {
    count: () => open,
    async none(signal) {
      if (open > 0) await once(changes, 'none', { signal }).catch(() => {});
    },
  };
}

/** Stops listening, lets requests finish for at most so long, then cuts what is left: connections nobody uses stay open for a minute otherwise. */
export async function closeApp(app: FastifyInstance, requests: OpenRequests, graceMs: number): Promise<void> {
  const closed = app.close();
  await requests.none(AbortSignal.timeout(graceMs));
  app.server.closeAllConnections();
  await closed;
}
