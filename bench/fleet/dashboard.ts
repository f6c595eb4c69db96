import { setTimeout as delay } from 'node:timers/promises';
import { io } from 'socket.io-client';

export interface DashboardRun {
  readonly origin: string;
  readonly key: string;
  readonly signal: AbortSignal;
  onRequest(name: string, ms: number): void;
  /** Told how long after its submission a job was seen. */
  onSeen(ms: number): void;
  onError(error: unknown): void;
}

interface Seen {
  readonly type: string;
  readonly data: { readonly reference?: string | null };
}

const pages = ['/jobs?limit=100', '/robots?limit=100', '/metrics/fleet', '/jobs?state=running&limit=100'];

/** A page of the fleet panel: live events, and its lists asked for anew every five seconds. */
export async function runDashboard({ origin, key, signal, ...run }: DashboardRun): Promise<void> {
  const socket = io(`${origin}/fleet`, { transports: ['websocket'], auth: { key }, forceNew: true });
  signal.addEventListener('abort', () => socket.disconnect());
  socket.on('event', ({ type, data }: Seen) => {
    if (type === 'job.created' && data.reference) run.onSeen(Date.now() - Number(data.reference));
  });
  socket.on('connect_error', run.onError);
  await new Promise<void>((resolve) => socket.on('connect', resolve));
  await socket.emitWithAck('subscribe', {});
  try {
    await delay(Math.random() * 5000, undefined, { signal });
    for (;;) {
      for (const page of pages) {
        const start = performance.now();
        const answer = await fetch(`${origin}/api/v1${page}`, { headers: { 'x-api-key': key }, signal });
        await answer.text();
        if (!answer.ok) throw new Error(`${page} answered ${answer.status}`);
        run.onRequest(`GET ${page.split('?')[0]}`, performance.now() - start);
      }
      await delay(5000, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) run.onError(error);
  }
}
